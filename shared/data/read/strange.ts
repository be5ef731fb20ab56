import { type Problem, problemsError } from '../../core/errors.js'
import type { DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { unpacked } from './archive.js'
import { linesOf } from './lines.js'
import type { StagedFile } from './stage.js'

const LISTED = 5
const CONDITIONS_AT_ONCE = 20
const LONGEST = 8 * 1024 * 1024
const MARK = Buffer.from('\ufeff')

/**
 * Throws UserError when texts of a table have NUL bytes, or a line begins with a byte order mark: the rest of files
 * that were joined, of UTF-16, or of a crash. Values that are typed cannot have them, so that only texts are looked at;
 * the lines are looked for when there is one.
 */
export async function requireCleanText(
  engine: DataEngine,
  table: string,
  columns: readonly DatasetColumn[],
  staged: readonly StagedFile[],
): Promise<void> {
  const texts = columns.filter(({ type }) => type === 'string').map(({ sql }) => sql)
  const [first] = columns
  const conditions = [
    ...texts.map((sql) => `contains(${sql}, chr(0))`),
    ...(first?.type === 'string' ? [`starts_with(${first.sql}, chr(65279))`] : []),
    ...(columns.some(({ badIndex }) => badIndex !== null)
      ? ["contains(array_to_string(bad, ''), chr(0))", "contains(array_to_string(bad, ''), chr(65279))"]
      : []),
  ]
  if (!(await anyRow(engine, table, conditions))) return
  const problems: Problem[] = []
  for (const { file, path, lineOf } of staged) {
    for await (const { number, bytes } of linesOf(unpacked(path, file), LONGEST)) {
      if (problems.length >= LISTED) break
      const line = lineOf(number)
      if (bytes.includes(0)) {
        problems.push({
          where: `${file}:${line}`,
          message: `line ${line} has a NUL byte in it`,
          cure: 'write the file again: it was cut by a crash, or is UTF-16 (then write `encoding`)',
        })
      } else if (number > 1 && bytes.subarray(0, MARK.length).equals(MARK)) {
        problems.push({
          where: `${file}:${line}`,
          message: `line ${line} begins with a byte order mark: files seem to be joined there`,
          cure: 'remove it, and the header that may follow it, or name the files one by one',
        })
      }
    }
  }
  if (problems.length > 0) throw problemsError('the text of the data is not clean', problems)
}

/** One condition after the other costs the planner the square of their number. */
async function anyRow(engine: DataEngine, table: string, conditions: readonly string[]): Promise<boolean> {
  for (let at = 0; at < conditions.length; at += CONDITIONS_AT_ONCE) {
    const some = conditions.slice(at, at + CONDITIONS_AT_ONCE).join(' OR ')
    const found = await engine.all(`SELECT 1 FROM ${table} WHERE ${some} LIMIT 1`)
    if (found.length > 0) return true
  }
  return false
}
