import { UserError } from '../../core/errors.js'
import { type Cell, type DataEngine, EngineError } from '../engine.js'
import { literal } from '../sql.js'
import { type Columns, cellsOf, rowsOf } from './answer.js'
import type { Connection, Reply, Request } from './connection.js'
import { routeOf } from './route.js'

/** The table that the driver names in the rest of a statement whose rows it gave. */
const PULLED = 'plumbline_pulled'
const ROWS_AT_ONCE = 1000
const TYPES = { integer: 'BIGINT', float: 'DOUBLE', boolean: 'BOOLEAN', text: 'VARCHAR' } as const

/**
 * Spark as a data engine. Statements are in DuckDB's dialect and are translated where Spark is driven; `desk` is a DuckDB
 * at hand for what looks at no data: syntax, functions, footers of files, the list of bad rows.
 */
export function sparkEngine(connection: Connection, desk: DataEngine): DataEngine {
  const ask = async (request: Request): Promise<Reply> => answerOf(await connection.ask(request))
  const columns = async (sql: string): Promise<Record<string, Cell[]>> =>
    routeOf(sql) === 'desk' ? desk.columns(sql) : cellsOf((await ask({ ask: 'query', sql })) as unknown as Columns)
  return {
    version: `Spark ${String(connection.hello.spark)}`,
    columns,
    async all(sql) {
      return routeOf(sql) === 'desk' ? desk.all(sql) : rowsOf(await columns(sql))
    },
    async run(sql) {
      const route = routeOf(sql)
      if (route === 'desk') return desk.run(sql)
      if (route === 'spark') return void (await ask({ ask: 'run', sql }))
      const pulled = (await ask({ ask: 'pull', sql })) as unknown as Columns & { readonly rest: string }
      await keep(desk, pulled)
      await desk.run(pulled.rest)
      await desk.run(`DROP TABLE ${PULLED}`)
    },
    // The desk belongs to who gave it.
    close: () => connection.close(),
  }
}

async function keep(desk: DataEngine, { names, kinds, cells }: Columns): Promise<void> {
  const types = names.map((name, i) => `"${name.replaceAll('"', '""')}" ${TYPES[kinds[i] ?? 'text']}`)
  await desk.run(`CREATE OR REPLACE TEMP TABLE ${PULLED} (${types.join(', ')})`)
  const length = cells[0]?.length ?? 0
  for (let from = 0; from < length; from += ROWS_AT_ONCE) {
    const rows = Array.from({ length: Math.min(ROWS_AT_ONCE, length - from) }, (_, i) => {
      const row = cells.map((column) => column[from + i] ?? null)
      return `(${row.map((cell) => (cell === null ? 'NULL' : literal(String(cell)))).join(', ')})`
    })
    await desk.run(`INSERT INTO ${PULLED} VALUES ${rows.join(', ')}`)
  }
}

function answerOf(reply: Reply): Reply {
  if (typeof reply.unsupported === 'string') {
    throw new UserError(`${reply.unsupported} is not available with \`engine: spark\``, {
      cure: 'leave out what needs it, or write engine: duckdb under `data`',
    })
  }
  if (typeof reply.refused === 'string') throw new EngineError(reply.refused, { cause: reply.trace })
  return reply.ok as Reply
}
