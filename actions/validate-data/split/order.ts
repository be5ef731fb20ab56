import type { Check } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import type { TrainEvidence } from '../../../shared/data/leakage/measure-split.js'
import type { IndexFeature, OrderEvidence, Ordered } from '../../../shared/data/leakage/order.js'
import type { SplitRoles } from '../../../shared/data/leakage/sides.js'
import type { TimeSplit } from '../../../shared/data/leakage/times.js'
import type { FeaturePower } from '../../../shared/data/power/power.js'
import { agree, formatFixed, formatInteger, formatPercent, plural } from '../../../shared/report/format.js'
import type { LoadedContract } from '../contract.js'
import { CHANCE, FEWEST_ROWS, isWithin, ratio } from './limits.js'

/** Rows of train that contradict each other, and features that are the label in another code. */
export function checkTrainRows(
  { conflicts, copies }: TrainEvidence,
  { label }: SplitRoles,
  powers: readonly FeaturePower[],
  loaded: LoadedContract,
): Check[] {
  const { leakage } = loaded.contract
  const named = new Set(
    powers.filter(({ power }) => power !== null && power > leakage['max-power']).map(({ feature }) => feature),
  )
  const checks = copies
    .filter(({ feature }) => !named.has(feature))
    .map(({ feature, values, n }) =>
      checkOf(leakage.level, {
        rule: 'label-copy',
        subject: feature,
        message: `feature ${JSON.stringify(feature)} is the label ${JSON.stringify(label?.name)} in another code: ${values === 1 ? 'its one value' : `each of its ${formatInteger(values)} values`} stands for one label`,
        measured: values,
        expected: 'values that do not stand for labels one for one',
        n,
        cure: 'list it under `data.exclude`',
        where: loaded.place(['leakage']),
      }),
    )
  if (conflicts === null) return checks
  const { conflicting, rows, groups, repeated, columns } = conflicts
  const most = leakage['max-conflicts']
  const share = ratio(conflicting, rows)
  // Where most rows share their features with others, two labels of one group are no sign of a wrong one.
  const isCoarse = 2 * repeated > rows
  checks.push(
    checkOf(rows === 0 ? 'inconclusive' : isCoarse || isWithin(conflicting, most, rows) ? 'pass' : 'warn', {
      rule: 'conflicting-labels',
      subject: 'train',
      message:
        rows === 0
          ? 'no training row has a label and a feature'
          : conflicting === 0
            ? 'no two training rows have the same features and different labels'
            : `${plural(conflicting, 'row')} of the train data (${formatPercent(share)}) ${agree(conflicting, 'has', 'have')} the features of another row and another label${isCoarse ? '; most rows share their features with others, so that says nothing of the labels' : ''}`,
      measured: share,
      expected: `at most ${formatPercent(most)} of the rows`,
      n: rows,
      details: { conflicting, groups, repeated, columns },
      examples: [...conflicts.examples],
      cure: 'look at the rows: one of the labels is wrong, or a feature is lacking; or raise `leakage.max-conflicts`',
      where: loaded.place(['leakage']),
    }),
  )
  return checks
}

/** Rows, ids and counters in the order of the label or of the time: never more than a warning. */
export function checkOrder(
  { orders, indices }: OrderEvidence,
  roles: SplitRoles,
  times: TimeSplit | null,
  loaded: LoadedContract,
): Check[] {
  const by = loaded.contract.split.by ?? (times === null || times.looksByTime ? 'time' : 'random')
  return [
    ...orders
      // Rows in the order of time are what a split by time is made of.
      .filter((order) => order.by === 'rows' && (order.of === 'label' || by === 'random'))
      .flatMap((order) => rowsInOrder(order, loaded)),
    ...orders.filter((order) => order.by === 'id').flatMap((order) => idsInOrder(order, roles, loaded)),
    ...indices.flatMap((index) =>
      indexFeature(
        index,
        orders.find((order) => order.by === 'index' && order.column === index.column),
        loaded,
      ),
    ),
  ]
}

