import { type ColumnRule, DataContract } from '../../../../shared/contracts/data-contract.js'
import type { Converted, ConvertOptions, Loss } from './convert.js'
import { qualityOf } from './odcs-checks.js'
import { propertyOf } from './odcs-column.js'
import { yamlText } from './yaml.js'

type Plain = Record<string, unknown>

/**
 * A contract in the Open Data Contract Standard 3.1: one table, whose name is also the id of the contract. What the
 * standard has no words for is a loss, and stands nowhere in the text.
 */
export function writeOdcs(contract: DataContract, { name }: ConvertOptions): Converted {
  const losses: Loss[] = []
  const lose = (path: readonly PropertyKey[], message: string) => void losses.push({ path, message })
  const quality: Plain[] = []
  const { min, max } = contract.rows
  if (min !== undefined && max !== undefined && min < max)
    quality.push({ metric: 'rowCount', mustBeBetween: [min, max] })
  else if (min !== undefined && max !== undefined) quality.push({ metric: 'rowCount', mustBe: min })
  else if (min !== undefined) quality.push({ metric: 'rowCount', mustBeGreaterOrEqualTo: min })
  else if (max !== undefined) quality.push({ metric: 'rowCount', mustBeLessOrEqualTo: max })
  const properties = contract.columns.map((rule, i) => propertyOf(rule, ['columns', i], keyPlace(contract, rule), lose))
  contract.checks.forEach((check, i) => {
    if (check.check === 'compare' && check.columns.some((name) => isWritten(contract, name))) {
      lose(['checks', i], 'a comparison of dates that are not written in ISO')
      return
    }
    const found = qualityOf(check, ['checks', i], lose)
    if (found === null) return
    const property = found.column === null ? undefined : properties.find((one) => one.name === found.column)
    if (found.column === null) quality.push(found.rule)
    else if (property === undefined) lose(['checks', i], `the column ${JSON.stringify(found.column)} is not declared`)
    else property.quality = [...((property.quality as Plain[] | undefined) ?? []), found.rule]
  })
  loseTop(contract, lose)
  const text = {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: idOf(name),
    version: contract.version ?? '1.0.0',
    status: 'active',
    schema: [
      {
        name,
        logicalType: 'object',
        ...(quality.length > 0 ? { quality } : {}),
        ...(properties.length > 0 ? { properties } : {}),
      },
    ],
    ...slaOf(contract, name),
  }
  return { text: yamlText(text), losses }
}

const idOf = (name: string): string => name.replaceAll(/[^A-Za-z0-9_-]+/g, '-') || 'contract'

const isWritten = ({ columns }: DataContract, column: string): boolean =>
  columns.some(({ name, 'date-format': format }) => name === column && format !== undefined)

function keyPlace({ key }: DataContract, { name }: ColumnRule): number | null {
  const place = key?.indexOf(name) ?? -1
  return place < 0 ? null : place + 1
}

function slaOf({ freshness }: DataContract, table: string): Plain {
  if (freshness === undefined) return {}
  const [, value, unit] = /^(\d+)(.)$/.exec(freshness['max-age']) as unknown as [string, string, string]
  const age = unit === 'w' ? { value: Number(value) * 7, unit: 'd' } : { value: Number(value), unit }
  const element = freshness.column === undefined ? {} : { element: `${table}.${freshness.column}` }
  return { slaProperties: [{ property: 'latency', ...age, ...element }] }
}

function loseTop(contract: DataContract, lose: (path: readonly PropertyKey[], message: string) => void): void {
  const names = contract.columns.map(({ name }) => name)
  for (const column of contract.key ?? [])
    if (!names.includes(column)) lose(['key'], `the column ${JSON.stringify(column)} of the key is not declared`)
  if (contract.duplicates !== undefined) lose(['duplicates'], 'copies of whole rows')
  if (contract['extra-columns'] !== 'allow') lose(['extra-columns'], 'what other columns mean')
  if (contract['column-order'] !== 'allow') lose(['column-order'], 'the order of the columns')
  if (contract.volume !== undefined) lose(['volume'], 'rows against a baseline')
  if (contract.label !== undefined) lose(['label'], 'the balance of classes')
  const bare = DataContract.parse({ schema: contract.schema })
  for (const part of ['leakage', 'drift'] as const)
    if (JSON.stringify(contract[part]) !== JSON.stringify(bare[part])) lose([part], `settings of ${part}`)
  if (contract.freshness?.level === 'warn') lose(['freshness', 'level'], 'a level of a service level')
  if (contract.freshness?.column?.includes('.') === true || contract.freshness?.column?.includes(',') === true)
    lose(['freshness', 'column'], 'a service level of a column with a dot or comma in its name')
}
