import { actions } from '../../../actions/index.js'
import { runAction } from '../../support/chain.js'
import {
  addCommit,
  addJob,
  addPull,
  addRun,
  addWorkflow,
  type LocalGitHub,
  type Permissions,
  type Repository,
  startGitHub,
} from '../../support/github/index.js'
import { type Project, project } from '../../support/project.js'

const TAG = 'strikes@v1.0.0'

const MONITOR = {
  log: 'log.csv',
  time: 'at',
  version: 'tag',
  now: 'log',
  slos: [{ name: 'right answers', good: 'correct = 1', objective: 0.8, window: '30d' }],
  retrain: { workflow: 'train-and-release.yml' },
}

/** The last ten of fifteen days are of another world than the training. */
function log(): string {
  const lines = Array.from({ length: 15 * 240 }, (_, row) => {
    const moved = row >= 5 * 240
    const at = new Date(Date.UTC(2026, 0, 1) + row * 360_000).toISOString()
    const speed = (moved ? 200 : 0) + ((row * 61) % 100)
    return `${at},${TAG},${row % 5 < 2 ? 'large' : 'small'},${speed},${(row * 37) % 100 < (moved ? 40 : 90) ? 1 : 0}`
  })
  return ['at,tag,size,speed,correct', ...lines, ''].join('\n')
}

interface Situation {
  /** Stages that have run with all permissions on this GitHub. */
  readonly before?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly event: 'push' | 'pull_request' | 'schedule'
  /** It may return more inputs. */
  arrange?(repository: Repository): Readonly<Record<string, string>> | undefined
}

const SERVING = 'package-model, deploy'
const SITUATIONS: Readonly<Record<string, Situation>> = {
  'validate-data': { before: SERVING, inputs: { 'check-run': 'true' }, event: 'pull_request' },
  train: { event: 'pull_request' },
  'evaluate-gate': { before: SERVING, inputs: { 'check-run': 'true' }, event: 'pull_request' },
  'package-model': { event: 'push' },
  deploy: { before: 'package-model', inputs: { tag: TAG }, event: 'push' },
  monitor: {
    before: SERVING,
    event: 'schedule',
    arrange: (repository) => {
      addWorkflow(repository, '.github/workflows/train-and-release.yml', { dispatch: [] })
      return undefined
    },
  },
  'post-mortem-report': { before: SERVING, event: 'push', arrange: failedRun },
}

/** A good run, a commit, and a run with a job that no runner took. */
function failedRun(repository: Repository): Readonly<Record<string, string>> {
  addRun(repository, { conclusion: 'success' })
  addCommit(repository, { message: 'Use lightgbm', files: { 'train.py': 'import lightgbm' } })
  const run = addRun(repository, { conclusion: 'failure' })
  const { id, startedAt } = addJob(repository, run, { conclusion: 'failure', runner: null, log: null })
  const words = { externalId: '', detailsUrl: null, title: null, summary: null, text: null, annotations: [] }
  // GitHub has a check run of each job, with its id.
  const ended = { status: 'completed', conclusion: 'failure', startedAt, completedAt: startedAt } as const
  repository.checkRuns.push({ id, name: 'model', sha: run.sha, ...ended, ...words })
  return { 'run-id': String(run.id) }
}

let prepared: Project
let github: LocalGitHub | undefined
let work: Project | undefined
beforeAll(async () => {
  prepared = project()
  prepared.write('log.csv', log())
  prepared.configure({
    evaluate: { slices: [], rules: [{ metric: 'roc_auc', min: 0.6 }] },
    package: { files: ['predict.mjs', 'model'], golden: 1, license: 'Apache-2.0', description: 'Hits.' },
    monitor: MONITOR,
  })
  const { failure } = await runAction('pipeline', prepared.path, {}, { stages: 'validate-data, train, evaluate-gate' })
  if (failure) throw new Error(failure.message)
})
afterAll(() => prepared.remove())
afterEach(async () => {
  work?.remove()
  await github?.close()
  expect(github?.violations ?? []).toEqual([])
})

/** `permissions` of an action: the level is the first word of what is said of each. */
async function declared(action: string): Promise<Permissions> {
  const { permissions } = (await actions[action]?.()) ?? {}
  return Object.fromEntries(Object.entries(permissions ?? {}).map(([name, text]) => [name, text.split(',')[0]]))
}

