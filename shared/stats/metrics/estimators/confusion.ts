import { confusionOf, type Margins } from '../../confusion.js'
import { wilson } from '../../intervals.js'
import type { ClassSample } from '../../sample.js'
import { bootstrapBlocks, bootstrapCells, intervalFromReplicates } from '../../sampling/bootstrap.js'
import { seededRandom } from '../../sampling/rng.js'
import type { Interval, IntervalSettings, Value } from '../../types.js'
import { addToMargins, marginsOf, marginsWidth } from '../block-margins.js'
import { type Cells, EVERY_CLASS } from '../cells.js'
import { isPlain, weightedRows } from '../evidence.js'
import { type JointCells, leadOf, pseudoRows } from '../joint.js'
import type { Bounds, Estimator } from '../metric.js'
import { blockMethod, bounds, filledBlocks, negated, perSample, symmetric } from './common.js'
import { ofCounts, pseudoWeight } from './paired.js'
import { sideBySide } from './sums.js'

const CELL_BOOTSTRAP = 'Poisson bootstrap of the confusion cells, percentile'

/** Above so many cells a bootstrap of blocks is faster than one of cells. */
const MOST_CELLS = 5000

/** A function of the confusion matrix. Truths and labels are classes of the cells. */
export interface ConfusionSpec {
  of(margins: Margins): Value
  /** Of a share: the two counts that it is the quotient of. */
  share?(margins: Margins): readonly [part: number, whole: number]
  /** Whether a row is one of those that the value is made from, by its truth and label alone; default: all are. */
  counts?(truth: number, label: number): boolean
  /** Of a share among rows that their truth alone chooses: which they are, and which are hits. */
  paired?: {
    counts(truth: number): boolean
    hit(truth: number, label: number): boolean
  }
}

/**
 * On independent rows that count once each: Wilson and Bonett–Price for shares, else a Poisson bootstrap of the cells. On
 * others, and where cells are too many, a Poisson bootstrap of blocks.
 */
export function ofConfusion(spec: ConfusionSpec, cells: Cells = EVERY_CLASS): Estimator<ClassSample> {
  const { counts } = spec
  const counted = perSample((sample: ClassSample) => {
    if (counts === undefined) return weightedRows(sample)
    const { counts: rows, classes } = cells.rows(sample)
    return rows.reduce((sum, count, i) => (counts(Math.floor(i / classes), i % classes) ? sum + count : sum), 0)
  })
  return {
    methods: {
      single: spec.share === undefined ? CELL_BOOTSTRAP : 'Wilson score',
      difference: spec.paired === undefined ? CELL_BOOTSTRAP : 'paired Wald, Bonett–Price adjusted',
    },
    ...(counts === undefined
      ? {}
      : {
          counts: (sample, row) =>
            counts(
              cells.codeOf(sample, sample.truth[row] as number),
              cells.codeOf(sample, sample.label[row] as number),
            ),
        }),
    rows: counted,
    value: (sample) => spec.of(cells.confusion(sample)),
    interval: (sample, _value, settings) => {
      if (!isPlain(sample)) return ofBlocks(spec, cells, sample, settings)
      const whole = cells.confusion(sample)
      if (spec.share !== undefined) {
        const [part, of] = spec.share(whole)
        return bounds(wilson(part, of, settings.level))
      }
      if (whole.counts.length > MOST_CELLS) return ofBlocks(spec, cells, sample, settings)
      const statistic = (drawn: Float64Array) => spec.of(confusionOf(drawn, whole.classes)).value
      return intervalFromReplicates(bootstrapCells(whole.counts, statistic, settings), settings.level, CELL_BOOTSTRAP)
    },
    differenceInterval: (a, b, _value, settings) => {
      const joint = cells.joint(a, b)
      const discordant = spec.paired && discordantRows(joint, spec.paired)
      if (isPlain(a) && discordant !== undefined) {
        return ofCounts(counted(a), discordant.onlyA, discordant.onlyB, settings)
      }
      const found =
        isPlain(a) && joint.counts.length <= MOST_CELLS
          ? differenceOfCells(spec, cells, a, b, settings)
          : differenceOfBlocks(spec, cells, a, b, settings)
      return discordant === undefined ? found : { ...found, discordant: discordant.onlyA + discordant.onlyB }
    },
  }
}

