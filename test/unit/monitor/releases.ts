import type { ColumnProfile, DataProfile } from '../../../shared/contracts/data-profile.js'
import { digestOf } from '../../../shared/core/hash.js'
import type { Registry } from '../../../shared/registry/registry.js'
import { sampleDraft, sampleManifest } from '../../support/sample-package.js'

/** A text column with evenly spread values, as the training data had it. */
export function textColumn(name: string, values: readonly string[], rows = 1000, missing = 0): ColumnProfile {
  const each = (rows - missing) / values.length
  return {
    name,
    type: 'string',
    rows,
    missing,
    invalid: 0,
    nonFinite: 0,
    distinct: values.length,
    numeric: null,
    length: { min: 1, max: 5, mean: 3 },
    mostly: null,
    top: values.map((value) => ({ value, count: each })),
    otherCount: 0,
  }
}

export function trainingProfile(columns: readonly ColumnProfile[]): DataProfile {
  return {
    schema: 'plumbline.data-profile/1',
    createdAt: '2026-01-01T00:00:00.000Z',
    plumblineVersion: '0.1.0',
    run: { kind: 'local', commit: null, dirty: false },
    verdict: 'pass',
    summary: '',
    inputs: [],
    checks: [],
    target: null,
    features: columns.map(({ name }) => name),
    datasets: [
      {
        name: 'train',
        files: [{ kind: 'file', name: 'data/train.csv', digest: digestOf('train') }],
        rows: columns[0]?.rows ?? 0,
        duplicates: { extra: 0, groups: 0, members: 0 },
        columns: [...columns],
      },
    ],
  }
}

/** Publishes a version that reads these columns and carries their training profile, and deploys it to production. */
export async function release(
  registry: Registry,
  folder: string,
  version: string,
  columns: readonly ColumnProfile[],
  at: string,
): Promise<string> {
  const files = { 'model.json': `{"v":"${version}"}`, 'data-profile.json': JSON.stringify(trainingProfile(columns)) }
  const draft = await sampleDraft(`${folder}/packages/${version}`, 'model', files, version)
  const manifest = sampleManifest('model', version, files)
  const inputs = columns.map(({ name, type }) => ({ name, type, nullable: true }))
  const { version: published } = await registry.publish({
    ...draft,
    propose: async () => ({ ...manifest, signature: { inputs, outputs: ['score'] } }),
  })
  await registry.recordDeployment({
    environment: 'production',
    tag: published.tag,
    manifestDigest: published.manifestDigest,
    action: 'deploy',
    state: 'success',
    at,
    reason: null,
  })
  return published.tag
}
