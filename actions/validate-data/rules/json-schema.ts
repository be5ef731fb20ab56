import type { Example } from '../../../shared/contracts/common.js'
import type { DataCheck } from '../../../shared/contracts/data-checks.js'
import { messageOf, UserError } from '../../../shared/core/errors.js'
import { placeOfRow } from '../../../shared/data/dataset.js'
import type { Cell, DataEngine } from '../../../shared/data/engine/engine.js'
import type { SchemaError } from '../formats/json-schema/compile.js'
import type { GroupCount } from './count-rows.js'
import { type CheckOf, present, type TestScope } from './row-test.js'
import type { ScopedColumn } from './scope.js'

export type SchemaCheck = CheckOf<'row-schema'> | (CheckOf<'json'> & { schema: Record<string, unknown> })

/** Whether a check is decided by a JSON Schema, row by row and outside the engine. */
export const asksSchema = (check: DataCheck): check is SchemaCheck =>
  check.check === 'row-schema' || (check.check === 'json' && check.schema !== undefined)

/** Rows taken from the engine at once. */
const ROWS_AT_ONCE = 20_000

/** Rows, or the JSON of a column, that do not fulfil a schema. Throws UserError for a schema that is none. */
export async function measureSchema(
  engine: DataEngine,
  check: SchemaCheck,
  at: TestScope,
  most: number,
): Promise<{ count: GroupCount; examples: Example[] }> {
  const validate = await compile(check.schema as Record<string, unknown>)
  const columns = check.check === 'json' ? [at.column(check.column)] : [...at.scope.columns.values()]
  const { cells, read } =
    check.check === 'row-schema' && at.scope.whole !== null
      ? { cells: [at.scope.whole], read: parsedRow }
      : { cells: columns.map(cellOf), read: check.check === 'json' ? parsedCell : rowReader(columns) }
  const examples: Example[] = []
  let [n, bad, from] = [0, 0, 0]
  while (from < at.scope.dataset.rows) {
    const to = from + ROWS_AT_ONCE
    const condition = check.check === 'json' ? ` AND ${present(columns[0] as ScopedColumn)}` : ''
    const rows = await engine.all(
      `SELECT ${at.scope.row} AS row, ${cells.map((cell, i) => `${cell} AS c${i}`).join(', ')} FROM ${at.source} WHERE ${at.scope.row} >= ${from} AND ${at.scope.row} < ${to}${condition} ORDER BY 1`,
    )
    for (const row of rows) {
      n += 1
      const value = read(row)
      const errors = value === undefined ? null : validate(value)
      if (errors?.length === 0) continue
      bad += 1
      if (examples.length < most) {
        const said = errors === null ? 'is not JSON' : errorText(errors[0] as SchemaError)
        examples.push({ where: placeOfRow(at.scope.dataset, Number(row.row)), value: said })
      }
    }
    from = to
  }
  return { count: { group: [], n, bad }, examples }
}

const errorText = ({ path, message }: SchemaError): string =>
  `${path.map((part) => `/${part}`).join('')} ${message}`.trim().slice(0, 200)

const cellOf = ({ sql, type, text }: ScopedColumn): string =>
  type === 'integer' || type === 'number' || type === 'boolean' ? sql : text

/** A row of JSON Lines; NaN and infinities, which Python writes, are nothing. */
const parsedRow = ({ c0 }: Record<string, Cell>): unknown =>
  JSON.parse(
    String(c0).replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) => (part[0] === '"' ? part : 'null')),
  )

function parsedCell({ c0 }: Record<string, Cell>): unknown {
  try {
    return JSON.parse(String(c0))
  } catch {
    return undefined
  }
}

/** A row as the object that it was read from: `a.b` lies in `a`, missing values are left out, JSON text is parsed. */
function rowReader(columns: readonly ScopedColumn[]): (row: Record<string, Cell>) => unknown {
  const paths = columns.map(({ name }) => name.split('.'))
  return (row) => {
    const object: Record<string, unknown> = {}
    paths.forEach((path, i) => {
      const cell = row[`c${i}`] ?? null
      if (cell !== null) place(object, path, jsonValue(cell, columns[i] as ScopedColumn))
    })
    return object
  }
}

function jsonValue(cell: Cell, { type }: ScopedColumn): unknown {
  if (typeof cell === 'bigint') return Number(cell)
  if (type !== 'string' || typeof cell !== 'string' || !/^[[{]/.test(cell)) return cell
  try {
    return JSON.parse(cell)
  } catch {
    return cell
  }
}

function place(object: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let parent = object
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(parent, key) ? parent[key] : undefined
    if (typeof next === 'object' && next !== null) parent = next as Record<string, unknown>
    else {
      const made: Record<string, unknown> = {}
      define(parent, key, made)
      parent = made
    }
  }
  define(parent, path.at(-1) as string, value)
}

/** Also for a column named `__proto__`. */
const define = (object: object, key: string, value: unknown) =>
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })

/** Every error of a value, none for one that fulfils the schema. Throws UserError for a schema that is none. */
async function compile(schema: Record<string, unknown>): Promise<(value: unknown) => SchemaError[]> {
  // Most contracts have no schema, and a judge of them is heavy.
  const { compileSchema } = await import('../formats/json-schema/compile.js')
  try {
    return compileSchema(schema)
  } catch (error) {
    throw new UserError(`the JSON Schema of the contract is none: ${messageOf(error).slice(0, 200)}`, {
      cure: 'correct the schema; references to other files are not followed',
    })
  }
}
