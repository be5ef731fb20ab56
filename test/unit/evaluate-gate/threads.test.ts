import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { allRowsOf, type Found, type Subjects } from '../../../actions/evaluate-gate/compare.js'
import { measureWhile } from '../../../actions/evaluate-gate/threads/beside.js'
import { type Job, type Task, untaken, work } from '../../../actions/evaluate-gate/threads/job.js'
import { trivialOf } from '../../../actions/evaluate-gate/trivial.js'
import { sharedDoubles, sharedShorts } from '../../../shared/core/shared-numbers.js'
import { findMetric, type Metric } from '../../../shared/stats/metrics/index.js'
import type { BinarySample } from '../../../shared/stats/sample.js'
import { BLOCKS } from '../../../shared/stats/sampling/bootstrap.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'

const PROGRAM = fileURLToPath(new URL('../../support/measure-thread.mjs', import.meta.url))
const SETTINGS = { level: 0.95, seed: 'rows', replicates: 50 }
const TASKS: readonly Task[] = [
  { metric: 'roc_auc', of: 'models' },
  { metric: 'roc_auc', of: 'trivial' },
  ...['average_precision', 'log_loss', 'ece', 'f1'].map((metric): Task => ({ metric, of: 'models' })),
]

function subjectsOf(n: number): Subjects {
  const random = seededRandom(String(n))
  const [truth, blocks] = [sharedShorts(n), sharedShorts(n)]
  const scores = [sharedDoubles(n), sharedDoubles(n)] as const
  for (let i = 0; i < n; i++) {
    blocks[i] = i % BLOCKS
    for (const score of scores) score[i] = random.uniform()
    truth[i] = Number(random.uniform() < (scores[0][i] as number))
  }
  const of = (score: Float64Array): BinarySample => ({
    task: 'binary',
    n,
    classes: ['no', 'yes'],
    truth,
    label: sharedShorts(n).map((_, i) => Number((score[i] as number) > 0.5)),
    score,
    blocks,
    weights: null,
    clustered: false,
  })
  const candidate = of(scores[0])
  return { candidate, baseline: of(scores[1]), trivial: trivialOf(candidate, 0.5) }
}

const said = (subjects: Subjects, all = allRowsOf(subjects, SETTINGS)) =>
  TASKS.map(({ metric: name, of }) => {
    const metric = findMetric(name, 'binary') as Metric
    return of === 'models' ? all.compare(metric) : all.overTrivial(metric)
  })

test('two threads share the tasks: each is done once, and its result is that of one thread', () => {
  const subjects = subjectsOf(400)
  const alone = said(subjects)
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 12 }), (turns) => {
      const job: Job = { subjects, settings: SETTINGS, threshold: 0.5, tasks: TASKS, taken: untaken(TASKS.length) }
      const threads = [work(job, 'first'), work(job, 'last')] as const
      const found: Found[] = []
      for (const turn of [...turns, ...TASKS.map(() => true)]) {
        const next = threads[turn ? 0 : 1].next()
        if (!next.done) found.push(next.value)
      }
      const all = allRowsOf(subjects, SETTINGS)
      for (const one of found) all.know(one)
      expect(found.map(({ metric, of }) => `${of} ${metric}`).sort()).toEqual(
        TASKS.map(({ metric, of }) => `${of} ${metric}`).sort(),
      )
      expect(said(subjects, all)).toEqual(alone)
    }),
    { numRuns: 20 },
  )
})

describe('beside something else', () => {
  const subjects = subjectsOf(200_000)
  const wanted = { subjects, settings: SETTINGS, threshold: 0.5, tasks: [...TASKS, ...TASKS] }
  const alone = said(subjects)
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-thread-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const program = (text: string) => {
    const path = join(folder, 'program.mjs')
    writeFileSync(path, text)
    return path
  }
  /** Waits until a thread has told so much, which it does while this one waits. */
  const told = async (program: string | null, meanwhile: () => Promise<unknown> = async () => 'done') => {
    const all = allRowsOf(subjects, SETTINGS)
    const known: string[] = []
    const noted = {
      ...all,
      know(found: Found) {
        known.push(`${found.of} ${found.metric}`)
        all.know(found)
      },
    }
    const result = await measureWhile({ ...wanted, program }, noted, meanwhile)
    return { result, known, said: said(subjects, all) }
  }

  test('a thread measures, and both know the same numbers as one alone', async () => {
    const {
      result,
      known,
      said: numbers,
    } = await told(PROGRAM, () => new Promise((done) => setTimeout(done, 1500, 'done')))
    expect(result).toBe('done')
    expect(known.sort()).toEqual(TASKS.map(({ metric, of }) => `${of} ${metric}`).sort())
    expect(numbers).toEqual(alone)
  })

  test.each([
    ['throws', 'throw new Error("broken")'],
    ['ends with what it took', `import { workerData } from 'node:worker_threads'; workerData.taken.fill(1)`],
    ['cannot be read', 'not JavaScript'],
  ])('of a thread that %s nothing is lost', async (_, text) => {
    expect((await told(program(text))).said).toEqual(alone)
  })

  test('without a second thread nothing is known beforehand', async () => {
    const { known, said: numbers } = await told(null)
    expect(known).toEqual([])
    expect(numbers).toEqual(alone)
  })

  test('what fails meanwhile ends the thread, and is told', async () => {
    const failing = () => Promise.reject(new Error('no such column'))
    const endless = program('setInterval(() => {}, 1000)')
    await expect(told(endless, failing)).rejects.toThrow('no such column')
  })
})
