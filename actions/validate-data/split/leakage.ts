import type { Check } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import { chanceOfShare } from '../../../shared/data/leakage/association.js'
import type { Overlap } from '../../../shared/data/overlap.js'
import type { FeaturePower, Label } from '../../../shared/data/power/power.js'
import {
  agree,
  formatFixed,
  formatInteger,
  formatPercent,
  partOf,
  plural,
  shortList,
} from '../../../shared/report/format.js'
import type { LoadedContract } from '../contract.js'
import type { LeakEvidence } from '../evidence.js'
import { CHANCE } from './limits.js'

/** What would make the test score a lie: a feature that knows the label, test rows that stand in train. */
export function checkLeakage(
  { powers, overlap }: LeakEvidence,
  label: Label | null,
  features: readonly string[],
  loaded: LoadedContract,
): Check[] {
  return [
    ...(label === null
      ? [noTarget()]
      : [...targetAmongFeatures(label, features), ...powerChecks(powers, label, loaded)]),
    ...(overlap === null ? [] : [overlapCheck(overlap, loaded)]),
  ]
}

function noTarget(): Check {
  return checkOf('warn', {
    rule: 'no-target',
    subject: 'data.target',
    message: 'no target is named: label balance and features that give the label away were not judged',
    expected: '`data.target` in plumbline.yml',
    cure: 'add `target: <column>` under `data`',
  })
}

function targetAmongFeatures({ name }: Label, features: readonly string[]): Check[] {
  if (!features.includes(name)) return []
  return [
    checkOf('fail', {
      rule: 'target-among-features',
      subject: name,
      message: `the target ${JSON.stringify(name)} is listed among the features`,
      expected: 'features without the target',
      cure: 'take it out of `data.features`',
    }),
  ]
}

function powerChecks(powers: readonly FeaturePower[], label: Label, loaded: LoadedContract): Check[] {
  const limit = loaded.contract.leakage
  const [most, mostRare] = [limit['max-power'], limit['max-rare-power']]
  const unmeasured = powers.filter(({ power }) => power === null)
  const leaks = [
    ...powers.filter(({ power }) => power !== null && power > most).map((power) => leak(power, label, most, loaded)),
    ...powers
      .filter(({ rare }) => rare !== null && rare.power > mostRare)
      .map((power) => rareLeak(power, label, mostRare, loaded)),
  ]
  const measured = powers.filter((power): power is FeaturePower & { power: number } => power.power !== null)
  const strongest = [...measured].sort((a, b) => b.power - a.power)[0]
  const checks = [...leaks, ...classesTold(measured, label, most, loaded)]
  if (leaks.length === 0 && strongest !== undefined) {
    checks.push(
      checkOf('pass', {
        rule: 'label-leak',
        subject: label.name,
        message: `no feature alone gives the label away; ${JSON.stringify(strongest.feature)} tells most, with a power of ${formatFixed(strongest.power, 2)}`,
        measured: strongest.power,
        expected: `at most ${formatFixed(most, 2)}`,
        n: strongest.n,
        details: { features: measured.length, measure: measureName(label) },
        where: loaded.place(['leakage']),
      }),
    )
  }
  if (unmeasured.length > 0 || powers.length === 0) {
    const reason = unmeasured[0]?.reason ?? 'there are no features'
    checks.push(
      checkOf('inconclusive', {
        rule: 'label-leak',
        subject: label.name,
        message: `whether ${powers.length === 0 ? 'a feature gives' : `${plural(unmeasured.length, 'feature')} give${unmeasured.length === 1 ? 's' : ''}`} the label away could not be measured: ${reason}`,
        expected: `at most ${formatFixed(most, 2)}`,
        cure: 'give it more labelled rows, or correct `data.target`, `data.features` and `task`',
      }),
    )
  }
  return checks
}

/**
 * Features that tell one class of several from all others, and not the label. A fault where that class is known before the
 * feature is, and nature where they are measures of it: a question, never a failure.
 */
function classesTold(
  powers: readonly (FeaturePower & { readonly power: number })[],
  label: Label,
  most: number,
  loaded: LoadedContract,
): Check[] {
  const told = powers.flatMap(({ feature, power, best, n }) =>
    power <= most && best && best.power > most ? [{ feature, n, ...best }] : [],
  )
  const classes = [...new Set(told.map((one) => one.class))].sort()
  return classes.map((name) => {
    const those = told.filter((one) => one.class === name).sort((a, b) => b.power - a.power)
    const [first] = those as [(typeof those)[number]]
    return checkOf('warn', {
      rule: 'label-leak',
      subject: `${label.name} = ${name}`,
      message: `${those.length === 1 ? 'one feature tells' : `${formatInteger(those.length)} features each tell`} ${label.name} = ${name} from all other classes: ${shortList(
        those.map(({ feature, power }) => `${JSON.stringify(feature)} (${formatFixed(power, 2)})`),
        5,
      )}`,
      measured: first.power,
      expected: `at most ${formatFixed(most, 2)}`,
      n: first.n,
      details: { measure: '2 AUC − 1 of out-of-fold rates of the class' },
      cure: CURE,
      where: loaded.place(['leakage']),
    })
  })
}

