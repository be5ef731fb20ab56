import { problemsError } from '../../../../shared/core/errors.js'
import { readYaml, type YamlSource } from '../../../../shared/core/yaml.js'
import { type ContractBuilder, createBuilder } from '../builder.js'
import { type Cursor, cursorOf } from '../cursor.js'
import { type ContractFormat, chooseTable, type ReadOptions } from '../format.js'
import { readProperties } from './columns.js'
import { readQuality } from './quality.js'
import { readRelationship } from './relations.js'
import { readServiceLevels } from './sla.js'
import { createTables, type OdcsTable } from './tables.js'

const TITLE = 'Open Data Contract'

/** What the standard says about people, servers, prices and words, not about values. */
const FUNDAMENTALS = [
  'id',
  'kind',
  'name',
  'tenant',
  'tags',
  'status',
  'dataProduct',
  'description',
  'domain',
  'support',
  'price',
  'team',
  'roles',
  'authoritativeDefinitions',
  'customProperties',
  'contractCreatedTs',
]

/**
 * Open Data Contract Standard 3.0 and 3.1 (bitol-io.github.io/open-data-contract-standard), YAML or JSON. A column is
 * what `physicalName`, else `name`, says; nested properties are columns such as `a.b`. Patterns match anywhere in the
 * text, as in JSON Schema. Service levels but latency and freshness are notes.
 */
export const odcs: ContractFormat = {
  name: 'odcs',
  title: TITLE,
  detect: (_, text) => /(^|[{,])\s*["']?kind["']?\s*:\s*["']?DataContract\b/m.test(text),
  read(text, path, options) {
    const parsed = readYaml(text, path)
    if (parsed.problems) throw problemsError(`${path} (${TITLE}) has mistakes`, parsed.problems)
    const builder = createBuilder(path, TITLE)
    readContract(cursorOf(parsed.value, builder), parsed.value, builder, options)
    return builder.finish()
  },
}

function readContract(root: Cursor, source: YamlSource, builder: ContractBuilder, options: ReadOptions): void {
  const standard = root.text('apiVersion')
  if (!/^v?3\.\d+(\.\d+)?$/.test(standard ?? '')) {
    builder.problem(
      root.lineOf('apiVersion'),
      `\`apiVersion\` is ${JSON.stringify(standard ?? null)}`,
      'write v3.1.0: versions 3.0 and 3.1 of the standard are read',
    )
  }
  const version = root.text('version')
  const numbers = /^v?(\d+\.\d+\.\d+)$/.exec(version ?? '')?.[1]
  if (numbers !== undefined) builder.set('version', numbers, root.lineOf('version'))
  else if (version !== undefined)
    builder.note(
      root.lineOf('version'),
      `the version ${JSON.stringify(version)} is not of three numbers, and not compared`,
    )
  root.skip(...FUNDAMENTALS)
  if (root.has('servers')) {
    root.skip('servers')
    builder.note(root.lineOf('servers'), '`servers` is ignored: the data are those of plumbline.yml')
  }
  const tables = createTables(root.maps('schema'), builder, options.references)
  const chosen = chooseTable(tables.all, options, builder)
  if (chosen !== null) readTable(tables.all[chosen] as OdcsTable, tables, source, builder)
  readServiceLevels(root, chosen === null ? null : (tables.all[chosen] as OdcsTable), builder)
  root.rest([...FUNDAMENTALS, 'servers'])
}

function readTable(
  table: OdcsTable,
  tables: ReturnType<typeof createTables>,
  source: YamlSource,
  builder: ContractBuilder,
): void {
  const { cursor } = table
  cursor.skip('id', 'name', 'physicalName', 'physicalType', 'description', 'businessName', 'logicalType')
  cursor.skip('authoritativeDefinitions', 'tags', 'customProperties', 'dataGranularityDescription')
  readProperties(table, tables, source, builder)
  for (const rule of cursor.maps('quality')) readQuality(rule, { table, column: null }, builder)
  for (const relationship of cursor.maps('relationships')) readRelationship(relationship, null, table, tables, builder)
  cursor.rest()
}
