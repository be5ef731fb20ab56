import type { DiscoveryOptions, SliceDiscovery } from '../../../shared/contracts/evaluate-slices.js'
import type { Problem } from '../../../shared/core/errors.js'
import { formatInteger, formatPercent, plural, shortList } from '../../../shared/report/format.js'
import { type Confirmed, confirmSlices } from '../../../shared/stats/slices/confirm.js'
import { FEWEST } from '../../../shared/stats/slices/contrast.js'
import { choose } from '../../../shared/stats/slices/cover.js'
import { type CodedColumn, factsOf } from '../../../shared/stats/slices/cube.js'
import type { LossKind, RowLosses } from '../../../shared/stats/slices/loss.js'
import { type Found, type SearchSettings, searchSlices } from '../../../shared/stats/slices/search.js'
import type { JudgedRows } from '../judged-rows.js'
import { type Coding, codingOf } from './coding.js'
import { unknownColumn } from './declare.js'
import { type Halves, halvesOf } from './halves.js'
import { predicatesName } from './names.js'

export interface DiscoveryInput {
  readonly rows: JudgedRows
  /** Columns that are searched when none are named: all but id, target, weight, group and time. */
  readonly columns: readonly string[]
  readonly kind: LossKind
  readonly loss: RowLosses
  /** Of the baseline on the same rows; null without one. */
  readonly baseline: RowLosses | null
  readonly weights: Float64Array | null
  readonly blocks: Uint16Array
  readonly clustered: boolean
  /** Of the intervals. */
  readonly level: number
  readonly options: DiscoveryOptions
}

/** A slice that was found, in the words of its columns. */
export interface Discovered extends Confirmed {
  readonly predicates: readonly { readonly column: string; readonly value: string }[]
  readonly name: string
}

export interface Discovery {
  readonly kind: LossKind
  readonly options: DiscoveryOptions
  /** Confirmed ones first, then those that were not, then those that could not be tested. */
  readonly found: readonly Discovered[]
  /** Slices with enough rows that were looked at; 0 when nothing was searched, and `notes` says why. */
  readonly slices: number
  readonly searched: number
  readonly tested: number
  readonly columns: SliceDiscovery['columns']
  readonly predicates: number
  readonly minRows: number
  readonly changeAgainst: Found['changeAgainst']
  /** Whether rows are independent and count once each. */
  readonly plainRows: boolean
  readonly notes: readonly string[]
}

/** Row visits that a search may take: some ten seconds. */
const MOST_VISITS = 2e9
/** Bytes of codes that are held at once. */
const MOST_CODES = 400e6
/** Combinations of columns: finding the passes takes longer than the rows beyond it. */
const MOST_COMBINATIONS = 20_000

/** Mistakes in `evaluate.discover-slices`. */
export function discoveryProblems({ columns = [] }: DiscoveryOptions, known: JudgedRows['columns']): Problem[] {
  return columns.flatMap((name, i): Problem[] => {
    const where = `evaluate.discover-slices.columns[${i}]`
    if (columns.indexOf(name) !== i) return [{ where, message: `names "${name}" twice`, cure: 'name each column once' }]
    return unknownColumn(name, known, where)
  })
}

