import type { ContractBuilder } from '../builder.js'
import type { Cursor } from '../cursor.js'
import type { Table } from '../format.js'

/** One object of `schema:`, and how the columns of its data are called. */
export interface OdcsTable extends Table {
  readonly cursor: Cursor
  readonly name: string
  /** Path of its data, when `physicalName` is one. */
  readonly file: string | null
  /** Column of a property, by its names or by its ids, from the outside inwards; null when there is no such property. */
  column(path: readonly string[], by: 'name' | 'id'): string | null
}

export interface OdcsTables {
  readonly all: readonly OdcsTable[]
  /** By name, or by id. */
  find(name: string, by: 'name' | 'id'): OdcsTable | null
}

const FILE = /[\\/]|\.(csv|tsv|json|jsonl|ndjson|parquet|pq)(\.gz|\.zst)?$/i

interface RawProperty {
  readonly id?: unknown
  readonly name?: unknown
  readonly physicalName?: unknown
  readonly properties?: unknown
}

/** `references`: `data.contract-references`, the paths of tables whose `physicalName` is none. */
export function createTables(
  cursors: readonly Cursor[],
  builder: ContractBuilder,
  references: Readonly<Record<string, string>> = {},
): OdcsTables {
  const all = cursors.map((cursor): OdcsTable => {
    const name = cursor.text('name')
    if (name === undefined) builder.problem(cursor.line, 'a table has no name', 'add `name:`')
    const physical = cursor.text('physicalName')
    const properties = cursor.raw('properties')
    const named = [name, physical].flatMap((one) =>
      one !== undefined && Object.hasOwn(references, one) ? [references[one] as string] : [],
    )
    return {
      cursor,
      line: cursor.line,
      name: name ?? '',
      names: [name ?? '', ...(physical === undefined ? [] : [physical])],
      file: named[0] ?? (physical !== undefined && FILE.test(physical) ? physical : null),
      column: (path, by) => columnOf(properties, path, by),
    }
  })
  return {
    all,
    find: (name, by) =>
      all.find((table) => (by === 'id' ? table.cursor.raw('id') === name : table.names.includes(name))) ?? null,
  }
}

function columnOf(properties: unknown, path: readonly string[], by: 'name' | 'id'): string | null {
  const parts: string[] = []
  let level = properties
  for (const wanted of path) {
    const found: RawProperty | undefined = Array.isArray(level)
      ? (level as RawProperty[]).find(
          (item) => item?.[by] === wanted || (by === 'name' && item?.physicalName === wanted),
        )
      : undefined
    const name = found?.physicalName ?? found?.name
    if (typeof name !== 'string') return null
    parts.push(name)
    level = found?.properties
  }
  return parts.length === 0 ? null : parts.join('.')
}
