import { problemsError } from '../../../../shared/core/errors.js'
import { readYaml } from '../../../../shared/core/yaml.js'
import { isRecord, shown } from '../arguments.js'
import { type ContractBuilder, createBuilder } from '../builder.js'
import type { ContractFormat } from '../format.js'
import { readPanderaColumn } from './column.js'

const TITLE = 'Pandera schema'
/** What is not about the data, or changes them before they are looked at. */
const QUIET = [
  'schema_type',
  'version',
  'api',
  'dataframe_library',
  'name',
  'title',
  'description',
  'metadata',
  'coerce',
  'report_duplicates',
  'unique_column_names',
  'multiindex',
]
const READ = [
  'columns',
  'checks',
  'index',
  'dtype',
  'strict',
  'ordered',
  'unique',
  'add_missing_columns',
  'drop_invalid_rows',
]

type Schema = Readonly<Record<string, unknown>>
type Line = (path: readonly PropertyKey[]) => number

/**
 * DataFrameSchema of Pandera as its `to_yaml` and `to_json` write it, in the three forms that checks have had. A column is required and
 * without missing values unless it says otherwise; missing values pass every other check; a table without rows passes.
 */
export const pandera: ContractFormat = {
  name: 'pandera',
  title: TITLE,
  detect: (path, text) =>
    /\.(ya?ml|json)$/i.test(path) && /(^|[{,\s])["']?schema_type["']?\s*:\s*["']?dataframe["']?\s*(,|$)/m.test(text),
  read(text, path) {
    const source = readYaml(text, path)
    if (source.problems) throw problemsError(`${path} (${TITLE}) has mistakes`, source.problems)
    const builder = createBuilder(path, TITLE)
    const { value, line } = source.value
    const schema = isRecord(value) ? value : {}
    const columns = columnsOf(schema, line, builder)
    for (const { name, value: column, path: at } of columns) {
      readPanderaColumn(name, column, { line: (key) => line([...at, ...key]), dtype: schema.dtype }, builder)
    }
    readNames(
      schema,
      columns.map(({ name }) => name),
      line,
      builder,
    )
    readUnique(schema, line, builder)
    readRest(schema, line, builder)
    return builder.finish()
  },
}

interface Found {
  readonly name: string
  readonly value: unknown
  readonly path: readonly PropertyKey[]
}

/** The columns, and the levels of the index that have a name: a file has them as columns. */
function columnsOf({ columns, index }: Schema, line: Line, builder: ContractBuilder): Found[] {
  const found: Found[] = []
  if (isRecord(columns)) {
    found.push(...Object.entries(columns).map(([name, value]) => ({ name, value, path: ['columns', name] })))
  } else if (Array.isArray(columns)) {
    columns.forEach((value: unknown, i) => {
      const name = isRecord(value) ? value.name : undefined
      if (typeof name === 'string') found.push({ name, value, path: ['columns', i] })
      else
        builder.problem(
          line(['columns', i]),
          `the column ${shown(name ?? value)} has no name of one text`,
          'name it by one text',
        )
    })
  } else if (columns !== null && columns !== undefined) {
    builder.problem(line(['columns']), `\`columns\` is ${shown(columns)}`, 'write a mapping by name')
  }
  for (const [i, level] of (Array.isArray(index) ? index : []).entries()) {
    if (!isRecord(level)) continue
    const { name, ...rest } = level
    if (typeof name === 'string') found.push({ name, value: rest, path: ['index', i] })
    else if (saysMore(rest)) {
      builder.problem(
        line(['index', i]),
        'an index without a name cannot be honoured: a file has no row labels',
        'name it as the column that holds it, or remove it',
      )
    }
  }
  return found
}

/** An index that Pandera has inferred from row numbers says nothing: it has a type alone. */
const saysMore = (level: Schema): boolean =>
  Object.entries(level).some(
    ([key, value]) =>
      !['dtype', 'nullable', 'coerce', 'title', 'description', 'metadata'].includes(key) &&
      value !== null &&
      value !== false,
  )

function readNames({ strict, ordered }: Schema, names: readonly string[], line: Line, builder: ContractBuilder): void {
  if (strict !== undefined && strict !== null && typeof strict !== 'boolean' && strict !== 'filter') {
    builder.problem(line(['strict']), `\`strict\` is ${shown(strict)}`, 'write true, false or filter')
  }
  const inOrder = ordered === true
  // `filter` drops other columns and refuses none.
  if (strict !== true && !inOrder) return
  const columns = [...names]
  builder.check(
    { check: 'columns', columns, match: strict === true ? 'subset' : 'partial', ordered: inOrder },
    line([strict === true ? 'strict' : 'ordered']),
  )
}

function readUnique({ unique, report_duplicates: report }: Schema, line: Line, builder: ContractBuilder): void {
  if (unique === undefined || unique === null) return
  const isName = (item: unknown) => typeof item === 'string'
  const list = Array.isArray(unique) ? unique : [unique]
  const sets = list.every(isName) ? [list] : list
  for (const columns of sets) {
    if (!Array.isArray(columns) || columns.length === 0 || !columns.every(isName)) {
      builder.problem(line(['unique']), `\`unique\` is ${shown(unique)}`, 'write a list of columns')
      continue
    }
    const count = (report ?? 'all') === 'all' ? 'members' : 'copies'
    builder.check({ check: 'key', columns, 'pass-over': 'never', count, 'on-empty': 'pass' }, line(['unique']))
  }
}

function readRest(schema: Schema, line: Line, builder: ContractBuilder): void {
  const { checks } = schema
  const named = isRecord(checks) ? Object.keys(checks) : Array.isArray(checks) ? checks.map((_, i) => i) : []
  for (const key of named) {
    builder.problem(
      line(['checks', key]),
      'a check of the whole frame cannot be honoured: its code is not in the file, or it means every column',
      'write it at its columns, or as a check of a Plumbline contract',
    )
  }
  for (const key of ['add_missing_columns', 'drop_invalid_rows']) {
    if (schema[key] === true) {
      builder.problem(line([key]), `\`${key}\` cannot be honoured: data are judged, not changed`, 'remove it')
    }
  }
  for (const key of Object.keys(schema)) {
    if (!QUIET.includes(key) && !READ.includes(key)) {
      builder.problem(line([key]), `\`${key}\` is not known in a schema of Pandera`, 'remove it')
    }
  }
}
