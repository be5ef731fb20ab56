import type { Source } from '../contracts/config.js'
import type { Files } from '../core/context.js'
import { UserError } from '../core/errors.js'

export type Format = 'csv' | 'tsv' | 'jsonl' | 'parquet'

/** Files of one dataset and how to read them. */
export interface ResolvedSource {
  /** Relative to the workspace, sorted, at least one. */
  readonly files: readonly string[]
  readonly format: Format
  readonly delimiter: string
  /** Texts that mean a missing value, besides the empty one. */
  readonly missing: readonly string[]
}

/** Paths and globs of a source; none when it is not configured. */
export function patternsOf(source: Source | undefined): string[] {
  if (source === undefined) return []
  return [typeof source === 'string' || Array.isArray(source) ? source : source.path].flat()
}

const FORMATS: readonly (readonly [RegExp, Format])[] = [
  [/\.csv(\.gz)?$/i, 'csv'],
  [/\.tsv(\.gz)?$/i, 'tsv'],
  [/\.(jsonl|ndjson)(\.gz)?$/i, 'jsonl'],
  [/\.(parquet|pq)$/i, 'parquet'],
]

/**
 * Finds the files of a source. `key` is where it stands, such as `data.train`. Throws UserError when a path or glob
 * matches nothing, or when the format is not clear.
 */
export async function resolveSource(files: Files, source: Source, key: string): Promise<ResolvedSource> {
  const options: Partial<Exclude<Source, string | string[]>> =
    typeof source === 'string' || Array.isArray(source) ? {} : source
  const found = new Set<string>()
  for (const pattern of patternsOf(source)) {
    const matched = await files.list([pattern])
    if (matched.length === 0) throw nothingMatches(pattern, key)
    for (const file of matched) found.add(file)
  }
  const paths = [...found].sort()
  const format = options.format ?? formatOf(paths, key)
  return {
    files: paths,
    format,
    delimiter: options.delimiter ?? (format === 'tsv' ? '\t' : ','),
    missing: options.missing ?? [],
  }
}

function nothingMatches(pattern: string, key: string): UserError {
  const isGlob = /[*?[{]/.test(pattern)
  return new UserError(isGlob ? `no file matches ${JSON.stringify(pattern)}` : `${pattern} is not there`, {
    where: key,
    cure: 'check the path: it is relative to the working directory; a file that `data.prepare` makes must be among its outputs',
  })
}

function formatOf(paths: readonly string[], key: string): Format {
  const formats = new Map<Format | null, string>()
  for (const path of paths) {
    const format = FORMATS.find(([pattern]) => pattern.test(path))?.[1] ?? null
    if (!formats.has(format)) formats.set(format, path)
  }
  const [format, ...others] = [...formats.keys()]
  if (format === null || format === undefined) {
    throw new UserError(`the format of ${formats.get(null)} is not clear from its name`, {
      where: key,
      cure: `write it: { path: ${formats.get(null)}, format: csv } (csv, tsv, jsonl or parquet)`,
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
