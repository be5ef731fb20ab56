import type { FormatName } from '../../../shared/contracts/data-checks.js'
import type { ColumnProfile, DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { asText } from '../../../shared/data/column-types.js'
import type { Dataset, DatasetColumn } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { formatCondition } from '../../../shared/data/formats.js'

/** A column of fewer different values is a set, whatever they look like. */
const FEWEST = 20
const SAMPLE = 1000

/**
 * Formats that texts do not have by accident, the more specific first. Left out: what any word may be (slug, hex, base64,
 * ascii, hostname), what a type says already, and what too many numbers are (year, latitude, longitude).
 */
const OF_TEXT: readonly FormatName[] = [
  'uuid',
  'email',
  'url',
  'ipv4',
  'ipv6',
  'ip',
  'cidr',
  'mac',
  'iban',
  'card',
  'isbn',
  'ean',
  'phone',
  'md5',
  'sha1',
  'sha256',
  'semver',
  'datetime',
  'time',
  'duration',
  'year-month',
  'percentage',
  'country',
  'country-3',
  'currency',
  'bic',
  'uri',
]
/** Numbers with a check digit: by chance, twenty of them fit once in 10²⁰. */
const OF_INTEGERS: readonly FormatName[] = ['card', 'isbn', 'ean']

const candidates = ({ type, numeric, distinct }: ColumnProfile): readonly FormatName[] => {
  if (distinct < FEWEST) return []
  if (type === 'string') return OF_TEXT
  // Where the values are withheld, so are their bounds.
  return type === 'integer' && (numeric === null || numeric.min >= 1e7) ? OF_INTEGERS : []
}

/** The format that every value of a column has, by name; the most specific one. Columns of few values have none. */
export async function findFormats(
  engine: DataEngine,
  dataset: Dataset,
  profile: DatasetProfile,
): Promise<Map<string, FormatName>> {
  const found = new Map<string, FormatName>()
  for (const [i, column] of dataset.columns.entries()) {
    const names = candidates(profile.columns[i] as ColumnProfile)
    if (names.length === 0) continue
    const some = await thatHold(
      engine,
      `(SELECT ${column.sql} FROM ${dataset.table} WHERE ${column.sql} IS NOT NULL LIMIT ${SAMPLE})`,
      column,
      names,
    )
    // One look at all values for those that a first look leaves.
    const [format] = some.length === 0 ? [] : await thatHold(engine, dataset.table, column, some)
    if (format !== undefined) found.set(column.name, format)
  }
  return found
}

async function thatHold(
  engine: DataEngine,
  from: string,
  { sql, type }: DatasetColumn,
  names: readonly FormatName[],
): Promise<FormatName[]> {
  const select = names.map((name, i) => `bool_and(${formatCondition(name, 't')}) AS f${i}`)
  const [row = {}] = await engine.all(
    `SELECT ${select.join(', ')} FROM (SELECT ${asText(type, sql)} AS t FROM ${from})`,
  )
  return names.filter((_, i) => row[`f${i}`] === true)
}