function facts({ n, found }: Ordered, rule: string, subject: string, most: number) {
  return {
    rule,
    subject,
    measured: found === null ? null : found.effect,
    expected: `order of at most ${formatFixed(most, 2)} (0 none, 1 sorted)`,
    n,
    details: found === null ? {} : { statistic: found.statistic, pValue: found.pValue },
  }
}

const isOrdered = ({ found }: Ordered, most: number): boolean =>
  found !== null && found.effect > most && found.pValue < CHANCE

function rowsInOrder(order: Ordered, loaded: LoadedContract): Check[] {
  const most = loaded.contract.split['max-order']
  const { of, column, n, found } = order
  const about = {
    ...facts(order, 'ordered-rows', `train: ${column}`, most),
    where: loaded.place(['split']),
  }
  if (n < FEWEST_ROWS) {
    return [
      checkOf('inconclusive', {
        ...about,
        message: `whether the rows stand in the order of the ${of} cannot be told from ${plural(n, 'row')}`,
        cure: `give it ${FEWEST_ROWS} rows with a ${of} at least`,
      }),
    ]
  }
  // One value alone has no order.
  if (found === null) return []
  const size = formatFixed(found.effect, 2)
  if (!isOrdered(order, most)) {
    return [checkOf('pass', { ...about, message: `the rows of train stand in no order of the ${of} (${size})` })]
  }
  return [
    checkOf('warn', {
      ...about,
      message: `the rows of train stand in the order of the ${of} ${JSON.stringify(column)} (${size} by ${found.statistic}): a split or a batch of neighbouring rows does not look like the whole. Harmless where the training shuffles`,
      cure: 'shuffle the rows, or split and batch by random; if that is done, raise `split.max-order`',
    }),
  ]
}

function idsInOrder(order: Ordered, { features }: SplitRoles, loaded: LoadedContract): Check[] {
  const most = loaded.contract.split['max-order']
  const { column, found, n } = order
  if (found === null || n < FEWEST_ROWS) return []
  const about = { ...facts(order, 'id-order', column, most), where: loaded.place(['split']) }
  if (!isOrdered(order, most)) {
    return [
      checkOf('pass', {
        ...about,
        message: `the order of ${JSON.stringify(column)} does not tell the label (${formatFixed(found.effect, 2)})`,
      }),
    ]
  }
  const isFeature = features.includes(column)
  return [
    checkOf(isFeature ? loaded.contract.leakage.level : 'warn', {
      ...about,
      message: `the order of the ids ${JSON.stringify(column)} tells the label (${formatFixed(found.effect, 2)} by ${found.statistic})${isFeature ? ', and it is a feature' : '; innocent where ids follow time and the label changes with it, and as long as the model does not see them'}`,
      cure: isFeature
        ? 'take it out of `data.features`'
        : 'keep the id out of the features, and do not split by it; or raise `split.max-order`',
    }),
  ]
}

function indexFeature(
  { column, counts, named }: IndexFeature,
  order: Ordered | undefined,
  loaded: LoadedContract,
): Check[] {
  const most = loaded.contract.split['max-order']
  const tells = order !== undefined && isOrdered(order, most)
  if (!named && !tells) return []
  const what = counts ? 'counts the rows' : 'holds the numbers of the rows'
  const order2 = order === undefined ? null : facts(order, '', '', most)
  return [
    checkOf('warn', {
      rule: 'index-feature',
      subject: column,
      message: `feature ${JSON.stringify(column)} ${what}${tells ? `, and its order tells the label (${formatFixed(order.found?.effect, 2)})` : ''}: the place of a row in a file is nothing that a new case has. Innocent only if it is a measure that happens to count`,
      measured: order2?.measured ?? null,
      expected: order2?.expected ?? 'features that say something of the case',
      n: order?.n ?? null,
      details: order2?.details ?? {},
      cure: 'list it under `data.exclude`, or write the file without its index',
    }),
  ]
}
