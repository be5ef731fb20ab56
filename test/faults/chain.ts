import { runAction, type StageRun } from '../support/chain.js'
import {
  addPull,
  addRun,
  type FaultKind,
  type FaultMoment,
  type LocalGitHub,
  startGitHub,
} from '../support/github/index.js'
import { type Project, project } from '../support/project.js'

interface Part {
  readonly stages: string
  /** Fewest requests that it makes. */
  readonly least: number
  expectWhole(github: LocalGitHub): void
}

/** Each request that is not answered is waited for, three times. */
const MINUTES = 15 * 60_000

/** The chain in two parts, so that what came before has not to be done again for each request. */
const GATE: Part = {
  stages: 'evaluate-gate',
  least: 4,
  expectWhole: ({ state }) => expect(state.repository().comments).toHaveLength(1),
}

const RELEASE: Part = {
  stages: 'package-model, deploy',
  least: 20,
  /** One complete release, and one deployment that is true. */
  expectWhole: ({ state }) => {
    const { releases, deployments } = state.repository()
    expect(releases.map(({ tag, draft }) => ({ tag, draft }))).toEqual([{ tag: 'strikes@v1.0.0', draft: false }])
    expect(releases[0]?.assets.map(({ state }) => state)).not.toContain('starter')
    const ends = deployments.map(({ statuses }) => statuses.at(-1)?.state)
    expect(ends.filter((state) => state === 'success')).toHaveLength(1)
    expect(ends).not.toContain('in_progress')
    expect(ends).not.toContain(undefined)
  },
}

/**
 * One fault at the k-th request, for every k but those whose name matches `except`: the run says what to do, and the
 * next one leaves everything once.
 */
export function failsAtEveryCall(kind: FaultKind, moment: FaultMoment, except = /^$/): void {
  let prepared: Project | undefined
  beforeAll(async () => {
    prepared = await prepare()
  })
  afterAll(() => prepared?.remove())

  test.each([GATE, RELEASE])(
    '$stages',
    async (part) => {
      const calls = await callsOf(prepared as Project, part)
      expect(calls.length).toBeGreaterThanOrEqual(part.least)
      for (const [index, name] of calls.entries()) {
        if (!except.test(name)) await meet(prepared as Project, part, index + 1, kind, moment)
      }
    },
    MINUTES,
  )
}

async function callsOf(prepared: Project, part: Part): Promise<readonly string[]> {
  const { github, run, end } = await begin(prepared, part)
  expect((await run()).failure).toBeNull()
  part.expectWhole(github)
  const calls = [...github.log]
  await end()
  return calls
}

async function meet(prepared: Project, part: Part, k: number, kind: FaultKind, moment: FaultMoment): Promise<void> {
  const { github, run, end } = await begin(prepared, part)
  github.fault({ at: k }, kind, moment)
  const cut = await run()
  try {
    expectTold(cut)
    const next = await run()
    expect(next.failure).toBeNull()
    part.expectWhole(github)
  } catch (error) {
    const where = `request ${k}, ${github.log[k - 1]}`
    throw new Error(`${where}: ${(error as Error).message}\nthe cut run said: ${cut.log.join('\n')}`, { cause: error })
  } finally {
    await end()
  }
}

/** What the fault does not meet is done once. */
async function prepare(): Promise<Project> {
  const work = project()
  work.configure({
    evaluate: { slices: [], rules: [{ metric: 'roc_auc', min: 0.6 }] },
    package: { files: ['predict.mjs', 'model'], golden: 1, license: 'Apache-2.0', description: 'Hits.' },
  })
  const { failure } = await runAction('pipeline', work.path, {}, { stages: 'validate-data, train, evaluate-gate' })
  if (failure) throw new Error(failure.message)
  return work
}

async function begin(prepared: Project, { stages }: Part) {
  const work = prepared.copy()
  const github = await startGitHub()
  const repository = github.state.repository()
  const pull = addPull(repository, {})
  const env = github.env({ pull: pull.number, run: addRun(repository, { event: 'pull_request' }) })
  return {
    github,
    run: () => runAction('pipeline', work.path, env, { stages, comment: 'update' }),
    end: async () => {
      work.remove()
      await github.close()
      expect(github.violations).toEqual([])
    },
  }
}

/** A step that failed has said what to do. */
function expectTold({ failure, log }: StageRun): void {
  const text = [failure?.message ?? '', ...log].join('\n')
  expect(text).not.toMatch(/bug in Plumbline|^ +at .+:\d+:\d+\)?$/m)
  if (failure) expect(text).toMatch(/→|run the step again/)
}
