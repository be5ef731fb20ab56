import { oneClass } from '../classification.js'
import { type Confusion, confusionOf, type Margins } from '../confusion.js'
import type { ClassSample } from '../sample.js'
import { BLOCKS, bootstrapBlocks } from '../sampling/bootstrap.js'
import type { IntervalSettings } from '../types.js'
import { type BlockCells, type Cells, EVERY_CLASS } from './cells.js'
import { perSample } from './estimators/common.js'
import type { JointCells } from './joint.js'

/**
 * One named class against all others, as the two-class task "is it of this class" has it. Pooled from the counts of all
 * classes, which are made once: what a class costs depends neither on the rows nor on the other classes. The class has to
 * be one of the sample.
 */
export function classAgainstRest(ofClass: string): Cells {
  const place = placeOf(ofClass)
  return {
    codeOf: ({ classes }, of) => Number(of === place(classes)),
    confusion: (sample) => pooled(EVERY_CLASS.confusion(sample), place(sample.classes)),
    rows: (sample) => pooled(EVERY_CLASS.rows(sample), place(sample.classes)),
    joint: (a, b) => pooledJoint(a, b, place(a.classes)),
    blocks: (sample, settings) => pooledBlocks(sample, place(sample.classes), settings),
  }
}

/** Place of a class, looked for once in each list of classes: it is asked for row by row. */
function placeOf(ofClass: string): (classes: readonly string[]) => number {
  let last: { readonly classes: readonly string[]; readonly place: number } | null = null
  return (classes) => {
    if (last?.classes !== classes) last = { classes, place: classes.indexOf(ofClass) }
    return last.place
  }
}

function pooled(c: Confusion, place: number): Confusion {
  const { tp, fp, fn, tn } = oneClass(c, place)
  return confusionOf(Float64Array.of(tn, fp, fn, tp), 2)
}

/** Cells by truth and both labels, each 0 or 1: 4 t + 2 a + b. */
const CELLS = 8

const jointOf = perSample((_sample: ClassSample) => new WeakMap<ClassSample, Float64Array>())

/** The cells of every class, from one pass over those of all classes together. */
function jointOfClasses(a: ClassSample, b: ClassSample): Float64Array {
  const known = jointOf(a)
  const found = known.get(b)
  if (found !== undefined) return found
  const cells = EVERY_CLASS.joint(a, b)
  const classes = a.classes.length
  const counts = new Float64Array(CELLS * classes)
  let total = 0
  cells.counts.forEach((count, i) => {
    const [t, p, q] = [cells.truth[i] as number, cells.a[i] as number, cells.b[i] as number]
    total += count
    for (const place of new Set([t, p, q])) {
      const cell = CELLS * place + 4 * Number(t === place) + 2 * Number(p === place) + Number(q === place)
      counts[cell] = (counts[cell] as number) + count
    }
  })
  // What is of another class, and taken for another by both.
  for (let from = 0; from < counts.length; from += CELLS) {
    counts[from] = counts.subarray(from + 1, from + CELLS).reduce((rest, count) => rest - count, total)
  }
  known.set(b, counts)
  return counts
}

function pooledJoint(a: ClassSample, b: ClassSample, place: number): JointCells {
  const counts = jointOfClasses(a, b).subarray(CELLS * place, CELLS * (place + 1))
  const filled = Array.from(counts.keys()).filter((cell) => counts[cell] !== 0)
  return {
    truth: filled.map((cell) => cell >> 2),
    a: filled.map((cell) => (cell >> 1) & 1),
    b: filled.map((cell) => cell & 1),
    counts: Float64Array.from(filled, (cell) => counts[cell] as number),
  }
}

/**
 * Sums of a block: the rows that are labelled with the class, negated, those that are of it, those that are both, and all
 * rows. Negated, so that the first sum in which two models differ has the sign that it has with two classes.
 */
const [NOT_LABELLED, TRUTH, HITS, ALL] = [0, 1, 2, 3]
const WIDTH = 4

/** Blocks without the class have no sum but that of all rows, which is the same for every class and drawn once. */
function pooledBlocks(sample: ClassSample, place: number, settings: IntervalSettings): BlockCells {
  const whole = EVERY_CLASS.blocks(sample, settings)
  const classes = sample.classes.length
  const pool = (from: Float64Array, at: number, to: Float64Array, out: number): void => {
    const of = (part: number) => from[at + 1 + part * classes + place] as number
    to[out + NOT_LABELLED] = -of(1)
    to[out + TRUTH] = of(0)
    to[out + HITS] = of(2)
  }
  const sums = new Float64Array(WIDTH * BLOCKS)
  for (let block = 0; block < BLOCKS; block++) pool(whole.sums, block * whole.width, sums, block * WIDTH)
  const totals = new Float64Array(WIDTH)
  pool(whole.totals, 0, totals, 0)
  totals[ALL] = whole.totals[0] as number
  const drawnRows = rowsDrawn(sample, settings)
  return {
    width: WIDTH,
    sums,
    totals,
    weights: whole.weights,
    complete: (drawn, replicate) => addTo(drawn, ALL, drawnRows[replicate] as number),
    add: (drawn, truth, label, weight) => {
      addTo(drawn, NOT_LABELLED, -weight * label)
      addTo(drawn, TRUTH, weight * truth)
      addTo(drawn, HITS, weight * truth * label)
      addTo(drawn, ALL, weight)
    },
    margins: marginsOfPooled,
  }
}

function addTo(sums: Float64Array, slot: number, term: number): void {
  sums[slot] = (sums[slot] as number) + term
}

function marginsOfPooled(sums: Float64Array): Margins {
  const [labelled, truth, hits] = [-(sums[NOT_LABELLED] as number), sums[TRUTH] as number, sums[HITS] as number]
  const total = sums[ALL] as number
  const wrong = labelled + truth - 2 * hits
  return {
    classes: 2,
    total,
    truth: Float64Array.of(total - truth, truth),
    predicted: Float64Array.of(total - labelled, labelled),
    hits: Float64Array.of(total - labelled - truth + hits, hits),
    distance: wrong,
    squaredDistance: wrong,
  }
}

const drawnOf = perSample((_sample: ClassSample) => new Map<string, Float64Array>())

/** Weight of all rows in each replicate. */
function rowsDrawn(sample: ClassSample, settings: IntervalSettings): Float64Array {
  const known = drawnOf(sample)
  const key = `${settings.replicates} ${settings.seed}`
  const { weights } = EVERY_CLASS.blocks(sample, settings)
  const drawn = known.get(key) ?? bootstrapBlocks(weights, 1, ([sum]) => sum as number, settings)
  known.set(key, drawn)
  return drawn
}
