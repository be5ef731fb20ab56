import type { RunRef } from '../contracts/common.js'
import type { ModelManifest } from '../contracts/model-manifest.js'
import {
  type Block,
  code,
  codeBlock,
  column,
  details,
  heading,
  type Inline,
  link,
  list,
  paragraph,
  table,
  verdictLabel,
} from '../report/blocks.js'
import { formatBytes, formatInteger, formatInterval, formatNumber, plural } from '../report/format.js'
import { renderMarkdown } from '../report/markdown.js'
import { overrideBlocks } from './overrides.js'
import { assetNames } from './releases-assets.js'

/** GitHub takes 125,000 characters; the hidden line needs some. */
const LIMIT = 120_000

/**
 * The notes of a release out of its manifest: what the model is for, what was judged, how well it answers, why this
 * number, how to deploy it, what lies in it. Text of others is inert in it. Pure.
 */
export function releaseNotes(manifest: ModelManifest, { run }: { readonly run: RunRef }): string {
  const blocks = [
    ...purpose(manifest),
    ...verdicts(manifest),
    ...metrics(manifest),
    ...number(manifest, run),
    ...usage(manifest),
    ...content(manifest),
  ]
  return renderMarkdown(
    { title: `${manifest.model} ${manifest.version}`, blocks },
    { level: 2, limit: LIMIT, whole: [code('MODEL_CARD.md'), ' and ', code('manifest.json'), ' among the assets'] },
  )
}

function purpose({ description }: ModelManifest): Block[] {
  return description === null ? [] : [paragraph(description, { importance: 75 })]
}

function verdicts({ verdicts, overrides }: ModelManifest): Block[] {
  const rows = verdicts.map(({ document, verdict, summary }): Inline[] => [document, verdictLabel(verdict), summary])
  const unjudged = verdicts.some(({ document }) => document === 'evaluation')
    ? []
    : [paragraph({ strong: 'This version was published without an evaluation.' }, { importance: 75 })]
  return [
    ...unjudged,
    ...overrideBlocks(overrides),
    ...(rows.length === 0 ? [] : [{ ...table(['document', 'verdict', 'why'], rows), importance: 70 }]),
  ]
}

function metrics({ metrics }: ModelManifest): Block[] {
  if (metrics.length === 0) return []
  const rows = metrics.map(({ metric, value, interval, n }): Inline[] => [
    metric,
    formatNumber(value),
    interval === null ? '' : formatInterval(interval.low, interval.high),
    formatInteger(n),
  ])
  const right = (title: string) => column(title, 'right')
  return [{ ...table(['metric', right('value'), right('interval'), right('rows')], rows), importance: 70 }]
}

function number({ bump, previous, lineage }: ModelManifest, run: RunRef): Block[] {
  const made: Inline[] = [
    ...(previous?.tag ? [['Version before: ', code(previous.tag)]] : []),
    ['Commit: ', lineage.commit === null ? 'not recorded' : code(lineage.commit)],
    ...(run.kind === 'github' ? [['Made by ', link(run.url, `run ${run.runId}`)]] : []),
  ]
  return [
    heading(2, 'Why this number'),
    paragraph([bump.rule, '.']),
    { ...list([...bump.evidence]), importance: 15 },
    list(made),
  ]
}

function usage({ tag, golden }: ModelManifest): Block[] {
  const asked = golden === null ? '' : ` It asks ${plural(golden.rows, 'golden row')} before and after the switch.`
  return [
    heading(2, 'How to deploy it'),
    codeBlock(`- uses: plumbline-ml/plumbline/actions/deploy@v1\n  with: { tag: '${tag}' }`, { language: 'yaml' }),
    paragraph([
      'Or on a machine of your own: ',
      code(`plumbline deploy --tag ${tag}`),
      `.${asked} A version is taken only as it was published: every file is compared with `,
      code('manifest.json'),
      ', whose SHA-256 is the identity of the version.',
    ]),
  ]
}

function content({ files }: ModelManifest): Block[] {
  const names = assetNames(files.map(({ path }) => path))
  const rows = files.map(({ path, role, bytes, digest }): Inline[] => [
    code(path),
    bytes === 0 ? 'none, it is empty' : code(names.get(path) as string),
    role,
    formatBytes(bytes),
    code(digest),
  ])
  const sum = files.reduce((total, { bytes }) => total + bytes, 0)
  const head = ['file', 'asset', 'role', column('size', 'right'), 'SHA-256']
  return [details(`${plural(files.length, 'file')}, ${formatBytes(sum)}`, [table(head, rows)], { importance: 10 })]
}
