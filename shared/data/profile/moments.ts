import type { ColumnType } from '../../contracts/data-contract.js'
import { type Moments, momentsOf, powerOfTwo, weightedMoments } from '../../stats/moments.js'
import { asNumber } from '../column-types.js'
import type { Cell, DataEngine } from '../engine/engine.js'
import { double } from '../engine/sql.js'
import { countAt } from './number-values.js'
import type { NumberValues, Values } from './values.js'
import { WholeSum } from './whole-sums.js'

/** Binary digits behind the point of what the engine adds up; fewer where 64 bits then hold the product with the count. */
const DIGITS = 62
const FAST_DIGITS = 57
const FAST_COUNT = 32

/**
 * Moments of the finite values. Those of many are added up as whole numbers of 2⁻⁶² of the largest term, so that neither
 * threads nor the order of rows show.
 */
export async function momentsOfValues(
  engine: DataEngine,
  type: ColumnType,
  values: Values,
  { n, min, max }: { readonly n: number; readonly min: number; readonly max: number },
): Promise<Moments> {
  if (values.kind === 'few') return weightedMoments(values.numbers, values.counts)
  if (values.kind === 'numbers') return momentsOfNumbers(values, { n, min, max })
  const scale = powerOfTwo(Math.max(Math.abs(min), Math.abs(max)))
  const scaled = `(${asNumber(type, 'v')} * ${double(1 / scale)})`
  const [largest] = await engine.all(`SELECT max(n) AS n FROM ${values.table}`)
  const fixed = fixedPoint(Number(largest?.n) <= FAST_COUNT)
  const [first = {}] = await engine.all(`SELECT ${fixed.sum(scaled)} AS s FROM ${values.table}`)
  const centre = fixed.value(first.s) / n
  const spread = powerOfTwo(Math.max(Math.abs(min / scale - centre), Math.abs(max / scale - centre)))
  const powers = ['d', 'd * d', 'd * d * d', '(d * d) * (d * d)'].map((term, i) => `${fixed.sum(term)} AS p${i}`)
  const [row = {}] = await engine.all(
    `SELECT ${powers.join(', ')} FROM (SELECT n, (${scaled} - ${double(centre)}) * ${double(1 / spread)} AS d FROM ${values.table})`,
  )
  const at = (i: number) => fixed.value(row[`p${i}`]) / n
  return momentsOf({ n, scale, centre, spread, powers: [at(0), at(1), at(2), at(3)] })
}

/** The same of numbers in memory, to the last bit. */
function momentsOfNumbers(
  { numbers, ends }: NumberValues,
  { n, min, max }: { readonly n: number; readonly min: number; readonly max: number },
): Moments {
  const scale = powerOfTwo(Math.max(Math.abs(min), Math.abs(max)))
  const digits = largestCount(ends) <= FAST_COUNT ? FAST_DIGITS : DIGITS
  const centre = sumOf(numbers, ends, 1 / scale, new WholeSum(digits)) / n
  const spread = powerOfTwo(Math.max(Math.abs(min / scale - centre), Math.abs(max / scale - centre)))
  const sums = [new WholeSum(digits), new WholeSum(digits), new WholeSum(digits), new WholeSum(digits)] as const
  addPowers(numbers, ends, { shrink: 1 / scale, centre, widen: 1 / spread }, sums)
  const [p1, p2, p3, p4] = sums.map(({ value }) => value / n) as [number, number, number, number]
  return momentsOf({ n, scale, centre, spread, powers: [p1, p2, p3, p4] })
}

// Loops stand alone in small functions: what is compiled while it runs is a whole function, once for each of its loops.

function largestCount(ends: Uint32Array): number {
  let largest = 0
  for (let i = 0; i < ends.length; i++) largest = Math.max(largest, countAt(ends, i))
  return largest
}

function sumOf(numbers: Float64Array, ends: Uint32Array, shrink: number, total: WholeSum): number {
  for (let i = 0; i < ends.length; i++) total.add((numbers[i] as number) * shrink, countAt(ends, i))
  return total.value
}

function addPowers(
  numbers: Float64Array,
  ends: Uint32Array,
  { shrink, centre, widen }: { readonly shrink: number; readonly centre: number; readonly widen: number },
  [first, second, third, fourth]: readonly [WholeSum, WholeSum, WholeSum, WholeSum],
): void {
  for (let i = 0; i < ends.length; i++) {
    const d = ((numbers[i] as number) * shrink - centre) * widen
    const count = countAt(ends, i)
    first.add(d, count)
    second.add(d * d, count)
    third.add(d * d * d, count)
    fourth.add(d * d * (d * d), count)
  }
}

/** Sums of terms between −1 and 1, times their counts, as whole numbers: SQL for one, and its value. */
const fixedPoint = (fast: boolean) => {
  const [digits, whole] = fast ? [FAST_DIGITS, 'BIGINT'] : [DIGITS, 'HUGEINT']
  return {
    sum: (term: string) => `sum(CAST((${term}) * ${double(2 ** digits)} AS ${whole}) * n)`,
    value: (sum: Cell | undefined) => Number(BigInt(String(sum ?? 0))) / 2 ** digits,
  }
}
