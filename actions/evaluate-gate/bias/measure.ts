import { type Contrast, chanceWithin, differenceOf, ratioOf } from '../../../shared/stats/bias/compare.js'
import { allOf, type Parity, parityOf, ROLL_UPS, type RollUp, rollUp } from '../../../shared/stats/bias/parity.js'
import {
  estimateShare,
  type Proportion,
  RATES,
  type Rate,
  rowsOf,
  type Shares,
} from '../../../shared/stats/bias/rates.js'
import { type Against, equalizedOdds, type Spread, spreadOf } from '../../../shared/stats/bias/spread.js'
import type { ClassSample } from '../../../shared/stats/sample.js'
import type { Estimate } from '../../../shared/stats/types.js'
import { type Group, type Grouping, sameValues, type Values } from './groups.js'
import { type Tally, tallyOf } from './tally.js'

/** A number of the candidate, and of the baseline when there is one. */
export interface OfModels {
  readonly candidate: Estimate
  readonly baseline: Estimate | null
}

/** One rate of one group against the reference. */
export interface Comparison {
  readonly rate: Rate
  readonly class: string
  readonly group: Values
  /** Null when it is all rows. */
  readonly reference: Values | null
  readonly rateOfGroup: Estimate
  readonly rateOfReference: Estimate
  readonly ratio: OfModels
  readonly difference: OfModels
  /** What is below the line of the candidate's rate, of the group and of the reference or, of all rows, those beside the group. */
  readonly below: { readonly group: Proportion; readonly reference: Proportion }
  /** Rows of the reference, which may be a group that is too small. */
  readonly referenceRows: number
  /** One-sided p-value of "within tau … 1/tau" of the candidate, corrected for a reference that the data chose. */
  readonly chance: number
}

export interface NamedSpread {
  readonly name: 'demographic_parity' | 'equal_opportunity' | 'equalized_odds' | 'equalized_odds_mean'
  readonly against: Against
  readonly candidate: Spread
  readonly baseline: Spread | null
}

/** One class against the rest. */
export interface ClassMeasured {
  readonly class: string
  readonly groups: readonly { readonly group: Group; readonly rates: Readonly<Record<Rate, OfModels>> }[]
  readonly overall: Readonly<Record<Rate, OfModels>>
  readonly comparisons: readonly Comparison[]
  readonly spreads: readonly NamedSpread[]
  readonly parity: Readonly<Record<RollUp, { readonly candidate: Parity; readonly baseline: Parity }>>
}

export interface Measured {
  readonly grouping: Grouping
  readonly classes: readonly ClassMeasured[]
}

interface Models {
  readonly candidate: ClassSample
  readonly baseline: ClassSample | null
}

/** Every rate of every group of both models: of the positive class of a binary task, of each class of another. */
export function measureBias(grouping: Grouping, { candidate, baseline }: Models, level: number): Measured {
  const { classes, task } = candidate
  // The reference may be too small to be judged: it is counted all the same.
  const named = grouping.reference
  const extra = typeof named === 'object' ? grouping.small.filter(({ values }) => sameValues(values, named.values)) : []
  const groups = [...grouping.groups, ...extra]
  const overlaps = named === 'overall'
  const ofCandidate = tallyOf(candidate, groups, overlaps)
  const ofBaseline = baseline && tallyOf(baseline, groups, overlaps)
  const measured = task === 'binary' ? [1] : classes.map((_, k) => k)
  return {
    grouping,
    classes: measured.map((k) =>
      measureClass(grouping, groups, {
        name: classes[k] as string,
        candidate: ofCandidate(k),
        baseline: ofBaseline?.(k) ?? null,
        level,
      }),
    ),
  }
}

/** What both models did with one class, group by group. */
interface ClassTallies {
  readonly name: string
  readonly candidate: Tally
  readonly baseline: Tally | null
  /** Of the intervals. */
  readonly level: number
}

function measureClass(grouping: Grouping, groups: readonly Group[], tallies: ClassTallies): ClassMeasured {
  const { name, candidate, baseline, level } = tallies
  const ratesOf = (of: (tally: Tally) => Shares) =>
    recordOf(
      RATES,
      (rate): OfModels => ({
        candidate: estimateShare(of(candidate)[rate], rate, level),
        baseline: baseline && estimateShare(of(baseline)[rate], rate, level),
      }),
    )
  const comparisons = RATES.flatMap((rate) => compare(grouping, groups, rate, tallies))
  const judged = groups.slice(0, grouping.groups.length)
  return {
    class: name,
    groups: judged.map((group, i) => ({ group, rates: ratesOf((of) => of.groups[i] as Shares) })),
    overall: ratesOf(({ overall }) => overall),
    comparisons,
    spreads: spreads(judged.length, candidate, baseline, level),
    parity: parities(comparisons, grouping.config.tau, baseline !== null),
  }
}

