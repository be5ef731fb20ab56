import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ModelManifest } from '../../shared/contracts/model-manifest.js'
import { digestOf, digestOfJson } from '../../shared/core/hash.js'
import type { Draft, PublishedVersion } from '../../shared/registry/registry.js'

/** A small valid manifest over the given files. */
export function sampleManifest(model: string, version: string, files: Readonly<Record<string, string>>): ModelManifest {
  return {
    schema: 'plumbline.model-manifest/1',
    plumblineVersion: '0.0.0',
    model,
    version,
    tag: `${model}@v${version}`,
    task: 'binary',
    description: null,
    license: null,
    previous: null,
    bump: { level: 'first', rule: 'first version', evidence: [] },
    contentDigest: digestOfJson(Object.entries(files).sort()),
    files: Object.entries(files)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, text]) => ({ path, role: 'model', bytes: Buffer.byteLength(text), digest: digestOf(text) })),
    predict: null,
    signature: { inputs: [], outputs: [] },
    golden: null,
    metrics: [],
    verdicts: [],
    overrides: [],
    lineage: { commit: null, data: [], seed: null, params: {}, command: null, code: [] },
  }
}

/** Next patch version of what is published, or the version with the same content. */
export async function sampleDraft(
  folder: string,
  model: string,
  files: Readonly<Record<string, string>>,
  version?: string,
): Promise<Draft> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return {
    model,
    source: (path) => join(folder, path),
    async propose(published: readonly PublishedVersion[]) {
      const content = sampleManifest(model, '0.0.0', files).contentDigest
      const existing = published.find(({ contentDigest }) => contentDigest === content)
      if (existing && version === undefined) return { existing }
      const top = published[0]?.version.split('.').map(Number)
      const next = top ? `${top[0]}.${top[1]}.${(top[2] ?? 0) + 1}` : '1.0.0'
      return sampleManifest(model, version ?? next, files)
    },
  }
}
