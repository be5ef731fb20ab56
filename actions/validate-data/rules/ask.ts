import type { Problem } from '../../../shared/core/errors.js'
import { EngineError, reasonOf } from '../../../shared/data/engine/engine.js'
import { answer, type Together } from './answer.js'
import { type Answer, type Asked, type Asking, absentColumns, isRowCheck, testScope, unreadData } from './asking.js'
import { countTogether, type GroupCount } from './count-rows.js'
import { knownCount } from './known-counts.js'
import type { CheckOf, PlainTest } from './row-test.js'
import { type RowCheckName, rowTest } from './row-tests.js'
import type { Rule } from './rule.js'
import { sqlProblems } from './user-sql.js'

/** Findings of one dataset that rows are looked up for. */
const LOOKED_UP = 100

/** The answers of one dataset to the rules of a contract, in their order; problems are mistakes in SQL and patterns of the user. */
export async function askRules(rules: readonly Rule[], asking: Asking): Promise<Asked & { problems: Problem[] }> {
  const { scope } = asking
  const wanted = rules.filter(({ check }) => check.on === undefined || check.on === scope.dataset.name)
  const unsound = await sqlProblems(asking.engine, wanted)
  const problems = [...unsound].map(([rule, said]) => problemAt(rule, asking, said))
  const asked = wanted.filter((rule) => !unsound.has(rule))
  const together = await plainCounts(asked, asking)
  const answers: Answer[] = []
  let lookedUp = 0
  for (const rule of asked) {
    try {
      answers.push(...(await answer(rule, asking, together.get(rule), () => lookedUp++ < LOOKED_UP)))
    } catch (error) {
      problems.push(problemOf(rule, asking, error))
    }
  }
  return {
    checks: answers.map((one) => ('bad' in one ? one.check : one)),
    badRows: answers.flatMap((one) => ('bad' in one ? [one.bad] : [])),
    problems,
  }
}

/** What a check may say in the language of the engine; a mistake in it is one of the user. */
function problemOf(rule: Rule, asking: Asking, error: unknown): Problem {
  const { check } = rule
  const { root } = asking
  const own = ['where', 'condition', 'query', 'patterns', 'format'].filter((key) => key in check)
  if (!(error instanceof EngineError) || own.length === 0) throw error
  const said = `\`${own.join('` or `')}\` is refused by the engine: ${reasonOf(error, root).slice(0, 300)}`
  return problemAt(rule, asking, said)
}

function problemAt({ check, at }: Rule, { place }: Asking, said: string): Problem {
  const where = place(at)
  return {
    ...(where === null ? {} : { where: `${where.file}:${where.line}` }),
    message: `of the check ${JSON.stringify(check.name ?? check.check)}, ${said}`,
    cure: 'correct it; conditions are DuckDB SQL on the columns of one row, queries read data, train and test, patterns are RE2 (without look-ahead)',
  }
}

/** Counts of all checks that look at every row by itself: from the profile, or in few queries. */
async function plainCounts(rules: readonly Rule[], asking: Asking): Promise<Map<Rule, Together>> {
  const { scope } = asking
  const known = new Map<Rule, Together>()
  const tests: [Rule, PlainTest][] = []
  for (const rule of rules) {
    const { check } = rule
    if (!isRowCheck(check.check) || check.where !== undefined || check['group-by'] !== undefined) continue
    if (absentColumns(rule, asking).length > 0 || unreadData(rule, asking) !== undefined) continue
    const test = rowTest(check as CheckOf<RowCheckName>, testScope(rule, asking))
    if (test.kind !== 'plain') continue
    const facts = 'column' in check && check.column !== undefined ? scope.columns.get(check.column)?.facts : undefined
    const count = facts === undefined ? null : knownCount(check, facts)
    if (count !== null) {
      known.set(rule, { test, count })
      continue
    }
    if (test.from !== null) continue
    // A pattern that is none would fail the whole batch, so it is tried alone.
    if (check.check !== 'pattern' || (await isSound(asking, test))) tests.push([rule, test])
  }
  const counts = await countTogether(
    asking.engine,
    scope.from,
    tests.map(([, test]) => test),
    scope.narrow,
  )
  for (const [i, [rule, test]] of tests.entries()) known.set(rule, { test, count: counts[i] as GroupCount })
  return known
}

async function isSound({ engine, scope }: Asking, { bad }: PlainTest): Promise<boolean> {
  try {
    await engine.all(scope.narrow(`SELECT ${bad} FROM ${scope.from} LIMIT 1`))
    return true
  } catch (error) {
    if (error instanceof EngineError) return false
    throw error
  }
}
