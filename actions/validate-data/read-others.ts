import type { Context } from '../../shared/core/context.js'
import { type Problem, UserError } from '../../shared/core/errors.js'
import { loadDataset } from '../../shared/data/dataset.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import { profileTable } from '../../shared/data/profile.js'
import type { LoadedContract } from './contract.js'
import { otherData } from './rules/asking.js'
import type { Rule } from './rules/rule.js'
import { type Scope, scopeOf } from './rules/scope.js'

/** What the reader of a dataset calls the place that names it; the line of the contract takes its stead. */
const NAMED_HERE = 'the contract'

export interface Others {
  /** By the name in the contract: role, path or glob. What cannot be read is not among them. */
  readonly scopes: ReadonlyMap<string, Scope>
  /** Why datasets cannot be read, at each line of the contract that names one. */
  readonly problems: readonly Problem[]
}

/** Other datasets that rules name: those of this run by their role, the others are read now. */
export async function readOthers(
  ctx: Pick<Context, 'files' | 'log'>,
  engine: DataEngine,
  rules: readonly Rule[],
  own: readonly Scope[],
  place: LoadedContract['place'],
): Promise<Others> {
  const scopes = new Map(own.map((scope) => [scope.dataset.name, scope]))
  const problems: Problem[] = []
  for (const name of new Set(rules.flatMap(({ check }) => otherData(check)))) {
    if (scopes.has(name) || name === 'train' || name === 'test') continue
    ctx.log.progress(`reading ${name}`)
    try {
      const dataset = await loadDataset(engine, ctx.files, name, name, { key: NAMED_HERE })
      scopes.set(name, scopeOf(dataset, await profileTable(engine, dataset)))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const lines = rules.filter(({ check }) => otherData(check).includes(name)).map(({ at }) => place(at))
      problems.push(...error.problems.flatMap((problem) => atEach(lines, problem)))
    }
  }
  return { scopes, problems }
}

/** A problem at each line that names the dataset; one with a place in the data stays there. Pure. */
function atEach(lines: readonly ReturnType<LoadedContract['place']>[], problem: Problem): Problem[] {
  if (problem.where !== undefined && problem.where !== NAMED_HERE) return [problem]
  return lines.map((line) => ({ ...problem, where: line === null ? NAMED_HERE : `${line.file}:${line.line}` }))
}
