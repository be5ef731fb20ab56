import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../../shared/core/errors.js'
import {
  addRun,
  type FaultKind,
  type FaultMoment,
  type LocalGitHub,
  type Run,
  startGitHub,
} from '../../support/github/index.js'
import { openTestRegistry, releasesIn } from '../../support/release-registry.js'
import { sampleDraft } from '../../support/sample-package.js'

const FILES = { 'model/a.bin': 'a'.repeat(1000), 'model/b.bin': 'b', 'predict.mjs': 'c' }
/** Requests of a publication without faults; the test of its order is with that of publish. */
const CALLS = 10

let github: LocalGitHub
let scratch: string
beforeEach(async () => {
  github = await startGitHub()
  scratch = await mkdtemp(join(tmpdir(), 'plumbline-faults-'))
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
  await rm(scratch, { recursive: true, force: true })
})

const repository = () => github.state.repository()
/** `answer`: seconds for one. */
const publish = async (run: Run, answer = 10) => {
  const env = github.env({ run, runner: `GitHub Actions ${run.attempt}` })
  const registry = await openTestRegistry(env, { patience: { answer }, grace: answer })
  return registry.publish(await sampleDraft(join(scratch, 'source'), 'fraud', FILES))
}

/** A person reads what was not done and what to do. */
async function tryTo(work: () => Promise<unknown>): Promise<'done' | 'refused'> {
  try {
    await work()
    return 'done'
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    const [problem] = (error as UserError).problems
    expect(problem?.message).toMatch(
      /^(fraud@v1\.0\.0 is not published|the versions in the releases of acme\/strikes cannot be read): /,
    )
    expect(problem?.cure).toMatch(/run the step again/)
    return 'refused'
  }
}

/** The run once more, or another one after it. */
async function nextRun(how: 'attempt' | 'run', run: Run): Promise<void> {
  run.status = 'completed'
  if (how === 'run') {
    await publish(addRun(repository(), {}))
    return
  }
  Object.assign(run, { attempt: run.attempt + 1, status: 'in_progress' })
  await publish(run)
}

async function expectOneVersion(): Promise<void> {
  expect(releasesIn(github)).toEqual({ published: ['fraud@v1.0.0'], drafts: 0 })
  const registry = await openTestRegistry(github.env())
  await registry.fetch('fraud@v1.0.0', join(scratch, 'out'))
  expect(repository().releases[0]?.assets).toHaveLength(4)
}

const limit = {
  status: 403,
  message: 'You have exceeded a secondary rate limit. Please wait.',
  headers: { 'retry-after': '60' },
}
const KINDS: readonly [string, FaultKind, FaultMoment][] = [
  ['an error before the effect', { status: 500 }, 'before'],
  ['an error after the effect', { status: 502 }, 'after'],
  ['an error in the middle of an upload', { status: 502 }, 'midway'],
  ['a connection cut before the effect', 'cut', 'before'],
  ['a connection cut after the effect', 'cut', 'after'],
  ['no answer', 'hang', 'before'],
  ['no answer although it was done', 'hang', 'after'],
  ['a secondary limit', limit, 'before'],
]

test(`a publication without faults takes ${CALLS} requests`, async () => {
  await publish(addRun(repository(), {}))
  expect(github.requests).toHaveLength(CALLS)
})

describe.each(KINDS)('%s', (_, kind, moment) => {
  test.each(Array.from({ length: CALLS }, (_, i) => i + 1))('at call %i', async (at) => {
    const run = addRun(repository(), { status: 'in_progress' })
    github.fault({ at }, kind, moment)
    const outcome = await tryTo(() => publish(run, kind === 'hang' ? 0.7 : 10))
    // What is asked once more, or found again, ends well at once.
    expect(outcome).toBe(kind === limit ? 'refused' : 'done')
    if (outcome === 'done') await expectOneVersion()
    await nextRun(at % 2 === 0 ? 'run' : 'attempt', run)
    await expectOneVersion()
  })
})

const LASTING = KINDS.filter(([, kind, moment]) => kind !== 'hang' && (moment === 'after' || kind === limit))

describe.each(LASTING)('%s from then on', (_, kind, moment) => {
  test.each(Array.from({ length: CALLS }, (_, i) => i + 1))('at call %i', async (at) => {
    const run = addRun(repository(), { status: 'in_progress' })
    let down = true
    const whileDown = Object.assign(/./, { test: () => down && github.requests.length >= at })
    github.fault({ on: whileDown }, kind, moment)
    await tryTo(() => publish(run))
    down = false
    await nextRun(at % 2 === 0 ? 'run' : 'attempt', run)
    await expectOneVersion()
  })
})
