import type { Check } from '../../../shared/contracts/common.js'
import type { Association, DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { checkOf } from '../../../shared/core/check.js'
import type { DataDrift } from '../../../shared/data/drift/measure.js'
import { hasChanged, PAIR_LIMIT, type PairDrift } from '../../../shared/data/drift/pairs/measure.js'
import { agree, formatFixed, formatPercent, plural } from '../../../shared/report/format.js'
import type { LoadedContract } from '../contract.js'
import { pWords, sinceWords } from './words.js'

const SHOWN = 5

/** Whether columns go together pair by pair as in the baseline; nothing where that was not compared, which the report says. */
export function checkPairs(
  { pairs: found, sinceReason }: DataDrift,
  profile: DatasetProfile,
  loaded: LoadedContract,
): Check[] {
  if (found === null) return []
  const { drift } = loaded.contract
  const rule = { limit: drift.limit ?? PAIR_LIMIT, alpha: drift.alpha }
  const isOne = found.profilesOf === 1
  const baseline = isOne ? 'the baseline' : `most of ${plural(found.profiles, 'profile')} of the baseline`
  const silent = found.profilesOf - found.profiles
  const left =
    silent === 0 ? '' : `; ${plural(silent, 'more profile')} ${agree(silent, 'tells', 'tell')} too little of pairs`
  const changed = found.pairs.filter((pair) => hasChanged(pair, rule))
  const [first] = [...changed, ...found.pairs] as [PairDrift]
  const facts = {
    rule: 'pair-drift',
    subject: profile.name,
    measured: first.change.effect,
    expected: `an effect below ${rule.limit} for every pair of columns, or one that may be chance`,
    n: found.rows,
    details: {
      formula: `Pearson's X² of both tables against the log-linear model without a three-way interaction; effect √((X² − df) / (4nm / (n + m)))${isOne ? '' : ', each against one profile: of N the k-th largest effect and N/k times the k-th smallest p with k = ⌊N/2⌋ + 1 (Rüger)'}, Holm over all pairs`,
      pairs: found.pairs.length,
      changed: changed.length,
      ...(isOne ? {} : { profiles: found.profiles, profilesOf: found.profilesOf }),
      baselineRows: found.baseline,
      statistic: first.change.statistic,
      degrees: first.change.degrees,
      pValue: first.pValue,
      adjusted: first.adjusted,
      ...(found.since === null ? {} : { since: found.since.since, period: found.since.unit }),
    },
    where: loaded.place(['drift']),
  }
  if (changed.length === 0) {
    const message = `${plural(found.pairs.length, 'pair')} of columns of the ${profile.name} data: each goes together as in ${baseline}${left}`
    return [checkOf('pass', { ...facts, message })]
  }
  const since = found.since === null ? `since when is not known: ${sinceReason}` : sinceWords(found.since)
  return [
    checkOf(drift.level, {
      ...facts,
      message: `${changed.length} of ${plural(found.pairs.length, 'pair')} of columns of the ${profile.name} data ${changed.length === 1 ? 'goes' : 'go'} together in another way than in ${baseline}, most of all ${pairWords(first)}; ${since}${left}`,
      examples: changed
        .slice(0, SHOWN)
        .map((pair) => ({ where: `${pair.a.slice(0, 60)}, ${pair.b.slice(0, 60)}`, value: changeWords(pair) })),
      cure: 'look at these columns together: each alone may look as before',
    }),
  ]
}

const pairWords = (pair: PairDrift): string =>
  `${JSON.stringify(pair.a)} and ${JSON.stringify(pair.b)}: ${changeWords(pair)}`

function changeWords({ change, adjusted, cell, before, now }: PairDrift): string {
  const share = `${formatPercent(cell.found)} of the rows have ${cell.label}, and ${formatPercent(cell.expected)} would`
  return `effect ${formatFixed(change.effect, 3)}, p ${pWords(adjusted)} after Holm${measureWords(before, now)}; ${share}`
}

/** The measure of both sides that fits the pair: rank correlation, Cramér's V or mutual information. */
function measureWords(before: Association | null, now: Association | null): string {
  if (before === null || now === null) return ''
  const named = [
    ['Spearman', before.spearman, now.spearman],
    ["Cramér's V", before.cramersV, now.cramersV],
    ['mutual information', before.mutualInformation, now.mutualInformation],
  ] as const
  const told = named.find(([, a, b]) => a !== null && b !== null)
  return told === undefined ? '' : `, ${told[0]} ${formatFixed(told[1], 2)} before, ${formatFixed(told[2], 2)} now`
}
