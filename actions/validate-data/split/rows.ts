import type { Check } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import { chanceOfShare } from '../../../shared/data/leakage/association.js'
import type { CrossConflicts } from '../../../shared/data/leakage/conflicts.js'
import type { BetweenEvidence, TrainEvidence } from '../../../shared/data/leakage/measure-split.js'
import type { SharedKeys } from '../../../shared/data/leakage/shared-keys.js'
import type { SplitRoles } from '../../../shared/data/leakage/sides.js'
import { agree, formatInteger, formatPercent, partOf, plural } from '../../../shared/report/format.js'
import type { LoadedContract } from '../contract.js'
import { CHANCE, isWithin, ratio } from './limits.js'
import { nearDuplicates, similarTexts } from './near.js'

/** What stands on both sides of the split: ids, entities, rows with another label, rows and texts that are nearly the same. */
export function checkSharedRows(
  between: BetweenEvidence,
  { conflicts }: TrainEvidence,
  roles: SplitRoles,
  loaded: LoadedContract,
): Check[] {
  return [
    ...(roles.id === undefined ? [] : [idOverlap(between.ids, roles.id, between.idsCountRows, loaded)]),
    ...(roles.group.length === 0 ? [] : [groupOverlap(between.groups, roles.group, loaded)]),
    ...(between.conflicts === null
      ? []
      : [
          conflictingSplit(
            between.conflicts,
            conflicts === null ? 0 : (ratio(conflicts.conflicting, conflicts.rows) ?? 0),
            loaded,
          ),
        ]),
    ...nearDuplicates(between.nearRows, loaded),
    ...between.nearTexts.map((texts) => similarTexts(texts, loaded)),
  ]
}

function lacking(rule: string, key: string, names: readonly string[], expected: string): Check {
  const named = names.map((name) => JSON.stringify(name)).join(', ')
  return checkOf('inconclusive', {
    rule,
    subject: names.join(', '),
    message: `train and test do not both have ${named}, so whether they share any was not measured`,
    expected,
    cure: `write the column into both datasets, or correct \`${key}\``,
  })
}

function idOverlap(ids: SharedKeys | null, id: string, bothCount: boolean, loaded: LoadedContract): Check {
  const { 'max-id-overlap': most, level } = loaded.contract.leakage
  const expected = `at most ${formatPercent(most)} of the test rows`
  if (ids === null) return lacking('id-overlap', 'data.id', [id], expected)
  const { shared, rows, keys } = ids
  const facts = {
    rule: 'id-overlap',
    subject: id,
    measured: ratio(shared, rows),
    expected,
    n: rows,
    details: { shared, ids: keys },
    where: loaded.place(['leakage']),
  }
  if (rows === 0) return checkOf('inconclusive', { ...facts, message: 'no test row has an id', cure: 'write the ids' })
  const found = `${partOf(shared, rows, 'test row')} (${formatPercent(shared / rows)}) ${agree(shared, 'has', 'have')} an id ${JSON.stringify(id)} that stands in train`
  if (isWithin(shared, most, rows)) {
    return checkOf('pass', { ...facts, message: shared === 0 ? 'no id of test stands in train' : found })
  }
  return checkOf(bothCount ? 'warn' : level, {
    ...facts,
    message: bothCount
      ? `${found}; both files number their rows from the start, so the same id may be another case`
      : found,
    examples: [...ids.examples],
    cure: bothCount
      ? 'number the rows of both files through, so that an id names one case'
      : 'split again so that an id is in one of the two; if the column names an entity of many rows, name it under `data.group`',
  })
}

function groupOverlap(groups: SharedKeys | null, names: readonly string[], loaded: LoadedContract): Check {
  const { 'max-group-overlap': most, level } = loaded.contract.leakage
  const expected = `at most ${formatPercent(most)} of the test rows`
  if (groups === null) return lacking('group-overlap', 'data.group', names, expected)
  const { shared, rows, keys } = groups
  const subject = names.join(', ')
  const facts = {
    rule: 'group-overlap',
    subject,
    measured: ratio(shared, rows),
    expected,
    n: rows,
    details: { shared, entities: keys },
    where: loaded.place(['leakage']),
  }
  if (rows === 0) {
    return checkOf('inconclusive', {
      ...facts,
      message: `no test row names its ${subject}`,
      cure: 'write the column, or correct `data.group`',
    })
  }
  if (isWithin(shared, most, rows)) {
    const message =
      shared === 0
        ? `no ${subject} of test stands in train`
        : `${plural(shared, 'test row')} ${agree(shared, 'has', 'have')} a ${subject} that stands in train`
    return checkOf('pass', { ...facts, message })
  }
  return checkOf(level, {
    ...facts,
    message: `${formatInteger(keys)} of ${subject} ${agree(keys, 'stands', 'stand')} in train and in test, with ${partOf(shared, rows, 'test row')} (${formatPercent(shared / rows)}): the model can know them again`,
    examples: [...groups.examples],
    cure: `split again by ${subject}, so that all its rows are in one of the two`,
  })
}

function conflictingSplit(
  { conflicting, rows, sameFeatures, columns, examples }: CrossConflicts,
  inTrain: number,
  loaded: LoadedContract,
): Check {
  const most = loaded.contract.leakage['max-conflicts']
  const share = ratio(conflicting, rows)
  const facts = {
    rule: 'conflicting-split',
    subject: 'train and test',
    measured: share,
    expected: `at most ${formatPercent(most)} of the test rows`,
    n: rows,
    details: { conflicting, sameFeatures, columns, inTrain },
    where: loaded.place(['leakage']),
  }
  if (share === null) {
    return checkOf('inconclusive', {
      ...facts,
      message: 'no test row has a label and a feature',
      cure: 'give the test rows their labels',
    })
  }
  const found = `${partOf(conflicting, rows, 'test row')} (${formatPercent(share)}) ${agree(conflicting, 'has', 'have')} the features of a training row and another label`
  if (isWithin(conflicting, most, rows)) {
    return checkOf('pass', {
      ...facts,
      message: conflicting === 0 ? 'no test row has the features of a training row and another label' : found,
    })
  }
  // Then the training rows contradict each other as well, and that is said where it belongs.
  if (share <= inTrain || chanceOfShare(conflicting, rows, inTrain) > CHANCE) {
    return checkOf('pass', { ...facts, message: `${found}, no more than inside train (${formatPercent(inTrain)})` })
  }
  return checkOf('warn', {
    ...facts,
    message: `${found}: the same case was labelled twice, or a feature that parts them is lacking`,
    examples: [...examples],
    cure: 'look at the rows and keep one of the labels; or raise `leakage.max-conflicts`',
  })
}
