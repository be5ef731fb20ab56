import type { Check } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import { chanceOfShare } from '../../../shared/data/leakage/association.js'
import type { TimeSplit } from '../../../shared/data/leakage/times.js'
import { agree, formatPercent, partOf, plural } from '../../../shared/report/format.js'
import type { LoadedContract } from '../contract.js'
import { CHANCE, FEWEST_ROWS, isWithin, ratio } from './limits.js'

/** Share of rows by which moments have to agree more often than inside train. */
const MORE = 0.01

/** Whether test lies after train, and whether the same moments stand in both. */
export function checkTimes(times: TimeSplit, loaded: LoadedContract): Check[] {
  const { leakage, split } = loaded.contract
  const expected = `at most ${formatPercent(leakage['max-date-overlap'])} of the test rows`
  if (times.reason !== null) {
    return [
      checkOf('inconclusive', {
        rule: 'date-overlap',
        subject: times.column,
        message: `whether test is later than train could not be measured by ${JSON.stringify(times.column)}: ${times.reason}`,
        expected,
        cure: 'write the column as ISO dates in both datasets, or correct `data.time`',
      }),
    ]
  }
  return [...(split.by === 'random' ? [] : [dateOverlap(times, loaded)]), ...sameMoments(times, loaded)]
}

function dateOverlap(
  { column, rows, before, trainAfter, looksByTime, examples }: TimeSplit,
  loaded: LoadedContract,
): Check {
  const { leakage, split } = loaded.contract
  const most = leakage['max-date-overlap']
  const facts = {
    rule: 'date-overlap',
    subject: column,
    measured: ratio(before, rows),
    expected: `at most ${formatPercent(most)} of the test rows before the latest training row`,
    n: rows,
    details: { before, trainAfter, looksByTime },
    where: loaded.place(['leakage']),
  }
  if (isWithin(before, most, rows)) {
    const message =
      before === 0
        ? 'no test row is older than the latest training row'
        : `${plural(before, 'test row')} ${agree(before, 'is', 'are')} older than the latest training row`
    return checkOf('pass', { ...facts, message })
  }
  const found = `${partOf(before, rows, 'test row')} (${formatPercent(before / rows)}) ${agree(before, 'is', 'are')} older than the latest training row, and ${plural(trainAfter, 'training row')} later than the earliest test row`
  if (split.by === 'time' || looksByTime) {
    return checkOf(leakage.level, {
      ...facts,
      message: `${found}: the model learns from the time that it is tested on`,
      examples: [...examples],
      cure: 'cut both at one moment; look at the latest training row, whose time may be wrong',
    })
  }
  return checkOf('warn', {
    ...facts,
    message: `${found}: it was not split by time. Innocent only if a case says nothing about later ones`,
    examples: [...examples],
    cure: 'if the model is to judge the future, split by time; if not, write `split: { by: random }` into the contract',
  })
}

function sameMoments({ column, same, looksByTime }: TimeSplit, loaded: LoadedContract): Check[] {
  if (same === null || same.rows === 0 || same.trainRows === 0) return []
  const { leakage, split } = loaded.contract
  const { shared, rows, keys, repeated, trainRows } = same
  const inTrain = repeated / trainRows
  const facts = {
    rule: 'same-time',
    subject: column,
    measured: shared / rows,
    expected: 'no more rows with the same moment than inside train',
    n: rows,
    details: { shared, moments: keys, inTrain },
    where: loaded.place(['leakage']),
  }
  const found = `${partOf(shared, rows, 'test row')} (${formatPercent(shared / rows)}) ${agree(shared, 'has', 'have')} exactly the time of a training row`
  if (shared === 0)
    return [checkOf('pass', { ...facts, message: 'no test row has exactly the time of a training row' })]
  const rate = (repeated + 1) / (trainRows + 1)
  if (shared / rows <= rate + MORE || chanceOfShare(shared, rows, rate) > CHANCE) {
    return [
      checkOf('pass', {
        ...facts,
        message: `${found}; inside train times repeat as often (${formatPercent(inTrain)})`,
      }),
    ]
  }
  if (rows < FEWEST_ROWS) {
    return [
      checkOf('inconclusive', {
        ...facts,
        message: `${found}; too few rows to tell from chance`,
        examples: [...same.examples],
        cure: `give it ${FEWEST_ROWS} test rows at least`,
      }),
    ]
  }
  return [
    checkOf(split.by === 'time' || (split.by === undefined && looksByTime) ? leakage.level : 'warn', {
      ...facts,
      message: `${found}, where times hardly repeat inside train (${formatPercent(inTrain)}): these may be records of the same events`,
      examples: [...same.examples],
      cure: 'keep all records of one event on one side of the split: name what they share under `data.group`',
    }),
  ]
}
