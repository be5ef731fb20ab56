import type { Check } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import type { NewCategories } from '../../../shared/data/leakage/categories.js'
import type { LabelShift } from '../../../shared/data/leakage/labels.js'
import type { BetweenEvidence } from '../../../shared/data/leakage/measure-split.js'
import type { PowerChange } from '../../../shared/data/leakage/power-change.js'
import {
  agree,
  formatFixed,
  formatGiven,
  formatInteger,
  formatNumber,
  formatPercent,
  partOf,
  plural,
  shortList,
} from '../../../shared/report/format.js'
import type { LoadedContract } from '../contract.js'
import { CHANCE, FEWEST_ROWS, isWithin, ratio } from './limits.js'

/** Largest distance of labels that is no drift, where the contract says nothing. */
const LABEL_DRIFT = { class: 0.15, value: 0.2 } as const
const SIGNIFICANT = 0.01
/** Standard errors that a change of power has to exceed. */
const ERRORS = 3.3

/** Whether the test data speak for the training data: size, labels, categories, what features tell. */
export function checkShift(between: BetweenEvidence, loaded: LoadedContract): Check[] {
  const { labels, categories, powers } = between
  return [
    size(between, loaded),
    ...(labels === null ? [] : labelDrift(labels, loaded)),
    ...(labels?.kind === 'class' && labels.reason === null ? [newLabels(labels, loaded)] : []),
    ...newCategories(categories, loaded),
    ...powerChange(powers, loaded),
  ]
}

function size({ trainRows, testRows }: BetweenEvidence, loaded: LoadedContract): Check {
  const { 'min-size': least, level } = loaded.contract.split
  const share = ratio(testRows, trainRows)
  return checkOf(share === null ? 'inconclusive' : share >= least - 1e-12 ? 'pass' : level, {
    rule: 'test-size',
    subject: 'train and test',
    message: `there are ${plural(testRows, 'test row')} for ${plural(trainRows, 'training row')} (${formatPercent(share)})`,
    measured: share,
    expected: `at least ${formatPercent(least)} of the training rows`,
    n: testRows,
    cure: 'keep more rows for the test, or lower `split.min-size`',
    where: loaded.place(['split']),
  })
}

function labelDrift(labels: LabelShift, loaded: LoadedContract): Check[] {
  const { 'max-label-drift': given, level } = loaded.contract.split
  const most = given ?? LABEL_DRIFT[labels.kind]
  const measure = labels.kind === 'class' ? 'Cramér’s V, bias corrected' : 'Kolmogorov–Smirnov statistic'
  const { effect, pValue, trainRows, testRows } = labels
  const facts = {
    rule: 'label-drift',
    subject: 'train and test',
    measured: effect,
    expected: `at most ${formatGiven(most)}`,
    n: testRows,
    details: { measure, pValue, trainRows },
    where: loaded.place(['split']),
  }
  const tooFew = Math.min(trainRows, testRows) < FEWEST_ROWS
  if (labels.reason !== null || effect === null || pValue === null || tooFew) {
    const reason = labels.reason ?? `there are ${formatInteger(trainRows)} and ${plural(testRows, 'labelled row')}`
    return [
      checkOf('inconclusive', {
        ...facts,
        measured: null,
        message: `whether the labels of test are spread as those of train could not be told: ${reason}`,
        cure: `give both ${FEWEST_ROWS} labelled rows at least, and check \`data.target\` and \`task\``,
      }),
    ]
  }
  const { most: gap } = labels
  const seen =
    gap === null
      ? ''
      : `; ${labels.kind === 'class' ? JSON.stringify(gap.value) : gap.value} are ${formatPercent(gap.train)} of train and ${formatPercent(gap.test)} of test`
  const distance = `${formatFixed(effect, 3)} (${measure})`
  if (effect <= most) {
    return [checkOf('pass', { ...facts, message: `the labels of test are spread as those of train: ${distance}` })]
  }
  if (pValue >= SIGNIFICANT) {
    return [
      checkOf('inconclusive', {
        ...facts,
        message: `the labels of test differ from those of train by ${distance}, which chance brings about among ${plural(testRows, 'row')}`,
        cure: 'keep more rows for the test, or split with the same share of each label',
      }),
    ]
  }
  return [
    checkOf(level, {
      ...facts,
      message: `the labels of test are not spread as those of train: ${distance}${seen}. Innocent where test is later and the world has changed`,
      cure: 'split with the same share of each label (stratified), or raise `split.max-label-drift`',
    }),
  ]
}

