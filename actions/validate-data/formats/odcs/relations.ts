import { plural } from '../../../../shared/report/format.js'
import type { ContractBuilder } from '../builder.js'
import type { Cursor } from '../cursor.js'
import type { OdcsTable, OdcsTables } from './tables.js'

interface Target {
  readonly table: OdcsTable
  readonly column: string
}

/**
 * A foreign key, in the notation `table.property` or `schema/<id>/properties/<id>`. `column` is the property that it
 * stands at, null at the level of the table. The other table has to name a file by its `physicalName`, or be the same.
 */
export function readRelationship(
  cursor: Cursor,
  column: string | null,
  table: OdcsTable,
  tables: OdcsTables,
  builder: ContractBuilder,
): void {
  cursor.skip('id', 'customProperties', 'description')
  const type = cursor.text('type')
  if (type !== undefined && type !== 'foreignKey') {
    builder.problem(
      cursor.lineOf('type'),
      `the relationship is a ${JSON.stringify(type)}`,
      'only foreignKey is checked',
    )
  }
  const ends = (key: 'from' | 'to') => [cursor.raw(key)].flat().filter((end) => typeof end === 'string')
  const to = ends('to').map((end) => resolve(end, cursor.lineOf('to'), tables, builder))
  const from =
    column === null
      ? ends('from').map((end) => resolve(end, cursor.lineOf('from'), tables, builder)?.column ?? null)
      : [column]
  if (column !== null && cursor.has('from'))
    builder.problem(cursor.lineOf('from'), 'a relationship of a property has no `from`', 'remove it')
  cursor.rest(['from', 'to', 'type'])
  if (to.length === 0 || from.length !== to.length) {
    builder.problem(
      cursor.line,
      `the relationship has ${plural(from.length, 'column')} from and ${to.length} to`,
      'name as many',
    )
    return
  }
  if (to.includes(null) || from.includes(null)) return
  const targets = to as Target[]
  const columns = from as string[]
  const other = (targets[0] as Target).table
  const there = targets.map((target) => target.column)
  if (other === table) {
    for (const dataset of ['train', 'test'] as const)
      builder.check({ check: 'foreign-key', columns, to: { data: dataset, columns: there }, on: dataset }, cursor.line)
  } else if (other.file === null) {
    builder.problem(
      cursor.line,
      `where the data of the table ${JSON.stringify(other.name)} lie is not known`,
      `name their path in plumbline.yml: data.contract-references: { ${JSON.stringify(other.name)}: … }, or as \`physicalName\` of that table`,
    )
  } else builder.check({ check: 'foreign-key', columns, to: { data: other.file, columns: there } }, cursor.line)
}

function resolve(reference: string, line: number, tables: OdcsTables, builder: ContractBuilder): Target | null {
  const full = /^\/?schema\/([^/]+)((?:\/properties\/[^/]+)+)$/.exec(reference)
  const [name, ...path] =
    full === null
      ? reference.split('.')
      : [full[1] as string, ...(full[2] as string).split('/properties/').filter((part) => part !== '')]
  const by = full === null ? 'name' : 'id'
  const table = reference.includes('#') ? null : tables.find(name as string, by)
  const column = table?.column(path, by) ?? null
  if (table !== null && column !== null) return { table, column }
  builder.problem(
    line,
    reference.includes('#')
      ? `${JSON.stringify(reference)} lies in another contract`
      : `there is no property ${JSON.stringify(reference)}`,
    'name a property of this file, as table.property or schema/<id>/properties/<id>',
  )
  return null
}
