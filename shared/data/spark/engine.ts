import { UserError } from '../../core/errors.js'
import { type Cell, type DataEngine, EngineError, type RemoteFile } from '../engine/engine.js'
import { literal } from '../engine/sql.js'
import { type Columns, cellsOf, rowsOf } from './answer.js'
import type { Connection, Reply, Request } from './connection.js'
import { routeOf } from './route.js'

/** The table that the driver names in the rest of a statement whose rows it gave. */
const PULLED = 'plumbline_pulled'
const ROWS_AT_ONCE = 1000
// Whole numbers may have 64 bits without a sign.
const TYPES = { integer: 'HUGEINT', float: 'DOUBLE', boolean: 'BOOLEAN', text: 'VARCHAR', list: 'VARCHAR[]' } as const

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
    hashes: desk.version,
    anyWidth: true,
    remote: {
      list: async (patterns) => (await ask({ ask: 'list', patterns })).files as RemoteFile[],
      standIn: async (wanted) => (await ask({ ask: 'stand-in', ...wanted })).paths as string[],
    },
    columns,
    async numbers(sql, each) {
      const cells = Object.values(await columns(sql)) as number[][]
      if (cells[0] !== undefined && cells[0].length > 0) each(cells, cells[0].length)
    },
    async *chunks(sql) {
      yield await columns(sql)
    },
    async all(sql) {
      return routeOf(sql) === 'desk' ? desk.all(sql) : rowsOf(await columns(sql))
    },
    async run(sql) {
      const route = routeOf(sql)
      if (route === 'desk') return desk.run(sql)
      if (route === 'spark') return void (await ask({ ask: 'run', sql }))
      const pulled = (await ask({ ask: 'pull', sql })) as unknown as Pulled
      await keep(desk, pulled)
      await desk.run(pulled.rest)
      await desk.run(`DROP TABLE ${PULLED}`)
    },
    // The desk belongs to who gave it.
    close: () => connection.close(),
  }
}

/** Rows, lists among them, and the statement that goes on with them. */
interface Pulled {
  readonly names: readonly string[]
  readonly kinds: readonly (keyof typeof TYPES)[]
  readonly cells: readonly (readonly (Cell | readonly (string | null)[])[])[]
  readonly rest: string
}

async function keep(desk: DataEngine, { names, kinds, cells }: Pulled): Promise<void> {
  const types = names.map((name, i) => `"${name.replaceAll('"', '""')}" ${TYPES[kinds[i] ?? 'text']}`)
  await desk.run(`CREATE OR REPLACE TEMP TABLE ${PULLED} (${types.join(', ')})`)
  const length = cells[0]?.length ?? 0
  for (let from = 0; from < length; from += ROWS_AT_ONCE) {
    const rows = Array.from({ length: Math.min(ROWS_AT_ONCE, length - from) }, (_, i) => {
      const row = cells.map((column) => column[from + i] ?? null)
      return `(${row.map(written).join(', ')})`
    })
    await desk.run(`INSERT INTO ${PULLED} VALUES ${rows.join(', ')}`)
  }
}

function written(cell: Cell | readonly (string | null)[]): string {
  if (cell === null) return 'NULL'
  return Array.isArray(cell) ? `[${cell.map(written).join(', ')}]` : literal(String(cell))
}

function answerOf(reply: Reply): Reply {
  if (typeof reply.unsupported === 'string') {
    throw new UserError(`${reply.unsupported} is not available with \`engine: spark\``, {
      cure: 'leave out what needs it, or write engine: duckdb under `data`',
    })
  }
  if (typeof reply.lost === 'string') {
    throw new UserError(`Spark lost what it worked with: ${reply.lost}`, {
      cure: 'look at the pages of the cluster; give executors more memory in `data.engine.submit` (--executor-memory, --conf spark.executor.memoryOverhead=…), or try again where a machine was taken away',
      cause: reply.trace,
    })
  }
  if (typeof reply.refused === 'string') throw new EngineError(reply.refused, { cause: reply.trace })
  return reply.ok as Reply
}
