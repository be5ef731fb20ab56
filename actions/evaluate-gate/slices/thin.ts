import { agree, formatInteger, plural } from '../../../shared/report/format.js'
import { subjectText } from '../figures.js'
import type { Measurement } from '../measure.js'
import type { Slices } from './slices.js'

/**
 * Metrics of judged slices of which fewer rows than the minimum of the slice stand below the line, such as positive rows for
 * recall: one sentence each.
 */
export function thinNotes(measurements: readonly Measurement[], { judged }: Pick<Slices, 'judged'>): string[] {
  return measurements.flatMap(({ metric, slice, candidate }) => {
    const own = slice && judged.find((one) => one.column === slice.column && one.value === slice.value)
    if (!own || candidate.n >= own.partition.minRows || candidate.n >= own.n) return []
    return [
      `${subjectText(metric.title, slice)}: only ${formatInteger(candidate.n)} of its ${plural(own.n, 'row')} ${agree(candidate.n, 'counts', 'count')} for it, fewer than ${own.partition.minRows}`,
    ]
  })
}
