import { coverCombinations } from './cover.js'
import { type Cells, type CodedColumn, cellsOf, countCells, type Facts, type Sums, sumsOf } from './cube.js'

/** A condition of a slice: column by its place, and the code of the value. */
export interface Predicate {
  readonly column: number
  readonly code: number
}

/** A slice with enough rows, while it is looked at. */
export interface Slice {
  /** By ascending column. */
  readonly predicates: readonly Predicate[]
  sums(channel: number): Sums
  /** Sums of each slice with one predicate less; none for a slice of one predicate. */
  parents(channel: number): Sums[]
}

/** Sums over all rows. */
export function totalOf(facts: Facts): (channel: number) => Sums {
  const cells = countCells([], facts)
  return (channel) => sumsOf(cells, 0, channel)
}

/**
 * Shows every slice of one to `most` predicates, one value of each of as many columns, that has at least `minRows` rows.
 * The number of slices shown is returned.
 */
export function forEachSlice(
  columns: readonly CodedColumn[],
  facts: Facts,
  most: number,
  minRows: number,
  visit: (slice: Slice) => void,
): number {
  const cards = columns.map(({ card }) => card)
  const known = new Map<string, Cells>()
  let seen = 0
  for (let size = 1; size <= Math.min(most, columns.length); size++) {
    for (const { combination, cells } of cellsOf(columns, facts, coverCombinations(cards, size))) {
      if (size < most) known.set(combination.join(), cells)
      for (let place = 0; place < cells.size; place++) {
        if ((cells.data[place * cells.width] as number) < minRows) continue
        seen += 1
        visit(sliceAt(combination, cells, place, cards, known))
      }
    }
  }
  return seen
}

function sliceAt(
  combination: readonly number[],
  cells: Cells,
  place: number,
  cards: readonly number[],
  known: ReadonlyMap<string, Cells>,
): Slice {
  const predicates = predicatesAt(combination, place, cards)
  return {
    predicates,
    sums: (channel) => sumsOf(cells, place, channel),
    parents: (channel) =>
      predicates.length === 1
        ? []
        : predicates.map((dropped) => {
            const rest = predicates.filter((predicate) => predicate !== dropped)
            const of = known.get(rest.map(({ column }) => column).join()) as Cells
            return sumsOf(of, placeOf(rest, cards), channel)
          }),
  }
}

function predicatesAt(combination: readonly number[], place: number, cards: readonly number[]): Predicate[] {
  const predicates: Predicate[] = []
  let rest = place
  for (const column of [...combination].reverse()) {
    const card = cards[column] as number
    predicates.unshift({ column, code: rest % card })
    rest = Math.floor(rest / card)
  }
  return predicates
}

function placeOf(predicates: readonly Predicate[], cards: readonly number[]): number {
  return predicates.reduce((place, { column, code }) => place * (cards[column] as number) + code, 0)
}

/** Fewer predicates first, then by column and code: an order that the rows have no part in. */
export function comparePredicates(a: readonly Predicate[], b: readonly Predicate[]): number {
  if (a.length !== b.length) return a.length - b.length
  for (const [i, { column, code }] of a.entries()) {
    const other = b[i] as Predicate
    if (column !== other.column) return column - other.column
    if (code !== other.code) return code - other.code
  }
  return 0
}

/** Whether all predicates of a slice are among those of another: the other is part of it. */
export function holdsWithin(outer: readonly Predicate[], inner: readonly Predicate[]): boolean {
  return outer.every(({ column, code }) => inner.some((other) => other.column === column && other.code === code))
}