function compare(
  grouping: Grouping,
  groups: readonly Group[],
  rate: Rate,
  { name, candidate, baseline, level }: ClassTallies,
): Comparison[] {
  const { tau } = grouping.config
  const shareOf = (tally: Tally, i: number) => (tally.groups[i] as Shares)[rate]
  const chosen = referenceIndex(grouping, groups, (i) => shareOf(candidate, i))
  if (chosen === null) return []
  return grouping.groups.flatMap((group, i): Comparison[] => {
    if (i === chosen.index) return []
    const contrastIn = (tally: Tally): Contrast => {
      const own = shareOf(tally, i)
      if (chosen.index >= 0) return { group: own, other: shareOf(tally, chosen.index), overlaps: false }
      return { group: own, other: (tally.others[i] as Shares)[rate], overlaps: true }
    }
    const contrast = contrastIn(candidate)
    const before = baseline && contrastIn(baseline)
    const reference = chosen.index >= 0 ? (groups[chosen.index] as Group) : null
    const whole = reference === null ? candidate.overall : (candidate.groups[chosen.index] as Shares)
    return [
      {
        rate,
        class: name,
        group: group.values,
        reference: reference?.values ?? null,
        rateOfGroup: estimateShare(contrast.group, rate, level),
        rateOfReference: estimateShare(whole[rate], rate, level),
        ratio: { candidate: ratioOf(contrast, level), baseline: before && ratioOf(before, level) },
        difference: { candidate: differenceOf(contrast, level), baseline: before && differenceOf(before, level) },
        below: { group: contrast.group, reference: contrast.other },
        referenceRows: reference?.rows.length ?? rowsOf(candidate.overall.selection_rate),
        chance: Math.min(1, chanceWithin(contrast, tau) * chosen.candidates),
      },
    ]
  })
}

/**
 * Place of the reference among the groups, −1 for all rows, null when there is none; and among how many the data chose
 * it. Of groups of the same size, or the same rate, it is the first by its values.
 */
function referenceIndex(
  { reference, groups: judged, config }: Grouping,
  groups: readonly Group[],
  shareOf: (index: number) => Proportion,
): { index: number; candidates: number } | null {
  if (reference === 'overall') return { index: -1, candidates: 1 }
  if (typeof reference === 'object') {
    return { index: groups.findIndex(({ values }) => sameValues(values, reference.values)), candidates: 1 }
  }
  if (judged.length === 0) return null
  const indices = [...judged.keys()]
  if (reference === 'majority') {
    const size = (i: number) => (judged[i] as Group).rows.length
    return { index: indices.reduce((best, i) => (size(i) > size(best) ? i : best), 0), candidates: 1 }
  }
  const usable = indices.filter((i) => shareOf(i).n >= config['min-rows'])
  const value = (i: number) => shareOf(i).hits / shareOf(i).n
  const [first = 0, ...others] = usable
  return {
    index: others.reduce((best, i) => (value(i) < value(best) ? i : best), first),
    candidates: usable.length || 1,
  }
}

function spreads(groups: number, candidate: Tally, baseline: Tally | null, level: number): NamedSpread[] {
  const share = (tally: Tally, rate: Rate) => tally.groups.slice(0, groups).map((shares) => shares[rate])
  const plain = (rate: Rate, against: Against) => (tally: Tally) =>
    spreadOf(share(tally, rate), tally.overall[rate], against, level)
  const odds = (aggregate: 'worst_case' | 'mean', against: Against) => (tally: Tally) => {
    return equalizedOdds(share(tally, 'tpr'), share(tally, 'fpr'), tally.overall, against, aggregate, level)
  }
  const named = (name: NamedSpread['name'], of: (against: Against) => (tally: Tally) => Spread): NamedSpread[] =>
    (['between_groups', 'to_overall'] as const).map((against) => ({
      name,
      against,
      candidate: of(against)(candidate),
      baseline: baseline && of(against)(baseline),
    }))
  return [
    ...named('demographic_parity', (against) => plain('selection_rate', against)),
    ...named('equal_opportunity', (against) => plain('tpr', against)),
    ...named('equalized_odds', (against) => odds('worst_case', against)),
    ...named('equalized_odds_mean', (against) => odds('mean', against)),
  ]
}

function parities(comparisons: readonly Comparison[], tau: number, hasBaseline: boolean): ClassMeasured['parity'] {
  const of = (model: 'candidate' | 'baseline') =>
    rollUp(
      recordOf(RATES, (rate) =>
        allOf(
          comparisons
            .filter((one) => one.rate === rate)
            .map(({ ratio }) => parityOf(ratio[model]?.value ?? Number.NaN, tau)),
        ),
      ),
    )
  const candidate = of('candidate')
  const baseline = hasBaseline ? of('baseline') : null
  return recordOf(ROLL_UPS, (name) => ({ candidate: candidate[name], baseline: baseline?.[name] ?? null }))
}

function recordOf<Key extends string, Value>(keys: readonly Key[], of: (key: Key) => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<Key, Value>
}
