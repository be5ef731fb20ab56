import { probe } from './condition.js'
import type { DataEngine } from './engine.js'
import { literal } from './sql.js'

/** What the parser of the engine makes of a condition, as JSON. */
export const syntaxTree = (engine: DataEngine, condition: string): Promise<string> =>
  queryTree(engine, probe(condition))

/** The same of a query. The engine reads a statement up to a NUL byte, so that what is behind one would never be judged. */
export async function queryTree(engine: DataEngine, sql: string): Promise<string> {
  if (sql.includes('\0')) return JSON.stringify({ error: true, error_message: 'it has a NUL byte in it' })
  const [row] = await engine.all(`SELECT CAST(json_serialize_sql(${literal(sql)}) AS VARCHAR) AS tree`)
  return String(row?.tree)
}

/** Scalar functions of the engine that have no side effect, in lower case. */
export function pureFunctions(engine: DataEngine): Promise<Set<string>> {
  return functionsOf(engine, "function_type = 'scalar'")
}

/** Those, and what looks at many rows at once: aggregates, and macros made of such. */
export function queryFunctions(engine: DataEngine): Promise<Set<string>> {
  return functionsOf(engine, "function_type IN ('scalar', 'aggregate', 'macro')")
}

async function functionsOf(engine: DataEngine, condition: string): Promise<Set<string>> {
  const rows = await engine.all(
    `SELECT lower(function_name) AS name FROM duckdb_functions() WHERE ${condition} GROUP BY 1
     HAVING NOT bool_or(coalesce(has_side_effects, function_type = 'scalar'))`,
  )
  return new Set(rows.map(({ name }) => String(name)))
}