function newLabels(
  { newLabels: values, newRows, newChance, testRows, examples }: LabelShift,
  loaded: LoadedContract,
): Check {
  const given = loaded.contract.split['max-new-labels']
  const most = given ?? 0
  const isAllowed = isWithin(newRows, most, testRows)
  // A model cannot know them, so that it is no pass; but a random split leaves such out now and then, which is no fault of it.
  const isChance = newChance > CHANCE
  const why = isChance ? '; so rare, a random split may leave train without them' : ''
  const level = isChance && given === undefined ? 'warn' : loaded.contract.leakage.level
  return checkOf(isAllowed ? 'pass' : level, {
    rule: 'new-label',
    subject: 'test',
    message:
      newRows === 0
        ? 'every label of test stands in train'
        : `${partOf(newRows, testRows, 'test row')} (${formatPercent(newRows / testRows)}) ${agree(newRows, 'has', 'have')} a label that train lacks: ${shortList(values.map(({ value }) => JSON.stringify(value)))}${why}`,
    measured: ratio(newRows, testRows),
    expected: `at most ${formatPercent(most)} of the test rows`,
    n: testRows,
    details: { rows: newRows, chance: newChance },
    examples: isAllowed ? [] : [...examples],
    cure: 'a model cannot know them: put rows of each label into train, gather more of them or join them with another label; or raise `split.max-new-labels`',
    where: loaded.place(['split']),
  })
}

function newCategories(categories: readonly NewCategories[], loaded: LoadedContract): Check[] {
  const { 'max-new-categories': most, level } = loaded.contract.split
  if (categories.length === 0) return []
  const expected = `at most ${formatPercent(most)} of the test rows`
  const findings = categories.flatMap((one) => {
    const { feature, newRows, rows, newValues, values, expectedRows, chance, examples } = one
    const byChance = ratio(expectedRows, rows)
    if (isWithin(newRows, most, rows) || chance > CHANCE) return []
    const tooFew = rows < FEWEST_ROWS
    return [
      checkOf(tooFew ? 'inconclusive' : level, {
        rule: 'new-category',
        subject: feature,
        message: `${partOf(newRows, rows, 'test row')} (${formatPercent(newRows / rows)}) ${agree(newRows, 'has', 'have')} ${newValues === 1 ? 'a value' : `one of ${formatInteger(newValues)} values`} of ${JSON.stringify(feature)} that train lacks: ${shortList(values.map((value) => JSON.stringify(value)))}${tooFew ? '; too few rows to tell from chance' : ''}`,
        measured: newRows / rows,
        expected,
        n: rows,
        details: { rows: newRows, values: newValues, byChance },
        examples: [...examples],
        cure: 'check the spelling of the values, put rows with them into train, or raise `split.max-new-categories`',
        where: loaded.place(['split']),
      }),
    ]
  })
  if (findings.length > 0) return findings
  const share = ({ newRows, rows }: NewCategories) => ratio(newRows, rows) ?? 0
  const worst = categories.reduce((a, b) => (share(b) > share(a) ? b : a))
  return [
    checkOf('pass', {
      rule: 'new-category',
      subject: 'test',
      message:
        worst.newRows === 0
          ? 'every category of test stands in train'
          : `no feature has more new categories in test than allowed or expected; most has ${JSON.stringify(worst.feature)}, in ${formatPercent(share(worst))} of the rows`,
      measured: share(worst),
      expected,
      n: worst.rows,
      details: { features: categories.length },
      where: loaded.place(['split']),
    }),
  ]
}

function powerChange(powers: readonly PowerChange[], loaded: LoadedContract): Check[] {
  const { 'max-power-change': most, level } = loaded.contract.split
  if (powers.length === 0) return []
  const change = ({ train, test }: PowerChange) => Math.abs(test - train)
  const expected = `a change of at most ${formatGiven(most)}`
  const findings = powers
    .filter((power) => change(power) > Math.max(most, ERRORS * power.error))
    .map((power) =>
      checkOf(level, {
        rule: 'power-change',
        subject: power.feature,
        message: `feature ${JSON.stringify(power.feature)} tells the label with a power of ${formatFixed(power.train, 2)} in train and ${formatFixed(power.test, 2)} in test, on as many rows: it does not mean the same there`,
        measured: change(power),
        expected,
        n: power.n,
        details: { train: power.train, test: power.test, standardError: power.error },
        cure: 'find out how the feature is made on each side; a value that is filled in later is the usual cause',
        where: loaded.place(['split']),
      }),
    )
  if (findings.length > 0) return findings
  const worst = powers.reduce((a, b) => (change(b) > change(a) ? b : a))
  return [
    checkOf('pass', {
      rule: 'power-change',
      subject: 'train and test',
      message: `features tell the label in test as in train; most changes ${JSON.stringify(worst.feature)}, by ${formatNumber(change(worst), 2)}${change(worst) > most ? `, which ${plural(worst.n, 'row does', 'rows do')} not tell from chance` : ''}`,
      measured: change(worst),
      expected,
      n: worst.n,
      details: { features: powers.length },
      where: loaded.place(['split']),
    }),
  ]
}
