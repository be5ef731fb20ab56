import { open } from 'node:fs/promises'
import { type Problem, problemsError, UserError } from '../core/errors.js'
import type { DataEngine } from './engine.js'
import { literalList } from './sql.js'

const MAGIC = 'PAR1'

/** A file that was cut off in a copy lacks the four letters at its end. Throws UserError. */
export async function requireEnds(absolute: string, file: string): Promise<void> {
  const handle = await open(absolute, 'r')
  try {
    const { size } = await handle.stat()
    if (size === 0) throw new UserError(`${file} is empty`, { where: file, cure: 'write the file again' })
    const ends = Buffer.alloc(8)
    await handle.read(ends, 0, 4, 0)
    await handle.read(ends, 4, 4, Math.max(0, size - 4))
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
            : `its footer says ${said} rows, its row groups have ${groups}`,
        cure: 'write the file again: its content does not fit its own description',
      }),
    ),
  )
}
