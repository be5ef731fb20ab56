import { type Problem, problemsError } from '../../core/errors.js'
import { literal, literalList } from '../engine/sql.js'
import { textColumn } from './missing.js'
import type { RawColumn } from './relation.js'

/** Columns out of folders such as `year=2024/month=01`: the names, and the values of each file in the order of files. */
export interface Partitions {
  readonly names: readonly string[]
  readonly values: readonly (readonly (string | null)[])[]
}

/** What Hive writes for a missing value. */
const NOTHING = '__HIVE_DEFAULT_PARTITION__'

/** Percent-decoded; a sign that is no escape stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
      try {
        return decodeURIComponent(escapes)
      } catch {
        return escapes
      }
    })
  }
}

function partsOf(path: string): [name: string, value: string | null][] {
  return path
    .split('/')
    .slice(0, -1)
    .flatMap((folder): [string, string | null][] => {
      const at = folder.indexOf('=')
      if (at <= 0) return []
      const value = folder.slice(at + 1)
      return [[decoded(folder.slice(0, at)), value === NOTHING || value === '' ? null : decoded(value)]]
    })
}

/**
 * Hive partitions of files, whose paths have forward slashes. `hive` is the setting: true needs them in every file,
 * false looks for none, undefined takes them when every file has the same keys in the same order. Throws UserError.
 */
export function findPartitions(files: readonly string[], hive: boolean | undefined): Partitions | null {
  if (hive === false) return null
  const parts = files.map(partsOf)
  const names = (parts[0] ?? []).map(([name]) => name)
  const same = (found: readonly [string, string | null][]) =>
    found.length === names.length && found.every(([name], i) => name === names[i])
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (names.length > 0 && twice === undefined && parts.every(same)) {
    return { names, values: parts.map((found) => found.map(([, value]) => value)) }
  }
  if (hive === undefined) return null
  const keys = (found: readonly [string, string | null][]) => found.map(([name]) => name).join('/') || 'none'
  const cure = 'lay every file below the same keys, such as year=2024/month=01/part.csv, or write hive: false'
  const other = parts.findIndex((found) => !same(found))
  throw problemsError('the folders of the data are not Hive partitions', [
    names.length === 0
      ? { where: files[0] as string, message: 'no folder of it is named like year=2024', cure }
      : twice !== undefined
        ? { where: files[0] as string, message: `two folders name the key ${JSON.stringify(twice)}`, cure }
        : {
            where: files[other] as string,
            message: `its partition keys (${keys(parts[other] as [string, string | null][])}) are not those of ${files[0]} (${keys(parts[0] as [string, string | null][])})`,
            cure,
          },
  ])
}

/** Throws UserError for columns that stand in the files and in their paths. `where` is the place of the header. */
export function requireApart(partitions: Partitions, columns: readonly string[], file: string, where: string): void {
  const twice = partitions.names.filter((name) => columns.includes(name))
  if (twice.length === 0) return
  throw problemsError(
    'columns stand in the files and in their paths',
    twice.map(
      (name): Problem => ({
        where,
        message: `the column ${JSON.stringify(name)} stands in the file and in its path ${file}`,
        cure: 'write the files without it, rename one of them, or write hive: false to read what is in the files alone',
      }),
    ),
  )
}

/** SQL for the text of partition `index`, given SQL for the index of the file, from 0. */
export function partitionValue({ values }: Partitions, index: number, fileIndex: string): string {
  const own = values.map((row) => row[index] ?? null)
  const distinct = new Set(own)
  const sole = own[0] ?? null
  if (distinct.size === 1) return sole === null ? 'CAST(NULL AS VARCHAR)' : literal(sole)
  // NULL has no place in a list of literals: the empty text cannot be a partition, so it stands for it.
  return `nullif(${literalList(own.map((value) => value ?? ''))}[CAST(${fileIndex} AS BIGINT) + 1], '')`
}

/** The columns of partitions, typed by their text; `tokens` are the missing texts of a column. */
export function partitionColumns(
  partitions: Partitions | null,
  tokens: (column: string) => readonly string[],
  fileIndex: string,
): RawColumn[] {
  if (partitions === null) return []
  return partitions.names.map((name, i) => {
    // A folder has no empty text: without tokens nothing else is missing.
    return textColumn(
      { name, type: null, nothing: 'null' },
      partitionValue(partitions, i, fileIndex),
      tokens(name),
      true,
    )
  })
}
