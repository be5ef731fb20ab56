import type { SliceChoice, SliceConfig } from '../../../shared/contracts/evaluate-slices.js'
import type { SliceRef } from '../../../shared/contracts/evaluation.js'
import { type Problem, UserError } from '../../../shared/core/errors.js'
import { agree, formatInteger, plural, shortList } from '../../../shared/report/format.js'
import type { JudgedRows } from '../judged-rows.js'
import { type Cut, crossOf, cutByCondition, cutByEdges, cutByQuantiles, cutByValues } from './cut.js'
import { type Declaration, declarationOf, declareSlices, type Factor } from './declare.js'
import { crossName, isMeant, valueName } from './names.js'
import { indexRows, type Partition, partitionOf, type RowIndex, type SmallSlice } from './partition.js'

/** Some of the rows, by a name and a value. */
export interface Slice extends SliceRef {
  /** How many. */
  readonly n: number
  readonly partition: Partition
  /** Its code in the partition. */
  readonly code: number
}

/** What a rule is judged on. */
export interface Chosen {
  /** Null when nothing has this name. */
  readonly partition: Partition | null
  readonly judged: readonly Slice[]
  /** Slices that the rule names, too small to be judged; null when the rule names all, and there are none. */
  readonly small: readonly SmallSlice[]
}

export interface Slices {
  readonly partitions: readonly Partition[]
  /** Every slice that is large enough, in the order of the partitions. */
  readonly judged: readonly Slice[]
  readonly problems: readonly Problem[]
  /** Indices of the rows of a slice, ascending. They are found partition by partition: ask in the order of `judged`. */
  rowsOf(slice: Slice): Uint32Array
  /** The slices that a rule means. */
  choose(choice: SliceChoice): Chosen
}

/** Slices that are judged at most: each is measured by itself. */
export const MOST_JUDGED = 1000
/** Combinations of a cross that are counted at most. */
const MOST_COMBINATIONS = 100_000

interface Config {
  readonly slices: readonly SliceConfig[]
  readonly rules?: readonly { readonly slice?: SliceChoice | undefined }[] | undefined
}

/**
 * Cuts the rows by the declared slices, and by columns that a rule names. Mistakes are returned, all of them: unknown columns,
 * edges that do not ascend, conditions that are none, two entries of one name, too many slices.
 */
export async function cutSlices(rows: JudgedRows, config: Config): Promise<Slices> {
  const { declarations, problems } = declareSlices(config.slices, config.rules ?? [], rows.columns)
  const found: Problem[] = [...problems]
  const partitions: Partition[] = []
  for (const declaration of declarations) {
    const made = await partitionBy(rows, declaration)
    if ('message' in made) found.push(made)
    else partitions.push(made)
  }
  found.push(...tooMany(partitions))
  const judged = partitions.flatMap((partition) => partition.values.map((_, code) => sliceOf(partition, code)))
  let last: { partition: Partition; index: RowIndex } | null = null
  return {
    partitions,
    judged,
    problems: found,
    rowsOf({ partition, code }) {
      if (last?.partition !== partition) last = { partition, index: indexRows(partition) }
      const { order, offsets } = last.index
      return order.subarray(offsets[code], offsets[code + 1])
    },
    choose: (choice) => choose(partitions, choice),
  }
}

/** What is said of the slices that are too small, one sentence per entry. */
export function smallSliceNotes({ partitions }: Pick<Slices, 'partitions'>): string[] {
  return partitions.flatMap(({ name, kind, minRows, small }) => {
    if (small.slices === 0) return []
    if (kind === 'condition') return [`${name}: ${plural(small.rows, 'row')}, fewer than ${minRows}: not judged`]
    const values = small.first.map(({ value, rows }) => `${value} (${formatInteger(rows)})`)
    const listed = shortList(values, 10)
    const rest = small.slices - small.first.length
    const more = rest > 0 ? ` and ${formatInteger(rest)} others` : ''
    const what = kind === 'cross' ? 'combinations' : 'values'
    return [
      `${name}: ${formatInteger(small.slices)} of its ${what} ${agree(small.slices, 'has', 'have')} fewer than ${minRows} rows: ${listed}${more}`,
    ]
  })
}

