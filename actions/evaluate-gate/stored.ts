import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { FileDigest } from '../../shared/contracts/training-run.js'
import type { Context } from '../../shared/core/context.js'
import { makeFolder } from '../../shared/core/files.js'
import { STORED_ANSWERS } from '../../shared/registry/model-files.js'
import { plural } from '../../shared/report/format.js'
import { type Answers, answerOf } from './answers/columns.js'
import type { Frame } from './answers/sample.js'

/** Rows that are kept at most; a release is no place for more. */
const MOST_STORED = 1_000_000
const AT_ONCE = 10_000

/**
 * Writes what the candidate answered into the run directory, for package-model to put into the release. Null where it is
 * not kept; `notes` says why.
 */
export async function keepAnswers(
  ctx: Context,
  frame: Frame,
  answers: Answers,
): Promise<{ file: FileDigest | null; notes: string[] }> {
  const path = posix.join(ctx.runDirectory, STORED_ANSWERS)
  await rm(ctx.files.resolve(path), { force: true })
  // Ranked lists are no answers to rows.
  if (frame.question.id === null || answers.n < frame.rows.n) return { file: null, notes: [] }
  if (frame.rows.n > MOST_STORED) {
    return {
      file: null,
      notes: [
        `The answers on ${plural(frame.rows.n, 'row')} are not kept in the release: at most ${plural(MOST_STORED, 'row')} are.`,
      ],
    }
  }
  await makeFolder(ctx.files.resolve(ctx.runDirectory))
  await pipeline(Readable.from(lines(frame, answers)), createGzip(), createWriteStream(ctx.files.resolve(path)))
  return { file: { path, ...(await ctx.files.digest(path)) }, notes: [] }
}

async function* lines({ question, rows }: Frame, answers: Answers): AsyncGenerator<string> {
  const id = question.id as string
  let from = 0
  for await (const batch of rows.batches([id], AT_ONCE)) {
    const start = from
    yield batch
      .map((row, i) => `${JSON.stringify({ [id]: String(row[id]), ...answerOf(answers, start + i) })}\n`)
      .join('')
    from += batch.length
  }
}
