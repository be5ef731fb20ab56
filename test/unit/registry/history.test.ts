import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { DeploymentRecord } from '../../../shared/contracts/deployment.js'
import { openHistory } from '../../../shared/registry/history.js'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plumbline-history-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const record = (reason: string, environment = 'production'): DeploymentRecord => ({
  environment,
  tag: 'fraud@v1.0.0',
  manifestDigest: `sha256:${'a'.repeat(64)}`,
  action: 'deploy',
  state: 'success',
  at: '2026-01-02T03:04:05.000Z',
  reason,
})
const open = () => openHistory(join(root, 'environments'), join(root, 'locks'))
const path = () => join(root, 'environments', 'production.jsonl')
const reasons = async () => (await open().read('production')).map(({ reason }) => reason)

it('does not count a last line that is torn, and cuts it off at the next record', async () => {
  await open().append(record('first'))
  const line = JSON.stringify(record('torn'))
  for (const cut of [1, 20, line.length]) {
    await appendFile(path(), line.slice(0, cut))
    expect(await reasons()).toEqual(['first'])
  }
  await open().append(record('second'))
  expect(await reasons()).toEqual(['second', 'first'])
  expect((await readFile(path(), 'utf8')).split('\n')).toHaveLength(3)
})

it('says which line is damaged', async () => {
  await open().append(record('first'))
  await appendFile(path(), '{"environment":"production"}\n')
  await open().append(record('third'))
  await expect(open().read('production')).rejects.toMatchObject({
    message: 'the history of environment "production" is damaged in line 2',
    problems: [{ cure: expect.stringContaining('restore the file from a backup') }],
  })
})

it('takes an empty file and blank lines for no record', async () => {
  await open().append(record('first'))
  await writeFile(path(), '\n\n')
  expect(await reasons()).toEqual([])
})

it.each(['', 'x'.repeat(201), '\ud800'])('refuses the environment %j', async (environment) => {
  await expect(open().append(record('x', environment))).rejects.toThrow('is not the name of an environment')
})

it('keeps every name inside its folder, and apart from every other name', async () => {
  const name = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 3 }), async (names) => {
      const folder = await mkdtemp(join(root, 'case-'))
      const history = openHistory(join(folder, 'environments'), join(folder, 'locks'))
      for (const each of names) await history.append(record(each, each))
      expect(await history.environments()).toEqual([...names].sort())
      for (const each of names) expect((await history.read(each)).map(({ reason }) => reason)).toEqual([each])
      expect((await readdir(folder)).sort()).toEqual(['environments', 'locks'])
    }),
    { numRuns: 25 },
  )
})
