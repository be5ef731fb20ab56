/** Rows that are equal, by 64-bit hashes: 10⁹ different rows collide 0.03 times. */
import type { DatasetProfile } from '../contracts/data-profile.js'
import { asText } from './column-types.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import { type DataEngine, sharedTable } from './engine/engine.js'
import { withManyKeys } from './many-keys.js'

/** Whether the hash of a row without its id can be made of the one that the table holds. */
const isHashed = (
  dataset: Dataset,
  id: string | undefined,
): dataset is Dataset & { readonly content: NonNullable<Dataset['content']> } =>
  dataset.content !== undefined && (id === undefined || dataset.content.apart.includes(id))

/** SQL for the hash of a row without its id; what is not of a declared type is compared as text. */
export function rowHash(dataset: Dataset, id: string | undefined): string {
  const others = dataset.columns.filter((column) => column.name !== id)
  const compared = others.length > 0 ? others : dataset.columns
  if (isHashed(dataset, id)) {
    const apart = compared.filter(({ name }) => dataset.content.apart.includes(name)).map(({ sql }) => sql)
    return `hash(${['content', ...apart].join(', ')})`
  }
  // To read an empty list of every row takes longer than all other columns.
  const bad = dataset.columns.some(({ badIndex }) => badIndex !== null)
    ? ['bad']
    : dataset.hasBad === true
      ? ['NULL::VARCHAR[]']
      : []
  return `hash(${[...compared.map(({ sql }) => sql), ...bad].join(', ')})`
}

/** Rows that are equal in every column but the id. */
export async function duplicates(
  engine: DataEngine,
  dataset: Dataset,
  id: string | undefined,
): Promise<DatasetProfile['duplicates']> {
  const from = await rowsToCompare(engine, dataset, id)
  const [row = {}] = await engine.all(
    `SELECT coalesce(sum(n - 1), 0) AS extra, count(*) AS groups, coalesce(sum(n), 0) AS members
     FROM (SELECT count(*) AS n FROM ${from} GROUP BY ${rowHash(dataset, id)} HAVING count(*) > 1)`,
  )
  return { extra: Number(row.extra), groups: Number(row.groups), members: Number(row.members) }
}

/** The first groups of equal rows (see `duplicates`): indices of the first and the last row of each, in the order of the first. */
export async function firstDuplicates(
  engine: DataEngine,
  dataset: Dataset,
  id: string | undefined,
  most: number,
): Promise<{ first: number; last: number }[]> {
  const from = await rowsToCompare(engine, dataset, id)
  const rows = await engine.all(
    `SELECT min(row) AS first, max(row) AS last FROM ${from} GROUP BY ${rowHash(dataset, id)} HAVING count(*) > 1 ORDER BY first LIMIT ${most}`,
  )
  return rows.map(({ first, last }) => ({ first: Number(first), last: Number(last) }))
}

/** Relation with the rows that may be equal but for the id, and what `rowHash` needs; `row` is their index. */
const rowsToCompare = async (engine: DataEngine, dataset: Dataset, id: string | undefined): Promise<string> =>
  isHashed(dataset, id) ? repeatedContents(engine, dataset) : `(SELECT *, rowid AS row FROM ${dataset.table})`

/**
 * SQL for index, hash of the features and hash of the label (`row`, `h`, `y`) of the labelled rows with a feature whose
 * features stand in another row too. Null when the table does not hold the hash of just these features.
 */
export async function repeatedFeatures(
  engine: DataEngine,
  dataset: Dataset,
  features: readonly string[],
  target: DatasetColumn,
): Promise<string | null> {
  const { content, columns } = dataset
  if (content === undefined || !content.apart.includes(target.name)) return null
  const hashed = columns.filter(({ name }) => !content.apart.includes(name))
  if (hashed.length !== features.length || hashed.some(({ name }) => !features.includes(name))) return null
  const y = asText(target.type, target.sql)
  return `SELECT row, content AS h, hash(${y}) AS y FROM ${await repeatedContents(engine, dataset)} WHERE ${y} IS NOT NULL AND filled`
}

const known = new WeakMap<object, Map<string, Promise<string>>>()

/**
 * Table of the rows whose content stands in another row too: `row`, `content`, the columns apart, and `filled`, which is
 * whether the content has a value at all. Made once.
 */
function repeatedContents(engine: DataEngine, { table, columns, content, rows }: Dataset): Promise<string> {
  const owner = engine.lines ?? engine
  const tables = known.get(owner) ?? new Map<string, Promise<string>>()
  known.set(owner, tables)
  const before = tables.get(table)
  if (before !== undefined) return before
  const isApart = ({ name }: DatasetColumn) => content?.apart.includes(name) === true
  const apart = columns.filter(isApart).map(({ sql }) => sql)
  const others = columns.filter((column) => !isApart(column))
  // A row without a value has one content, which spares a look at all columns; a value that is no value of its type has its own.
  const isClean = engine.remote === undefined && columns.every(({ badIndex }) => badIndex === null)
  const filled = isClean
    ? `content <> hash(${others.map(() => 'NULL::BIGINT').join(', ')})`
    : others.map(({ sql }) => `${sql} IS NOT NULL`).join(' OR ')
  const { create, name } = sharedTable(engine, `repeated_${table.replace(/^.*\./, '')}`)
  const select = `SELECT ${['rowid AS row', 'content', ...apart].join(', ')}, (${filled}) AS filled
       FROM ${table} WHERE content IN (SELECT content FROM ${table} GROUP BY content HAVING count(*) > 1)`
  const made = withManyKeys(engine, rows, () => engine.run(`${create} AS ${select}`)).then(() => name)
  tables.set(table, made)
  return made
}
