import type { Check } from '../../../shared/contracts/common.js'
import { isNumeric } from '../../../shared/data/column-types.js'
import { type Answer, type Asking, absentColumns, isRowCheck, testScope, unreadData } from './asking.js'
import { badRelation, countAlone, firstBadRows, type GroupCount } from './count-rows.js'
import { divergenceOf, measurePartition } from './divergence.js'
import { eachGroup, worstGroup } from './groups.js'
import { asksSchema, measureSchema, type SchemaCheck } from './json-schema.js'
import { columnsOf, judgeAbsent, judgeRows, judgeUnfit, judgeUnread, type Place } from './judge-rows.js'
import { isTableCheck, judgeFreshness, judgeTable } from './judge-table.js'
import { judgeDivergence, judgeMostCommon, judgeSet, judgeValues } from './judge-values.js'
import type { CheckOf, PlainTest, RowTest, TestScope, Unfit } from './row-test.js'
import { type RowCheckName, rowTest } from './row-tests.js'
import { SHOWN } from './row-tests-many.js'
import type { Rule } from './rule.js'
import { isVoid, type Scope } from './scope.js'
import { measureCorrelation, measureMostCommon, measureSet } from './sets.js'
import { judgeSql, measureSql } from './sql-check.js'
import { isOfDates, measureStatistic, perGroup, spoken } from './statistics.js'

/** Rows shown of one finding. */
const EXAMPLES = 5

/** A test that was counted with others. */
export interface Together {
  readonly test: PlainTest
  readonly count: GroupCount
}

/** Measures and judges one rule. None for a column whose absence is told by another finding. */
export async function answer(
  rule: Rule,
  asking: Asking,
  together: Together | undefined,
  mayLookUp: () => boolean,
): Promise<Answer[]> {
  const { check } = rule
  const place: Place = { dataset: asking.scope.dataset.name, where: asking.place(rule.at) }
  const absent = absentColumns(rule, asking)
  if (absent.length > 0) {
    // A column that is declared and not there is a finding of its own.
    const isSaid = rule.at[0] === 'columns' || check['on-absent'] === 'pass'
    return isSaid ? [] : [judgeAbsent(rule, absent, place)]
  }
  const unread = unreadData(rule, asking)
  if (unread !== undefined) return [judgeUnread(rule, unread, place)]
  const at = testScope(rule, asking)
  if (isRowCheck(check.check) && !asksSchema(check)) {
    const test = together?.test ?? rowTest(check as CheckOf<RowCheckName>, at)
    if (test.kind === 'unfit') return [judgedUnfit(rule, test, asking, place)]
    const counts = together === undefined ? await countAlone(asking.engine, test, at) : [together.count]
    return [await rowAnswer(rule, test, counts, at, asking, place, mayLookUp)]
  }
  if (isTableCheck(check.check) && at.isWhole) {
    const rowsOf = (name: string) => asking.reference(name)?.dataset.rows ?? 0
    return [judgeTable(rule, { ...asking.facts, rowsOf }, place)]
  }
  return [await valueAnswer(rule, at, asking, place)]
}

/** A column without a value has no type to speak of, and nothing to judge. */
function judgedUnfit(rule: Rule, unfit: Unfit, { scope }: Asking, place: Place): Check {
  const column = scope.columns.get(unfit.column)
  return column !== undefined && isVoid(column)
    ? judgeRows(rule, [{ group: [], n: 0, bad: 0 }], [], place)
    : judgeUnfit(rule, unfit, place)
}

/** Columns of which values are shown in examples of a check. */
function shownColumns({ check }: Rule, scope: Scope): string[] {
  if (check.check === 'rows') return [...scope.columns.keys()].slice(0, SHOWN)
  return check.check === 'sum' && typeof check.total === 'string' ? [...check.columns, check.total] : columnsOf(check)
}

async function rowAnswer(
  rule: Rule,
  test: RowTest,
  counts: readonly GroupCount[],
  at: TestScope,
  { engine, id, sensitive, scope }: Asking,
  place: Place,
  mayLookUp: () => boolean,
): Promise<Answer> {
  const isBad = counts.some(({ bad }) => bad > 0)
  const reads = shownColumns(rule, scope)
  const hidden = reads.some((name) => sensitive.has(name))
  const key = id === undefined || sensitive.has(id) ? null : (scope.columns.get(id)?.text ?? null)
  const examples = isBad && mayLookUp() ? await firstBadRows(engine, test, at, { most: EXAMPLES, key, hidden }) : []
  const check = judgeRows(rule, counts, examples, place)
  if (!isBad) return check
  const [column = null] = 'column' in rule.check ? [rule.check.column] : []
  return { check, bad: { check, column, reads, from: badRelation(test, at), row: scope.row, shown: test.shown } }
}

