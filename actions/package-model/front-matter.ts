import type { ModelManifest } from '../../shared/contracts/model-manifest.js'
import type { Chain } from './lineage.js'

/** Licences that Hugging Face knows by the lower-case SPDX identifier; any other is `other` with its name. */
const HUB_LICENSES = new Set(
  (
    'apache-2.0 mit bsd-2-clause bsd-3-clause bsd-3-clause-clear isc 0bsd unlicense wtfpl zlib ms-pl afl-3.0 artistic-2.0 bsl-1.0 ' +
    'cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 ' +
    'cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-permissive-1.0 ' +
    'cdla-permissive-2.0 cdla-sharing-1.0 ecl-2.0 epl-1.0 epl-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gpl-2.0 gpl-3.0 lgpl-2.1 lgpl-3.0 ' +
    'lppl-1.3c mpl-2.0 ncsa ofl-1.1 osl-3.0 odbl pddl postgresql'
  ).split(' '),
)

/** Tasks of Hugging Face. Ranking has none for rows of numbers, and texts may answer, translate or transcribe: no tag is better than a wrong one. */
const PIPELINES: Readonly<Record<ModelManifest['task'], string | null>> = {
  binary: 'tabular-classification',
  multiclass: 'tabular-classification',
  multilabel: 'tabular-classification',
  regression: 'tabular-regression',
  quantile: 'tabular-regression',
  ranking: null,
  text: null,
}

/** Front matter of the model card as Hugging Face reads it: licence, task, metrics. Pure. */
export function frontMatter(manifest: ModelManifest, { profile }: Pick<Chain, 'profile'>): Record<string, unknown> {
  const pipeline = PIPELINES[manifest.task]
  const metrics = manifest.metrics.flatMap(({ metric, value }) =>
    value === null ? [] : [{ type: metric, value, name: metric }],
  )
  const test = profile?.document.datasets.find(({ name }) => name === 'test')
  const kind = manifest.task === 'text' ? 'text' : 'tabular'
  const dataset = { type: kind, name: test?.files.map(({ name }) => name).join(', ') || 'test data', split: 'test' }
  // The type of a task is required there, and any text is taken.
  const results = [{ task: { type: pipeline ?? manifest.task }, dataset, metrics }]
  return {
    ...licenseOf(manifest.license),
    ...(pipeline === null ? {} : { pipeline_tag: pipeline }),
    tags: [pipeline === null ? manifest.task : 'tabular', 'plumbline'],
    ...(metrics.length === 0 ? {} : { 'model-index': [{ name: manifest.model, results }] }),
  }
}

function licenseOf(license: string | null): Record<string, string> {
  if (license === null) return {}
  const known = license.toLowerCase().replace(/-(only|or-later)$/, '')
  return HUB_LICENSES.has(known) ? { license: known } : { license: 'other', license_name: license }
}
