import { type Confusion, confusion, confusionOf, type Margins } from '../classification.js'
import { wilson } from '../intervals.js'
import type { ClassSample } from '../sample.js'
import { bootstrapBlocks, bootstrapCells, intervalFromReplicates } from '../sampling/bootstrap.js'
import { seededRandom } from '../sampling/rng.js'
import type { Interval, IntervalSettings, Value } from '../types.js'
import { addToMargins, blockMargins, marginsOf } from './block-margins.js'
import { blockMethod, bounds, filledBlocks, negated, perSample, symmetric } from './estimators/common.js'
import { ofCounts, pseudoWeight } from './estimators/paired.js'
import { sideBySide } from './estimators/sums.js'
import { isPlain, weightedRows } from './evidence.js'
import { type JointCells, jointCells, leadOf, pseudoRows } from './joint.js'
import type { Bounds, Estimator } from './metric.js'

const CELL_BOOTSTRAP = 'Poisson bootstrap of the confusion cells, percentile'

/** Above so many cells a bootstrap of blocks is faster than one of cells. */
const MOST_CELLS = 5000

/** A function of the confusion matrix. */
export interface ConfusionSpec {
  of(margins: Margins, sample: ClassSample): Value
  /** Of a share: the two counts that it is the quotient of. */
  share?(margins: Margins, sample: ClassSample): readonly [part: number, whole: number]
  /** Whether a row is one of those that the value is made from, by its truth and label alone; default: all are. */
  counts?(sample: ClassSample, row: number): boolean
  /** Of a share among rows that their truth alone chooses: which they are, and which are hits. */
  paired?: {
    counts(truth: number, sample: ClassSample): boolean
    hit(truth: number, label: number, sample: ClassSample): boolean
  }
}

/**
 * On independent rows that count once each: Wilson and Bonett–Price for shares, else a Poisson bootstrap of the cells. On
 * others, and where cells are too many, a Poisson bootstrap of blocks.
 */
export function ofConfusion(spec: ConfusionSpec): Estimator<ClassSample> {
  const { counts } = spec
  const counted = perSample((sample: ClassSample) => {
    if (counts === undefined) return weightedRows(sample)
    if (sample.weights === null) return rowsOfCells(sample, counts)
    let rows = 0
    for (let i = 0; i < sample.n; i++) {
      if (sample.weights !== null && sample.weights[i] === 0) continue
      if (counts(sample, i)) rows += 1
    }
    return rows
  })
  return {
    methods: {
      single: spec.share === undefined ? CELL_BOOTSTRAP : 'Wilson score',
      difference: spec.paired === undefined ? CELL_BOOTSTRAP : 'paired Wald, Bonett–Price adjusted',
    },
    ...(counts === undefined ? {} : { counts }),
    rows: counted,
    value: (sample) => spec.of(confusionOfSample(sample), sample),
    interval: (sample, _value, settings) => {
      const cells = confusionOfSample(sample)
      if (!isPlain(sample) || cells.counts.length > MOST_CELLS) return ofBlocks(spec, sample, settings)
      if (spec.share !== undefined) {
        const [part, whole] = spec.share(cells, sample)
        return bounds(wilson(part, whole, settings.level))
      }
      const statistic = (drawn: Float64Array) => spec.of(confusionOf(drawn, cells.classes), sample).value
      return intervalFromReplicates(bootstrapCells(cells.counts, statistic, settings), settings.level, CELL_BOOTSTRAP)
    },
    differenceInterval: (a, b, _value, settings) => {
      const joint = jointCellsOf(a, b)
      const discordant = spec.paired && discordantRows(joint, spec.paired, a)
      if (isPlain(a) && discordant !== undefined) {
        return ofCounts(counted(a), discordant.onlyA, discordant.onlyB, settings)
      }
      const found =
        isPlain(a) && joint.counts.length <= MOST_CELLS
          ? differenceOfCells(spec, a, joint, b, settings)
          : differenceOfBlocks(spec, a, b, settings)
      return discordant === undefined ? found : { ...found, discordant: discordant.onlyA + discordant.onlyB }
    },
  }
}

/** Counts of a sample by truth and label; weights when it has some. */
export const confusionOfSample: (sample: ClassSample) => Confusion = perSample((sample: ClassSample) =>
  confusion(sample.truth, sample.label, sample.classes.length, sample.weights),
)

/** Rows that count, by one row of each cell: truth and label alone decide it. */
function rowsOfCells(sample: ClassSample, counts: NonNullable<ConfusionSpec['counts']>): number {
  const { truth, label, n } = sample
  const cells = confusionOfSample(sample)
  const left = cells.counts.slice()
  let filled = left.reduce((sum, count) => sum + Number(count > 0), 0)
  let rows = 0
  for (let i = 0; filled > 0 && i < n; i++) {
    const cell = (truth[i] as number) * cells.classes + (label[i] as number)
    const count = left[cell] as number
    if (count === 0) continue
    if (counts(sample, i)) rows += count
    left[cell] = 0
    filled -= 1
  }
  return rows
}

const jointOf = perSample((_sample: ClassSample) => new WeakMap<ClassSample, JointCells>())

function jointCellsOf(a: ClassSample, b: ClassSample): JointCells {
  const known = jointOf(a)
  const found = known.get(b) ?? jointCells(a, b)
  known.set(b, found)
  return found
}

