import type { Pass } from './cover.js'
import { type FixedPoint, fixedPoint, fixedPointOf, type Term } from './fixed-point.js'

/** Values of a column for the rows that are searched, by code. */
export interface CodedColumn {
  readonly codes: Uint8Array
  /** Codes are below this. */
  readonly card: number
}

/** A number per row whose mean is compared between slices: a loss, or a difference of losses. */
export interface Channel {
  /** Times the weight, where rows have weights. */
  readonly values: FixedPoint
  readonly squares: FixedPoint
}

/** What is counted: rows, their weights and channels, each as long as the codes of a column. */
export interface Facts {
  readonly rows: number
  /** Null when every row counts once. */
  readonly weights: FixedPoint | null
  /** One or more. */
  readonly channels: readonly Channel[]
}

/** Sums by cell of a combination of columns, the last column the fastest. */
export interface Cells {
  readonly size: number
  /** Numbers of a cell: its rows, sum and sum of squares of each channel, then its weight where rows have weights. */
  readonly width: number
  readonly data: Float64Array
  readonly weighted: boolean
}

/** Sums over the rows of a slice. `weight` equals `count` when every row counts once. */
export interface Sums {
  readonly count: number
  readonly weight: number
  readonly sum: number
  readonly square: number
}

/** Facts of some finite numbers for each row, and of weights of 0 or more. */
export function factsOf(rows: number, numbers: readonly Float64Array[], weights: Term | null): Facts {
  return {
    rows,
    weights: weights && fixedPoint(rows, weights),
    channels: numbers.map((plain) => {
      const times = new Float64Array(rows)
      for (let i = 0; i < rows; i++)
        times[i] = weights === null ? (plain[i] as number) : weights(i) * (plain[i] as number)
      const values = fixedPointOf(times)
      for (let i = 0; i < rows; i++) times[i] = (times[i] as number) * (plain[i] as number)
      return { values, squares: fixedPointOf(times) }
    }),
  }
}

/**
 * Counts the cells of some columns in one pass over the rows.
 *
 * @throws RangeError for more than 65,536 cells.
 */
export function countCells(columns: readonly CodedColumn[], { rows, weights, channels }: Facts): Cells {
  const size = columns.reduce((product, { card }) => product * card, 1)
  if (size > 65536) throw new RangeError(`${size} cells are more than can be counted at once`)
  const width = 1 + 2 * channels.length + (weights === null ? 0 : 1)
  const data = new Float64Array(size * width)
  const places = new Uint16Array(CHUNK)
  for (let from = 0; from < rows; from += CHUNK) {
    const length = Math.min(CHUNK, rows - from)
    fillPlaces(columns, from, length, places)
    addCounted(places, length, channels[0] as Channel, from, data, width)
    for (let k = 1; k < channels.length; k++) {
      addChannel(places, length, channels[k] as Channel, from, data, width, 1 + 2 * k)
    }
    if (weights !== null) addValues(places, length, weights.values, from, data, width, width - 1)
  }
  channels.forEach(({ values, squares }, k) => {
    scale(data, width, 1 + 2 * k, values.unit)
    scale(data, width, 2 + 2 * k, squares.unit)
  })
  if (weights !== null) scale(data, width, width - 1, weights.unit)
  return { size, width, data, weighted: weights !== null }
}

/** The cells of some of the columns that were counted, summed over the others. */
export function marginal(
  cells: Cells,
  columns: readonly number[],
  cards: readonly number[],
  combination: readonly number[],
): Cells {
  const size = combination.reduce((product, column) => product * (cards[column] as number), 1)
  const to = placesOf(columns, cards, combination, cells.size)
  const { width } = cells
  const data = new Float64Array(size * width)
  for (let i = 0; i < cells.size; i++) {
    const from = i * width
    if (cells.data[from] === 0) continue
    const place = (to[i] as number) * width
    for (let k = 0; k < width; k++) data[place + k] = (data[place + k] as number) + (cells.data[from + k] as number)
  }
  return { ...cells, size, data }
}

/** Cells of every combination of a size, in passes of several columns at once. */
export function* cellsOf(
  columns: readonly CodedColumn[],
  facts: Facts,
  passes: readonly Pass[],
): Generator<{ combination: readonly number[]; cells: Cells }> {
  const cards = columns.map(({ card }) => card)
  for (const pass of passes) {
    const counted = countCells(
      pass.columns.map((column) => columns[column] as CodedColumn),
      facts,
    )
    for (const combination of pass.combinations) {
      yield { combination, cells: marginal(counted, pass.columns, cards, combination) }
    }
  }
}

