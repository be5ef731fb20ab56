import { type Problem, UserError } from '../../core/errors.js'
import { plural } from '../../report/format.js'
import { type DataEngine, type EngineError, reasonOf } from '../engine/engine.js'
import { archiveError, unpacked } from './archive.js'
import { notUtf8 } from './csv-header.js'
import { quoteState } from './line-filter.js'
import { linesOf } from './lines.js'
import type { FileSource } from './source.js'
import type { StagedFile } from './stage.js'

/** CSV files that the engine refused, and how they were read. */
export interface RefusedCsv {
  readonly engine: DataEngine
  /** Absolute folder of the workspace. */
  readonly root: string
  readonly source: FileSource
  readonly staged: readonly StagedFile[]
  /** SQL that reads them, with more options of the engine at its end. */
  read(options: string): string
}

const LISTED = 5
const LONGEST = 8 * 1024 * 1024

/** What the engine said of CSV files in the user's terms: file, line and cure. */
export async function explainCsv(refused: RefusedCsv, error: EngineError): Promise<UserError> {
  const text = error.message
  const absolute = /^\s*file = (.*)$/m.exec(text)?.[1]
  const staged = refused.staged.find(({ path }) => path === absolute) ?? (refused.staged[0] as StagedFile)
  const { file } = staged
  const line = staged.lineOf(Number(/CSV Error on Line: (\d+)/.exec(text)?.[1] ?? 1))
  const packed = refused.staged.find((one) => /\.zst$/i.test(one.file))
  if (packed !== undefined && /checksum|corrupt|zstd/i.test(text)) return archiveError(packed.file, error)
  if (/Invalid unicode/i.test(text)) return notUtf8(file, line)
  if (/unterminated quote/i.test(text)) {
    return new UserError(`${file}: a quotation mark in line ${line} is not closed`, {
      where: `${file}:${line}`,
      cure: 'close it, and write a quotation mark inside quotes twice (""); where quotes are plain text, write quote: none',
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
  if (/state machine/i.test(text)) return mixedLineEnds(refused, staged, error)
  if (/Expected Number of Columns/i.test(text)) return raggedRows(refused, file, error)
  return new UserError(`${file} cannot be read: ${reasonOf(error, refused.root)}`, {
    where: `${file}:${line}`,
    cure: 'check that the file is whole and in the format of its name',
    cause: error,
  })
}

const NAMES: Readonly<Record<string, string>> = { '\n': 'LF', '\r': 'CR', '\r\n': 'CRLF' }

/** The first line that does not end as the first one does. */
async function mixedLineEnds(refused: RefusedCsv, staged: StagedFile, cause: EngineError): Promise<UserError> {
  const { file } = staged
  const state = quoteState(refused.source.dialect, refused.source.delimiter)
  let first: string | null = null
  for await (const { number, bytes } of linesOf(unpacked(staged.path, file), LONGEST, { ends: true })) {
    state.read(bytes)
    const end = /(?:\r\n|\n|\r)$/.exec(bytes.toString('latin1', Math.max(0, bytes.length - 2)))?.[0]
    if (state.inside || end === undefined) continue
    first ??= end
    if (end === first) continue
    const line = staged.lineOf(number)
    return new UserError(`${file}: line ${line} ends with ${NAMES[end]}, those before it with ${NAMES[first]}`, {
      where: `${file}:${line}`,
      cure: 'write it with one kind of line ends, for example: dos2unix data.csv',
      cause,
    })
  }
  return new UserError(`${file}: a quotation mark or a line end stands where none can be`, {
    where: file,
    cure: 'write a quotation mark inside quotes twice (""), or the `quote` and `escape` that the file has',
    cause,
  })
}

/** Reads again and leaves out bad rows, to name several of them at once. */
async function raggedRows(
  { engine, source, staged, read }: RefusedCsv,
  file: string,
  cause: EngineError,
): Promise<UserError> {
  await engine.run(`SELECT count(COLUMNS(*)) FROM ${read(', store_rejects = true, rejects_limit = 1000')}`)
  const rows = await engine.all(
    `SELECT e.line AS line, s.file_path AS path, any_value(e.error_message) AS message FROM reject_errors e
     JOIN reject_scans s USING (scan_id, file_id) GROUP BY ALL ORDER BY path, line`,
  )
  await engine.run('DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans')
  const wanted = source.dialect.columns === null ? 'the header has' : '`columns` has'
  const problems = rows.slice(0, LISTED).map(({ line, path, message }): Problem => {
    const found = staged.find((candidate) => candidate.path === String(path))
    const name = found?.file ?? file
    const number = found?.lineOf(Number(line)) ?? Number(line)
    const counts = /Columns: (\d+) Found: (\d+)/.exec(String(message))
    return {
      where: `${name}:${number}`,
      message: `line ${number} has ${counts === null ? 'another number of cells' : plural(Number(counts[2]), 'cell')}, ${wanted} ${counts?.[1] ?? 'others'} (${Number(counts?.[2]) > Number(counts?.[1]) ? 'extra-cell' : 'missing-cell'})`,
      cure: 'put a value with the delimiter in it into quotation marks, and write an empty cell as nothing between two delimiters',
    }
  })
  const count = rows.length >= 1000 ? 'at least 1,000' : String(rows.length)
  return new UserError(`${count} ${rows.length === 1 ? 'row has' : 'rows have'} the wrong number of cells`, {
    problems,
    cause,
  })
}
