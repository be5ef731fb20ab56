import { csv } from '../unit/validate-data/support.js'
import { childrenOf } from './cluster.js'
import { type Both, openBoth } from './support.js'

/** A cluster of its own: processes of it are ended here. */
const both = {} as Both
beforeAll(async () => {
  Object.assign(both, await openBoth())
})
afterAll(() => both.close?.())

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))
/** Processes are found by /proc. */
const onLinux = process.platform === 'linux' ? test : test.skip

/** Whether an executor has started Python for a task. */
const isBusy = (id: number) => childrenOf([id], 'pyspark').length > 0

/** Ends up to `most` executors while something goes on, each when `isDue` has held for some time; their ids. */
async function endingExecutors<T>(
  work: Promise<T>,
  { isDue = () => true, after, most }: { isDue?: (id: number) => boolean; after: number; most: number },
): Promise<{ ended: number[]; result: T }> {
  const ended: number[] = []
  let isOver = false
  const over = work.finally(() => {
    isOver = true
  })
  const watch = async () => {
    const since = new Map<number, number>()
    while (!isOver && ended.length < most) {
      await wait(100)
      for (const id of both.cluster.executors().filter((one) => !ended.includes(one) && isDue(one))) {
        const first = since.get(id) ?? performance.now()
        since.set(id, first)
        if (isOver || ended.length >= most || performance.now() - first < after) continue
        process.kill(id, 'SIGKILL')
        ended.push(id)
      }
    }
  }
  const [result] = await Promise.all([over, watch()])
  return { ended, result }
}

onLinux(
  'executors that end in the middle of their work change nothing of the documents',
  async () => {
    const rows = (from: number, n: number) =>
      csv(
        'id,x,color,y',
        Array.from({ length: n }, (_, k) => {
          const i = from + k
          return [
            i % 97 === 0 ? 5 : i,
            ((i * 37) % 101) / 4,
            ['red', 'green', 'blue'][i % 3] as string,
            i % 3 ? 'yes' : 'no',
          ]
        }),
      )
    const files = {
      'part-1.csv': rows(0, 120),
      'part-2.csv': rows(120, 130),
      'data-contract.yml':
        'schema: plumbline.data-contract/1\nextra-columns: allow\ncolumns:\n  - { name: id, type: integer, unique: true }\n  - { name: x, type: number, range: { max: 24 } }\n',
    }
    const data = { train: 'part-*.csv', target: 'y', slices: ['color'] }
    const expected = await both.validateOn(both.duckdb, files, data)
    const { ended, result } = await endingExecutors(both.validateOn(both.spark, files, data), { after: 8_000, most: 3 })
    expect(ended.length).toBeGreaterThan(1)
    expect(expected.validation.verdict).toBe('fail')
    expect(result.validation.checks).toEqual(expected.validation.checks)
    expect(result.profile.datasets).toEqual(expected.profile.datasets)
    expect(result.badRows).toEqual(expected.badRows)
  },
  300_000,
)

onLinux(
  'executors that end again and again are a loss that is told, with a cure, and the session goes on',
  async () => {
    const values = Array.from({ length: 3000 }, (_, i) => `(${i})`).join(', ')
    await both.spark.run(`CREATE TABLE many AS SELECT * FROM (VALUES ${values}) t(x)`)
    // Every pair of rows is hashed by Python, which takes longer than an executor has to live.
    const slow = both.spark.all('SELECT max(hash(a.x, b.x)) AS m FROM many a CROSS JOIN many b')
    const told = slow.then(
      () => 'it was answered',
      (error) => error,
    )
    const { ended, result } = await endingExecutors(told, { isDue: isBusy, after: 1_000, most: 60 })
    expect(ended.length).toBeGreaterThan(3)
    expect(result).toMatchObject({
      name: 'UserError',
      problems: [
        {
          message: expect.stringMatching(/^Spark lost what it worked with: .*(?:ExecutorLostFailure|Job aborted)/),
          cure: expect.stringContaining('give executors more memory'),
        },
      ],
    })
    expect(await both.spark.all('SELECT count(*) AS n FROM many')).toEqual([{ n: 3000 }])
  },
  300_000,
)