/** Sums of one channel in one cell. */
export function sumsOf({ data, width, weighted }: Cells, place: number, channel: number): Sums {
  const from = place * width
  const count = data[from] as number
  return {
    count,
    weight: weighted ? (data[from + width - 1] as number) : count,
    sum: data[from + 1 + 2 * channel] as number,
    square: data[from + 2 + 2 * channel] as number,
  }
}

/** Rows at a time: their places stay in the first-level cache. */
const CHUNK = 8192

/** Place of each cell of some columns among the cells of a combination of them. */
function placesOf(
  columns: readonly number[],
  cards: readonly number[],
  combination: readonly number[],
  size: number,
): Uint16Array {
  const strides = new Map<number, number>()
  let stride = 1
  for (const column of [...combination].reverse()) {
    strides.set(column, stride)
    stride *= cards[column] as number
  }
  const steps = [...columns]
    .reverse()
    .map((column) => ({ card: cards[column] as number, stride: strides.get(column) ?? 0 }))
  const places = new Uint16Array(size)
  for (let i = 0; i < size; i++) {
    let rest = i
    let place = 0
    for (const step of steps) {
      place += (rest % step.card) * step.stride
      rest = Math.floor(rest / step.card)
    }
    places[i] = place
  }
  return places
}

/** Unrolled for the usual number of columns: half the time of one loop for each. */
function fillPlaces(columns: readonly CodedColumn[], from: number, length: number, places: Uint16Array): void {
  const [a, b, c, d, e] = columns
  let done = 5
  if (a === undefined) places.fill(0)
  else if (b === undefined) for (let i = 0; i < length; i++) places[i] = a.codes[from + i] as number
  else if (c === undefined) fillTwo(a.codes, b, from, length, places)
  else if (d === undefined) {
    fillTwo(a.codes, b, from, length, places)
    done = 2
  } else if (e === undefined) fillFour(a.codes, b, c, d, from, length, places)
  else {
    fillFour(a.codes, b, c, d, from, length, places)
    done = 4
  }
  for (let k = done; k < columns.length; k++) {
    const { codes, card } = columns[k] as CodedColumn
    for (let i = 0; i < length; i++) places[i] = (places[i] as number) * card + (codes[from + i] as number)
  }
}

function fillTwo(a: Uint8Array, b: CodedColumn, from: number, length: number, places: Uint16Array): void {
  const [codes, card] = [b.codes, b.card]
  for (let i = 0; i < length; i++) places[i] = (a[from + i] as number) * card + (codes[from + i] as number)
}

function fillFour(
  a: Uint8Array,
  { codes: b, card: ofB }: CodedColumn,
  { codes: c, card: ofC }: CodedColumn,
  { codes: d, card: ofD }: CodedColumn,
  from: number,
  length: number,
  places: Uint16Array,
): void {
  for (let i = 0; i < length; i++) {
    const row = from + i
    places[i] = (((a[row] as number) * ofB + (b[row] as number)) * ofC + (c[row] as number)) * ofD + (d[row] as number)
  }
}

function addCounted(
  places: Uint16Array,
  length: number,
  { values: { values }, squares: { values: squares } }: Channel,
  from: number,
  data: Float64Array,
  width: number,
): void {
  for (let i = 0; i < length; i++) {
    const place = (places[i] as number) * width
    data[place] = (data[place] as number) + 1
    data[place + 1] = (data[place + 1] as number) + (values[from + i] as number)
    data[place + 2] = (data[place + 2] as number) + (squares[from + i] as number)
  }
}

function addChannel(
  places: Uint16Array,
  length: number,
  { values: { values }, squares: { values: squares } }: Channel,
  from: number,
  data: Float64Array,
  width: number,
  at: number,
): void {
  for (let i = 0; i < length; i++) {
    const place = (places[i] as number) * width + at
    data[place] = (data[place] as number) + (values[from + i] as number)
    data[place + 1] = (data[place + 1] as number) + (squares[from + i] as number)
  }
}

function addValues(
  places: Uint16Array,
  length: number,
  values: Int32Array,
  from: number,
  data: Float64Array,
  width: number,
  at: number,
): void {
  for (let i = 0; i < length; i++) {
    const place = (places[i] as number) * width + at
    data[place] = (data[place] as number) + (values[from + i] as number)
  }
}

/** By a power of two: exact. */
function scale(data: Float64Array, width: number, at: number, unit: number): void {
  for (let place = at; place < data.length; place += width) data[place] = (data[place] as number) * unit
}
