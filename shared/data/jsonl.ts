import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { Files } from '../core/context.js'
import { messageOf, UserError } from '../core/errors.js'
import { archiveError, requireWholeArchive } from './archive.js'
import { notUtf8 } from './csv-header.js'
import { type DataEngine, EngineError, reasonOf } from './engine.js'
import type { Relation } from './relation.js'
import type { ResolvedSource } from './source.js'
import { literalList } from './sql.js'
import { MOST_COLUMNS, tooManyColumns } from './width.js'

/**
 * JSON Lines: one object a line, every value as text, nested ones as JSON. The columns are the keys of the first row,
 * then all others by name, so that the order does not hang on the order of rows.
 */
export async function openJsonLines(engine: DataEngine, files: Files, source: ResolvedSource): Promise<Relation> {
  const objects = `read_ndjson_objects(${literalList(source.files.map((file) => files.resolve(file)))}, filename = true)`
  for (const file of source.files) await requireWholeArchive(files.resolve(file), file)
  let names: string[]
  try {
    names = await keys(engine, objects, source)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    throw await explain(files, source, error)
  }
  const missing = literalList(['', ...source.missing])
  const pointers = literalList(names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`))
  return {
    columns: names.map((name, i) => ({
      name,
      value:
        source.missing.length === 0
          ? `nullif(l[${i + 1}], '')`
          : `CASE WHEN NOT list_contains(${missing}, l[${i + 1}]) THEN l[${i + 1}] END`,
      type: null,
    })),
    from: `(SELECT json_extract_string(json, ${pointers}) AS l, filename FROM ${objects})`,
    fileIndex: `list_position(${literalList(source.files.map((file) => files.resolve(file)))}, filename) - 1`,
    explain: (error) => explain(files, source, error),
  }
}

async function keys(engine: DataEngine, objects: string, source: ResolvedSource): Promise<string[]> {
  const wrong = await engine.all(`SELECT 1 FROM ${objects} WHERE json_type(json) <> 'OBJECT' LIMIT 1`)
  if (wrong.length > 0) throw new EngineError('a line is not an object')
  const first = await engine.all(`SELECT unnest(json_keys(json)) AS key FROM (SELECT json FROM ${objects} LIMIT 1)`)
  const all = await engine.all(
    `SELECT key FROM (SELECT DISTINCT unnest(json_keys(json)) AS key FROM ${objects}) ORDER BY key LIMIT ${MOST_COLUMNS + 1}`,
  )
  if (all.length > MOST_COLUMNS) throw tooManyColumns(source.files[0] as string, all.length)
  const names = new Set([...first, ...all].map((row) => String(row.key)))
  if (names.size > 0) return [...names]
  const file = source.files[0] as string
  throw new UserError(`${file} has no rows`, { where: file, cure: 'write one JSON object a line into it' })
}

/** The engine counts lines of broken JSON from a place of its own, so the line is looked for here. */
async function explain(files: Files, source: ResolvedSource, error: EngineError): Promise<UserError> {
  for (const file of source.files) {
    const found = await firstBadLine(files.resolve(file), file)
    if (found !== null) return found
  }
  return new UserError(`the JSON Lines cannot be read: ${reasonOf(error, files.root)}`, {
    where: source.files.join(', ').slice(0, 200),
    cure: 'check that every line is one whole JSON object',
    cause: error,
  })
}

async function firstBadLine(absolute: string, file: string): Promise<UserError | null> {
  const raw = createReadStream(absolute)
  const input = absolute.endsWith('.gz') ? raw.pipe(createGunzip()) : raw
  // A pipe does not pass errors on; without a listener one would end the process.
  if (input !== raw) raw.on('error', (error) => input.destroy(error))
  // Latin-1 keeps every byte, so that the line is decoded strictly below.
  input.setEncoding('latin1')
  const cure = 'write one JSON object a line'
  let number = 0
  try {
    for await (const latin of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1
      let line: string
      try {
        line = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin, 'latin1'))
      } catch {
        return notUtf8(file, number)
      }
      if (line.trim() === '') continue
      const where = `${file}:${number}`
      try {
        const value: unknown = JSON.parse(line)
        if (value === null || typeof value !== 'object' || Array.isArray(value)) {
          return new UserError(`${file}: line ${number} is not a JSON object`, { where, cure })
        }
      } catch (error) {
        return new UserError(`${file}: line ${number} is not JSON: ${messageOf(error).slice(0, 120)}`, { where, cure })
      }
    }
  } catch (error) {
    return archiveError(file, error)
  } finally {
    raw.destroy()
  }
  return null
}
