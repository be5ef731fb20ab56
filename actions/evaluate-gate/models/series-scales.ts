import { plural } from '../../../shared/report/format.js'
import type { NaiveScale } from '../../../shared/stats/naive-errors.js'
import type { Scales } from '../../../shared/stats/sample.js'

/** A series by the values of its columns, a missing one null. */
export const keyOf = (values: readonly (string | null)[]): string => JSON.stringify(values)

/** Series of each judged row, by its key. */
export interface SeriesOfRows {
  readonly codes: Uint32Array
  readonly keys: readonly string[]
}

/**
 * Scale of each row, and why some have none.
 * @param known scales by the key of the series
 */
export function scalesOfRows(
  { codes, keys }: SeriesOfRows,
  known: ReadonlyMap<string, NaiveScale>,
  seasonality: number,
): Scales {
  const scales = keys.map((key) => known.get(key))
  const of = Float64Array.from(codes, (code) => {
    const scale = scales[code]?.scale ?? Number.NaN
    return scale > 0 ? scale : Number.NaN
  })
  const without = keys
    .flatMap((key, code) => {
      const why = whyNone(scales[code], seasonality)
      return why === null ? [] : [`${nameOf(key)} ${why}`]
    })
    .sort()
  const one = without[0] ?? null
  if (one === null) return { of, reason: null }
  const count =
    keys.length === 1 ? '' : `${without.length} of ${plural(keys.length, 'series', 'series')} have no scale: `
  return { of, reason: `${count}${one}` }
}

function whyNone(scale: NaiveScale | undefined, seasonality: number): string | null {
  if (scale === undefined) return 'has no training rows'
  if (scale.rows <= seasonality) {
    return `has ${plural(scale.rows, 'training row')}, and a naive forecast of ${plural(seasonality, 'row')} before needs ${seasonality + 1}`
  }
  return scale.scale > 0 ? null : `is forecast without any error on its training rows, and a scale of 0 divides nothing`
}

/** `"north, 3"`; of data that are one series: the target. */
function nameOf(key: string): string {
  const values = JSON.parse(key) as (string | null)[]
  return values.length === 0 ? 'the target' : `"${values.map((value) => value ?? 'missing').join(', ')}"`
}
