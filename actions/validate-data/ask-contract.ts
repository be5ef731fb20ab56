import type { DataProfile } from '../../shared/contracts/data-profile.js'
import type { Context } from '../../shared/core/context.js'
import { type Problem, problemsError } from '../../shared/core/errors.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import type { LoadedContract } from './contract.js'
import { dateFormats, partByTime, profiledTimes, scopeOfTimes } from './date-columns.js'
import type { Profiled } from './read-data.js'
import { readOthers } from './read-others.js'
import { askRules } from './rules/ask.js'
import type { Asked } from './rules/asking.js'
import { type Rule, rulesOf } from './rules/rule.js'
import { type Scope, scopeOf } from './rules/scope.js'

/**
 * Asks every rule of the contract of every dataset. Throws UserError for rules that the engine cannot
 * understand and for other datasets that cannot be read, all of them.
 */
export async function askContract(
  ctx: Context,
  engine: DataEngine,
  loaded: LoadedContract,
  data: readonly Profiled[],
  baseline: DataProfile | null,
): Promise<Asked[]> {
  const { id, time } = ctx.config.data
  const rules = rulesOf(loaded.contract, time)
  const formats = dateFormats(loaded.contract)
  const { texts, times } = partByTime(rules, formats)
  const scopes = data.map(({ dataset, profile }) => scopeOf(dataset, profile))
  const others = await readOthers(ctx, engine, rules, scopes, loaded.place)
  const answers: Asked[] = []
  const problems: Problem[] = [...others.problems]
  for (const scope of scopes) {
    const ask = async (some: readonly Rule[], of: Scope) => {
      const { problems: mistakes, ...asked } = await askRules(some, {
        engine,
        scope: of,
        id,
        reference: (name) => others.scopes.get(name) ?? null,
        facts: {
          profile: of.profile,
          before: baseline?.datasets.find(({ name }) => name === scope.dataset.name) ?? null,
          now: ctx.now(),
        },
        place: loaded.place,
        sensitive: new Set(scope.profile.columns.flatMap(({ name, sensitive }) => (sensitive ? [name] : []))),
        root: ctx.files.root,
      })
      problems.push(
        ...mistakes.filter(
          (one) => !problems.some(({ where, message }) => where === one.where && message === one.message),
        ),
      )
      return asked
    }
    const asked = await ask(texts, scope)
    if (times.length === 0) answers.push(asked)
    else {
      const more = await ask(times, scopeOfTimes(scope, await profiledTimes(engine, scope, formats)))
      answers.push({ checks: [...asked.checks, ...more.checks], badRows: [...asked.badRows, ...more.badRows] })
    }
  }
  if (problems.length > 0) throw problemsError(`${loaded.path} has mistakes`, problems)
  return answers
}
