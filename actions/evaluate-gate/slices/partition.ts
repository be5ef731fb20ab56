import type { SlicePartition } from '../../../shared/contracts/evaluate-slices.js'
import { type Cut, mapped } from './cut.js'

/** A slice of a partition that has too few rows. */
export interface SmallSlice {
  readonly value: string
  readonly rows: number
}

/** The rows cut into slices, none of which share a row. */
export interface Partition {
  /** `size`, `size × region`, or the name that was given. */
  readonly name: string
  readonly kind: SlicePartition['kind']
  readonly columns: readonly string[]
  readonly minRows: number
  /** Its place in the configuration. */
  readonly key: string
  /** Slices with at least `minRows` rows. */
  readonly values: readonly string[]
  /** Rows of each. */
  readonly rows: readonly number[]
  /** Slice of each row, `values.length` for none. */
  readonly codes: Cut['codes']
  /** The others: counted, and the largest of them listed. */
  readonly small: SmallSlices
}

export interface SmallSlices {
  readonly slices: number
  readonly rows: number
  readonly first: readonly SmallSlice[]
}

/** Small slices of which the names are kept: a column of ids has millions. */
const MOST_KEPT = 1000

/** A partition of what was cut; `declared` slices without a row are listed too. */
export function partitionOf(
  facts: Pick<Partition, 'name' | 'kind' | 'columns' | 'minRows' | 'key'>,
  { codes, names }: Cut,
  declared: boolean,
): Partition {
  const counts = new Uint32Array(names.length + 1)
  for (let i = 0; i < codes.length; i++) {
    const code = Math.min(codes[i] as number, names.length)
    counts[code] = (counts[code] as number) + 1
  }
  const rowsOf = (code: number) => counts[code] as number
  const large = names.map((_, code) => code).filter((code) => rowsOf(code) >= facts.minRows)
  const places = new Uint32Array(names.length + 1).fill(large.length)
  large.forEach((code, place) => {
    places[code] = place
  })
  return {
    ...facts,
    values: large.map((code) => names[code] as string),
    rows: large.map(rowsOf),
    codes: mapped(codes, places, large.length + 1),
    small: smallOf(names, rowsOf, facts.minRows, declared),
  }
}

/** The slices below the minimum, those of most rows first, then in the order of their names. */
function smallOf(
  names: readonly string[],
  rowsOf: (code: number) => number,
  minRows: number,
  declared: boolean,
): SmallSlices {
  const bySize = new Map<number, string[]>()
  let [slices, total] = [0, 0]
  for (let code = 0; code < names.length; code++) {
    const rows = rowsOf(code)
    if (rows >= minRows || (rows === 0 && !declared)) continue
    slices += 1
    total += rows
    const same = bySize.get(rows)
    if (same === undefined) bySize.set(rows, [names[code] as string])
    else if (same.length < MOST_KEPT) same.push(names[code] as string)
  }
  const first = [...bySize]
    .sort(([a], [b]) => b - a)
    .flatMap(([rows, values]) => values.map((value) => ({ value, rows })))
    .slice(0, MOST_KEPT)
  return { slices, rows: total, first }
}

/** Rows of the slices of a partition, all found in one pass: those of slice k from `offsets[k]` to `offsets[k + 1]`. */
export interface RowIndex {
  readonly order: Uint32Array
  readonly offsets: Uint32Array
}

/** Rows of each slice, ascending, by one counting sort of the codes. Rows of no slice are left out. */
export function indexRows({ codes, rows, values }: Partition): RowIndex {
  const offsets = new Uint32Array(values.length + 1)
  rows.forEach((count, k) => {
    offsets[k + 1] = (offsets[k] as number) + count
  })
  const next = offsets.slice()
  const order = new Uint32Array(offsets[values.length] as number)
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number
    if (code >= values.length) continue
    const place = next[code] as number
    order[place] = i
    next[code] = place + 1
  }
  return { order, offsets }
}

/** Small slices that are named in the document; the others are counted. */
const MOST_SMALL = 20

/** A partition as the document keeps it, with the first of its small slices. */
export function partitionPart({ name, kind, columns, minRows, values, rows, small }: Partition): SlicePartition {
  return {
    name,
    kind,
    columns: [...columns],
    minRows,
    slices: values.map((value, k) => ({ value, rows: rows[k] as number })),
    small: { ...small, first: small.first.slice(0, MOST_SMALL).map((slice) => ({ ...slice })) },
  }
}
