import type { Check } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import { chanceOfShare } from '../../../shared/data/leakage/association.js'
import type { NearRows } from '../../../shared/data/leakage/near-rows.js'
import type { NearTexts } from '../../../shared/data/leakage/near-texts.js'
import { agree, formatInteger, formatPercent, partOf, plural } from '../../../shared/report/format.js'
import type { LoadedContract } from '../contract.js'
import { CHANCE, FEWEST_ROWS, isWithin, ratio } from './limits.js'

/** Rows of test that are nearly rows of train; none where there are too few features to say so. */
export function nearDuplicates(near: NearRows, loaded: LoadedContract): Check[] {
  if (near.reason !== null) return []
  const { 'max-near-duplicates': most, level } = loaded.contract.leakage
  const { normalised, allButOne, rows, of, trainRows, byChance } = near
  const count = normalised + allButOne
  const inTrain = ratio(near.inTrain, trainRows) ?? 0
  const facts = {
    rule: 'near-duplicate-row',
    subject: 'train and test',
    measured: ratio(count, rows),
    expected: `at most ${formatPercent(most)} of the test rows`,
    n: rows,
    details: { normalised, allButOne, inTrain, byChance, features: near.features, leftOut: near.leftOut },
    where: loaded.place(['leakage']),
  }
  const looked =
    rows < of ? ` (of ${formatInteger(of)}, ${formatInteger(rows)} ${agree(rows, 'was', 'were')} looked at)` : ''
  if (count === 0) {
    return [
      checkOf(rows === 0 ? 'inconclusive' : 'pass', {
        ...facts,
        message: `no test row is nearly a training row${looked}`,
      }),
    ]
  }
  const found = `${partOf(count, rows, 'test row')} (${formatPercent(count / rows)}) ${agree(count, 'is', 'are')} nearly a training row: ${formatInteger(normalised)} but for spelling and rounding, ${formatInteger(allButOne)} in all features but one${looked}`
  if (isWithin(count, most, rows)) return [checkOf('pass', { ...facts, message: found })]
  // Where values are few, rows agree in all features but one without being copies.
  if (chanceOfShare(count, rows, Math.min(1, 2 * byChance)) > CHANCE) {
    return [checkOf('pass', { ...facts, message: `${found}; values are so few that this is chance` })]
  }
  const asInTrain = chanceOfShare(count, rows, inTrain) > CHANCE
  if (asInTrain && normalised === 0) {
    return [
      checkOf('pass', {
        ...facts,
        message: `${found}; rows are as alike inside train (${formatPercent(inTrain)}), so this is how the data are`,
      }),
    ]
  }
  if (rows < FEWEST_ROWS) {
    return [
      checkOf('inconclusive', {
        ...facts,
        message: `${found}; too few to tell from chance`,
        examples: [...near.examples],
        cure: `give it ${FEWEST_ROWS} test rows at least`,
      }),
    ]
  }
  return [
    checkOf(asInTrain ? 'warn' : level, {
      ...facts,
      message: asInTrain
        ? `${found}; rows are as alike inside train (${formatPercent(inTrain)}), so this is how the data are, or copies were made before the split`
        : found,
      examples: [...near.examples],
      cure: asInTrain
        ? 'if rows were copied or varied before the split, split first; else raise `leakage.max-near-duplicates`'
        : 'remove the copies from one of the two, or split by what they are copies of; or raise `leakage.max-near-duplicates`',
    }),
  ]
}

/** Texts of test that are nearly texts of train, of one feature. */
export function similarTexts(texts: NearTexts, loaded: LoadedContract): Check {
  const { 'max-similar-texts': most, level } = loaded.contract.leakage
  const { column, rows, of, similar, equal, trainRows, trainOf, probes } = texts
  const inTrain = ratio(texts.inTrain, probes) ?? 0
  const facts = {
    rule: 'similar-text',
    subject: column,
    measured: ratio(similar, rows),
    expected: `at most ${formatPercent(most)} of the test rows`,
    n: rows,
    details: { similar, equal, inTrain, trainRows, measure: 'Jaccard of pieces of five characters, 0.8 at least' },
    where: loaded.place(['leakage']),
  }
  const looked =
    rows < of || trainRows < trainOf
      ? ` (${plural(rows, 'row')} of test and ${formatInteger(trainRows)} of train were looked at)`
      : ''
  if (rows === 0 || trainRows === 0) {
    return checkOf('inconclusive', {
      ...facts,
      message: `no text of ${JSON.stringify(column)} could be compared`,
      cure: 'write the texts',
    })
  }
  const found = `${partOf(similar, rows, 'test row')} (${formatPercent(similar / rows)}) ${agree(similar, 'has', 'have')} a text in ${JSON.stringify(column)} that is nearly one of train, ${formatInteger(equal)} of them letter for letter${looked}`
  if (isWithin(similar, most, rows)) {
    return checkOf('pass', {
      ...facts,
      message: similar === 0 ? `no text of ${JSON.stringify(column)} in test is nearly one of train${looked}` : found,
    })
  }
  if (rows < FEWEST_ROWS) {
    return checkOf('inconclusive', {
      ...facts,
      message: `${found}; too few rows to tell`,
      examples: [...texts.examples],
      cure: `give it ${FEWEST_ROWS} test rows at least`,
    })
  }
  const asInTrain = chanceOfShare(similar, rows, inTrain) > CHANCE
  return checkOf(asInTrain ? 'warn' : level, {
    ...facts,
    message: asInTrain
      ? `${found}; texts are as alike inside train (${formatPercent(inTrain)}), so they may be made from a template`
      : found,
    examples: [...texts.examples],
    cure: 'keep texts that are copies of each other on one side of the split; or raise `leakage.max-similar-texts`',
  })
}
