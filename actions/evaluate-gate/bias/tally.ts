import { blockSums, effectiveShares, isPlainDesign, withoutPart } from '../../../shared/stats/bias/design.js'
import { countClasses, type Shares, sharesOf } from '../../../shared/stats/bias/rates.js'
import type { OneClass } from '../../../shared/stats/classification.js'
import type { ClassSample } from '../../../shared/stats/sample.js'
import type { Group } from './groups.js'

/** The rates of one class of a model: of each group, of all rows, and of the rows beside each group. */
export interface Tally {
  readonly groups: readonly Shares[]
  readonly overall: Shares
  readonly others: readonly Shares[]
}

/**
 * OneClass the groups of a model, by class. Rows that are weighted or clustered are counted as effective ones. The rows
 * beside a group, which all of this takes longest, are counted when `others` asks for them.
 */
export function tallyOf(sample: ClassSample, groups: readonly Group[], others: boolean): (k: number) => Tally {
  return isPlainDesign(sample) ? plainTally(sample, groups) : designTally(sample, groups, others)
}

function plainTally({ truth, label, classes }: ClassSample, groups: readonly Group[]): (k: number) => Tally {
  const byGroup = groups.map(({ rows }) => countClasses(truth, label, rows, classes.length))
  const overall = countClasses(truth, label, null, classes.length)
  return (k) => {
    const all = overall[k] as OneClass
    const own = byGroup.map((counts) => counts[k] as OneClass)
    return {
      groups: own.map(sharesOf),
      overall: sharesOf(all),
      others: own.map(({ tp, fp, fn, tn }) =>
        sharesOf({ tp: all.tp - tp, fp: all.fp - fp, fn: all.fn - fn, tn: all.tn - tn }),
      ),
    }
  }
}

/** Sums by block are large: those of a group are left as soon as its rates are known. */
function designTally(sample: ClassSample, groups: readonly Group[], others: boolean): (k: number) => Tally {
  const { truth, label, classes } = sample
  const sumsOf = (rows: Uint32Array | null) => blockSums(truth, label, sample, rows, classes.length)
  const perClass = (of: (k: number) => Shares) => classes.map((_, k) => of(k))
  const whole = sumsOf(null)
  const overall = perClass((k) => effectiveShares(whole, k))
  const byGroup = groups.map(({ rows }) => {
    const own = sumsOf(rows)
    const rest = others ? withoutPart(whole, own) : null
    return {
      own: perClass((k) => effectiveShares(own, k)),
      rest: rest === null ? null : perClass((k) => effectiveShares(rest, k)),
    }
  })
  return (k) => ({
    groups: byGroup.map(({ own }) => own[k] as Shares),
    overall: overall[k] as Shares,
    others: byGroup.flatMap(({ rest }) => (rest === null ? [] : [rest[k] as Shares])),
  })
}