async function runWithout(action: string, less: string) {
  const { before, inputs, event, arrange } = SITUATIONS[action] as Situation
  github = await startGitHub()
  work = prepared.copy()
  const repository = github.state.repository()
  if (before !== undefined) {
    const env = github.env({ run: addRun(repository, { conclusion: 'success' }) })
    expect((await runAction('pipeline', work.path, env, { stages: before })).failure).toBeNull()
  }
  const more = arrange?.(repository)
  const run = addRun(repository, { event })
  const pull = event === 'pull_request' ? { pull: addPull(repository, {}).number } : {}
  const [name = '', level = 'none'] = less.split(': ')
  const permissions = { ...(await declared(action)), ...(name !== 'nothing' && { [name]: level }) }
  const env = github.env({ token: github.token({ permissions }), run, ...pull })
  const asked = github.requests.length
  const { outputs, failure, log } = await runAction(action, work.path, env, { ...inputs, ...more })
  return {
    verdict: outputs.verdict,
    text: [...log, failure?.message ?? ''].join('\n'),
    refused: github.requests.slice(asked).filter(({ status }) => status === 403).length,
  }
}

/** Verdict, and the line of a permission that the log or the failure names; null: none is named, for none was missed. */
type Expected = readonly [verdict: string, named: string | null]

/** By what the token has less than the action declares: nothing, a permission, or one that is lowered to this level. */
const MATRIX: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  'validate-data': {
    nothing: ['warn', null],
    // Data that cannot be compared with what is deployed is never taken for the first.
    contents: ['inconclusive', 'contents: read'],
    deployments: ['inconclusive', 'deployments: read'],
    'pull-requests': ['warn', 'pull-requests: write'],
    checks: ['warn', 'checks: write'],
    // Only a baseline of earlier runs asks for them.
    actions: ['warn', null],
  },
  train: { nothing: ['pass', null], contents: ['pass', null] },
  'evaluate-gate': {
    nothing: ['pass', null],
    contents: ['inconclusive', 'contents: read'],
    deployments: ['inconclusive', 'deployments: read'],
    'pull-requests': ['pass', 'pull-requests: write'],
    checks: ['pass', 'checks: write'],
  },
  'package-model': {
    nothing: ['pass', null],
    contents: ['error', 'contents: write'],
    'contents: read': ['error', 'contents: write'],
  },
  deploy: {
    nothing: ['pass', null],
    contents: ['error', 'contents: read'],
    deployments: ['error', 'deployments: read'],
    'deployments: read': ['pass', 'deployments: write'],
  },
  monitor: {
    nothing: ['fail', null],
    contents: ['error', 'contents: read'],
    deployments: ['error', 'deployments: read'],
    issues: ['fail', 'issues: write'],
    actions: ['fail', 'actions: write'],
    'actions: read': ['fail', 'actions: write'],
  },
  'post-mortem-report': {
    nothing: ['warn', null],
    contents: ['warn', 'contents: read'],
    // Without the run nothing is left to look at.
    actions: ['inconclusive', 'actions: read'],
    deployments: ['warn', 'deployments: read'],
    checks: ['warn', 'checks: read'],
    issues: ['warn', 'issues: write'],
  },
}

test.each(Object.entries(MATRIX))('%s: each permission that it declares has its row', async (action, rows) => {
  expect(Object.keys(rows)).toEqual(expect.arrayContaining(Object.keys(await declared(action))))
})

const ROWS = Object.entries(MATRIX).flatMap(([action, rows]) =>
  Object.entries(rows).map(([less, expected]) => [action, less, ...expected] as const),
)

test.each(ROWS)('%s with less: %s → %s, names %s', async (action, less, verdict, named) => {
  const result = await runWithout(action, less)
  const said = [...new Set(result.text.match(/(?<=`)[a-z-]+: (?:read|write)(?=`)/g))]
  expect({ verdict: result.verdict, said: said.filter((line) => line !== 'workflows: write') }).toEqual({
    verdict,
    said: named === null ? [] : [named],
  })
  if (named === null) expect(result.refused).toBe(0)
  expect(result.text).not.toMatch(/bug in Plumbline|^ +at .+:\d+:\d+\)?$/m)
})