/** Searches one half of the rows for slices with a larger loss, and tests on the other half those that it finds. */
export async function discoverSlices(input: DiscoveryInput): Promise<Discovery> {
  const { rows, options, loss, baseline, weights } = input
  const names = options.columns ?? input.columns
  const columns = rows.columns.filter(({ name }) => names.includes(name))
  const notes: string[] = []
  const predicates = fittingPredicates(columns.length, options.predicates, notes)
  const minRows = options['min-rows'] ?? Math.max(2 * FEWEST, Math.ceil(rows.n / 100))
  const counts = (row: number) =>
    loss.has(row) && baseline?.has(row) !== false && (weights === null || (weights[row] as number) > 0)
  const halves = halvesOf(input.blocks, counts, mostSearched(columns.length, predicates))
  const { searched, tested, skipped } = halves
  if (skipped > 0) {
    const half = searched.length + skipped
    notes.push(
      `so that the search stays short it took ${formatInteger(searched.length)} of the ${formatInteger(half)} rows of its half`,
    )
  }
  const fewest = Math.max(2, Math.ceil((minRows / 2) * (searched.length / (searched.length + skipped || 1))))
  const nothing: Discovery = {
    kind: input.kind,
    options,
    found: [],
    slices: 0,
    searched: searched.length,
    tested: tested.length,
    columns: [],
    predicates,
    minRows,
    changeAgainst: 'zero',
    plainRows: weights === null && !input.clustered,
    notes,
  }
  if (searched.length < 2 * fewest || tested.length < 2 * FEWEST) {
    const size = `${formatInteger(searched.length)} rows to search and ${formatInteger(tested.length)} to test`
    notes.push(`nothing was searched: ${size} are too few for slices of ${plural(minRows, 'row')}`)
    return nothing
  }
  // Memory for the numbers of one column after the other, and for losses then: new memory for each would add up.
  const scratch = new Float64Array(Math.max(rows.n, 2 * searched.length, 2 * tested.length))
  const { codings, coded } = await codeColumns(input, columns, halves, fewest, scratch, notes)
  if (codings.length === 0) {
    notes.push(`nothing was searched: no column has a value, or a range, of ${plural(minRows, 'row')} beside others`)
    return nothing
  }
  const found = searchSlices(
    coded,
    searchFacts(input, searched, scratch),
    searchSettings(input, searched, predicates, fewest),
  )
  // The codes of the searched rows are not needed any more: those of the tested ones take their place.
  coded.length = 0
  const confirmed = await confirm(input, codings, found, tested, scratch)
  const told = confirmed.map((one) => named(one, codings))
  return {
    ...nothing,
    found: inOrder(told),
    slices: found.slices,
    columns: codings.map(({ column, names: values }) => ({ column, values: [...values] })),
    changeAgainst: found.changeAgainst,
    notes: [...notes, ...repeatNotes(told)],
  }
}

function fittingPredicates(columns: number, wanted: number, notes: string[]): number {
  let predicates = wanted
  while (predicates > 1 && choose(columns, predicates) > MOST_COMBINATIONS) predicates -= 1
  if (predicates < wanted) {
    notes.push(
      `${plural(columns, 'column')} make too many combinations of ${wanted}: slices of ${plural(predicates, 'condition')} were searched; name fewer columns for more`,
    )
  }
  return predicates
}

function mostSearched(columns: number, predicates: number): number {
  // Passes hold several combinations each.
  const passes = 2 + choose(columns, predicates) / 5
  return Math.floor(Math.min(MOST_VISITS / passes, MOST_CODES / Math.max(1, columns)))
}

async function codeColumns(
  { rows, options }: DiscoveryInput,
  columns: JudgedRows['columns'],
  { searched, sample }: Halves,
  fewest: number,
  scratch: Float64Array,
  notes: string[],
): Promise<{ codings: Coding[]; coded: CodedColumn[] }> {
  const codings: Coding[] = []
  const coded: CodedColumn[] = []
  const alike: string[] = []
  for (const column of columns) {
    const made = await codingOf(rows, column, searched, sample, { most: options.bins, fewest, scratch })
    if (!tellsApart(made.coded, fewest)) {
      alike.push(column.name)
      continue
    }
    codings.push(made.coding)
    coded.push(made.coded)
  }
  if (alike.length > 0) notes.push(`left out, because no value has enough rows beside others: ${shortList(alike, 10)}`)
  return { codings, coded }
}

/** Whether some value has enough rows, and so have the others. */
function tellsApart({ codes, card }: CodedColumn, fewest: number): boolean {
  const counts = new Uint32Array(card)
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number
    counts[code] = (counts[code] as number) + 1
  }
  return counts.some((count) => count >= fewest && codes.length - count >= fewest)
}

function searchFacts(input: DiscoveryInput, searched: Uint32Array, scratch: Float64Array) {
  const { loss, change } = lossesOn(input, searched, scratch)
  const { weights } = input
  const weight = weights && ((i: number) => weights[searched[i] as number] as number)
  return factsOf(searched.length, change === null ? [loss] : [loss, change], weight)
}

