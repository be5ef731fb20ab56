import { stringify } from 'yaml'
import type { Evaluation, MetricResult } from '../../shared/contracts/evaluation.js'
import type { ModelManifest } from '../../shared/contracts/model-manifest.js'
import type { GoldenRow } from '../../shared/contracts/predict.js'
import { overrideBlocks } from '../../shared/registry/overrides.js'
import {
  type Block,
  code,
  codeBlock,
  column,
  heading,
  type Inline,
  list,
  paragraph,
  table,
  verdictLabel,
} from '../../shared/report/blocks.js'
import {
  formatBytes,
  formatInteger,
  formatInterval,
  formatNumber,
  formatPercent,
  plural,
} from '../../shared/report/format.js'
import { renderMarkdown } from '../../shared/report/markdown.js'
import { frontMatter } from './front-matter.js'
import type { Chain } from './lineage.js'

export interface CardFacts {
  readonly manifest: ModelManifest
  readonly chain: Chain
  readonly limits: readonly string[]
  readonly golden: GoldenRow | null
}

/**
 * MODEL_CARD.md out of evidence: what the model is for, what it was made of, how well it answers and where, how it
 * behaves, what was not measured, how to ask and verify it. Starts with front matter as Hugging Face reads it. Pure.
 */
export function renderCard(facts: CardFacts): string {
  const { manifest } = facts
  const body = renderMarkdown(
    {
      title: `${manifest.model} ${manifest.version}`,
      blocks: [
        ...purpose(facts),
        ...decision(facts),
        ...quality(facts.chain.evaluation?.document ?? null),
        ...slices(facts.chain.evaluation?.document ?? null),
        ...behaviour(facts.chain.evaluation?.document ?? null),
        ...data(facts),
        ...making(facts),
        ...unmeasured(facts),
        ...usage(facts),
      ],
    },
    { level: 1, limit: 200_000 },
  )
  return `---\n${stringify(frontMatter(manifest, facts.chain))}---\n\n${body}`
}

function purpose({ manifest, limits }: CardFacts): Block[] {
  const unknown = 'Nobody has written down what this model is for (package.description in plumbline.yml).'
  return [
    paragraph(manifest.description ?? unknown),
    heading(2, 'Limits'),
    limits.length > 0
      ? list([...limits])
      : paragraph(
          'No limits of use are written down (package.limits in plumbline.yml). That does not mean that there are none.',
        ),
  ]
}

function decision({ manifest, chain }: CardFacts): Block[] {
  const rows = manifest.verdicts.map(({ document, verdict, summary }): Inline[] => [
    document,
    verdictLabel(verdict),
    summary,
  ])
  const missing =
    chain.evaluation === null ? [paragraph({ strong: 'This model was published without an evaluation.' })] : []
  return [
    heading(2, 'Verdicts'),
    ...missing,
    ...overrideBlocks(manifest.overrides),
    ...(rows.length === 0 ? [] : [table(['document', 'verdict', 'why'], rows)]),
  ]
}

const right = (title: string) => column(title, 'right')

function quality(evaluation: Evaluation | null): Block[] {
  const rows = (evaluation?.metrics ?? []).filter(({ slice }) => slice === null).map(metricRow)
  if (evaluation === null || rows.length === 0) return []
  const level = formatPercent(evaluation.confidence)
  return [
    heading(2, 'Quality'),
    paragraph(
      `Measured on ${plural(evaluation.rows, 'row')} of the test data; intervals at ${level}.` +
        (evaluation.threshold === null
          ? ''
          : ` The positive class is a score above ${formatNumber(evaluation.threshold)}.`),
    ),
    table(['metric', right('value'), right('interval'), right('rows'), right('trivial model'), 'definition'], rows),
  ]
}

function metricRow({ metric, definition, candidate, trivial }: MetricResult): Inline[] {
  return [
    metric,
    shownValue(candidate),
    shownInterval(candidate),
    formatInteger(candidate.n),
    formatNumber(trivial),
    definition,
  ]
}

type Measured = MetricResult['candidate']

const shownValue = ({ value, reason }: Measured): string =>
  value === null ? `not defined: ${reason ?? 'no reason given'}` : formatNumber(value)
const shownInterval = ({ interval }: Measured): string =>
  interval === null ? '' : formatInterval(interval.low, interval.high)

function slices(evaluation: Evaluation | null): Block[] {
  const found = evaluation?.metrics.filter(({ slice }) => slice !== null) ?? []
  if (found.length === 0) return []
  const rows = found.map(({ slice, metric, candidate }): Inline[] => [
    `${slice?.column} = ${slice?.value}`,
    metric,
    shownValue(candidate),
    shownInterval(candidate),
    formatInteger(candidate.n),
  ])
  return [heading(2, 'Slices'), table(['slice', 'metric', right('value'), right('interval'), right('rows')], rows)]
}

