import type { BehaviourResult } from '../../../shared/contracts/evaluate-behaviour.js'
import {
  type Block,
  code,
  column,
  details,
  heading,
  type Inline,
  list,
  paragraph,
  table,
  verdictLabel,
} from '../../../shared/report/blocks.js'
import { clip } from '../../../shared/report/escape.js'
import { formatInteger, formatPercent, missing, plural } from '../../../shared/report/format.js'
import type { BehaviourReport } from './run.js'

const COMMENT_ROWS = 15
const COMMENT_EXAMPLES = 3
const COMMENT_TEXT = 80
/** Of the page. */
const EVERY = Number.POSITIVE_INFINITY

type Example = BehaviourResult['examples'][number]

/** One line for each test, and folded the rows that failed. */
export function behaviourComment(report: BehaviourReport): Block[] {
  if (report.results.length === 0) return []
  const failed = report.results.filter(({ examples }) => examples.length > 0)
  const rows = failed.reduce((sum, result) => sum + result.failed, 0)
  return [
    testTable(report, COMMENT_ROWS),
    ...(failed.length === 0
      ? []
      : [
          details(
            `Behaviour: the worst of ${plural(rows, 'row')} that failed`,
            failed.flatMap((result) => [
              paragraph(shownText(result, COMMENT_EXAMPLES)),
              exampleTable(result, COMMENT_EXAMPLES, COMMENT_TEXT, null),
            ]),
            { importance: 3 },
          ),
        ]),
  ]
}

/** Every test with its definition and its worst failures. */
export function behaviourPage(report: BehaviourReport): Block[] {
  if (report.results.length === 0) return []
  return [
    heading(2, 'Behaviour'),
    testTable(report, EVERY),
    ...report.results
      .filter(({ examples }) => examples.length > 0)
      .map((result) => exampleTable(result, EVERY, EVERY, shownText(result, EVERY))),
    paragraph(COUNTING),
    list(definitions(report)),
  ]
}

const COUNTING =
  'Rows are chosen by the hash of their names, so that the choice does not depend on their order. Both rows of a pair are asked in the same call. Only rows whose input really changed are counted. The share of failures is judged by its Wilson interval; cases, and rows that are asked again, each stand for themselves.'

function definitions({ results }: BehaviourReport): string[] {
  const texts = results.map(({ kind, definition }) => `${TITLES[kind]}: ${definition}`)
  return [...new Set(texts)]
}

const TITLES: Readonly<Record<BehaviourResult['kind'], string>> = {
  perturbation: 'Perturbation',
  invariance: 'Invariance',
  directional: 'Direction',
  cases: 'Cases',
  determinism: 'Determinism',
  batching: 'Batch against single rows',
  churn: 'Churn',
}

function testTable({ results, judged }: BehaviourReport, most: number): Block {
  const columns = [
    'behaviour',
    'test',
    column('counted', 'right'),
    column('failed', 'right'),
    column('share', 'right'),
    column('allowed', 'right'),
    'verdict',
  ]
  const rows = results.map((result, i): Inline[] => [
    TITLES[result.kind],
    result.name,
    formatInteger(result.changed),
    formatInteger(result.failed),
    shareText(result),
    formatPercent(result.maxFailures),
    verdictLabel(judged[i]?.verdict ?? 'error'),
  ])
  const hidden = rows.length - most
  const caption = most === EVERY ? 'Behaviour tests' : `${plural(hidden, 'more test')} on the page`
  return table(columns, rows.slice(0, most), most === EVERY || hidden > 0 ? { caption } : {})
}

function shareText({ rate, interval }: BehaviourResult): string {
  if (rate === null) return missing
  if (interval === null) return formatPercent(rate)
  return `${formatPercent(rate)} (${formatPercent(interval.low)} … ${formatPercent(interval.high)})`
}

function shownText({ name, examples, failed }: BehaviourResult, most: number): string {
  const shown = Math.min(most, examples.length)
  return `${name}: ${shown === failed ? 'all that failed' : `${shown} of ${formatInteger(failed)}`}.`
}

/** The worst failures, with their texts cut. */
function exampleTable(
  { kind, examples }: BehaviourResult,
  most: number,
  length: number,
  caption: string | null,
): Block {
  const shown = examples.slice(0, most)
  const [row, from, to] = COLUMNS[kind]
  const changed = shown.some(({ changes }) => changes.length > 0)
  return table(
    [row, ...(changed ? ['what changed'] : []), from, to],
    shown.map((example): Inline[] => [
      code(clip(example.id, length)),
      ...(changed ? [clip(changesText(example), length)] : []),
      clip(example.from, length),
      clip(example.to, length),
    ]),
    caption === null ? {} : { caption },
  )
}

const COLUMNS: Readonly<Record<BehaviourResult['kind'], readonly [row: string, from: string, to: string]>> = {
  perturbation: ['row', 'answer before', 'answer after'],
  invariance: ['row', 'answer before', 'answer after'],
  directional: ['row', 'answer before', 'answer after'],
  cases: ['case', 'expected', 'answer'],
  determinism: ['row', 'answer', 'answer again'],
  batching: ['row', 'answer in the batch', 'answer alone'],
  churn: ['row', 'baseline', 'candidate'],
}

function changesText({ changes }: Example): string {
  return changes
    .map(({ column: name, before, after }) => `${name}: ${before ?? '(missing)'} → ${after ?? '(missing)'}`)
    .join(', ')
}
