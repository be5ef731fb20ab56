import { type Confusion, confusion, confusionOf } from '../classification.js'
import type { ClassSample } from '../sample.js'
import { bootstrapCells, intervalFromReplicates } from '../sampling/bootstrap.js'
import type { Interval, IntervalSettings, Value } from '../types.js'
import type { Bounds, Estimator } from './metric.js'

const CELL_BOOTSTRAP = 'Poisson bootstrap of the confusion cells, percentile'

/** A function of the confusion matrix. */
export function ofConfusion(spec: {
  of(confusion: Confusion): Value
  rows?(sample: ClassSample): number
  single?(sample: ClassSample, settings: IntervalSettings): Bounds
  singleMethod?: string
}): Estimator<ClassSample> {
  return {
    methods: { single: spec.singleMethod ?? CELL_BOOTSTRAP, difference: CELL_BOOTSTRAP },
    rows: spec.rows ?? ((sample) => sample.n),
    value: (sample) => spec.of(confusionOfSample(sample)),
    interval: (sample, _value, settings) => {
      if (spec.single !== undefined) return spec.single(sample, settings)
      const classes = sample.classes.length
      const { counts } = confusionOfSample(sample)
      const statistic = (drawn: Float64Array) => spec.of(confusionOf(drawn, classes)).value
      return intervalFromReplicates(bootstrapCells(counts, statistic, settings), settings.level, CELL_BOOTSTRAP)
    },
    differenceInterval: (a, b, _value, settings) => {
      const measure = (joint: JointCells) => {
        const cells = withPseudoRows(joint, a)
        const replicates = bootstrapCells(cells.counts, differenceOf(cells, a.classes.length, spec.of), settings)
        return intervalFromReplicates(replicates, settings.level, CELL_BOOTSTRAP)
      }
      const joint = jointCells(a, b)
      const lead = leadOf(joint)
      if (lead > 0) return measure(joint)
      const { interval, reason } = measure(jointCells(b, a))
      return { interval: interval && (lead < 0 ? negated(interval) : symmetric(interval)), reason }
    },
  }
}

export function confusionOfSample(sample: ClassSample): Confusion {
  return confusion(sample.truth, sample.label, sample.classes.length)
}

/** Rows counted by truth and the answers of both models. */
interface JointCells {
  readonly truth: number[]
  readonly a: number[]
  readonly b: number[]
  readonly counts: Float64Array
}

function jointCells(a: ClassSample, b: ClassSample): JointCells {
  const classes = a.classes.length
  const counts = new Map<number, number>()
  for (let i = 0; i < a.n; i++) {
    const key = ((a.truth[i] as number) * classes + (a.label[i] as number)) * classes + (b.label[i] as number)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  // Sorted, so that the order of rows does not change which cell gets which random number.
  const keys = [...counts.keys()].sort((x, y) => x - y)
  return {
    truth: keys.map((key) => Math.floor(key / (classes * classes))),
    a: keys.map((key) => Math.floor(key / classes) % classes),
    b: keys.map((key) => key % classes),
    counts: Float64Array.from(keys, (key) => counts.get(key) as number),
  }
}

/**
 * Which of two models comes first when cells meet random numbers: above 0 for the first, below for the second, 0 when
 * they are wrong alike. Swapped models then get the same numbers, and exactly the negated interval.
 */
function leadOf({ truth, a, b, counts }: JointCells): number {
  const name = (i: number, one: readonly number[], other: readonly number[]) => `${truth[i]} ${one[i]} ${other[i]}`
  const countOf = new Map(truth.map((_, i) => [name(i, a, b), counts[i] as number]))
  const leads = truth
    .map((t, i) => {
      const [p, q] = [a[i] as number, b[i] as number]
      const excess = (counts[i] as number) - (countOf.get(name(i, b, a)) ?? 0)
      return { t, low: Math.min(p, q), high: Math.max(p, q), sign: p < q ? excess : -excess }
    })
    .filter(({ sign }) => sign !== 0)
    .sort((x, y) => x.t - y.t || x.low - y.low || x.high - y.high)
  return leads[0]?.sign ?? 0
}

function negated({ low, high, ...rest }: Interval): Interval {
  return { ...rest, low: -high, high: -low }
}

function symmetric({ low, high, ...rest }: Interval): Interval {
  const half = (high - low) / 2
  return { ...rest, low: -half, high: half }
}

/**
 * One more row that only a gets right and one that only b does, spread over the classes like the truth. As in the
 * Bonett–Price interval, two models that agree on all of few rows then do not look proven equal.
 */
function withPseudoRows(cells: JointCells, sample: ClassSample): JointCells {
  const perClass = new Float64Array(sample.classes.length)
  for (const t of sample.truth) perClass[t] = (perClass[t] as number) + 1
  const bySize = Array.from(perClass.keys()).sort((x, y) => (perClass[y] as number) - (perClass[x] as number) || x - y)
  const extra: { truth: number; a: number; b: number; count: number }[] = []
  for (const [t, rows] of perClass.entries()) {
    const other = bySize.find((k) => k !== t)
    if (rows === 0 || other === undefined) continue
    const count = rows / sample.n
    extra.push({ truth: t, a: t, b: other, count }, { truth: t, a: other, b: t, count })
  }
  return {
    truth: [...cells.truth, ...extra.map((cell) => cell.truth)],
    a: [...cells.a, ...extra.map((cell) => cell.a)],
    b: [...cells.b, ...extra.map((cell) => cell.b)],
    counts: Float64Array.from([...cells.counts, ...extra.map((cell) => cell.count)]),
  }
}

function differenceOf(cells: JointCells, classes: number, of: (confusion: Confusion) => Value) {
  const [countsA, countsB] = [new Float64Array(classes * classes), new Float64Array(classes * classes)]
  return (drawn: Float64Array): number => {
    countsA.fill(0)
    countsB.fill(0)
    for (let i = 0; i < drawn.length; i++) {
      const from = (cells.truth[i] as number) * classes
      add(countsA, from + (cells.a[i] as number), drawn[i] as number)
      add(countsB, from + (cells.b[i] as number), drawn[i] as number)
    }
    return of(confusionOf(countsA, classes)).value - of(confusionOf(countsB, classes)).value
  }
}

function add(counts: Float64Array, cell: number, count: number): void {
  counts[cell] = (counts[cell] as number) + count
}
