import type { MultilabelSample } from '../../sample.js'
import { BLOCKS } from '../../sampling/bootstrap.js'
import { defined, undefinedBecause } from '../../types.js'
import { blockTotals, meanLoss, ofSums } from '../estimators.js'
import type { Estimator, Family, Metric, MetricInfo } from '../metric.js'
import { metric } from '../metric.js'
import { ofInfluence } from './first-order.js'

export const MULTILABEL = ['multilabel'] as const

/** Values of the form a·tp / (a·tp + b·fn + c·fp). */
interface Overlap {
  /** Start of the name, such as `f1`. */
  readonly name: string
  readonly title: string
  /** Of true positives, false negatives and false positives. */
  readonly a: number
  readonly b: number
  readonly c: number
  /** The formula in words, and the rows whose lack makes it 0/0. */
  readonly formula: string
  readonly none: string
}

const PRECISION: Overlap = {
  name: 'precision',
  title: 'precision',
  a: 1,
  b: 0,
  c: 1,
  formula: 'tp / (tp + fp)',
  none: 'predicted',
}
const RECALL: Overlap = { name: 'recall', title: 'recall', a: 1, b: 1, c: 0, formula: 'tp / (tp + fn)', none: 'true' }
const JACCARD: Overlap = {
  name: 'jaccard',
  title: 'Jaccard index',
  a: 1,
  b: 1,
  c: 1,
  formula: 'tp / (tp + fp + fn)',
  none: 'true or predicted',
}

function fBeta(name: string, beta: number): Overlap {
  const [a, b] = [1 + beta ** 2, beta ** 2]
  const formula = `(1 + β²) tp / ((1 + β²) tp + β² fn + fp) with β = ${beta}`
  return { name, title: `F${beta}`, a, b, c: 1, formula, none: 'true or predicted' }
}

/** The overlap measure of a name, or undefined. */
function overlapOf(name: string): Overlap | undefined {
  const fixed = [PRECISION, RECALL, JACCARD].find((overlap) => overlap.name === name)
  if (fixed !== undefined) return fixed
  const beta = Number(/^f(\d+(?:\.\d+)?)$/.exec(name)?.[1])
  return beta > 0 ? fBeta(name, beta) : undefined
}

type Averaging = 'micro' | 'macro' | 'weighted' | 'samples'

const share = { tasks: MULTILABEL, direction: 'higher-is-better', range: [0, 1], needs: 'labels' } as const

const HOW: Readonly<Record<Averaging, string>> = {
  micro: 'over all pairs of row and class together; undefined at 0/0',
  macro: 'of each class, plain mean over all classes; 0/0 counts 0',
  weighted: 'of each class, mean weighted by the rows that truly have the class; 0/0 counts 0',
  samples: 'of each row over its classes, mean over rows; 0/0 counts 0',
}

/** scikit-learn's precision_recall_fscore_support and jaccard_score of an average. */
function averaged(overlap: Overlap, averaging: Averaging): Metric {
  const info: MetricInfo = {
    ...share,
    name: `${overlap.name}_${averaging}`,
    title: `${overlap.title}, ${averaging}`,
    definition: `${overlap.title} = ${overlap.formula}, ${HOW[averaging]}.`,
  }
  if (averaging === 'samples') {
    const loss = (sample: MultilabelSample, row: number) => overlapOfRow(sample, row, overlap)
    return metric(info, meanLoss<MultilabelSample>({ loss }))
  }
  return metric(info, averaging === 'micro' ? micro(overlap) : meanOfClasses(overlap, averaging === 'weighted'))
}

/** The measure of one class: `recall_of:<class>`. */
function ofClass(overlap: Overlap, name: string, className: string): Metric {
  const info: MetricInfo = {
    ...share,
    name,
    title: `${overlap.title} of ${className}`,
    definition: `${overlap.title} = ${overlap.formula} of the class ${className} alone; undefined at 0/0.`,
    ofClass: className,
  }
  return metric(
    info,
    ofSums<MultilabelSample>({
      none: noPair(overlap, 'row'),
      sums: ({ truth, label, classes }) => {
        const k = classes.indexOf(className)
        return {
          width: 3,
          terms: (out, at, row) => {
            const pair = row * classes.length + k
            writeCells(out, at, truth[pair] as number, label[pair] as number)
          },
          of: (cells) => overlapValue(overlap, cells[0] as number, cells[1] as number, cells[2] as number),
        }
      },
    }),
  )
}

function micro(overlap: Overlap): Estimator<MultilabelSample> {
  return ofSums<MultilabelSample>({
    none: noPair(overlap, 'pair of row and class'),
    sums: ({ truth, label, classes }) => ({
      width: 3,
      terms: (out, at, row) => {
        let [tp, fn, fp] = [0, 0, 0]
        for (let pair = row * classes.length; pair < (row + 1) * classes.length; pair++) {
          const [t, p] = [truth[pair] as number, label[pair] as number]
          tp += t & p
          fn += t & ~p
          fp += ~t & p
        }
        out[at] = tp
        out[at + 1] = fn
        out[at + 2] = fp
      },
      of: (cells) => overlapValue(overlap, cells[0] as number, cells[1] as number, cells[2] as number),
    }),
  })
}

