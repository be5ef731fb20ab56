import { type Block, code, column, type Inline, table } from '../../../shared/report/blocks.js'
import { formatInteger, missing } from '../../../shared/report/format.js'
import { valueText } from '../figures.js'
import type { Measurement } from '../measure.js'
import { baselineTitle, type Facts } from './facts.js'
import { changeText, differenceHead, estimateText, subjectCell } from './labels.js'

/** Every metric on all rows, beside the floor of a trivial model. */
export function metricTable(facts: Facts): Block {
  const { trivial: floor } = facts.came.subjects
  return table(
    [
      'metric',
      column('candidate', 'right'),
      column(baselineTitle(facts), 'right'),
      column(differenceHead(facts.confidence), 'right'),
      ...(floor === null ? [] : [column('trivial model', 'right')]),
      column('rows', 'right'),
    ],
    facts.came.measurements
      .filter(({ slice }) => slice === null)
      .map((measurement): Inline[] => {
        const { candidate, baseline, difference, trivial } = measurement
        const interval = difference?.interval ?? candidate.interval
        return [
          subjectCell(measurement),
          estimateText(candidate),
          baseline === null ? missing : valueText({ value: baseline.value, interval }),
          changeText(difference),
          ...(floor === null ? [] : [valueText({ value: trivial.value, interval: candidate.interval })]),
          formatInteger(candidate.n),
        ]
      }),
    { caption: 'Metrics on all rows', importance: 80 },
  )
}

/** What each number on the page is, and how its interval was made. */
export function definitionTable(measurements: readonly Measurement[]): Block {
  const metrics = [...new Map(measurements.map(({ metric }) => [metric.name, metric])).values()]
  return table(
    ['metric', 'definition', 'interval of a value', 'interval of a difference'],
    metrics.map(({ title, name, definition, methods }) => [
      [title, ' ', code(name)],
      definition,
      methods.single,
      methods.difference,
    ]),
    { caption: 'How each number is defined', importance: 62 },
  )
}