const measureName = ({ kind }: Label): string =>
  kind === 'class'
    ? '2 AUC − 1 of out-of-fold class rates, or of the values in order'
    : 'R² of out-of-fold means, or squared rank correlation'

function leak({ feature, power, n }: FeaturePower, label: Label, most: number, loaded: LoadedContract): Check {
  return checkOf(loaded.contract.leakage.level, {
    rule: 'label-leak',
    subject: feature,
    message: `feature ${JSON.stringify(feature)} alone tells the label ${JSON.stringify(label.name)} with a power of ${formatFixed(power, 2)}`,
    measured: power,
    expected: `at most ${formatFixed(most, 2)}`,
    n,
    details: { measure: measureName(label) },
    cure: CURE,
    where: loaded.place(['leakage']),
  })
}

function rareLeak({ feature, rare }: FeaturePower, label: Label, most: number, loaded: LoadedContract): Check {
  const { power, common, n, hits, base, part, class: name } = rare as NonNullable<FeaturePower['rare']>
  const speaks = common === null ? 'has a value' : `is not ${JSON.stringify(common)}`
  const where =
    part === 'all'
      ? `${plural(n, 'row')} in which it ${speaks}`
      : `${plural(n, 'row')} in which it is largest (${part} of those where it ${speaks})`
  return checkOf(loaded.contract.leakage.level, {
    rule: 'rare-label-leak',
    subject: feature,
    message: `feature ${JSON.stringify(feature)} gives the label away where it speaks: of the ${where}, ${formatInteger(hits)} ${agree(hits, 'has', 'have')} ${label.name} = ${name}, against ${formatPercent(base)} of all rows`,
    measured: power,
    expected: `at most ${formatFixed(most, 2)}`,
    n,
    details: { hits, baseRate: base, part, measure: '(Wilson 95 % lower bound − base rate) / (1 − base rate)' },
    cure: CURE,
    where: loaded.place(['leakage']),
  })
}

const CURE =
  'ask whether it is known before the label is; if not, list it under `data.exclude`. If it is honest, raise the limit under `leakage` in the contract'

function overlapCheck(overlap: Overlap, loaded: LoadedContract): Check {
  const { shared, rows, repeated, trainRows, alike, columns } = overlap
  const { 'max-overlap': most, level } = loaded.contract.leakage
  const facts = {
    rule: 'row-overlap',
    subject: 'train and test',
    measured: rows === 0 ? null : shared / rows,
    expected: `at most ${formatPercent(most)} of the test rows`,
    n: rows,
    details: {
      shared,
      columns: columns.length,
      repeatedInTrain: trainRows === 0 ? null : repeated / trainRows,
      byChance: alike,
    },
    where: loaded.place(['leakage']),
  }
  if (columns.length === 0) {
    return checkOf('inconclusive', {
      ...facts,
      message: 'train and test have no column in common that could be compared',
      cure: 'give both datasets the features and the target',
    })
  }
  if (shared <= Math.floor(most * rows + 1e-9)) {
    const message =
      shared === 0
        ? 'no test row stands in the training data'
        : `${plural(shared, 'test row')} also ${agree(shared, 'stands', 'stand')} in the training data`
    return checkOf('pass', { ...facts, message })
  }
  const found = `${partOf(shared, rows, 'test row')} (${formatPercent(shared / rows)}) also ${agree(shared, 'stands', 'stand')} in the training data`
  // Where rows repeat by nature, a shared row is no sign of a wrong split: of a random one half share more, by chance. Few rows
  // may not have repeated yet, though their columns have so few values that some must.
  const inside = repeated / trainRows
  if (chanceOfShare(shared, rows, Math.max(inside, alike)) > CHANCE) {
    const why =
      inside >= alike
        ? `rows repeat about as often inside the training data (${formatPercent(inside)})`
        : `rows of so few values are equal about as often (${formatPercent(alike)})`
    return checkOf('warn', {
      ...facts,
      message: `${found}; ${why}, so this may be chance`,
      examples: [...overlap.examples],
      cure: 'if the rows are different cases that look alike, raise `leakage.max-overlap`; if not, split again by the entity',
    })
  }
  return checkOf(level, {
    ...facts,
    message: found,
    examples: [...overlap.examples],
    cure: 'split again so that a row is in one of the two, or raise `leakage.max-overlap`',
  })
}
