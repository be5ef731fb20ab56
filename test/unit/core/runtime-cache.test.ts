import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { evictCaches } from '../../support/github/results/index.js'
import { workspace } from '../../support/run-bundle.js'
import { runTypeScript } from '../../support/run-typescript.js'

let github: LocalGitHub
let folder: ReturnType<typeof workspace>
beforeEach(async () => {
  github = await startGitHub()
  folder = workspace({ 'kept/a.txt': 'a', 'kept/deep/b.txt': 'b' })
})
afterEach(async () => {
  folder.remove()
  await github.close()
  expect(github.violations).toEqual([])
})

type Step = readonly ['restore' | 'save', key: string]
interface Ran {
  readonly results: readonly unknown[]
  readonly log: string
}

async function run(
  steps: readonly Step[],
  env: Record<string, string | undefined> = github.env(),
  cwd = folder.path,
): Promise<Ran> {
  const given = steps.map(([step, key]) => [step, join(folder.path, 'kept'), key])
  const { code, stdout, stderr } = await runTypeScript('./cache-child.ts', [JSON.stringify(given)], {
    cwd,
    env: { PATH: process.env.PATH, GITHUB_WORKSPACE: cwd, RUNNER_TEMP: folder.path, ...env },
  })
  if (code !== 0) throw new Error(stderr)
  return { results: JSON.parse(stdout.trim().split('\n').at(-1) ?? '').results, log: stdout }
}
const forget = () => rmSync(join(folder.path, 'kept'), { recursive: true })
const caches = () => github.state.repository().caches

test('a folder is kept, and found by its whole key', async () => {
  expect((await run([['save', 'key-1']])).results).toEqual([true])
  forget()
  expect(
    (
      await run([
        ['restore', 'key-2'],
        ['restore', 'key-1'],
      ])
    ).results,
  ).toEqual([false, true])
  expect(readFileSync(join(folder.path, 'kept/deep/b.txt'), 'utf8')).toBe('b')
})

test('a folder outside the workspace is kept too, as that of tools', async () => {
  const elsewhere = workspace()
  try {
    expect((await run([['save', 'k']], github.env(), elsewhere.path)).results).toEqual([true])
    forget()
    expect((await run([['restore', 'k']], github.env(), elsewhere.path)).results).toEqual([true])
    expect(readFileSync(join(folder.path, 'kept/a.txt'), 'utf8')).toBe('a')
  } finally {
    elsewhere.remove()
  }
})

test('an entry whose key only begins as the one that is asked for is not taken', async () => {
  await run([['save', 'engine-linux-x64-musl']])
  forget()
  expect((await run([['restore', 'engine-linux-x64']])).results).toEqual([false])
  expect(existsSync(join(folder.path, 'kept'))).toBe(false)
})

test('an entry never changes: to keep it once more does nothing', async () => {
  expect(
    (
      await run([
        ['save', 'k'],
        ['save', 'k'],
      ])
    ).results,
  ).toEqual([true, false])
  expect(caches()).toHaveLength(1)
})

test('a pull request reads what main kept, and main does not read what a pull request kept', async () => {
  const pull = { identity: { ref: 'refs/pull/7/merge', base: 'refs/heads/main' } }
  await run([['save', 'of-main']])
  await run([['save', 'of-pull']], github.env(pull))
  expect(
    (
      await run(
        [
          ['restore', 'of-main'],
          ['restore', 'of-pull'],
        ],
        github.env(pull),
      )
    ).results,
  ).toEqual([true, true])
  expect(
    (
      await run([
        ['restore', 'of-main'],
        ['restore', 'of-pull'],
      ])
    ).results,
  ).toEqual([true, false])
})

test('an entry that was evicted is not there', async () => {
  await run([['save', 'k']])
  evictCaches(github.state.repository(), 0)
  expect((await run([['restore', 'k']])).results).toEqual([false])
})

describe('what goes wrong is only slower', () => {
  test.each<[string, () => void]>([
    ['the service refuses', () => github.fault({ on: /CacheService/ }, { status: 403 })],
    ['the service answers nonsense', () => github.fault({ on: /CacheService/ }, { status: 404, message: 'no' })],
    ['the storage refuses', () => github.fault({ on: /^(PUT|GET) \/(actions-results|content)/ }, { status: 403 })],
  ])('%s', async (_title, arrange) => {
    await run([['save', 'k']])
    arrange()
    const { results } = await run([
      ['restore', 'k'],
      ['save', 'l'],
    ])
    expect(results).toEqual([false, false])
  })

  test('an archive that is damaged', async () => {
    await run([['save', 'k']])
    const [entry] = caches()
    if (entry) entry.stored = github.state.keep('no archive')
    expect((await run([['restore', 'k']])).results).toEqual([false])
  })

  test('a run that may only read', async () => {
    await run([['save', 'k']])
    const { results, log } = await run(
      [
        ['restore', 'k'],
        ['save', 'l'],
      ],
      github.env({ identity: { caches: 'read' } }),
    )
    expect(results).toEqual([true, false])
    expect(log).toContain('cache write denied')
  })

  test('a runner without a cache has none', async () => {
    expect((await run([['restore', 'k']], { ...github.env(), ACTIONS_RESULTS_URL: '' })).results).toEqual([null])
  })
})
