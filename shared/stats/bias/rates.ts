import type { OneClass } from '../classification.js'
import { wilson } from '../intervals.js'
import type { Numbers } from '../numeric.js'
import { type Estimate, ratio } from '../types.js'

/** Rates of a group of rows that are compared between groups, in the order of reports. */
export const RATES = ['selection_rate', 'tpr', 'fpr', 'fnr', 'fdr', 'for'] as const
export type Rate = (typeof RATES)[number]

/** A share as its counts. */
export interface Proportion {
  readonly hits: number
  readonly n: number
  /** What the counts stand for where they are effective ones, of rows with weights or in clusters (design.ts). */
  readonly design?: DesignFacts
}

export interface DesignFacts {
  /** Rows below the line. */
  readonly rows: number
  /** The sum of their weights. */
  readonly weight: number
  /** Clusters that they are of, or a lower bound of many; null when rows are independent. */
  readonly clusters: number | null
}

/** Every rate of a group. */
export type Shares = Readonly<Record<Rate, Proportion>>

/** What stands below the line of each rate, in words that follow a number. */
export const DENOMINATORS: Readonly<Record<Rate, string>> = {
  selection_rate: 'rows',
  tpr: 'positive rows',
  fpr: 'negative rows',
  fnr: 'positive rows',
  fdr: 'rows predicted positive',
  for: 'rows predicted negative',
}

/**
 * OneClass of each class (0 … classes − 1) against the rest, over the given rows (indices into `truth` and `label`, which hold
 * classes), or over all rows for null. One pass, whatever the number of classes.
 */
export function countClasses(truth: Numbers, label: Numbers, rows: Uint32Array | null, classes: number): OneClass[] {
  const [actual, selected, hits] = [new Float64Array(classes), new Float64Array(classes), new Float64Array(classes)]
  const n = rows === null ? truth.length : rows.length
  for (let i = 0; i < n; i++) {
    const row = rows === null ? i : (rows[i] as number)
    const [t, p] = [truth[row] as number, label[row] as number]
    actual[t] = (actual[t] as number) + 1
    selected[p] = (selected[p] as number) + 1
    if (t === p) hits[t] = (hits[t] as number) + 1
  }
  return Array.from(hits, (tp, k) => {
    const [fp, fn] = [(selected[k] as number) - tp, (actual[k] as number) - tp]
    return { tp, fp, fn, tn: n - tp - fp - fn }
  })
}

/**
 * A rate as counts. Selection rate (tp + fp) / n; TPR tp / (tp + fn); FPR fp / (fp + tn); FNR fn / (tp + fn);
 * FDR fp / (tp + fp); FOR fn / (fn + tn), as in Aequitas.
 */
export function proportionOf({ tp, fp, fn, tn }: OneClass, rate: Rate): Proportion {
  switch (rate) {
    case 'selection_rate':
      return { hits: tp + fp, n: tp + fp + fn + tn }
    case 'tpr':
      return { hits: tp, n: tp + fn }
    case 'fpr':
      return { hits: fp, n: fp + tn }
    case 'fnr':
      return { hits: fn, n: tp + fn }
    case 'fdr':
      return { hits: fp, n: tp + fp }
    case 'for':
      return { hits: fn, n: fn + tn }
  }
}

/** A rate with Wilson's interval, of counts that may be effective ones; undefined, with its reason, when nothing stands below the line. */
export function estimateShare(share: Proportion, rate: Rate, level: number): Estimate {
  const { hits, n } = share
  const interval = wilson(hits, n, level)
  return {
    ...ratio(hits, n, `there are no ${DENOMINATORS[rate]}`),
    n: rowsOf(share),
    interval: interval && { ...interval, method: methodOf(interval.method, [share]) },
  }
}

/** The rates of counts. */
export function sharesOf(counts: OneClass): Shares {
  return Object.fromEntries(RATES.map((rate) => [rate, proportionOf(counts, rate)])) as unknown as Shares
}

/** Rows below the line, whatever they count. */
export function rowsOf({ n, design }: Proportion): number {
  return design?.rows ?? n
}

/** The weight of what is below the line. */
export function weightBelow({ n, design }: Proportion): number {
  return design?.weight ?? n
}

/** The name of a procedure, with what it was given where that are no rows. */
export function methodOf(method: string, shares: readonly Proportion[]): string {
  return shares.some(({ design }) => design !== undefined) ? `${method} on effective counts (Rao–Scott)` : method
}