/**
 * The mean over classes. Sums of every class and block in each replicate would cost too much, so the replicates
 * are taken to the first order: the gradient of the mean at the cells, times the cells of each block.
 */
function meanOfClasses(overlap: Overlap, weighted: boolean): Estimator<MultilabelSample> {
  return ofInfluence<MultilabelSample>({
    of(sample) {
      const width = sample.classes.length
      const { sums, totals } = blockTotals(sample, {
        width: 3 * width,
        terms: (out, at, row) => writeRow(sample, row, out, at),
      })
      const { value, gradient } = gradientOf(overlap, totals, weighted)
      const influence = new Float64Array(BLOCKS)
      for (let block = 0; block < BLOCKS; block++) {
        let sum = 0
        for (let k = 0; k < 3 * width; k++) sum += (gradient[k] as number) * (sums[block * 3 * width + k] as number)
        influence[block] = sum
      }
      const none = weighted ? 'no row has any class' : 'there are no classes'
      return { value: Number.isNaN(value) ? undefinedBecause(none) : defined(value), influence }
    },
  })
}

/** Value of the mean over classes and its derivative by each cell; cells are tp, fn, fp of one class after the other. */
export function gradientOf(
  { a, b, c }: Pick<Overlap, 'a' | 'b' | 'c'>,
  cells: Float64Array,
  weighted: boolean,
): { value: number; gradient: Float64Array } {
  const classes = cells.length / 3
  const values = new Float64Array(classes)
  let [total, sum] = [0, 0]
  for (let k = 0; k < classes; k++) {
    const [tp, fn, fp] = [cells[3 * k] as number, cells[3 * k + 1] as number, cells[3 * k + 2] as number]
    const size = a * tp + b * fn + c * fp
    values[k] = size === 0 ? 0 : (a * tp) / size
    const weight = weighted ? tp + fn : 1
    total += weight
    sum += weight * (values[k] as number)
  }
  const value = total === 0 ? Number.NaN : sum / total
  const gradient = new Float64Array(cells.length)
  for (let k = 0; k < classes; k++) {
    const [tp, fn, fp] = [cells[3 * k] as number, cells[3 * k + 1] as number, cells[3 * k + 2] as number]
    const size = a * tp + b * fn + c * fp
    const own = values[k] as number
    const weight = weighted ? tp + fn : 1
    const support = weighted ? own - value : 0
    const slope = size === 0 ? 0 : weight / size
    gradient[3 * k] = (support + slope * a * (1 - own)) / total
    gradient[3 * k + 1] = (support - slope * b * own) / total
    gradient[3 * k + 2] = (-slope * c * own) / total
  }
  return { value, gradient }
}

function writeRow({ truth, label, classes }: MultilabelSample, row: number, terms: Float64Array, at: number): void {
  const width = classes.length
  for (let k = 0; k < width; k++) {
    writeCells(terms, at + 3 * k, truth[row * width + k] as number, label[row * width + k] as number)
  }
}

function writeCells(terms: Float64Array, at: number, truth: number, label: number): void {
  terms[at] = truth & label
  terms[at + 1] = truth & ~label
  terms[at + 2] = ~truth & label
}

function overlapOfRow({ truth, label, classes }: MultilabelSample, row: number, overlap: Overlap): number {
  let [tp, fn, fp] = [0, 0, 0]
  for (let at = row * classes.length; at < (row + 1) * classes.length; at++) {
    const [t, p] = [truth[at] as number, label[at] as number]
    tp += t & p
    fn += t & ~p
    fp += ~t & p
  }
  const value = overlapValue(overlap, tp, fn, fp)
  return Number.isNaN(value) ? 0 : value
}

function overlapValue({ a, b, c }: Overlap, tp: number, fn: number, fp: number): number {
  const size = a * tp + b * fn + c * fp
  return size === 0 ? Number.NaN : (a * tp) / size
}

const noPair = ({ none }: Overlap, unit: string) => `no ${unit} is ${none}`

export const OVERLAP_METRICS: readonly Metric[] = [PRECISION, RECALL, fBeta('f1', 1), JACCARD].flatMap((overlap) =>
  (['micro', 'macro', 'weighted', 'samples'] as const).map((averaging) => averaged(overlap, averaging)),
)

export const OVERLAP_FAMILIES: readonly Family[] = [
  {
    pattern: /^(f\d+(?:\.\d+)?)_(micro|macro|weighted|samples)$/,
    tasks: MULTILABEL,
    form: 'f<β>_<average>',
    of: (_name, measure = '', averaging = '') => {
      const overlap = overlapOf(measure)
      return overlap && averaged(overlap, averaging as Averaging)
    },
  },
  {
    pattern: /^(precision|recall|jaccard|f\d+(?:\.\d+)?)_of:(.+)$/s,
    tasks: MULTILABEL,
    form: 'recall_of:<class>',
    of: (name, measure = '', className = '') => {
      const overlap = overlapOf(measure)
      return overlap && ofClass(overlap, name, className)
    },
  },
]
