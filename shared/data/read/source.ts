import type { Source } from '../../contracts/config.js'
import type { Files } from '../../core/context.js'
import { UserError } from '../../core/errors.js'
import type { Encoding } from './encoding.js'
import { type MissingTokens, missingTokens } from './missing.js'
import { findPartitions, type Partitions } from './partitions.js'

export type Format = 'csv' | 'tsv' | 'jsonl' | 'json' | 'parquet'

/** How CSV files are written, besides their delimiter. Null is none. */
export interface CsvDialect {
  readonly quote: string | null
  readonly escape: string | null
  /** Lines that begin with it are left out. */
  readonly comment: string | null
  /** Lines before the header. */
  readonly skip: number
  /** Names of the columns when no line has them; null when the first line has. */
  readonly columns: readonly string[] | null
}

/** Files of one dataset and how to read them. */
export interface FileSource {
  readonly kind: 'files'
  /** Relative to the workspace, sorted, at least one. */
  readonly files: readonly string[]
  readonly format: Format
  readonly delimiter: string
  readonly dialect: CsvDialect
  /** Null: by the byte order mark, else UTF-8. */
  readonly encoding: Encoding | null
  readonly missing: MissingTokens
  readonly partitions: Partitions | null
  /** Whether nested objects of JSON become columns of their own. */
  readonly flatten: boolean
  /** Whether a value of JSON must be of the JSON type that its column is declared to have. */
  readonly strictTypes: boolean
}

/** A table, or the rows of a query, of a database. */
export interface TableSource {
  readonly kind: 'database' | 'postgres'
  /** Path of the file relative to the workspace, or the name of the environment variable with the address. */
  readonly database: string
  readonly table: string | null
  readonly query: string | null
  readonly missing: MissingTokens
}

export type ResolvedSource = FileSource | TableSource

/** Paths and globs of a source; none when it is not configured, or no file. */
export function patternsOf(source: Source | undefined): string[] {
  if (source === undefined) return []
  if (typeof source === 'string' || Array.isArray(source)) return [source].flat()
  if ('database' in source) return [source.database]
  return 'postgres' in source ? [] : [source.path].flat()
}

const FORMATS: readonly (readonly [RegExp, Format])[] = [
  [/\.csv(\.gz|\.zst)?$/i, 'csv'],
  [/\.tsv(\.gz|\.zst)?$/i, 'tsv'],
  [/\.(jsonl|ndjson)(\.gz|\.zst)?$/i, 'jsonl'],
  [/\.json(\.gz|\.zst)?$/i, 'json'],
  [/\.(parquet|pq)$/i, 'parquet'],
]
const DATABASE = /\.(duckdb|ddb|db|sqlite3?|db3)$/i

/** Whether the rows of a source are JSON, by what it says or by the name of its first file. */
export function isJson(source: Source): boolean {
  if (typeof source === 'object' && 'format' in source && source.format !== undefined)
    return /^json/.test(source.format)
  const [path = ''] = patternsOf(source)
  return /^json/.test(formatNamed(path) ?? '')
}

const formatNamed = (path: string): Format | null => FORMATS.find(([pattern]) => pattern.test(path))?.[1] ?? null

/** Whether a file is known to be data by its name; JSON may be anything. */
export const isNamedAsData = (path: string): boolean =>
  DATABASE.test(path) || FORMATS.some(([pattern, format]) => format !== 'json' && pattern.test(path))

/**
 * Finds the files of a source. `key` is where it stands, such as `data.train`. Throws UserError when a path or glob
 * matches nothing, when the format is not clear, or when folders are not the partitions they are said to be.
 */
export async function resolveSource(files: Files, source: Source, key: string): Promise<ResolvedSource> {
  if (typeof source === 'object' && !Array.isArray(source) && !('path' in source)) {
    const { table = null, query = null } = source
    const rest = { table, query, missing: missingTokens(source.missing) }
    if ('postgres' in source) return { kind: 'postgres', database: source.postgres, ...rest }
    if (!(await files.exists(source.database))) throw nothingMatches(source.database, key)
    return { kind: 'database', database: source.database, ...rest }
  }
  const options = typeof source === 'string' || Array.isArray(source) ? { path: source } : source
  const found = new Set<string>()
  for (const pattern of patternsOf(source)) {
    const matched = await files.list([pattern], 'refuse')
    if (matched.length === 0) throw nothingMatches(pattern, key)
    for (const file of matched) found.add(file)
  }
  const paths = [...found].sort()
  const format = options.format ?? formatOf(paths, key)
  const quote = options.quote === 'none' ? null : (options.quote ?? '"')
  const before = options.escape === 'none' ? null : (options.escape ?? quote)
  return {
    kind: 'files',
    files: paths,
    format,
    delimiter: options.delimiter ?? (format === 'tsv' ? '\t' : ','),
    dialect: {
      quote,
      escape: quote === null ? null : before,
      comment: options.comment ?? null,
      skip: options.skip ?? 0,
      columns: options.columns ?? null,
    },
    encoding: options.encoding ?? null,
    missing: missingTokens(options.missing),
    partitions: findPartitions(paths, options.hive),
    flatten: options.flatten ?? true,
    strictTypes: options['strict-types'] ?? false,
  }
}

function nothingMatches(pattern: string, key: string): UserError {
  const isGlob = /[*?[{]/.test(pattern)
  return new UserError(isGlob ? `no file matches ${JSON.stringify(pattern)}` : `${pattern} is not there`, {
    where: key,
    cure: `check the path: it is relative to the working directory${key.startsWith('data.') ? '; a file that `data.prepare` makes must be among its outputs' : ''}`,
  })
}

function formatOf(paths: readonly string[], key: string): Format {
  const formats = new Map<Format | null, string>()
  for (const path of paths) {
    const format = formatNamed(path)
    if (!formats.has(format)) formats.set(format, path)
  }
  const [format, ...others] = [...formats.keys()]
  if (format === null || format === undefined) {
    const unclear = formats.get(null) as string
    throw new UserError(`the format of ${unclear} is not clear from its name`, {
      where: key,
      cure: DATABASE.test(unclear)
        ? `for a table of a database write: { database: ${unclear}, table: <name> }`
        : `write it: { path: ${unclear}, format: csv } (csv, tsv, jsonl, json or parquet)`,
    })
  }
  if (others.length > 0) {
    throw new UserError(`files of different formats: ${[...formats.values()].join(', ')}`, {
      where: key,
      cure: 'keep one format per dataset',
    })
  }
  return format
}
