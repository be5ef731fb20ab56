import type { ColumnType } from '../../contracts/data-contract.js'
import type { TimeCoverage } from '../../contracts/data-profile.js'
import type { DataEngine } from '../engine/engine.js'
import type { Values } from './values.js'

const MOST_PERIODS = 400
const MOST_GAPS = 5
const DAY = 86_400_000

/** Rows of each day (since 1970-01-01, ascending). */
export interface Days {
  readonly days: readonly number[]
  readonly counts: readonly number[]
}

/** Values of a date or timestamp column by day. */
export async function daysOf(engine: DataEngine, values: Values): Promise<Days> {
  const counts = new Map<number, number>()
  if (values.kind === 'few') {
    values.numbers.forEach((value, i) => {
      const day = Math.floor(value)
      counts.set(day, (counts.get(day) ?? 0) + (values.counts[i] as number))
    })
  } else if (values.kind === 'numbers') {
    const { numbers, ends } = values
    let before = 0
    numbers.forEach((value, i) => {
      const day = Math.floor(value)
      // The last value of a day tells how many there are up to it.
      if (i + 1 < numbers.length && Math.floor(numbers[i + 1] as number) === day) return
      counts.set(day, (ends[i] as number) - before)
      before = ends[i] as number
    })
  } else {
    const rows = await engine.all(
      `SELECT floor(epoch(v) / 86400.0)::BIGINT AS d, sum(n)::BIGINT AS n FROM ${values.table} GROUP BY 1`,
    )
    for (const { d, n } of rows) counts.set(Number(d), Number(n))
  }
  const sorted = [...counts].sort(([a], [b]) => a - b)
  return { days: sorted.map(([day]) => day), counts: sorted.map(([, count]) => count) }
}

/** Coverage of the time from the first to the last value, in days since 1970-01-01; null beyond the years that ISO texts have. */
export function coverageOf(type: ColumnType, min: number, max: number, { days, counts }: Days): TimeCoverage | null {
  if (days.length === 0 || !isWritable(min) || !isWritable(max)) return null
  const [first, last] = [days[0] as number, days.at(-1) as number]
  const { unit, periods } = periodsOf(days, counts)
  const gaps = days
    .slice(1)
    .map((day, i) => ({ from: (days[i] as number) + 1, length: day - (days[i] as number) - 1 }))
    .filter(({ length }) => length > 0)
  const longest = [...gaps].sort((a, b) => b.length - a.length || a.from - b.from).slice(0, MOST_GAPS)
  return {
    first: textOf(type, min),
    last: textOf(type, max),
    unit,
    periods,
    days: { spanned: last - first + 1, present: days.length },
    gaps: {
      total: gaps.length,
      longest: longest.map(({ from, length }) => ({
        from: dayText(from),
        to: dayText(from + length - 1),
        days: length,
      })),
    },
  }
}

const isWritable = (day: number) =>
  Math.abs(day) < 3e6 && new Date(day * DAY).getUTCFullYear() > 0 && new Date(day * DAY).getUTCFullYear() < 10_000

function periodsOf(days: readonly number[], counts: readonly number[]): Pick<TimeCoverage, 'unit' | 'periods'> {
  for (const [unit, length] of [
    ['day', 10],
    ['month', 7],
    ['year', 4],
  ] as const) {
    const periods = new Map<string, number>()
    days.forEach((day, i) => {
      const period = dayText(day).slice(0, length)
      periods.set(period, (periods.get(period) ?? 0) + (counts[i] as number))
    })
    if (periods.size <= MOST_PERIODS) {
      return { unit, periods: [...periods].map(([period, count]) => ({ period, count })) }
    }
  }
  return { unit: 'year', periods: [] }
}

const dayText = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)

/** Whole seconds; the fraction of a timestamp is no matter of coverage. */
function textOf(type: ColumnType, value: number): string {
  if (type === 'date') return dayText(value)
  return `${new Date(Math.floor(Number((value * 86400).toFixed(3))) * 1000).toISOString().slice(0, 19)}Z`
}
