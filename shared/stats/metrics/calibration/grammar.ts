import { type Binning, DEFAULT_BINNING } from '../../calibration.js'
import type { MetricInfo } from '../metric.js'
import type { ConfidenceKind } from './confidence.js'
import type { ErrorSpec } from './errors.js'
import type { Norm } from './gaps.js'

/** Parts of a name in their order; what is left out is as in `ece`: 15 bins of equal mass, (a, b], the task’s usual kind. */
export const ERROR_PATTERN =
  /^(ece|mce|ace|rmsce)(?:_(\d+))?(?:_(width|mass))?(?:_(right|left|halfopen))?(?:_(positive|toplabel|classwise))?$/

export const ERROR_FORM =
  '<ece|mce|ace|rmsce>[_<bins>][_width|_mass][_right|_left|_halfopen][_positive|_toplabel|_classwise]'

/** Twenty rows a bin. */
const ROWS_OF_BIN = 20

const BINNINGS = { width: 'equal-width', mass: 'equal-mass' } as const
const EDGES = { right: 'right-closed', left: 'left-closed', halfopen: 'half-open' } as const

/** The error that parts of a name stand for, or undefined for a number of bins that is not from 1 to 1,000. */
export function parseError(norm: string, ...parts: readonly (string | undefined)[]): ErrorSpec | undefined {
  const [bins, binning, edges, kind] = parts
  const count = bins === undefined ? DEFAULT_BINNING.bins : Number(bins)
  if (!(count >= 1 && count <= 1000)) return undefined
  return {
    norm: norm as Norm,
    binning: {
      bins: count,
      binning: binning === undefined ? DEFAULT_BINNING.binning : BINNINGS[binning as keyof typeof BINNINGS],
      edges: edges === undefined ? DEFAULT_BINNING.edges : EDGES[edges as keyof typeof EDGES],
    },
    kind: (kind as ConfidenceKind | undefined) ?? null,
  }
}

/** What is said of an error under its name. */
export function errorInfo(name: string, spec: ErrorSpec): MetricInfo {
  const { norm, binning, kind } = spec
  const bins = `${binning.bins} ${binning.binning} bins ${EDGE_TEXT[binning.edges]}`
  const usual = name === norm
  const short = kind === null ? '' : `, ${KINDS[kind].short}`
  return {
    name,
    title: usual
      ? `calibration error (${norm.toUpperCase()})`
      : `calibration error (${norm.toUpperCase()}, ${bins}${short})`,
    tasks:
      kind === null || kind === 'toplabel'
        ? ['binary', 'multiclass']
        : kind === 'positive'
          ? ['binary']
          : ['multiclass'],
    direction: 'lower-is-better',
    range: [0, 1],
    needs: 'scores',
    minRows: ROWS_OF_BIN * binning.bins,
    definition: `${NORMS[norm].name} in ${bins}: ${NORMS[norm].how}; ${kind === null ? USUAL : KINDS[kind].long}.`,
  }
}

const NORMS: Readonly<Record<Norm, { name: string; how: string }>> = {
  ece: { name: 'Expected calibration error', how: 'mean gap between score and rate, weighted by rows' },
  mce: { name: 'Maximum calibration error', how: 'the largest gap between score and rate of a bin that has rows' },
  ace: {
    name: 'Average calibration error',
    how: 'plain mean of the gap between score and rate over bins that have rows',
  },
  rmsce: {
    name: 'Root mean squared calibration error',
    how: 'root of the mean squared gap between score and rate, weighted by rows',
  },
}

const EDGE_TEXT: Readonly<Record<Binning['edges'], string>> = {
  'right-closed': '(a, b]',
  'left-closed': '[a, b)',
  'half-open': '[a, b) with 1 in a bin of its own',
}

const USUAL = 'score of the positive class for two classes, top label for more'

const KINDS: Readonly<Record<ConfidenceKind, { short: string; long: string }>> = {
  positive: { short: 'positive class', long: 'score of the positive class' },
  toplabel: { short: 'top label', long: 'highest probability against whether its class is right' },
  classwise: { short: 'class-wise', long: 'probability of each class against the rest, mean over classes' },
}
