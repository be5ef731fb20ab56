import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { withLock } from '../../../shared/registry/lock.js'

let folder: string
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'plumbline-lock-')), 'lock')
})
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }))

const owned = async (turn: number, over: Record<string, unknown>) => {
  await mkdir(join(folder, String(turn)), { recursive: true })
  const owner = {
    token: 't',
    host: 'elsewhere',
    pid: 1,
    since: '2026-01-01T00:00:00.000Z',
    expires: '2999-01-01T00:00:00.000Z',
  }
  await writeFile(join(folder, String(turn), 'owner.json'), JSON.stringify({ ...owner, ...over }))
}
const machine = async () => {
  let host = ''
  await withLock(folder, 'x', async () => {
    const turn = (await readdir(folder)).filter((name) => /^\d+$/.test(name)).at(-1) ?? ''
    host = JSON.parse(await readFile(join(folder, turn, 'owner.json'), 'utf8')).host
  })
  return host
}
const soon = { waitSeconds: 0.2 }

it('runs one body at a time', async () => {
  let inside = 0
  let most = 0
  const done: number[] = []
  await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      withLock(folder, 'model m', async () => {
        most = Math.max(most, ++inside)
        await new Promise((resolve) => setTimeout(resolve, 3))
        inside--
        done.push(i)
      }),
    ),
  )
  expect(most).toBe(1)
  expect(done).toHaveLength(12)
  expect(await readdir(folder)).toEqual(['12'])
})

it('is free again after a body that throws', async () => {
  await expect(withLock(folder, 'model m', () => Promise.reject(new Error('bad')))).rejects.toThrow('bad')
  expect(await withLock(folder, 'model m', async () => 'next', soon)).toBe('next')
})

it('names the owner when it waits in vain, and lets the lock be', async () => {
  await owned(7, {})
  await expect(withLock(folder, 'model m', async () => 0, soon)).rejects.toMatchObject({
    name: 'UserError',
    problems: [
      {
        message: 'model m is locked by process 1 on elsewhere since 2026-01-01T00:00:00.000Z',
        cure: 'wait until it has finished; if it is gone, the lock ends by itself at 2999-01-01T00:00:00.000Z',
      },
    ],
  })
  expect(await readdir(folder)).toEqual(['7'])
})

it('is taken over when it has expired', async () => {
  await owned(7, { expires: '2026-01-01T00:00:00.000Z' })
  expect(await withLock(folder, 'model m', async () => 'mine', soon)).toBe('mine')
  expect(await readdir(folder)).toEqual(['8'])
})

it('is taken over at once when its process is dead on this machine, not when it is alive', async () => {
  const host = await machine()
  expect(host).toContain(hostname())
  await owned(7, { host, pid: 2 ** 30 })
  expect(await withLock(folder, 'model m', async () => 'mine', soon)).toBe('mine')
  await owned(9, { host, pid: process.pid })
  await expect(withLock(folder, 'model m', async () => 0, soon)).rejects.toThrow('is locked by process')
})

it.each(['', '{"token"', '{}', 'null'])('is taken over when a power cut left the record %j', async (text) => {
  await mkdir(join(folder, '3'), { recursive: true })
  await writeFile(join(folder, '3', 'owner.json'), text)
  expect(await withLock(folder, 'model m', async () => 'mine', soon)).toBe('mine')
})

it('is renewed while the body works', async () => {
  await withLock(
    folder,
    'model m',
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 600))
      await expect(withLock(folder, 'model m', async () => 0, soon)).rejects.toThrow('model m is locked')
    },
    { leaseSeconds: 0.3 },
  )
})

it('tells its owner when it was taken over', async () => {
  await withLock(folder, 'model m', async (lock) => {
    expect(await lock.held()).toBe(true)
    await owned(2, {})
    expect(await lock.held()).toBe(false)
  })
  expect(JSON.parse(await readFile(join(folder, '2', 'owner.json'), 'utf8')).token).toBe('t')
})

it('clears what processes that died before their turn have left, and nothing that is new', async () => {
  await mkdir(join(folder, '.old'), { recursive: true })
  await mkdir(join(folder, '.new'))
  await utimes(join(folder, '.old'), new Date(0), new Date(0))
  await withLock(folder, 'model m', async () => 0)
  expect((await readdir(folder)).sort()).toEqual(['.new', '1'])
})

it('is free at once although it was being renewed when the body ended', async () => {
  for (let round = 0; round < 30; round++) {
    await withLock(folder, 'model m', () => new Promise((resolve) => setTimeout(resolve, 1 + (round % 5))), {
      leaseSeconds: 0.003,
    })
    const [turn] = (await readdir(folder)).filter((name) => /^\d+$/.test(name))
    expect(await readdir(join(folder, turn ?? ''))).toContain('finished.json')
    expect(await readdir(join(folder, turn ?? ''))).not.toContain('owner.json')
  }
})
