import { open } from 'node:fs/promises'
import { type Problem, problemsError, UserError } from '../../core/errors.js'
import { formatInteger, plural } from '../../report/format.js'
import type { DataEngine } from '../engine/engine.js'
import { literalList } from '../engine/sql.js'
import { valuesInPages } from './parquet-pages.js'

const MAGIC = 'PAR1'
/** Stands instead where the footer is encrypted: Parquet Modular Encryption. */
const ENCRYPTED = 'PARE'
/** Of more files it takes seconds to look at footers and pages once more. */
const MOST_FILES = 1000

/** A file that was cut off in a copy lacks the four letters at its end. Throws UserError. */
export async function requireEnds(absolute: string, file: string): Promise<void> {
  const handle = await open(absolute, 'r')
  try {
    const { size } = await handle.stat()
    if (size === 0) throw new UserError(`${file} is empty`, { where: file, cure: 'write the file again' })
    const ends = Buffer.alloc(8)
    await handle.read(ends, 0, 4, 0)
    await handle.read(ends, 4, 4, Math.max(0, size - 4))
    if (ends.toString('latin1', 0, 4) === ENCRYPTED) {
      throw new UserError(`${file} is encrypted, and there is no key to read it`, {
        where: file,
        cure: 'decrypt it in a step before, into the temporary folder of the runner, or write it without encryption',
      })
    }
    if (ends.toString('latin1', 0, 4) !== MAGIC) {
      throw new UserError(`${file} is not a Parquet file`, {
        where: file,
        cure: 'check the format of the file and its name',
      })
    }
    if (ends.toString('latin1', 4) !== MAGIC || size < 12) {
      throw new UserError(`${file} is cut off: the end of a Parquet file is missing`, {
        where: file,
        cure: 'copy or write the file again, and compare its size',
      })
    }
  } finally {
    await handle.close()
  }
}

/**
 * Throws UserError when a footer contradicts itself, for the engine reads as many rows as it says and no more: the rows
 * of the file are those of its row groups, and of every column in them. `flat` are the names of columns that are not
 * nested; `names` gives the file of an absolute path.
 */
export async function requireHonestFooters(
  engine: DataEngine,
  paths: readonly string[],
  flat: readonly string[],
  names: (path: string) => string,
): Promise<void> {
  const list = literalList([...paths])
  const rows = await engine.all(
    `SELECT f.file_name AS path, f.num_rows AS said, coalesce(g.rows, 0) AS groups, coalesce(g.wrong, 0) AS wrong
     FROM parquet_file_metadata(${list}) f LEFT JOIN (
       SELECT file_name, sum(rows) AS rows, sum(wrong) AS wrong FROM (
         SELECT file_name, row_group_id, any_value(row_group_num_rows) AS rows,
           count(*) FILTER (WHERE num_values <> row_group_num_rows AND list_contains(${literalList([...flat])}, path_in_schema)) AS wrong
         FROM parquet_metadata(${list}) GROUP BY ALL) GROUP BY ALL) g USING (file_name)
     WHERE f.num_rows <> coalesce(g.rows, 0) OR g.wrong > 0 ORDER BY path LIMIT 20`,
  )
  if (rows.length === 0) return
  throw problemsError(
    'the footer of the Parquet data is wrong',
    rows.map(
      ({ path, said, groups }): Problem => ({
        where: names(String(path)),
        message:
          Number(said) === Number(groups)
            ? 'its columns have another number of values than the footer says'
            : `its footer says ${plural(Number(said), 'row')}, its row groups have ${formatInteger(Number(groups))}`,
        cure: 'write the file again: its content does not fit its own description',
      }),
    ),
  )
}

/**
 * Throws UserError when the pages of a file hold more rows than its footer says everywhere, for then it contradicts itself
 * nowhere, and the engine reads fewer rows in silence; of fewer pages it complains. One column of each row group is looked at, the smallest, by the headers of its pages. `flat` are
 * the names of columns that are not nested; a file without such is not looked at, and none of more than a thousand.
 */
export async function requireHonestPages(
  engine: DataEngine,
  paths: readonly string[],
  flat: readonly string[],
  names: (path: string) => string,
): Promise<void> {
  if (paths.length > MOST_FILES) return
  const chunks = await engine.all(
    `SELECT file_name AS path, rows, c.start AS start, c.bytes AS bytes FROM (
       SELECT file_name, row_group_id, any_value(row_group_num_rows) AS rows, arg_min({
         'start': least(coalesce(nullif(dictionary_page_offset, 0), data_page_offset), data_page_offset),
         'bytes': total_compressed_size}, total_compressed_size) AS c
       FROM parquet_metadata(${literalList([...paths])}) WHERE path_in_schema IN (SELECT unnest(${literalList([...flat])})) GROUP BY ALL)
     ORDER BY path, row_group_id`,
  )
  const byFile = new Map<string, typeof chunks>()
  for (const chunk of chunks) byFile.set(String(chunk.path), [...(byFile.get(String(chunk.path)) ?? []), chunk])
  const problems: Problem[] = []
  for (const [path, own] of byFile) {
    const counts = await valuesInPages(
      path,
      own.map(({ start, bytes }) => ({ start: Number(start), bytes: Number(bytes) })),
    )
    const said = own.reduce((sum, { rows }) => sum + Number(rows), 0)
    // Pages that are not understood are for the engine to judge.
    const there = own.reduce((sum, { rows }, i) => sum + (counts[i] ?? Number(rows)), 0)
    if (there <= said) continue
    problems.push({
      where: names(path),
      message: `its footer says ${plural(said, 'row')}, its pages hold ${formatInteger(there)}`,
      cure: 'write the file again: its content does not fit its own description',
    })
    if (problems.length >= 20) break
  }
  if (problems.length > 0) throw problemsError('the footer of the Parquet data is wrong', problems)
}

/** A date of a year that timestamps may not reach, as the engine writes it. */
const FAR_YEAR = '[0-9]{6,}-[0-9]{2}-[0-9]{2}.*'

/**
 * Names of the columns, out of `flat`, whose statistics in the footers say that no text is empty and that each time is one that
 * can be told: an empty text is the least of all, and an infinite or far-off time the least or the greatest.
 */
export async function plainColumns(
  engine: DataEngine,
  paths: readonly string[],
  flat: readonly string[],
): Promise<Set<string>> {
  if (paths.length > MOST_FILES) return new Set()
  const least = 'coalesce(stats_min_value, stats_min)'
  const greatest = 'coalesce(stats_max_value, stats_max)'
  const isNear = (end: string) =>
    `coalesce(${end} NOT IN ('', '-infinity', 'infinity') AND NOT regexp_full_match(${end}, '${FAR_YEAR}'), false)`
  const rows = await engine.all(
    `SELECT path_in_schema AS name FROM parquet_metadata(${literalList([...paths])}) GROUP BY path_in_schema
     HAVING bool_and(coalesce(stats_null_count = num_values, false) OR (${isNear(least)} AND ${isNear(greatest)}))`,
  )
  const plain = new Set(rows.map(({ name }) => String(name)))
  return new Set(flat.filter((name) => plain.has(name)))
}
