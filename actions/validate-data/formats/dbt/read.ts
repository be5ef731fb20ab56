import { problemsError } from '../../../../shared/core/errors.js'
import { readYaml, type YamlSource } from '../../../../shared/core/yaml.js'
import { isRecord, shown } from '../arguments.js'
import { type ContractBuilder, createBuilder } from '../builder.js'
import { type ContractFormat, chooseTable, type ReadOptions } from '../format.js'
import { readColumn, readContract } from './columns.js'
import { readFreshness } from './freshness.js'
import { readTest } from './tests.js'

const TITLE = 'dbt properties'
const SECTIONS = ['models', 'seeds', 'snapshots'] as const
/** Sections about other things than the data of a table. */
const QUIET_SECTIONS = [
  'version',
  'macros',
  'exposures',
  'metrics',
  'semantic_models',
  'saved_queries',
  'groups',
  'analyses',
  'unit_tests',
  'functions',
  'anchors',
]
const QUIET_KEYS = [
  'name',
  'description',
  'docs',
  'meta',
  'tags',
  'access',
  'group',
  'latest_version',
  'deprecation_date',
  'identifier',
  'loader',
  'quoting',
  'external',
  'schema',
  'database',
  'overrides',
  'time_spine',
  'primary_entity',
]

/** One table of the file. */
interface DbtTable {
  readonly names: readonly string[]
  readonly path: readonly PropertyKey[]
  readonly value: Readonly<Record<string, unknown>>
  /** The source that it belongs to, whose freshness it inherits. */
  readonly source: { readonly value: Readonly<Record<string, unknown>>; readonly path: readonly PropertyKey[] } | null
}

/**
 * Properties of dbt (`schema.yml`): the tests of one model, seed, snapshot or source table, its freshness and, where its contract is
 * enforced, its columns and types. A test passes where it finds no failure, also in a table without rows.
 */
export const dbt: ContractFormat = {
  name: 'dbt',
  title: TITLE,
  detect: (path, text) =>
    /\.ya?ml$/i.test(path) &&
    /^(models|sources|seeds|snapshots):\s*(#.*)?\n(\s*(#.*)?\n)*\s*-\s/m.test(text) &&
    /^\s*(-\s+)?((data_)?tests|columns|tables|constraints):/m.test(text),
  read(text, path, options) {
    const source = readYaml(text, path)
    if (source.problems) throw problemsError(`${path} (${TITLE}) has mistakes`, source.problems)
    const builder = createBuilder(path, TITLE)
    const tables = tablesOf(source.value, builder)
    const place = chooseTable(
      tables.map((table) => ({ names: table.names, line: source.value.line(table.path) })),
      options,
      builder,
    )
    if (place !== null) readTable(tables[place] as DbtTable, source.value, options, builder)
    return builder.finish()
  },
}

function tablesOf({ value, line }: YamlSource, builder: ContractBuilder): DbtTable[] {
  const file = isRecord(value) ? value : {}
  for (const key of Object.keys(file)) {
    if (key === 'sources' || QUIET_SECTIONS.includes(key) || SECTIONS.some((section) => section === key)) continue
    builder.problem(line([key]), `\`${key}\` is not known in properties of dbt`, 'remove it')
  }
  const named = (list: unknown, path: readonly PropertyKey[]) =>
    (Array.isArray(list) ? list : []).flatMap((item: unknown, i) => {
      if (isRecord(item) && typeof item.name === 'string') return [{ item, name: item.name, path: [...path, i] }]
      builder.problem(line([...path, i]), `an item of \`${String(path.at(-1))}\` has no name`, 'name it')
      return []
    })
  const direct = SECTIONS.flatMap((section) =>
    named(file[section], [section]).map(({ item, name, path }) => ({ names: [name], path, value: item, source: null })),
  )
  const sources = named(file.sources, ['sources']).flatMap(({ item, name, path }) =>
    named(item.tables, [...path, 'tables']).map((table) => ({
      names: [`${name}.${table.name}`, table.name],
      path: table.path,
      value: table.item,
      source: { value: item, path },
    })),
  )
  return [...direct, ...sources]
}

function readTable(table: DbtTable, source: YamlSource, options: ReadOptions, builder: ContractBuilder): void {
  const { value, path } = table
  const references = options.references ?? {}
  const line = (at: readonly PropertyKey[]) => source.line([...path, ...at])
  for (const key of ['tests', 'data_tests']) {
    const tests = value[key]
    if (tests === undefined || tests === null) continue
    if (!Array.isArray(tests)) builder.problem(line([key]), `\`${key}\` is ${shown(tests)}`, 'write a list of tests')
    else {
      tests.forEach((test, i) => {
        readTest(test, { column: null, references, line: (at) => line([key, i, ...at]) }, builder)
      })
    }
  }
  const enforced = readContract(value, line, builder)
  const columns = value.columns ?? []
  if (!Array.isArray(columns)) builder.problem(line(['columns']), `\`columns\` is ${shown(columns)}`, 'write a list')
  else {
    columns.forEach((column, i) => {
      readColumn(column, { enforced, references, line: (at) => line(['columns', i, ...at]) }, builder)
    })
  }
  readFreshness([table, ...(table.source ? [table.source] : [])], source, builder)
  for (const key of Object.keys(value)) {
    if (![...QUIET_KEYS, ...READ_KEYS].includes(key)) {
      builder.problem(line([key]), `\`${key}\` is not known here`, 'remove it: nothing would check it')
    }
  }
}

const READ_KEYS = ['columns', 'tests', 'data_tests', 'config', 'constraints', 'freshness', 'loaded_at_field']
