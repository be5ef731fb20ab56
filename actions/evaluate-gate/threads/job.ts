import { findMetric, type Metric } from '../../../shared/stats/metrics/index.js'
import type { IntervalSettings } from '../../../shared/stats/types.js'
import { type AllRows, allRowsOf, type Found, type Subjects } from '../compare.js'
import { trivialOf } from '../trivial.js'

/** A metric of the catalogue on all judged rows: of the models, or of the candidate over the trivial model. */
export type Task = Pick<Found, 'metric' | 'of'>

/** What two threads measure together. Columns of numbers in shared memory are not copied. */
export interface Job {
  readonly subjects: Omit<Subjects, 'trivial'>
  /** Of the labels of the trivial model. */
  readonly threshold: number | null
  readonly settings: IntervalSettings
  readonly tasks: readonly Task[]
  /** 1 where a thread has taken the task, in shared memory. */
  readonly taken: Int32Array
}

/** Marks for so many tasks that nobody has taken yet. */
export const untaken = (tasks: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * tasks))

/**
 * Measures what nobody has taken yet. One thread begins with the first task and the other with the last: neighbours have
 * much in common, such as the order of the rows by score, that each thread then finds out once.
 */
export function* work(job: Job, from: 'first' | 'last', all: AllRows = rowsOfJob(job)): Generator<Found> {
  const order = job.tasks.map((task, place) => ({ task, place }))
  if (from === 'last') order.reverse()
  for (const { task, place } of order) {
    if (Atomics.compareExchange(job.taken, place, 0, 1) !== 0) continue
    const metric = findMetric(task.metric, job.subjects.candidate.task) as Metric
    yield task.of === 'models'
      ? { metric: task.metric, of: 'models', result: all.compare(metric) }
      : { metric: task.metric, of: 'trivial', result: all.overTrivial(metric) }
  }
}

function rowsOfJob({ subjects: { candidate, baseline }, threshold, settings }: Job): AllRows {
  return allRowsOf({ candidate, baseline, trivial: trivialOf(candidate, threshold) }, settings)
}
