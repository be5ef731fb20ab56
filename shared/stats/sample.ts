/** A value of all rows together; a part of them has none. */
export interface WholeValue {
  readonly value: number
  /** Null when nothing is said of how sure it is. */
  readonly interval: { readonly low: number; readonly high: number } | null
}

/** What every sample has: the rows that are judged, each a unit that is resampled as a whole with those of its block. */
interface Judged {
  /** Rows; of a ranking, queries. */
  readonly n: number
  /** Bootstrap block of each row. */
  readonly blocks: Uint16Array
  /** Weight of each row, 0 or more; null when every row counts once. */
  readonly weights: Float64Array | null
  /** Whether blocks are those of clusters, such as users: rows of one then depend on each other. */
  readonly clustered: boolean
  /** What metrics of the user say, by name: a value for each row, or one of all rows. */
  readonly own?: ReadonlyMap<string, Float64Array | WholeValue>
}

/** Rows of a two-class task; class 1 is the positive one. */
export interface BinarySample extends Judged {
  readonly task: 'binary'
  readonly classes: readonly string[]
  readonly truth: Uint16Array
  readonly label: Uint16Array
  /** Probability of the positive class, in [0, 1]; null when the model gives labels only. */
  readonly score: Float64Array | null
}

/** Rows of a task with several classes, as indices into `classes`. */
export interface MulticlassSample extends Judged {
  readonly task: 'multiclass'
  readonly classes: readonly string[]
  readonly truth: Uint16Array
  readonly label: Uint16Array
  /** n × classes, row-major, each row summing to 1; null when the model gives labels only. */
  readonly probabilities: Float64Array | null
}

export interface RegressionSample extends Judged {
  readonly task: 'regression'
  readonly truth: Float64Array
  readonly value: Float64Array
  /** How large errors usually are in the series of a row; where nothing asks for it, nobody knows. */
  readonly scales?: Scales
}

export interface Scales {
  /** Of each row, above 0; NaN where there is none. */
  readonly of: Float64Array
  /** Why rows have none, in words; null when all have one. */
  readonly reason: string | null
}

/** Rows that may have any number of classes at once. Matrices are n × classes, row-major, 1 where a row has the class. */
export interface MultilabelSample extends Judged {
  readonly task: 'multilabel'
  readonly classes: readonly string[]
  readonly truth: Uint8Array
  readonly label: Uint8Array
  /** Probability of each class on its own, in [0, 1]; null when the model gives labels only. */
  readonly scores: Float64Array | null
}

/** Forecasts of quantiles; two of them are the ends of an interval. */
export interface QuantileSample extends Judged {
  readonly task: 'quantile'
  readonly truth: Float64Array
  /** Ascending, between 0 and 1. */
  readonly levels: readonly number[]
  /** n × levels, row-major, as answered: quantiles may cross. */
  readonly values: Float64Array
}

/**
 * Ranked items per query. The items that the model ranked for query q are those from `offsets[q]` to `offsets[q + 1]`, in
 * the order of descending score; the relevances that query q has at all, ranked or not, those of `ideal` between
 * `idealOffsets`, descending.
 */
export interface RankingSample extends Judged {
  readonly task: 'ranking'
  readonly offsets: Uint32Array
  /** Index of the item in the catalogue. */
  readonly item: Uint32Array
  readonly score: Float64Array
  /** 0 or more; 0 for an item that nothing is known of. */
  readonly relevance: Float64Array
  readonly idealOffsets: Uint32Array
  readonly ideal: Float64Array
  /** Items in the catalogue. */
  readonly catalogue: number
  /** Interactions of each item in the training data; null when there are none. */
  readonly popularity: Float64Array | null
}

/** Texts with one or more accepted references each. */
export interface TextSample extends Judged {
  readonly task: 'text'
  readonly references: readonly (readonly string[])[]
  readonly output: readonly string[]
}

/** Truth and answers of one model on the rows that are judged. */
export type Sample =
  | BinarySample
  | MulticlassSample
  | RegressionSample
  | MultilabelSample
  | QuantileSample
  | RankingSample
  | TextSample
export type ClassSample = BinarySample | MulticlassSample

/** Whether each row has one class of two or several. */
export function isClassSample(sample: Sample): sample is ClassSample {
  return sample.task === 'binary' || sample.task === 'multiclass'
}
export type Task = Sample['task']