function behaviour(evaluation: Evaluation | null): Block[] {
  if (evaluation === null || evaluation.behaviour.length === 0) return []
  const rows = evaluation.behaviour.map(({ kind, name, changed, failed, rate, interval, tolerance }): Inline[] => [
    kind,
    name,
    `${formatInteger(failed)} of ${formatInteger(changed)}`,
    formatPercent(rate),
    interval === null ? '' : formatInterval(interval.low, interval.high),
    formatNumber(tolerance),
  ])
  return [
    heading(2, 'Behaviour'),
    table(['test', 'of', right('failed'), right('share'), right('interval'), right('tolerance')], rows),
  ]
}

function data({ manifest, chain }: CardFacts): Block[] {
  const profile = chain.profile?.document
  const files = manifest.lineage.data.map(({ name, rows, bytes, digest }): Inline[] => [
    code(name),
    rows === undefined ? '' : formatInteger(rows),
    bytes === undefined ? '' : formatBytes(bytes),
    code(digest),
  ])
  const inputs = manifest.signature.inputs.map(({ name, type, nullable }): Inline[] => [
    name,
    type,
    nullable ? 'may be missing' : 'never missing in training',
  ])
  return [
    heading(2, 'Data'),
    ...(files.length === 0 ? [] : [table(['file', right('rows'), right('size'), 'SHA-256'], files)]),
    ...(profile
      ? [paragraph(`Target: ${profile.target ?? 'not named'}. ${plural(profile.features.length, 'feature')}.`)]
      : []),
    ...(inputs.length === 0 ? [] : [table(['input', 'type', 'missing values'], inputs)]),
  ]
}

function making({ manifest }: CardFacts): Block[] {
  const { lineage, bump } = manifest
  const params = Object.entries(lineage.params).map(
    ([name, value]): Inline => [code(name), ': ', JSON.stringify(value)],
  )
  return [
    heading(2, 'How it was made'),
    list([
      ['Version: ', bump.rule],
      ['Command: ', lineage.command === null ? 'not recorded' : code(lineage.command.join(' '))],
      ['Seed: ', lineage.seed === null ? 'not recorded' : String(lineage.seed)],
      ['Commit: ', lineage.commit === null ? 'not recorded' : code(lineage.commit)],
    ]),
    ...(params.length === 0 ? [] : [list(params)]),
  ]
}

function unmeasured({ manifest, chain }: CardFacts): Block[] {
  const missing = [
    chain.profile === null ? 'The data were not profiled: the inputs of the model are not described.' : null,
    chain.validation === null ? 'Nobody has checked whether the data were fit to train on.' : null,
    chain.training === null ? 'How the model was trained is not recorded.' : null,
    chain.evaluation === null ? 'Nothing was measured: no metric, no slice, no behaviour.' : null,
    chain.evaluation && chain.evaluation.document.behaviour.length === 0
      ? 'Behaviour under changed inputs was not tested.'
      : null,
    manifest.golden === null ? 'There are no golden rows: a deployment cannot be checked by its answers.' : null,
    ...(chain.evaluation?.document.notMeasured ?? []),
  ].filter((text) => text !== null)
  return [
    heading(2, 'What was not measured'),
    missing.length === 0 ? paragraph('Nothing that Plumbline looks at was left out.') : list(missing),
  ]
}

function usage({ manifest, golden }: CardFacts): Block[] {
  const { predict } = manifest
  return [
    heading(2, 'How to ask and verify it'),
    paragraph(howToAsk(predict)),
    ...(golden === null
      ? []
      : [
          paragraph([
            code('golden.jsonl'),
            ` holds ${plural(manifest.golden?.rows ?? 0, 'row')} with the answers of this model. The first:`,
          ]),
          codeBlock(`${JSON.stringify(golden.row)}\n${JSON.stringify(golden.prediction)}`, { language: 'json' }),
        ]),
    paragraph([
      'Every file of the package stands in ',
      code('manifest.json'),
      ' with its size and SHA-256. The SHA-256 of that file is the identity of the version; ',
      code(`plumbline show ${manifest.tag}`),
      ' prints it.',
    ]),
  ]
}

function howToAsk(predict: ModelManifest['predict']): Inline {
  if (predict === null) return 'How to ask this model is not recorded (predict in plumbline.yml).'
  if ('url' in predict) return ['It is asked over HTTP at ', code(predict.url), ` (${predict.protocol}).`]
  if ('onnx' in predict) return ['It is an ONNX model: ', code(predict.onnx), `, inputs ${predict.inputs}.`]
  const command = code(typeof predict.command === 'string' ? predict.command : predict.command.join(' '))
  return predict.protocol === 'jsonl'
    ? [
        'In the folder of the package, ',
        command,
        ' reads one row as a JSON object per line and writes one answer per line.',
      ]
    : ['In the folder of the package, ', command, ' reads a file of JSON Lines and writes one.']
}
