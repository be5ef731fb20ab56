import type { Measured } from '../../../shared/contracts/common.js'
import type {
  ModelPerformance,
  PerformanceMeasure,
  PerformanceResult,
} from '../../../shared/contracts/evaluate-performance.js'
import {
  type Block,
  column,
  details,
  heading,
  type Inline,
  paragraph,
  table,
  verdictLabel,
} from '../../../shared/report/blocks.js'
import { forest } from '../../../shared/report/charts/comparison.js'
import { formatInteger, missing, plural } from '../../../shared/report/format.js'
import type { Estimate } from '../../../shared/stats/types.js'
import { OF_BATCH, OF_MODEL } from './estimates.js'
import type { PerformanceReport } from './run.js'
import { DEFINITION, estimateText, plainText, ratioText, rowTitle, subjectOf } from './words.js'

const UNSTEADY =
  'Measured on the machine of this run: these numbers, and the checks of rules on them, differ from run to run; all else in the document does not.'

/** The judged rules, and folded every number. */
export function performanceComment(report: PerformanceReport): Block[] {
  const { result } = report
  if (result === null) return []
  return [
    ...ruleTable(report, {}),
    details(`Performance: ${howText(result)}`, [measureTable(result, {}), paragraph(UNSTEADY)], { importance: 3 }),
  ]
}

/** Every number with its interval, the ratios as a picture, and how it was measured. */
export function performancePage(report: PerformanceReport, level: number): Block[] {
  const { result } = report
  if (result === null) return []
  return [
    heading(2, 'Performance of the model'),
    paragraph(`Measured: ${howText(result)}. ${UNSTEADY}`),
    ...ruleTable(report, { caption: 'Rules on performance' }),
    measureTable(result, { caption: 'Time, memory and size, each with its interval' }),
    ...ratioChart(result, level),
    paragraph(DEFINITION),
  ]
}

function howText({ rows, warmUp, order, starts, candidate }: PerformanceResult): string {
  const requests = candidate.batches.map(
    ({ batch, requests }) => `${plural(requests, 'request')} of ${formatInteger(batch)}`,
  )
  const turns = order === 'ABBA' ? 'both models in turns (ABBA)' : 'the candidate alone'
  return `${turns}, ${requests.join(', ')} after ${formatInteger(warmUp)} to warm up, ${plural(rows, 'row')}, ${plural(starts, 'start')}`
}

/** What the page says above a table; the comment has the heading that it is folded under. */
type Title = { readonly caption?: string }

function ruleTable({ judged }: PerformanceReport, title: Title): Block[] {
  if (judged.length === 0) return []
  return [
    table(
      ['performance', column('measured', 'right'), 'rule', 'verdict'],
      judged.map(({ check, found }): Inline[] => [
        check.subject,
        found ?? missing,
        check.expected,
        verdictLabel(check.verdict),
      ]),
      title,
    ),
  ]
}

function measureTable(result: PerformanceResult, title: Title): Block {
  const { candidate, baseline, ratios } = result
  const columns = [
    'measure',
    column('candidate', 'right'),
    ...(baseline === null ? [] : [column(baseline.name, 'right'), column('ratio', 'right')]),
  ]
  const keys = [
    ...result.batchSizes.flatMap((batch) => OF_BATCH.map((measure) => ({ measure, batch: batch as number | null }))),
    ...OF_MODEL.map((measure) => ({ measure, batch: null })),
  ]
  return table(
    columns,
    keys.map(({ measure, batch }): Inline[] => {
      const ratio = ratios.find((one) => one.measure === measure && one.batch === batch)?.ratio
      return [
        rowTitle(measure, batch),
        modelText(candidate, measure, batch),
        ...(baseline === null
          ? []
          : [modelText(baseline, measure, batch), ratio === undefined ? missing : ratioCell(ratio)]),
      ]
    }),
    title,
  )
}

function modelText(model: ModelPerformance, measure: PerformanceMeasure, batch: number | null): string {
  return estimateText(estimateIn(model, measure, batch), plainText)
}

function estimateIn(model: ModelPerformance, measure: PerformanceMeasure, batch: number | null): Estimate {
  if (measure === 'memory' || measure === 'size') {
    const { bytes, reason } = model[measure]
    return { value: bytes === null ? Number.NaN : bytes / 1e6, n: 1, interval: null, reason }
  }
  if (measure === 'cold_start') return estimateOfMeasured(model.coldStart)
  const found = model.batches.find((one) => one.batch === batch)
  if (found === undefined) return estimateOfMeasured(NOT_MEASURED)
  if (measure === 'throughput') return estimateOfMeasured(found.throughput)
  return estimateOfMeasured(found.latency[measure.slice('latency_'.length) as 'p50' | 'p90' | 'p95' | 'p99'])
}

const NOT_MEASURED: Measured = { value: null, n: 0, interval: null, reason: 'not measured' }

function estimateOfMeasured({ value, n, interval, reason }: Measured): Estimate {
  return { value: value ?? Number.NaN, n: n ?? 0, interval, reason }
}

function ratioCell(ratio: Measured): string {
  return estimateText(estimateOfMeasured(ratio), (value) => ratioText(value, ratio.interval))
}

function ratioChart({ ratios, baseline }: PerformanceResult, level: number): Block[] {
  const known = ratios.filter(({ ratio }) => ratio.value !== null && ratio.interval !== null)
  if (baseline === null || known.length === 0) return []
  return [
    forest({
      title: `Candidate by ${baseline.name}`,
      measure: `candidate by ${baseline.name}`,
      rows: known.map(({ measure, batch, ratio }) => ({
        name: subjectOf(measure, batch),
        estimate: ratio.value,
        low: ratio.interval?.low ?? null,
        high: ratio.interval?.high ?? null,
        n: ratio.n ?? 0,
      })),
      reference: 1,
      level,
      note: 'Below 1 the candidate is faster; of throughput, above 1.',
    }),
  ]
}