/** The sample of some rows, by index. */
export function selectRows<S extends Sample>(sample: S, rows: Uint32Array): S
export function selectRows(sample: Sample, rows: Uint32Array): Sample {
  const own: Judged = {
    n: rows.length,
    blocks: rows16(sample.blocks, rows),
    weights: sample.weights && rows64(sample.weights, rows, 1),
    clustered: sample.clustered,
    ...(sample.own === undefined ? {} : { own: ownOf(sample.own, rows) }),
  }
  switch (sample.task) {
    case 'binary': {
      const score = sample.score && rows64(sample.score, rows, 1)
      return { ...sample, ...own, truth: rows16(sample.truth, rows), label: rows16(sample.label, rows), score }
    }
    case 'multiclass': {
      const probabilities = sample.probabilities && rows64(sample.probabilities, rows, sample.classes.length)
      return { ...sample, ...own, truth: rows16(sample.truth, rows), label: rows16(sample.label, rows), probabilities }
    }
    case 'regression':
      return {
        ...sample,
        ...own,
        truth: rows64(sample.truth, rows, 1),
        value: rows64(sample.value, rows, 1),
        ...(sample.scales && { scales: { ...sample.scales, of: rows64(sample.scales.of, rows, 1) } }),
      }
    case 'multilabel': {
      const width = sample.classes.length
      const scores = sample.scores && rows64(sample.scores, rows, width)
      return {
        ...sample,
        ...own,
        truth: rows8(sample.truth, rows, width),
        label: rows8(sample.label, rows, width),
        scores,
      }
    }
    case 'quantile':
      return {
        ...sample,
        ...own,
        truth: rows64(sample.truth, rows, 1),
        values: rows64(sample.values, rows, sample.levels.length),
      }
    case 'ranking':
      return { ...sample, ...own, ...queriesOf(sample, rows) }
    case 'text':
      return {
        ...sample,
        ...own,
        references: Array.from(rows, (row) => sample.references[row] as readonly string[]),
        output: Array.from(rows, (row) => sample.output[row] as string),
      }
  }
}

function ownOf(own: NonNullable<Judged['own']>, rows: Uint32Array): ReadonlyMap<string, Float64Array> {
  return new Map(
    [...own].flatMap(([name, values]) =>
      values instanceof Float64Array ? [[name, rows64(values, rows, 1)] as const] : [],
    ),
  )
}

function queriesOf(sample: RankingSample, queries: Uint32Array) {
  const ranked = partsOf(sample.offsets, queries)
  const known = partsOf(sample.idealOffsets, queries)
  return {
    offsets: ranked.offsets,
    item: Uint32Array.from(ranked.places, (place) => sample.item[place] as number),
    score: rows64(sample.score, ranked.places, 1),
    relevance: rows64(sample.relevance, ranked.places, 1),
    idealOffsets: known.offsets,
    ideal: rows64(sample.ideal, known.places, 1),
  }
}

/** Places of the parts that are chosen, one after the other, and where each begins among them. */
function partsOf(from: Uint32Array, chosen: Uint32Array): { offsets: Uint32Array; places: Uint32Array } {
  const offsets = new Uint32Array(chosen.length + 1)
  for (let i = 0; i < chosen.length; i++) {
    const part = chosen[i] as number
    offsets[i + 1] = (offsets[i] as number) + (from[part + 1] as number) - (from[part] as number)
  }
  const places = new Uint32Array(offsets[chosen.length] as number)
  for (let i = 0; i < chosen.length; i++) {
    const first = from[chosen[i] as number] as number
    for (let k = offsets[i] as number; k < (offsets[i + 1] as number); k++)
      places[k] = first + k - (offsets[i] as number)
  }
  return { offsets, places }
}

function rows8(column: Uint8Array, rows: Uint32Array, width: number): Uint8Array {
  const result = new Uint8Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width
    for (let k = 0; k < width; k++) result[i * width + k] = column[from + k] as number
  }
  return result
}

function rows16(column: Uint16Array, rows: Uint32Array): Uint16Array {
  const result = new Uint16Array(rows.length)
  for (let i = 0; i < rows.length; i++) result[i] = column[rows[i] as number] as number
  return result
}

function rows64(column: Float64Array, rows: Uint32Array, width: number): Float64Array {
  const result = new Float64Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width
    for (let k = 0; k < width; k++) result[i * width + k] = column[from + k] as number
  }
  return result
}