/** Losses of some rows, and what the candidate adds to those of the baseline; both lie in `scratch`. */
function lossesOn(
  { loss, baseline }: DiscoveryInput,
  rows: Uint32Array,
  scratch: Float64Array,
): { loss: Float64Array; change: Float64Array | null } {
  const { length } = rows
  const now = loss.of(rows, scratch.subarray(0, length))
  const change = baseline?.of(rows, scratch.subarray(length, 2 * length)) ?? null
  for (let i = 0; change !== null && i < change.length; i++) change[i] = (now[i] as number) - (change[i] as number)
  return { loss: now, change }
}

function searchSettings(
  { weights, options }: DiscoveryInput,
  searched: Uint32Array,
  predicates: number,
  minRows: number,
): SearchSettings {
  let [sum, squares] = [0, 0]
  for (let i = 0; weights !== null && i < searched.length; i++) {
    const weight = weights[searched[i] as number] as number
    sum += weight
    squares += weight * weight
  }
  const kish = weights === null ? 1 : Number(((searched.length * squares) / sum ** 2).toPrecision(9))
  return { predicates, minRows, minLift: options['min-lift'], alpha: options.alpha, kish }
}

async function confirm(
  input: DiscoveryInput,
  codings: readonly Coding[],
  found: Found,
  tested: Uint32Array,
  scratch: Float64Array,
): Promise<Confirmed[]> {
  if (found.candidates.length === 0) return []
  const { kind, weights, blocks, clustered, level, options } = input
  const used = [...new Set(found.candidates.flatMap(({ predicates }) => predicates.map(({ column }) => column)))]
  const columns = new Map<number, CodedColumn>()
  for (const place of used) columns.set(place, await (codings[place] as Coding).encode(tested, scratch))
  const at = (values: { readonly [row: number]: number }) => (i: number) => values[tested[i] as number] as number
  const { loss, change } = lossesOn(input, tested, scratch)
  const rows = {
    loss: (i: number) => loss[i] as number,
    change: change && ((i: number) => change[i] as number),
    weight: weights && at(weights),
    block: clustered ? at(blocks) : null,
  }
  const settings = {
    level,
    rate: options['false-discovery-rate'],
    minLift: options['min-lift'],
    zeroOne: kind === 'zero-one',
  }
  return confirmSlices(found, columns, tested.length, rows, settings)
}

function named(one: Confirmed, codings: readonly Coding[]): Discovered {
  const predicates = one.candidate.predicates.map(({ column, code }) => {
    const { column: name, names } = codings[column] as Coding
    return { column: name, value: names[code] as string }
  })
  return { ...one, predicates, name: predicatesName(predicates) }
}

const OUTCOMES: readonly Confirmed['outcome'][] = ['confirmed', 'unconfirmed', 'untested']

/** What is told: by outcome, regressions first, then by lift; ones that only repeat others are in the notes. */
function inOrder(all: readonly Discovered[]): Discovered[] {
  const rank = ({ outcome, candidate }: Discovered) => OUTCOMES.indexOf(outcome) * 2 + Number(candidate.kind === 'weak')
  return all
    .filter(({ outcome }) => outcome !== 'repeated')
    .map((one, place) => ({ one, place }))
    .sort((a, b) => rank(a.one) - rank(b.one) || lowest(b.one) - lowest(a.one) || a.place - b.place)
    .map(({ one }) => one)
}

/** Lower bound of the lift, which small slices do not lead by chance. */
function lowest({ contrast: { lift } }: Discovered): number {
  return lift.interval?.low ?? lift.value
}

function repeatNotes(all: readonly Discovered[]): string[] {
  return all.flatMap((one) => {
    const other = one.repeats === null ? undefined : all[one.repeats]
    if (other === undefined) return []
    return [
      `${one.name} is not told: it says nothing beside ${other.name} (${formatPercent(one.contrast.rows / other.contrast.rows)} of its rows)`,
    ]
  })
}
