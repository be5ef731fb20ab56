import type { DataProfile } from '../../shared/contracts/data-profile.js'
import type { Context } from '../../shared/core/context.js'
import { type Problem, problemsError } from '../../shared/core/errors.js'
import { loadDataset } from '../../shared/data/dataset.js'
import type { DataEngine } from '../../shared/data/engine.js'
import { profileTable } from '../../shared/data/profile.js'
import type { LoadedContract } from './contract.js'
import type { Profiled } from './read-data.js'
import { askRules } from './rules/ask.js'
import { type Asked, otherData } from './rules/asking.js'
import { type Rule, rulesOf } from './rules/rule.js'
import { type Scope, scopeOf } from './rules/scope.js'

/** Asks every rule of the contract of every dataset. Throws UserError for rules that the engine cannot understand, all of them. */
export async function askContract(
  ctx: Context,
  engine: DataEngine,
  loaded: LoadedContract,
  data: readonly Profiled[],
  baseline: DataProfile | null,
): Promise<Asked[]> {
  const { id, time } = ctx.config.data
  const rules = rulesOf(loaded.contract, time)
  const scopes = data.map(({ dataset, profile }) => scopeOf(dataset, profile))
  const others = await readOthers(ctx, engine, rules, scopes)
  const answers: Asked[] = []
  const problems: Problem[] = []
  for (const scope of scopes) {
    const { problems: mistakes, ...asked } = await askRules(rules, {
      engine,
      scope,
      id,
      reference: (name) => others.get(name) ?? null,
      facts: {
        profile: scope.profile,
        before: baseline?.datasets.find(({ name }) => name === scope.dataset.name) ?? null,
        now: ctx.now(),
      },
      place: loaded.place,
      sensitive: new Set(scope.profile.columns.flatMap(({ name, sensitive }) => (sensitive ? [name] : []))),
      root: ctx.files.root,
    })
    answers.push(asked)
    problems.push(
      ...mistakes.filter(
        (one) => !problems.some(({ where, message }) => where === one.where && message === one.message),
      ),
    )
  }
  if (problems.length > 0) throw problemsError(`${loaded.path} has mistakes`, problems)
  return answers
}

/** Other datasets that rules name: those of this run by their role, the others are read now. Throws UserError. */
async function readOthers(
  ctx: Context,
  engine: DataEngine,
  rules: readonly Rule[],
  scopes: readonly Scope[],
): Promise<Map<string, Scope>> {
  const others = new Map(scopes.map((scope) => [scope.dataset.name, scope]))
  for (const name of new Set(rules.flatMap(({ check }) => otherData(check)))) {
    if (others.has(name) || name === 'train' || name === 'test') continue
    ctx.log.progress(`reading ${name}`)
    const dataset = await loadDataset(engine, ctx.files, name, name, { key: 'the contract' })
    others.set(name, scopeOf(dataset, await profileTable(engine, dataset)))
  }
  return others
}
