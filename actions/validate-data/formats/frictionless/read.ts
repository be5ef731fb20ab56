import { problemsError } from '../../../../shared/core/errors.js'
import { readYaml, type YamlSource } from '../../../../shared/core/yaml.js'
import { type ContractBuilder, createBuilder } from '../builder.js'
import { type Cursor, cursorOf } from '../cursor.js'
import { type ContractFormat, chooseTable, type ReadOptions } from '../format.js'
import { readDialect } from './dialect.js'
import { type Resources, readTableSchema } from './schema.js'

const TITLE = 'Frictionless descriptor'

/** What a package or resource says about people and files. */
const DESCRIBING = [
  '$schema',
  'profile',
  'name',
  'id',
  'title',
  'description',
  'homepage',
  'version',
  'created',
  'contributors',
  'author',
  'keywords',
  'image',
  'licenses',
  'license',
  'sources',
  'mediatype',
  'type',
  'scheme',
]

interface Shape {
  readonly fields?: unknown
  readonly resources?: unknown
  readonly schema?: unknown
  readonly path?: unknown
  readonly data?: unknown
}

/**
 * Data Package, Data Resource and Table Schema, versions 1 and 2 (datapackage.org/standard), JSON or YAML. Where the
 * standard and frictionless-py differ, the standard holds: a primary key is never missing, in any of its fields.
 */
export const frictionless: ContractFormat = {
  name: 'frictionless',
  title: TITLE,
  detect(path, text) {
    if (!/["']?\b(fields|resources|schema)["']?\s*:/.test(text)) return false
    const shape = readYaml(text, path).value?.value as Shape | null | undefined
    if (typeof shape !== 'object' || shape === null) return false
    const schema = shape.schema as Shape | null | undefined
    return (
      (Array.isArray(shape.fields) && shape.fields.every((field) => typeof field?.name === 'string')) ||
      (Array.isArray(shape.resources) && shape.resources.every((item) => typeof item === 'object' && item !== null)) ||
      ((typeof shape.path === 'string' || Array.isArray(shape.path)) &&
        (typeof schema === 'string' || Array.isArray(schema?.fields)))
    )
  },
  read(text, path, options) {
    const parsed = readYaml(text, path)
    if (parsed.problems) throw problemsError(`${path} (${TITLE}) has mistakes`, parsed.problems)
    const builder = createBuilder(path, TITLE)
    readDescriptor(parsed.value, path, builder, options)
    return builder.finish()
  },
}

function readDescriptor(source: YamlSource, path: string, builder: ContractBuilder, options: ReadOptions): void {
  const root = cursorOf(source, builder)
  if (root.has('resources')) {
    const cursors = root.maps('resources')
    const tables = cursors.map((cursor) => ({
      cursor,
      line: cursor.line,
      names: [cursor.text('name') ?? '', ...pathsOf(cursor)],
    }))
    const chosen = chooseTable(tables, options, builder)
    root.skip(...DESCRIBING)
    root.rest(DESCRIBING)
    if (chosen === null) return
    const own = cursors[chosen] as Cursor
    readResource(own, resourcesOf(tables, own, path), builder)
  } else if (root.has('fields')) readTableSchema(root, { own: '', fileOf: () => null }, builder)
  else readResource(root, { own: root.text('name') ?? '', fileOf: () => null }, builder)
}

function readResource(cursor: Cursor, resources: Resources, builder: ContractBuilder): void {
  cursor.skip(...DESCRIBING, 'path', 'data', 'format', 'extrapaths')
  readStats(cursor, builder)
  for (const [key, cure] of [
    ['compression', 'gz and zstd are known by the name of the file'],
    ['innerpath', 'unpack the archive'],
  ] as const) {
    const value = cursor.text(key)
    if (value !== undefined && !['', 'no', 'gz'].includes(value))
      builder.problem(cursor.lineOf(key), `\`${key}\` is ${JSON.stringify(value)}`, cure)
  }
  for (const key of ['schema', 'dialect']) {
    if (typeof cursor.raw(key) === 'string')
      builder.problem(
        cursor.lineOf(key),
        `the ${key} stands in another file, ${JSON.stringify(cursor.raw(key))}`,
        `write the ${key} here`,
      )
  }
  const header = readDialect(cursor, builder)
  const schema = typeof cursor.raw('schema') === 'string' ? undefined : cursor.map('schema')
  if (schema !== undefined) readTableSchema(schema, resources, builder)
  else if (!cursor.has('schema'))
    builder.problem(cursor.line, 'the resource has no schema', 'add `schema: { fields: [...] }`')
  // Without a header the fields name the columns, by their order.
  if (!header && schema !== undefined) {
    const names = schema.maps('fields').flatMap((field) => field.text('name') ?? [])
    builder.reading({ columns: names })
  }
  cursor.rest(DESCRIBING)
}

/** Rows and fields are counted; the bytes of the file are another matter. */
function readStats(resource: Cursor, builder: ContractBuilder): void {
  const stats = resource.map('stats')
  const rows = stats?.count('rows')
  const fields = stats?.count('fields')
  if (rows !== undefined)
    builder.check({ check: 'row-count', on: 'train', min: rows, max: rows }, stats?.lineOf('rows') ?? resource.line)
  if (fields !== undefined)
    builder.check({ check: 'column-count', min: fields, max: fields }, stats?.lineOf('fields') ?? resource.line)
  for (const cursor of [resource, ...(stats === undefined ? [] : [stats])]) {
    for (const key of ['hash', 'bytes', 'md5', 'sha256']) {
      if (!cursor.has(key)) continue
      cursor.skip(key)
      builder.note(cursor.lineOf(key), `\`${key}\` is not compared: the file is known by the SHA-256 of what was read`)
    }
  }
  stats?.rest()
}

const pathsOf = (cursor: Cursor): string[] =>
  [cursor.raw('path')].flat().filter((path): path is string => typeof path === 'string')

/** Other resources by name, as files: a path is relative to the descriptor. */
function resourcesOf(
  tables: readonly { readonly cursor: Cursor; readonly names: readonly string[] }[],
  own: Cursor,
  path: string,
): Resources {
  const folder = path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/` : ''
  return {
    own: own.text('name') ?? '',
    fileOf(name) {
      const paths = pathsOf(tables.find(({ names }) => names[0] === name)?.cursor ?? own)
      const [file, other] = tables.some(({ names }) => names[0] === name) ? paths : []
      return file === undefined || other !== undefined || /^[a-z]+:\/\//i.test(file) ? null : `${folder}${file}`
    },
  }
}
