import type { Files } from '../core/context.js'
import { type Problem, problemsError, UserError } from '../core/errors.js'
import { requireWholeArchive } from './archive.js'
import { headerProblems, notUtf8, readHeader } from './csv-header.js'
import { type DataEngine, type EngineError, reasonOf } from './engine.js'
import type { Relation } from './relation.js'
import type { ResolvedSource } from './source.js'
import { literal, literalList } from './sql.js'
import { MOST_COLUMNS, tooManyColumns } from './width.js'

/** Longest record in bytes; a longer one is a quotation mark that is never closed, more often than data. */
const LONGEST_RECORD = 8 * 1024 * 1024
/** Left to itself the engine takes sixteen times the longest record, for each thread. */
const BUFFER = 2 * LONGEST_RECORD
const LISTED = 5

/** CSV and TSV: every column as text; names and structure are checked by us, rows by the engine's strict parser. */
export async function openCsv(engine: DataEngine, files: Files, source: ResolvedSource): Promise<Relation> {
  for (const file of source.files) await requireWholeArchive(files.resolve(file), file)
  const names = await commonHeader(files, source)
  const paths = source.files.map((file) => files.resolve(file))
  const read = (options: string) =>
    `read_csv(${literalList(paths)}, auto_detect = false, header = true, strict_mode = true, delim = ${literal(source.delimiter)}, ` +
    `quote = '"', escape = '"', max_line_size = ${LONGEST_RECORD}, buffer_size = ${BUFFER}, nullstr = ${literalList(['', ...source.missing])}, ` +
    `columns = {${names.map((_, i) => `'x${i}': 'VARCHAR'`).join(', ')}}${options})`
  return {
    columns: names.map((name, i) => ({ name, value: `x${i}`, type: null })),
    from: read(''),
    fileIndex: 'file_index',
    explain: (error) => explain(engine, files, source, read, error),
  }
}

async function commonHeader(files: Files, source: ResolvedSource): Promise<string[]> {
  const problems: Problem[] = []
  const [first, ...others] = source.files as [string, ...string[]]
  const names = await readHeader(files.resolve(first), first, source.delimiter)
  problems.push(...headerProblems(names, first, source.delimiter))
  if (names.length > MOST_COLUMNS) throw tooManyColumns(first, names.length)
  for (const file of others) {
    const found = await readHeader(files.resolve(file), file, source.delimiter)
    if (found.length !== names.length || found.some((name, i) => name !== names[i])) {
      problems.push(differentHeader(file, found, first, names))
    }
    if (problems.length >= 20) break
  }
  if (problems.length > 0) throw problemsError('the header of the data is not usable', problems)
  return names
}

function differentHeader(file: string, found: readonly string[], first: string, names: readonly string[]): Problem {
  const quote = (list: readonly string[]) =>
    list
      .slice(0, LISTED)
      .map((name) => JSON.stringify(name))
      .join(', ') + (list.length > LISTED ? ', …' : '')
  const missing = names.filter((name) => !found.includes(name))
  const extra = found.filter((name) => !names.includes(name))
  const differences = [
    ...(missing.length > 0 ? [`it lacks ${quote(missing)}`] : []),
    ...(extra.length > 0 ? [`it has ${quote(extra)} besides`] : []),
    ...(missing.length + extra.length === 0 ? ['its columns stand in another order'] : []),
  ]
  return {
    where: `${file}:1`,
    message: `the header differs from that of ${first}: ${differences.join(', ')}`,
    cure: 'files of one dataset need the same columns in the same order; read them as datasets of their own, or rewrite them',
  }
}

async function explain(
  engine: DataEngine,
  files: Files,
  source: ResolvedSource,
  read: (options: string) => string,
  error: EngineError,
): Promise<UserError> {
  const text = error.message
  const absolute = /^\s*file = (.*)$/m.exec(text)?.[1]
  const file = source.files.find((path) => files.resolve(path) === absolute) ?? (source.files[0] as string)
  const line = Number(/CSV Error on Line: (\d+)/.exec(text)?.[1] ?? 1)
  if (/Invalid unicode/i.test(text)) return notUtf8(file, line)
  if (/unterminated quote/i.test(text)) {
    return new UserError(`${file}: a quotation mark in line ${line} is not closed`, {
      where: `${file}:${line}`,
      cure: 'close it, and write a quotation mark inside quotes twice ("")',
      cause: error,
    })
  }
  if (/Maximum line size/i.test(text)) {
    return new UserError(`${file}: the record that begins in line ${line} is longer than 8 MB`, {
      where: `${file}:${line}`,
      cure: 'look for a quotation mark that is not closed, or a file without line ends',
      cause: error,
    })
  }
  if (/state machine/i.test(text)) {
    return new UserError(`${file}: its lines do not end the same way`, {
      where: file,
      cure: 'write it with one kind of line ends, for example: dos2unix data.csv',
      cause: error,
    })
  }
  if (/Expected Number of Columns/i.test(text)) return raggedRows(engine, source, read, file, error)
  return new UserError(`${file} cannot be read: ${reasonOf(error, files.root)}`, {
    where: `${file}:${line}`,
    cure: 'check that the file is whole and in the format of its name',
    cause: error,
  })
}

/** Reads again and leaves out bad rows, to name several of them at once. */
async function raggedRows(
  engine: DataEngine,
  source: ResolvedSource,
  read: (options: string) => string,
  file: string,
  cause: EngineError,
): Promise<UserError> {
  await engine.run(`SELECT count(COLUMNS(*)) FROM ${read(', store_rejects = true, rejects_limit = 1000')}`)
  const rows = await engine.all(
    `SELECT e.line AS line, s.file_path AS path, any_value(e.error_message) AS message FROM reject_errors e
     JOIN reject_scans s USING (scan_id, file_id) GROUP BY ALL ORDER BY path, line`,
  )
  await engine.run('DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans')
  const problems = rows.slice(0, LISTED).map(({ line, path, message }): Problem => {
    const name = source.files.find((candidate) => String(path).endsWith(candidate)) ?? file
    const counts = /Columns: (\d+) Found: (\d+)/.exec(String(message))
    return {
      where: `${name}:${line}`,
      message: `line ${line} has ${counts?.[2] ?? 'another number of'} cells, the header has ${counts?.[1] ?? 'others'} (${Number(counts?.[2]) > Number(counts?.[1]) ? 'extra-cell' : 'missing-cell'})`,
      cure: 'put a value with the delimiter in it into quotation marks, and write an empty cell as nothing between two delimiters',
    }
  })
  const count = rows.length >= 1000 ? 'at least 1,000' : String(rows.length)
  return new UserError(`${count} ${rows.length === 1 ? 'row has' : 'rows have'} the wrong number of cells`, {
    problems,
    cause,
  })
}
