import type { ContractBuilder, SourceHints } from '../builder.js'
import { type Cursor, show } from '../cursor.js'
import { readField } from './field.js'

/** The resources around a schema. */
export interface Resources {
  readonly own: string
  /** Path of the data of another resource; null when there is no such resource, or it is no one file. */
  fileOf(name: string): string | null
}

const MATCHES = ['exact', 'equal', 'subset', 'superset', 'partial'] as const
type Match = (typeof MATCHES)[number]

/** A Table Schema. `subset`: the schema is a part of the data, which may have more; `superset`: the data may have fewer. */
export function readTableSchema(schema: Cursor, resources: Resources, builder: ContractBuilder): void {
  schema.skip('$schema', 'profile', 'name', 'title', 'description', 'type', 'example', 'examples')
  const match = matchOf(schema, builder)
  const line = schema.has('fieldsMatch') ? schema.lineOf('fieldsMatch') : schema.line
  const fewer = match === 'superset' || match === 'partial'
  if (match !== 'subset' && match !== 'partial') builder.set('extra-columns', 'fail', line)
  if (match === 'exact') builder.set('column-order', 'fail', line)
  const fields = schema.maps('fields')
  const missing = new Map<string, string[]>()
  const usual = readMissing(schema, builder)
  const names: string[] = []
  for (const field of fields) {
    const name = field.text('name')
    if (name === undefined) {
      builder.problem(field.line, 'a field has no name', 'add `name`')
      continue
    }
    if (names.includes(name)) {
      builder.problem(field.line, `two fields are called ${show(name)}`, 'give each a name of its own')
      continue
    }
    names.push(name)
    const own = readMissing(field, builder)
    missing.set(name, own ?? usual ?? [''])
    readField(field, name, fewer, builder)
  }
  if (names.length > 0 && match === 'partial')
    builder.check({ check: 'columns', columns: names, match: 'partial' }, line)
  hintMissing(schema, missing, builder)
  readKeys(schema, names, resources, builder)
  schema.rest()
}

function matchOf(schema: Cursor, builder: ContractBuilder): Match {
  // A list of one is what the first text of version 2 asked for.
  const value = [schema.raw('fieldsMatch') ?? 'exact'].flat()[0]
  if (MATCHES.includes(value as Match)) return value as Match
  builder.problem(
    schema.lineOf('fieldsMatch'),
    `\`fieldsMatch\` is ${show(value)}`,
    `write one of: ${MATCHES.join(', ')}`,
  )
  return 'exact'
}

/** `missingValues` as texts, or maps of value and label; undefined when they are not given. */
function readMissing(cursor: Cursor, builder: ContractBuilder): string[] | undefined {
  return cursor.list('missingValues')?.flatMap((item) => {
    const value = typeof item === 'object' && item !== null ? (item as { value?: unknown }).value : item
    if (typeof value === 'string') return [value]
    builder.problem(cursor.lineOf('missingValues'), `${show(item)} is no missing value`, 'write texts')
    return []
  })
}

function hintMissing(schema: Cursor, missing: ReadonlyMap<string, readonly string[]>, builder: ContractBuilder): void {
  const line = schema.has('missingValues') ? schema.lineOf('missingValues') : schema.line
  if ([...missing.values()].some((values) => !values.includes(''))) {
    builder.problem(
      line,
      'the empty cell is a value, by `missingValues`',
      'add "" to `missingValues`: an empty cell is always missing here',
    )
  }
  const lists = [...missing].map(([name, values]) => [name, values.filter((value) => value !== '')] as const)
  const texts = new Set(lists.map(([, values]) => JSON.stringify(values)))
  const hint: SourceHints['missing'] =
    texts.size === 1 ? (lists[0]?.[1] ?? []) : Object.fromEntries(lists.filter(([, values]) => values.length > 0))
  if (!texts.has('[]') || texts.size > 1) builder.reading({ missing: hint })
}

const listOf = (value: unknown): string[] => [value].flat().filter((item): item is string => typeof item === 'string')

function readKeys(schema: Cursor, names: readonly string[], resources: Resources, builder: ContractBuilder): void {
  const known = (columns: readonly string[], line: number): boolean => {
    const unknown = columns.find((column) => !names.includes(column))
    if (columns.length > 0 && unknown === undefined) return true
    builder.problem(
      line,
      unknown === undefined ? 'a key has no fields' : `there is no field ${show(unknown)}`,
      `fields are: ${names
        .map((name) => show(name))
        .join(', ')
        .slice(0, 200)}`,
    )
    return false
  }
  if (schema.has('primaryKey')) {
    const key = listOf(schema.raw('primaryKey'))
    const line = schema.lineOf('primaryKey')
    if (!(Array.isArray(schema.raw('primaryKey')) && key.length === 0) && known(key, line))
      builder.set('key', key, line)
  }
  for (const key of schema.list('uniqueKeys') ?? []) {
    const columns = listOf(key)
    const line = schema.lineOf('uniqueKeys')
    if (known(columns, line)) builder.check({ check: 'key', columns, 'pass-over': 'any-missing' }, line)
  }
  for (const foreign of schema.maps('foreignKeys')) readForeignKey(foreign, known, resources, builder)
}

function readForeignKey(
  foreign: Cursor,
  known: (columns: readonly string[], line: number) => boolean,
  resources: Resources,
  builder: ContractBuilder,
): void {
  const columns = listOf(foreign.raw('fields'))
  const reference = foreign.map('reference')
  foreign.skip('title', 'description', 'name')
  foreign.rest()
  const resource = reference?.text('resource') ?? ''
  const there = listOf(reference?.raw('fields'))
  reference?.skip('title', 'description')
  reference?.rest()
  if (!known(columns, foreign.line)) return
  if (there.length !== columns.length) {
    builder.problem(foreign.line, `the key has ${columns.length} fields and refers to ${there.length}`, 'name as many')
    return
  }
  if (resource === '' || resource === 'self' || resource === resources.own) {
    if (!known(there, foreign.line)) return
    for (const dataset of ['train', 'test'] as const)
      builder.check({ check: 'foreign-key', columns, to: { data: dataset, columns: there }, on: dataset }, foreign.line)
    return
  }
  const file = resources.fileOf(resource)
  if (file === null)
    builder.problem(
      reference?.lineOf('resource') ?? foreign.line,
      `the resource ${show(resource)} is no file of this package`,
      'add it to `resources`, with the one `path` of its data',
    )
  else builder.check({ check: 'foreign-key', columns, to: { data: file, columns: there } }, foreign.line)
}
