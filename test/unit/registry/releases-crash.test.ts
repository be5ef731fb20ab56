import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addRun, type LocalGitHub, type Run, startGitHub } from '../../support/github/index.js'
import { openTestRegistry, releasesIn } from '../../support/release-registry.js'
import { sampleDraft } from '../../support/sample-package.js'

const FILES = { 'model/a.bin': 'a'.repeat(1000), 'model/b.bin': 'b', 'predict.mjs': 'c' }
/** See releases-faults.test.ts: the third request makes the draft, the tenth is the last. */
const [FIRST_WRITE, LAST] = [3, 10]

let github: LocalGitHub
let scratch: string
beforeEach(async () => {
  github = await startGitHub()
  scratch = await mkdtemp(join(tmpdir(), 'plumbline-killed-'))
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
  await rm(scratch, { recursive: true, force: true })
})

const repository = () => github.state.repository()

function startPublisher(
  env: Record<string, string>,
  name: string,
  files: Record<string, string> = FILES,
): ChildProcess {
  const hooks = new URL('../../support/typescript-hooks.mjs', import.meta.url).href
  const script = fileURLToPath(new URL('../../support/release-child.ts', import.meta.url))
  const order = JSON.stringify({ env, source: join(scratch, name), files })
  return spawn(process.execPath, ['--import', hooks, script, order], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function ended(child: ChildProcess): Promise<{ signal: string | null; said: string }> {
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const signal = await new Promise<string | null>((resolve) => child.on('close', (_, by) => resolve(by)))
  return { signal, said: Buffer.concat(chunks).toString('utf8') }
}

async function expectWhole(tags: readonly string[]): Promise<void> {
  expect(releasesIn(github)).toEqual({ published: tags, drafts: 0 })
  const registry = await openTestRegistry(github.env())
  for (const tag of tags) await registry.fetch(tag, join(scratch, 'out', tag))
}

/** The step again in its job, the job again, or another run. */
function nextEnv(run: Run, how: number): Record<string, string> {
  if (how === 0) return github.env({ run })
  run.status = 'completed'
  if (how === 1) return github.env({ run: addRun(repository(), {}) })
  Object.assign(run, { attempt: 2, status: 'in_progress' })
  return github.env({ run, runner: 'GitHub Actions 2' })
}

describe('a publisher that is killed', () => {
  const calls = Array.from({ length: LAST - FIRST_WRITE + 1 }, (_, i) => FIRST_WRITE + i)

  it.each(calls.flatMap((at) => [[at, 'before'] as const, [at, 'after'] as const]))(
    'at call %i %s its effect leaves no half version, and the next run ends with one whole',
    async (at, moment) => {
      const run = addRun(repository(), { status: 'in_progress' })
      const child = startPublisher(github.env({ run }), 'child')
      const isThen = () => {
        const now = github.requests.length === at
        if (now) child.kill('SIGKILL')
        return now && moment === 'before'
      }
      github.fault({ on: Object.assign(/./, { test: isThen }) }, 'hang')
      expect((await ended(child)).signal).toBe('SIGKILL')
      const registry = await openTestRegistry(nextEnv(run, at % 3))
      await registry.publish(await sampleDraft(join(scratch, 'here'), 'fraud', FILES))
      await expectWhole(['fraud@v1.0.0'])
      expect(repository().releases).toHaveLength(1)
    },
    60_000,
  )
})

describe('publishers that race', () => {
  const race = async (contents: readonly string[], sameRun = false) => {
    const one = addRun(repository(), { status: 'in_progress' })
    const children = contents.map((text, i) => {
      const env = github.env({ run: sameRun ? one : addRun(repository(), { status: 'in_progress' }) })
      return ended(startPublisher(env, `racer-${i}`, { 'model.json': text, 'predict.mjs': 'c' }))
    })
    return (await Promise.all(children)).map(({ said }) => JSON.parse(said))
  }

  it('end with two versions and no orphan', async () => {
    const results = await race(['left', 'right'])
    expect(results.map(({ version }) => version.tag).sort()).toEqual(['fraud@v1.0.0', 'fraud@v1.0.1'])
    await expectWhole(['fraud@v1.0.0', 'fraud@v1.0.1'])
  }, 60_000)

  it('with six of three contents end with three versions', async () => {
    const results = await race(['a', 'b', 'c', 'a', 'b', 'c'])
    expect(results.map(({ outcome }) => outcome).sort()).toEqual([
      ...['published', 'published', 'published'],
      ...['unchanged', 'unchanged', 'unchanged'],
    ])
    await expectWhole(['fraud@v1.0.0', 'fraud@v1.0.1', 'fraud@v1.0.2'])
  }, 60_000)

  it('in one job end with two versions too', async () => {
    await race(['left', 'right', 'left'], true)
    await expectWhole(['fraud@v1.0.0', 'fraud@v1.0.1'])
  }, 60_000)
})
