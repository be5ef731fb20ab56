import { messageOf, UserError } from '../core/errors.js'
import type { GitHub } from './github.js'
import type { WorkflowJob } from './runs.js'

/** A longer log is read up to here; failures beyond it are not seen, and that is said. */
const LOG_LIMIT = 64 * 1024 * 1024
/** Longest line that is kept whole while reading. */
const LINE_LIMIT = 64 * 1024

/**
 * Hands the log of a job line by line to `take`, in constant memory, until it returns false. GitHub has it only when the
 * job has ended, and redirects to a storage that gets no token. Returns whether the log was read to its end or to where
 * `take` had enough. Throws UserError.
 */
export async function readJobLog(
  github: GitHub,
  job: Pick<WorkflowJob, 'id' | 'name'>,
  take: (line: string) => boolean,
): Promise<boolean> {
  const undone = `the log of job ${job.name} was not read`
  const answer = await github.ask(
    'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs',
    { job_id: job.id, request: { parseSuccessResponseBody: false, answer: 60 } },
    { undone, needs: 'actions: read', missing: 'GitHub has no log of it: it was not kept, or has expired' },
  )
  try {
    return await splitLines(chunksOf(answer.data), take)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${undone}: its transfer broke off (${messageOf(error)})`, { cause: error })
  }
}

/** The body of an answer: a stream, or a text where a client has read it already. */
async function* chunksOf(data: unknown): AsyncIterable<Uint8Array> {
  if (typeof data === 'string') yield new TextEncoder().encode(data)
  else if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) yield new Uint8Array(data as ArrayBuffer)
  else if (data !== null && data !== undefined) yield* data as AsyncIterable<Uint8Array>
}

async function splitLines(chunks: AsyncIterable<Uint8Array>, take: (line: string) => boolean): Promise<boolean> {
  const decoder = new TextDecoder('utf-8')
  let rest = ''
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = (lines.pop() ?? '').slice(0, LINE_LIMIT)
    for (const line of lines) if (!take(line)) return true
    if (bytes > LOG_LIMIT) return false
  }
  if (rest !== '') take(rest)
  return true
}
