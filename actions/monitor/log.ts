import type { ColumnType } from '../../shared/contracts/data-contract.js'
import type { SloConfig } from '../../shared/contracts/monitor-config.js'
import type { Context } from '../../shared/core/context.js'
import { type Problem, problemsError } from '../../shared/core/errors.js'
import { createView, type Dataset, loadDataset } from '../../shared/data/dataset.js'
import { readCondition } from '../../shared/data/engine/condition.js'
import { type DataEngine, EngineError } from '../../shared/data/engine/engine.js'
import { identifier } from '../../shared/data/engine/sql.js'
import { pureFunctions, syntaxTree } from '../../shared/data/engine/syntax.js'
import type { Settings } from './settings.js'

/** Name of the view on the log, with its columns as the files name them. */
export const VIEW = 'log'

/**
 * Reads the interaction log and checks what plumbline.yml says about its columns: every wrong condition and column in
 * one UserError. `types` are the types that the features had in training.
 */
export async function openLog(
  ctx: Context,
  settings: Settings,
  types: ReadonlyMap<string, ColumnType>,
): Promise<Dataset> {
  const engine = await ctx.data()
  const declared = new Map(types)
  declared.set(settings.time, 'timestamp')
  // A version such as 1.10 must not become the number 1.1.
  if (settings.version !== null) declared.set(settings.version, 'string')
  const log = await loadDataset(engine, ctx.files, VIEW, settings.log, { key: 'monitor.log', types: declared })
  await createView(engine, log, VIEW)
  const names = log.columns.map(({ name }) => name)
  const problems = [
    ...missingColumn('monitor.time', settings.time, names),
    ...(settings.version === null ? [] : await versionProblems(engine, settings.version, names)),
    ...(await conditionProblems(engine, settings.slos, names)),
  ]
  if (problems.length > 0) throw problemsError('monitor cannot judge this log', problems)
  return log
}

function missingColumn(key: string, column: string, names: readonly string[]): Problem[] {
  if (names.includes(column)) return []
  return [
    {
      where: key,
      message: `the log has no column ${JSON.stringify(column)}`,
      cure: `its columns are: ${names.slice(0, 40).join(', ')}`,
    },
  ]
}

/** More versions than this in one log are a sign of the wrong column. */
const MOST_VERSIONS = 1000

async function versionProblems(engine: DataEngine, column: string, names: readonly string[]): Promise<Problem[]> {
  const missing = missingColumn('monitor.version', column, names)
  if (missing.length > 0) return missing
  const [row] = await engine.all(`SELECT count(DISTINCT ${identifier(column)}) AS n FROM ${VIEW}`)
  if (Number(row?.n) <= MOST_VERSIONS) return []
  const message = `column ${JSON.stringify(column)} has ${row?.n} different values: it cannot be the model version`
  return [
    { where: 'monitor.version', message, cure: 'name the column with the release tag, version or manifest digest' },
  ]
}

async function conditionProblems(
  engine: DataEngine,
  slos: readonly SloConfig[],
  names: readonly string[],
): Promise<Problem[]> {
  const functions = await pureFunctions(engine)
  // SQL does not tell names apart by case.
  const known = new Set(names.map((name) => name.toLowerCase()))
  const problems: Problem[] = []
  for (const [index, slo] of slos.entries()) {
    for (const part of ['good', 'valid'] as const) {
      const sql = slo[part]
      if (sql === undefined) continue
      const where = `monitor.slos[${index}].${part} (${slo.name})`
      const read = readCondition(sql, await syntaxTree(engine, sql), functions)
      if ('problem' in read) {
        problems.push({
          where,
          message: `the condition ${JSON.stringify(sql)} ${read.problem}`,
          cure: 'write one condition on columns of the log, such as: clicked = 1',
        })
        continue
      }
      if (part === 'good' && read.columns.length === 0) {
        const message = `the condition ${JSON.stringify(sql)} names no column, so it is the same for every row`
        problems.push({ where, message, cure: `its columns are: ${names.slice(0, 40).join(', ')}` })
      }
      for (const column of read.columns.filter((name) => !known.has(name.toLowerCase()))) {
        problems.push({
          where,
          message: `the log has no column ${JSON.stringify(column)}`,
          cure: `its columns are: ${names.slice(0, 40).join(', ')}; texts stand in single quotes`,
        })
      }
    }
  }
  return problems
}

/** The message of the engine when a condition cannot be evaluated on the log, or null. */
export async function evaluationProblem(engine: DataEngine, slo: SloConfig): Promise<string | null> {
  try {
    await engine.all(
      `SELECT count(*) FILTER (${conditionSql(slo.good)}) AS a, count(*) FILTER (${conditionSql(slo.valid)}) AS b FROM ${VIEW}`,
    )
    return null
  } catch (error) {
    if (error instanceof EngineError) return error.message.split('\n')[0] as string
    throw error
  }
}

/** A checked condition as a boolean; the line break ends a trailing comment. */
export function conditionSql(sql: string | undefined): string {
  return sql === undefined ? 'true' : `CAST((${sql}\n) AS BOOLEAN)`
}
