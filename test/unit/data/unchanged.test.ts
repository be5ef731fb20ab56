import { appendFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { UserError } from '../../../shared/core/errors.js'
import { watchFiles } from '../../../shared/data/read/unchanged.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const ROWS = 'a,b\n1,x\n2,y\n3,z\n'
const at = (name: string) => join(bench.root, name)

describe('a file that changes while it is read', () => {
  // Before, these were three rows, four, two and one, each under the digest of whichever version was hashed.
  test.each([
    ['grows', (path: string) => appendFileSync(path, '4,w\n')],
    ['is cut off', (path: string) => truncateSync(path, 8)],
    ['is written anew in the same size', (path: string) => writeFileSync(path, ROWS.replaceAll('1', '7'))],
    ['goes', (path: string) => rmSync(path)],
  ])('one that %s is no data', async (what, change) => {
    const name = `${what.replaceAll(' ', '-')}.csv`
    await bench.write(name, ROWS)
    utimesSync(at(name), 1_700_000_000, 1_700_000_000)
    let changed = false
    const begun = () => {
      if (!changed) change(at(name))
      changed = true
    }
    await expect(bench.load(name, { begun })).rejects.toMatchObject({
      name: 'UserError',
      message: 'the data changed while they were read',
      problems: [{ where: name, message: `${name} was changed while it was read` }],
    })
    expect(changed).toBe(true)
  })

  test('one of several is named, and what it broke is not', async () => {
    await bench.write('parts/1.csv', ROWS)
    await bench.write('parts/2.csv', ROWS)
    const begun = () => appendFileSync(at('parts/2.csv'), 'a,row,of,five,cells\n')
    await expect(bench.load('parts/*.csv', { begun })).rejects.toMatchObject({
      problems: [{ where: 'parts/2.csv' }],
    })
  })

  test('one that stays is read, and what is wrong with it is said', async () => {
    await bench.write('stays.csv', ROWS)
    expect((await bench.load('stays.csv')).rows).toBe(3)
    await bench.write('wrong.csv', `${ROWS}4\n`)
    expect(await bench.problems('wrong.csv')).toEqual([
      'wrong.csv:5: line 5 has 1 cell, the header has 2 (missing-cell)',
    ])
  })

  test('at most twenty are listed, and one that nobody has is none that changed', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `many/${i}.csv`)
    for (const name of names) await bench.write(name, ROWS)
    const requireUnchanged = watchFiles(bench.files, [...names, 'many/none.csv'])
    expect(requireUnchanged()).toBeUndefined()
    for (const name of names) appendFileSync(at(name), '4,w\n')
    const thrown = (): unknown => {
      try {
        return requireUnchanged()
      } catch (error) {
        return error
      }
    }
    expect((thrown() as UserError).problems.map(({ where }) => where)).toEqual(names.slice(0, 20))
  })
})
