import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { findMetric } from '../../../shared/stats/metrics/index.js'
import { isClassSample, type Sample } from '../../../shared/stats/sample.js'
import type { AllRows, Found } from '../compare.js'
import { type Job, type Task, untaken, work } from './job.js'

/** With fewer rows a thread takes as long to begin as it saves. */
const MANY_ROWS = 200_000

/** What is measured of all rows, and the file that a second thread runs; null for none. */
export interface Wanted extends Omit<Job, 'taken'> {
  readonly program: string | null
}

/**
 * Does something else, and where the rows are many and there is a second processor measures in another thread meanwhile; then
 * both measure what is left. The numbers are the same as without a thread. `all` knows them afterwards; what it does not know is
 * measured when it is asked for.
 */
export async function measureWhile<T>(
  { subjects: { candidate, baseline }, settings, threshold, tasks: wanted, program }: Wanted,
  all: AllRows,
  meanwhile: () => Promise<T>,
): Promise<T> {
  const tasks = distinct(wanted).filter(({ metric }) => findMetric(metric, candidate.task) !== undefined)
  if (program === null || !isMany(candidate) || tasks.length === 0) return meanwhile()
  const subjects = { candidate: withoutOwn(candidate), baseline: baseline && withoutOwn(baseline) }
  const job: Job = { subjects, settings, threshold, tasks, taken: untaken(tasks.length) }
  // Flags of this process, such as those of a profiler, are not for the thread.
  const worker = new Worker(program, { workerData: job, execArgv: [] })
  const found: Found[] = []
  worker.on('message', (one: Found) => found.push(one))
  // A thread that breaks, such as for want of memory, leaves its tasks to this one.
  worker.on('error', () => {})
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  try {
    const result = await meanwhile()
    for (const one of work(job, 'last', all)) all.know(one)
    await ended
    for (const one of found) all.know(one)
    return result
  } finally {
    await worker.terminate()
  }
}

/** The file that a second thread runs; null where there is one processor, or the file is not there. */
export function threadProgram(): string | null {
  const path = join(dirname(fileURLToPath(import.meta.url)), 'measure-thread.js')
  return availableParallelism() > 1 && existsSync(path) ? path : null
}

/** Whether it is worth a thread: many rows, in columns that threads share. */
function isMany(sample: Sample): boolean {
  return sample.n >= MANY_ROWS && (isClassSample(sample) || sample.task === 'regression')
}

/** What metrics of the user say is not asked of a thread. */
function withoutOwn({ own, ...sample }: Sample): Sample {
  return sample
}

function distinct(tasks: readonly Task[]): Task[] {
  return [...new Map(tasks.map((task) => [`${task.of} ${task.metric}`, task])).values()]
}
