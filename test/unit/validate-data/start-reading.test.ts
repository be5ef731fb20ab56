import { validateData } from '../../../actions/validate-data/action.js'
import { UserError } from '../../../shared/core/errors.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { csv, problemsOf, times, workspace } from './support.js'

const FILES = {
  'train.csv': csv(
    'id,x,y',
    times(5000, (i) => [i, i * 1.5, i % 2]),
  ),
  'bad.json': '{"no": "profile"}',
}
const DATA = { train: 'train.csv', target: 'y', id: 'id' }

/** The engine with a count of what is asked of it at the moment. */
function counted(engine: DataEngine): { engine: DataEngine; running: () => number } {
  let running = 0
  const during =
    <A extends unknown[], T>(ask: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      running += 1
      try {
        return await ask(...args)
      } finally {
        running -= 1
      }
    }
  const { all, columns, numbers, run } = engine
  return {
    engine: { ...engine, all: during(all), columns: during(columns), numbers: during(numbers), run: during(run) },
    running: () => running,
  }
}

describe('data are read while the baseline is found', () => {
  test.each([
    ['is not there', 'gone.json', /gone\.json/],
    ['is no profile', 'bad.json', /bad\.json/],
  ])('a baseline that %s is told when nothing is asked of the engine any more', async (_, baseline, message) => {
    const fake = await workspace(FILES, { ...DATA, baseline })
    const { engine, running } = counted(await fake.ctx.data())
    const ctx = { ...fake.ctx, data: async () => engine, configuredData: async () => engine }
    const failed = validateData.run({} as never, ctx as never)
    await expect(failed).rejects.toThrow(UserError)
    expect(running()).toBe(0)
    await expect(failed).rejects.toThrow(message)
  })

  test('of data and a baseline that both cannot be read one is told, and nothing is left without a listener', async () => {
    const unheard: unknown[] = []
    const note = (reason: unknown) => unheard.push(reason)
    process.on('unhandledRejection', note)
    try {
      const problems = await problemsOf({ ...FILES, 'train.csv': 'id,id\n1,2\n' }, { ...DATA, baseline: 'gone.json' })
      expect(problems.length).toBeGreaterThan(0)
      await new Promise(setImmediate)
      expect(unheard).toEqual([])
    } finally {
      process.off('unhandledRejection', note)
    }
  })
})
