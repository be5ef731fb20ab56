import { type Problem, problemsError, UserError } from '../../core/errors.js'
import type { DataEngine } from '../engine/engine.js'
import { literalList } from '../engine/sql.js'
import { MOST_COLUMNS, tooManyColumns } from './width.js'

/** A column of JSON rows. */
export interface JsonField {
  /** Keys joined with a dot: `user.address.city`. */
  readonly name: string
  /** RFC 6901. */
  readonly pointer: string
  /** In some rows an object, whose fields are columns of their own, and a value in others. */
  readonly mixed: boolean
}

/** Objects in objects that become columns; what is deeper stays JSON text. */
export const DEEPEST = 8
const POINTERS_AT_ONCE = 50

interface Node {
  readonly keys: readonly string[]
  readonly pointer: string
}

const child = (parent: Node, key: string): Node => ({
  keys: [...parent.keys, key],
  pointer: `${parent.pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
})

/**
 * The columns of rows of JSON: the keys of the first row, then all others by name, at each level, so that the order does
 * not hang on the order of rows. `objects` is SQL for rows with a column `json` of objects, `file` a place for messages;
 * objects of columns that are `isWhole` stay JSON text.
 * Throws UserError for keys that stand twice in an object, for two ways to the same name, and for too many.
 */
export async function jsonFields(
  engine: DataEngine,
  objects: string,
  file: string,
  isWhole: (name: string) => boolean,
): Promise<JsonField[]> {
  const root: Node = { keys: [], pointer: '' }
  const fields: { node: Node; mixed: boolean }[] = []
  const problems: Problem[] = []
  const visit = async (parents: readonly Node[], depth: number): Promise<Map<Node, Node[]>> => {
    const children = await keysOf(engine, objects, parents, problems, file)
    const all = [...children.values()].flat()
    if (all.length > MOST_COLUMNS) throw tooManyColumns(file, all.length)
    const open = depth < DEEPEST ? all.filter(({ keys }) => !isWhole(keys.join('.'))) : []
    const kinds = await kindsOf(engine, objects, open)
    const inner = open.filter((node) => kinds.get(node)?.object)
    const below = inner.length === 0 ? new Map<Node, Node[]>() : await visit(inner, depth + 1)
    const ordered = new Map<Node, Node[]>()
    for (const [parent, nodes] of children) {
      ordered.set(
        parent,
        nodes.flatMap((node) => {
          const nested = below.get(node) ?? []
          const mixed = nested.length > 0 && kinds.get(node)?.other === true
          if (nested.length > 0 && !mixed) return nested
          fields.push({ node, mixed })
          return [node, ...nested]
        }),
      )
    }
    return ordered
  }
  const ordered = (await visit([root], 1)).get(root) ?? []
  if (ordered.length > MOST_COLUMNS) throw tooManyColumns(file, ordered.length)
  const mixed = new Map(fields.map((field) => [field.node, field.mixed]))
  problems.push(...sameNames(ordered, file))
  if (problems.length > 0) throw problemsError('the keys of the JSON are not usable', problems)
  if (ordered.length > 0) {
    return ordered.map((node) => ({
      name: node.keys.join('.'),
      pointer: node.pointer,
      mixed: mixed.get(node) ?? false,
    }))
  }
  throw new UserError(`${file} has no rows`, { where: file, cure: 'write one JSON object a line into it' })
}

/** Keys of objects, by parent: in the order of the first row that has them all, then by name. */
async function keysOf(
  engine: DataEngine,
  objects: string,
  parents: readonly Node[],
  problems: Problem[],
  file: string,
): Promise<Map<Node, Node[]>> {
  const found = new Map<Node, Node[]>()
  for (let at = 0; at < parents.length; at += POINTERS_AT_ONCE) {
    const batch = parents.slice(at, at + POINTERS_AT_ONCE)
    const pointers = literalList(batch.map(({ pointer }) => pointer))
    const lists = `SELECT unnest(range(${batch.length})) AS i, unnest(json_keys(json, ${pointers})) AS ks FROM ${objects}`
    // Few lists are different, so that most of the work is done once for each of them.
    const rows = await engine.all(
      `SELECT i, name, bool_or(twice) AS twice FROM (SELECT i, unnest(ks) AS name, twice
       FROM (SELECT i, ks, array_length(ks) <> list_unique(ks) AS twice FROM (${lists}) GROUP BY ALL)) GROUP BY ALL ORDER BY i, name LIMIT ${MOST_COLUMNS + 1}`,
    )
    if (rows.length > MOST_COLUMNS) throw tooManyColumns(file, rows.length)
    const order = await engine.all(
      `SELECT i, unnest(ks) AS name FROM (SELECT unnest(range(${batch.length})) AS i, unnest(json_keys(json, ${pointers})) AS ks FROM (SELECT json FROM ${objects} LIMIT 1))`,
    )
    for (const [i, parent] of batch.entries()) {
      const own = rows.filter((row) => Number(row.i) === i)
      if (own.some(({ twice }) => twice === true)) problems.push(await keyTwice(engine, objects, parent, file))
      const names = new Set([...order.filter((row) => Number(row.i) === i), ...own].map(({ name }) => String(name)))
      found.set(
        parent,
        [...names].map((name) => child(parent, name)),
      )
    }
  }
  return found
}

async function keyTwice(engine: DataEngine, objects: string, { keys, pointer }: Node, file: string): Promise<Problem> {
  const [row] = await engine.all(
    `SELECT name FROM (SELECT ks, unnest(ks) AS name FROM (SELECT json_keys(json, ${literalList([pointer])})[1] AS ks FROM ${objects}) WHERE array_length(ks) <> list_unique(ks) LIMIT 10000)
     GROUP BY ks, name HAVING count(*) > 1 LIMIT 1`,
  )
  const name = [...keys, String(row?.name)].join('.')
  return {
    where: file,
    message: `the key ${JSON.stringify(name)} stands twice in one object (duplicate-label)`,
    cure: 'write every key of an object once: readers differ in which of the two they take',
  }
}

/** Whether a field is an object in some row, and whether it is another value in some row. */
async function kindsOf(
  engine: DataEngine,
  objects: string,
  nodes: readonly Node[],
): Promise<Map<Node, { object: boolean; other: boolean }>> {
  const kinds = new Map<Node, { object: boolean; other: boolean }>()
  if (nodes.length === 0) return kinds
  // A row without a second brace has no object in it, which is seen without parsing.
  const nested = `SELECT json FROM ${objects} WHERE contains(substr(json, 2), '{')`
  const [any] = await engine.all(`SELECT 1 FROM (${nested}) LIMIT 1`)
  if (any === undefined) return kinds
  for (let at = 0; at < nodes.length; at += POINTERS_AT_ONCE) {
    const batch = nodes.slice(at, at + POINTERS_AT_ONCE)
    const counts = batch.flatMap((_, i) => [
      `bool_or(t[${i + 1}] = 'OBJECT') AS o${i}`,
      `bool_or(t[${i + 1}] NOT IN ('OBJECT', 'NULL')) AS v${i}`,
    ])
    const [row = {}] = await engine.all(
      `SELECT ${counts.join(', ')} FROM (SELECT json_type(json, ${literalList(batch.map(({ pointer }) => pointer))}) AS t FROM ${objects})`,
    )
    for (const [i, node] of batch.entries())
      kinds.set(node, { object: row[`o${i}`] === true, other: row[`v${i}`] === true })
  }
  return kinds
}

/** A key `a.b` beside a key `b` in `a`. */
function sameNames(nodes: readonly Node[], file: string): Problem[] {
  const seen = new Map<string, Node>()
  const show = ({ keys }: Node) => keys.map((key) => JSON.stringify(key)).join(' → ')
  return nodes.flatMap((node): Problem[] => {
    const name = node.keys.join('.')
    const before = seen.get(name)
    seen.set(name, node)
    if (before === undefined) return []
    return [
      {
        where: file,
        message: `${show(before)} and ${show(node)} would both be the column ${JSON.stringify(name)} (duplicate-label)`,
        cure: 'rename one of them, or write flatten: false to keep objects as JSON text',
      },
    ]
  })
}