async function valueAnswer(rule: Rule, at: TestScope, asking: Asking, place: Place): Promise<Check> {
  const { engine, scope } = asking
  const { check } = rule
  switch (check.check) {
    case 'sql': {
      const others = ['train', 'test'].flatMap((name) => asking.reference(name) ?? [])
      return judgeSql(rule, await measureSql(engine, check, [scope, ...others]), place)
    }
    case 'json':
    case 'row-schema':
      return schemaAnswer(rule, check as SchemaCheck, at, asking, place)
    case 'statistic':
      return statisticAnswer(rule, check, at, asking, place)
    case 'not-constant': {
      const distinct = {
        ...check,
        check: 'statistic',
        statistic: 'distinct',
        nearest: false,
        ...LOOSE,
        min: 2,
      } as const
      return statisticAnswer(rule, distinct, at, asking, place)
    }
    case 'freshness':
      return judgeFreshness(rule, asking.facts, await newestOf(check, at, asking), place)
    case 'row-count': {
      const values = await perGroup(engine, at, { n: 'count(*)', value: 'count(*)' })
      const other = check['equals-rows-of']
      const rows = other === undefined ? undefined : at.reference(other).dataset.rows
      const bounds = rows === undefined ? check : { ...check, min: rows, max: rows }
      const cure = 'check whether the source was cut off or read twice, or correct the check'
      return judgeValues(rule, bounds, values, { what: 'the number of rows', isDate: false, cure }, place)
    }
    default:
      if (at.groups.length === 0) return setAnswer(rule, at, asking, place)
      return worstGroup(
        rule,
        await inTurn(await eachGroup(engine, at), async (one) => [
          one.group,
          await setAnswer(rule, one.at, asking, place),
        ]),
      )
  }
}

const LOOSE = { 'strict-min': false, 'strict-max': false } as const
const CURE = 'find out what changed at the source, or correct the bounds'

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}

async function statisticAnswer(
  rule: Rule,
  check: CheckOf<'statistic'>,
  at: TestScope,
  { engine }: Asking,
  place: Place,
): Promise<Check> {
  const values = await measureStatistic(engine, check, at)
  if ('kind' in values) return judgeUnfit(rule, values, place)
  const what = `the ${spoken(check)} of ${JSON.stringify(check.column)}`
  return judgeValues(
    rule,
    check,
    values,
    { what, isDate: isOfDates(check, at.column(check.column)), cure: CURE },
    place,
  )
}

async function newestOf(check: CheckOf<'freshness'>, at: TestScope, { engine }: Asking) {
  const { number, type } = at.column(check.column)
  if (number === null || isNumeric(type)) return []
  return perGroup(engine, at, { n: `count(${number})`, value: `max(${number})` })
}

async function schemaAnswer(
  rule: Rule,
  check: SchemaCheck,
  at: TestScope,
  { engine, sensitive, scope }: Asking,
  place: Place,
): Promise<Check> {
  const scopes = at.groups.length === 0 ? [{ group: [], at }] : await eachGroup(engine, at)
  const measured = await inTurn(scopes, async ({ group, at: part }) => {
    const { count, examples } = await measureSchema(engine, check, part, EXAMPLES)
    return { count: { ...count, group }, examples }
  })
  const names = check.check === 'json' ? [check.column] : [...scope.columns.keys()]
  const isHidden = names.some((name) => sensitive.has(name))
  const examples = measured.flatMap((one) => one.examples).slice(0, EXAMPLES)
  return judgeRows(
    rule,
    measured.map(({ count }) => count),
    isHidden ? examples.map(({ where }) => ({ where, value: null })) : examples,
    place,
  )
}

/** Checks of the values as a whole, of all rows or of one group. */
async function setAnswer(rule: Rule, at: TestScope, { engine }: Asking, place: Place): Promise<Check> {
  const { check } = rule
  switch (check.check) {
    case 'correlation': {
      const values = await measureCorrelation(engine, check, at)
      if ('kind' in values) return judgeUnfit(rule, values, place)
      const what = `the ${check.method} correlation of ${check.columns.map((name) => JSON.stringify(name)).join(' and ')}`
      return judgeValues(rule, check, values, { what, isDate: false, cure: CURE }, place)
    }
    case 'value-set':
      return judgeSet(rule, await measureSet(engine, check, at), place)
    case 'most-common':
      return judgeMostCommon(rule, await measureMostCommon(engine, check, at), place)
    case 'divergence': {
      const counts = await measurePartition(engine, check, at)
      if ('kind' in counts) return judgeUnfit(rule, counts, place)
      return judgeDivergence(rule, divergenceOf(check, counts), counts.n, place)
    }
    default:
      throw new Error(`no answer for the check ${check.check}`)
  }
}