function discordantRows(joint: JointCells, { counts, hit }: NonNullable<ConfusionSpec['paired']>) {
  let [onlyA, onlyB] = [0, 0]
  joint.counts.forEach((count, i) => {
    const truth = joint.truth[i] as number
    if (!counts(truth)) return
    const [a, b] = [hit(truth, joint.a[i] as number), hit(truth, joint.b[i] as number)]
    if (a && !b) onlyA += count
    if (b && !a) onlyB += count
  })
  return { onlyA, onlyB }
}

function differenceOfCells(
  spec: ConfusionSpec,
  cells: Cells,
  a: ClassSample,
  b: ClassSample,
  settings: IntervalSettings,
): Bounds {
  const { truth, total, classes } = cells.confusion(a)
  const measure = (joint: JointCells) => {
    const whole = withPseudoRows(joint, truth, total)
    const replicates = bootstrapCells(whole.counts, differenceOf(whole, classes, spec), settings)
    return intervalFromReplicates(replicates, settings.level, CELL_BOOTSTRAP)
  }
  const joint = cells.joint(a, b)
  const lead = leadOf(joint)
  if (lead > 0) return measure(joint)
  const { interval, reason } = measure(cells.joint(b, a))
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

function differenceOf(cells: JointCells, classes: number, { of }: ConfusionSpec) {
  const [ofA, ofB] = [new Float64Array(marginsWidth(classes)), new Float64Array(marginsWidth(classes))]
  return (drawn: Float64Array): number => {
    ofA.fill(0)
    ofB.fill(0)
    for (let i = 0; i < drawn.length; i++) {
      const [truth, count] = [cells.truth[i] as number, drawn[i] as number]
      addToMargins(ofA, classes, truth, cells.a[i] as number, count)
      addToMargins(ofB, classes, truth, cells.b[i] as number, count)
    }
    return of(marginsOf(ofA, classes)).value - of(marginsOf(ofB, classes)).value
  }
}

function ofBlocks(spec: ConfusionSpec, cells: Cells, sample: ClassSample, settings: IntervalSettings): Bounds {
  const { sums, width, complete, margins } = cells.blocks(sample, settings)
  const statistic = (drawn: Float64Array, replicate: number) => {
    complete(drawn, replicate)
    return spec.of(margins(drawn)).value
  }
  const replicates = bootstrapBlocks(sums, width, statistic, settings)
  return intervalFromReplicates(replicates, settings.level, `${blockMethod(sample)}, percentile`, filledBlocks(sample))
}

function differenceOfBlocks(
  spec: ConfusionSpec,
  cells: Cells,
  a: ClassSample,
  b: ClassSample,
  settings: IntervalSettings,
): Bounds {
  const [ofA, ofB] = [cells.blocks(a, settings), cells.blocks(b, settings)]
  // Models that are equal on the whole may differ by block.
  const lead = firstDifference(ofA.totals, ofB.totals) || firstDifference(ofA.sums, ofB.sums)
  const [first, second] = lead > 0 ? [ofA, ofB] : [ofB, ofA]
  const { width, add, margins } = first
  const pseudo = pseudoWeight(a, () => true, first.weights, 1)
  const { truth, total } = margins(first.totals)
  const rows = pseudoRows(truth, total)
  const random = seededRandom(`${settings.seed} pseudo rows`)
  const statistic = (drawn: Float64Array, replicate: number): number => {
    const [one, other] = [drawn.subarray(0, width), drawn.subarray(width)]
    first.complete(one, replicate)
    second.complete(other, replicate)
    for (const row of rows) {
      const [gain, loss] = [pseudo * random.poisson(row.share), pseudo * random.poisson(row.share)]
      add(one, row.truth, row.truth, gain)
      add(one, row.truth, row.other, loss)
      add(other, row.truth, row.other, gain)
      add(other, row.truth, row.truth, loss)
    }
    return spec.of(margins(one)).value - spec.of(margins(other)).value
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