async function partitionBy(rows: JudgedRows, declaration: Declaration): Promise<Partition | Problem> {
  const { name, key, minRows, cut } = declaration
  if ('where' in cut) {
    try {
      const facts = { name, key, minRows, kind: 'condition', columns: [] } as const
      return partitionOf(facts, await cutByCondition(rows, cut.where), true)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const [problem] = error.problems
      return {
        where: `${key}.where`,
        message: `is no condition on the columns of the test data: ${problem?.message ?? error.message}`,
        cure: problem?.cure ?? "write a condition in SQL, such as: amount > 1000 and country = 'FR'",
      }
    }
  }
  const columns = cut.map(({ column }) => column)
  const [only] = cut
  if (cut.length === 1 && only !== undefined) {
    const kind = only.by === 'values' ? 'values' : 'bins'
    const isDeclared = only.by === 'values' ? only.values !== null : only.by === 'edges'
    const made = await cutBy(rows, only)
    return partitionOf({ name, key, minRows, kind, columns }, isDeclared ? withoutEmptyMissing(made) : made, isDeclared)
  }
  const cuts: Cut[] = []
  for (const factor of cut) cuts.push(await cutBy(rows, factor))
  const size = cuts.reduce((product, { names }) => product * names.length, 1)
  if (size > MOST_COMBINATIONS) {
    return {
      where: key,
      message: `makes ${formatInteger(size)} combinations; at most ${formatInteger(MOST_COMBINATIONS)} are counted`,
      cure: 'name columns of fewer values, or cut them by bins or values',
    }
  }
  const made = crossOf(cuts, crossName)
  return partitionOf({ name, key, minRows, kind: 'cross', columns }, made, false)
}

function cutBy(rows: JudgedRows, factor: Factor): Promise<Cut> {
  switch (factor.by) {
    case 'values':
      return cutByValues(rows, factor.column, factor.values ?? undefined)
    case 'edges':
      return cutByEdges(rows, factor.column, factor.edges)
    case 'quantiles':
      return cutByQuantiles(rows, factor.column, factor.ranges)
  }
}

/** Of declared ranges, each is listed though it be empty; the missing value only where there is one. */
function withoutEmptyMissing(cut: Cut): Cut {
  const last = cut.names.length - 1
  if (cut.names[last] !== valueName(null)) return cut
  return cut.codes.includes(last) ? cut : { ...cut, names: cut.names.slice(0, last) }
}

function tooMany(partitions: readonly Partition[]): Problem[] {
  const total = partitions.reduce((sum, { values }) => sum + values.length, 0)
  if (total <= MOST_JUDGED) return []
  const largest = [...partitions].sort((a, b) => b.values.length - a.values.length)[0] as Partition
  return [
    {
      where: largest.key,
      message: `makes ${plural(largest.values.length, 'slice')} of ${largest.minRows} rows or more, of ${formatInteger(total)} in all; at most ${formatInteger(MOST_JUDGED)} are judged`,
      cure: 'name the values that matter, cut numbers by bins, or raise min-rows',
    },
  ]
}

function choose(partitions: readonly Partition[], choice: SliceChoice): Chosen {
  const named = typeof choice === 'string' ? [choice] : Object.keys(choice)
  const partition = declarationOf(partitions, named) ?? null
  if (partition === null) return { partition, judged: [], small: [] }
  const all = partition.values.map((_, code) => sliceOf(partition, code))
  if (typeof choice === 'string') return { partition, judged: all, small: partition.small.first }
  const wanted = wantedValue(partition, choice)
  const judged = all.filter(({ value }) => isMeant(wanted, value))
  if (judged.length > 0) return { partition, judged, small: [] }
  const small = partition.small.first.find(({ value }) => isMeant(wanted, value))
  return { partition, judged, small: [small ?? { value: wanted, rows: 0 }] }
}

function wantedValue({ kind, columns }: Partition, choice: Readonly<Record<string, string | null>>): string {
  const written = (value: string | null) => value ?? valueName(null)
  if (kind !== 'cross') return written(Object.values(choice)[0] ?? null)
  return crossName(columns.map((column) => written(choice[column] ?? null)))
}

function sliceOf(partition: Partition, code: number): Slice {
  const value = partition.values[code] as string
  return { column: partition.name, value, n: partition.rows[code] as number, partition, code }
}