function discordantRows(
  joint: JointCells,
  { counts, hit }: NonNullable<ConfusionSpec['paired']>,
  sample: ClassSample,
): { onlyA: number; onlyB: number } {
  let [onlyA, onlyB] = [0, 0]
  joint.counts.forEach((count, i) => {
    const truth = joint.truth[i] as number
    if (!counts(truth, sample)) return
    const [a, b] = [hit(truth, joint.a[i] as number, sample), hit(truth, joint.b[i] as number, sample)]
    if (a && !b) onlyA += count
    if (b && !a) onlyB += count
  })
  return { onlyA, onlyB }
}

function differenceOfCells(
  spec: ConfusionSpec,
  sample: ClassSample,
  joint: JointCells,
  other: ClassSample,
  settings: IntervalSettings,
): Bounds {
  const { truth, total } = confusionOfSample(sample)
  const measure = (cells: JointCells) => {
    const whole = withPseudoRows(cells, truth, total)
    const replicates = bootstrapCells(whole.counts, differenceOf(whole, sample, spec), settings)
    return intervalFromReplicates(replicates, settings.level, CELL_BOOTSTRAP)
  }
  const lead = leadOf(joint)
  if (lead > 0) return measure(joint)
  const { interval, reason } = measure(jointCellsOf(other, sample))
  return { interval: turned(interval, lead), reason }
}

/** The interval of swapped models in the order that was asked for. */
function turned(interval: Interval | null, lead: number): Interval | null {
  if (interval === null || lead > 0) return interval
  return lead < 0 ? negated(interval) : symmetric(interval)
}

function withPseudoRows(cells: JointCells, truth: Float64Array, total: number): JointCells {
  const extra = pseudoRows(truth, total).flatMap((row) => [
    { truth: row.truth, a: row.truth, b: row.other, count: row.share },
    { truth: row.truth, a: row.other, b: row.truth, count: row.share },
  ])
  return {
    truth: [...cells.truth, ...extra.map((cell) => cell.truth)],
    a: [...cells.a, ...extra.map((cell) => cell.a)],
    b: [...cells.b, ...extra.map((cell) => cell.b)],
    counts: Float64Array.from([...cells.counts, ...extra.map((cell) => cell.count)]),
  }
}

function differenceOf(cells: JointCells, sample: ClassSample, { of }: ConfusionSpec) {
  const classes = sample.classes.length
  const [countsA, countsB] = [new Float64Array(classes * classes), new Float64Array(classes * classes)]
  const add = (counts: Float64Array, cell: number, count: number): void => {
    counts[cell] = (counts[cell] as number) + count
  }
  return (drawn: Float64Array): number => {
    countsA.fill(0)
    countsB.fill(0)
    for (let i = 0; i < drawn.length; i++) {
      const from = (cells.truth[i] as number) * classes
      add(countsA, from + (cells.a[i] as number), drawn[i] as number)
      add(countsB, from + (cells.b[i] as number), drawn[i] as number)
    }
    return of(confusionOf(countsA, classes), sample).value - of(confusionOf(countsB, classes), sample).value
  }
}

function ofBlocks(spec: ConfusionSpec, sample: ClassSample, settings: IntervalSettings): Bounds {
  const { sums, width } = blockMargins(sample)
  const statistic = (totals: Float64Array) => spec.of(marginsOf(totals, sample.classes.length), sample).value
  const replicates = bootstrapBlocks(sums, width, statistic, settings)
  return intervalFromReplicates(replicates, settings.level, `${blockMethod(sample)}, percentile`, filledBlocks(sample))
}

function differenceOfBlocks(spec: ConfusionSpec, a: ClassSample, b: ClassSample, settings: IntervalSettings): Bounds {
  const [ofA, ofB] = [blockMargins(a), blockMargins(b)]
  // Models that are equal on the whole may differ by block.
  const lead = firstDifference(ofA.totals, ofB.totals) || firstDifference(ofA.sums, ofB.sums)
  const [first, second] = lead > 0 ? [ofA, ofB] : [ofB, ofA]
  const { width } = first
  const classes = a.classes.length
  const pseudo = pseudoWeight(a, () => true, first.sums, width)
  const rows = pseudoRows(marginsOf(first.totals, classes).truth, first.totals[0] as number)
  const random = seededRandom(`${settings.seed} pseudo rows`)
  const statistic = (totals: Float64Array): number => {
    const [one, other] = [totals.subarray(0, width), totals.subarray(width)]
    for (const row of rows) {
      const [gain, loss] = [pseudo * random.poisson(row.share), pseudo * random.poisson(row.share)]
      addToMargins(one, classes, row.truth, row.truth, gain)
      addToMargins(one, classes, row.truth, row.other, loss)
      addToMargins(other, classes, row.truth, row.other, gain)
      addToMargins(other, classes, row.truth, row.truth, loss)
    }
    return spec.of(marginsOf(one, classes), a).value - spec.of(marginsOf(other, classes), a).value
  }
  const replicates = bootstrapBlocks(sideBySide(first, second), 2 * width, statistic, settings)
  const { interval, reason } = intervalFromReplicates(
    replicates,
    settings.level,
    `${blockMethod(a)}, percentile`,
    filledBlocks(a),
  )
  return { interval: turned(interval, lead), reason }
}

/** Sign of the first sum in which two models differ; 0 when they differ in none. */
function firstDifference(a: Float64Array, b: Float64Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number)
  return 0
}
