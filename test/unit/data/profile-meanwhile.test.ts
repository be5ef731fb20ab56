import { type DataEngine, EngineError } from '../../../shared/data/engine/engine.js'
import { measurePower, preparePower } from '../../../shared/data/power/power.js'
import { type Meanwhile, profileTable } from '../../../shared/data/profile.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const ROWS = Array.from({ length: 300 }, (_, i) => `${i % 5},${i % 2 ? 'yes' : 'no'},t${i},${(i * 37) % 101}`)

/** What is told at each moment, by the names of the columns. */
function noting(): { told: string[]; meanwhile: Meanwhile } {
  const told: string[] = []
  const note = (moment: string) => async (_: DataEngine, columns: readonly { name: string }[]) => {
    told.push(`${moment}: ${columns.map(({ name }) => name).join(' ')}`)
  }
  return { told, meanwhile: { targetIsTold: note('target'), allAreTold: note('all') } }
}

describe('what else is asked while a table is profiled', () => {
  test.each([
    ['a text', 'c', ['c', 't']],
    ['a number, which is put in order before the others', 'x', ['c', 't', 'x']],
    ['not in the data', 'gone', ['c', 't']],
  ])('the target is %s', async (_, target, least) => {
    await bench.write('a.csv', `n,c,t,x\n${ROWS.join('\n')}\n`)
    const { told, meanwhile } = noting()
    const profile = await profileTable(bench.engine, await bench.load('a.csv'), { target }, meanwhile)
    const [moment, ...names] = (told[0] as string).split(' ')
    expect(moment).toBe('target:')
    expect(names).toEqual(expect.arrayContaining(least))
    expect(told.slice(1)).toEqual(['all: n c t x'])
    expect(profile.columns.map(({ name }) => name)).toEqual(['n', 'c', 't', 'x'])
  })

  test.each([
    ['c', ['target']],
    ['n', ['target']],
    ['x', []],
  ])('a number that cannot be read ends the profile, and nothing waits for it: target %s', async (target, moments) => {
    await bench.write('a.csv', `n,c,t,x\n${ROWS.join('\n')}\n`)
    const refusing =
      <R extends unknown[], T>(ask: (sql: string, ...rest: R) => Promise<T>) =>
      async (sql: string, ...rest: R) => {
        if (sql.includes('SELECT c3 AS v')) throw new EngineError('cut off')
        return ask(sql, ...rest)
      }
    const broken = (engine: DataEngine): DataEngine => ({
      ...engine,
      all: refusing(engine.all),
      columns: refusing(engine.columns),
      numbers: refusing(engine.numbers),
    })
    const beside = await (bench.engine.beside as () => Promise<DataEngine>)()
    const engine = { ...broken(bench.engine), beside: async () => broken(beside) }
    const { told, meanwhile } = noting()
    const dataset = await bench.load('a.csv')
    await expect(profileTable(engine, dataset, { target }, meanwhile)).rejects.toThrow('cut off')
    expect(told.map((line) => line.split(':')[0])).toEqual(moments)
  })

  test('where one query at a time is all that the memory allows, there is no meanwhile', async () => {
    const small = await openBench({ memoryMb: 256 })
    try {
      await small.write('a.csv', `n,c,t,x\n${ROWS.join('\n')}\n`)
      const { told, meanwhile } = noting()
      await profileTable(small.engine, await small.load('a.csv'), { target: 'c' }, meanwhile)
      expect(told).toEqual([])
    } finally {
      await small.close()
    }
  })
})

describe('the rows that power is measured on', () => {
  test.each([
    ['y', 'class'],
    ['x', 'value'],
  ] as const)('made ahead for %s, a %s, they are the same', async (target, kind) => {
    await bench.parquet(
      'many.parquet',
      "SELECT i % 4 AS n, 'v' || (i % 7) AS c, (i * 7919) % 1000 AS x, CASE WHEN i % 7 < 3 THEN 'a' ELSE 'b' END AS y FROM range(510000) t(i)",
    )
    const dataset = await bench.load('many.parquet')
    const profile = await profileTable(bench.engine, dataset)
    const features = ['n', 'c', 'x', 'y'].filter((name) => name !== target)
    const label = { name: target, kind }
    const after = await measurePower(bench.engine, dataset, profile, label, features)
    const known = { columns: profile.columns.filter(({ name }) => name === target) }
    await preparePower(bench.engine, dataset, known, label, features)
    const made = await bench.engine.all("SELECT 1 FROM duckdb_tables() WHERE table_name LIKE 'power_%'")
    expect(made).toHaveLength(1)
    expect(await measurePower(bench.engine, dataset, profile, label, features)).toEqual(after)
    expect(await bench.engine.all("SELECT 1 FROM duckdb_tables() WHERE table_name LIKE 'power_%'")).toEqual([])
  })

  test('none are made where there is no power to measure', async () => {
    await bench.parquet('many.parquet', 'SELECT i AS n, i % 1000 AS y FROM range(510000) t(i)')
    const dataset = await bench.load('many.parquet')
    const profile = await profileTable(bench.engine, dataset)
    for (const name of ['y', 'gone']) {
      await preparePower(bench.engine, dataset, profile, { name, kind: 'class' }, ['n'])
    }
    expect(await bench.engine.all("SELECT 1 FROM duckdb_tables() WHERE table_name LIKE 'power_%'")).toEqual([])
  })
})
