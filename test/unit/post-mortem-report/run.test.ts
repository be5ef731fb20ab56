import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { postMortemReport } from '../../../actions/post-mortem-report/action.js'
import { PostMortem } from '../../../shared/contracts/post-mortem.js'
import { checkOf } from '../../../shared/core/check.js'
import { githubRunRef } from '../../../shared/core/run-ref.js'
import type { Artifacts } from '../../../shared/github/artifacts.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import {
  addCommit,
  addJob,
  addRun,
  type LocalGitHub,
  type NewRun,
  type Run,
  startGitHub,
  type TokenOptions,
} from '../../support/github/index.js'
import { githubOf } from '../../support/github-client.js'
import { evaluation } from './incidents.js'

const at = (minute: number, second = 0) => new Date(Date.UTC(2026, 1, 20, 12, minute, second))
const WORKFLOW = '.github/workflows/model.yml'

let local: LocalGitHub
let fake: FakeContext | undefined
beforeEach(async () => {
  local = await startGitHub()
})
afterEach(async () => {
  await fake?.cleanup()
  await local.close()
  expect(local.violations).toEqual([])
})
const repository = () => local.state.repository()

const line = (minute: number, second: number, text: string) =>
  `${at(minute, second).toISOString().replace('Z', '0000Z')} ${text}`
const LOG = (error = 'ModuleNotFoundError: No module named lightgbm') =>
  [
    line(10, 0, '##[group]Run python src/train.py'),
    line(10, 0, '##[endgroup]'),
    line(10, 1, '  File "src/train.py", line 7, in <module>'),
    line(10, 1, error),
    line(10, 2, '##[error]Process completed with exit code 1.'),
  ].join('\n')

interface Planted {
  run?: NewRun
  log?: string | null
  step?: string
  message?: string
}

/** A good run, a commit, and a run that failed at a step. */
function plant({ run = {}, log = LOG(), step = 'Train it', message = 'Use lightgbm' }: Planted = {}): Run {
  addRun(repository(), { workflow: WORKFLOW, conclusion: 'success', createdAt: at(0) })
  addCommit(repository(), { message, files: { 'src/train.py': 'import lightgbm', 'requirements.txt': 'pandas' } })
  const bad = addRun(repository(), { workflow: WORKFLOW, conclusion: 'failure', createdAt: at(9), ...run })
  addJob(repository(), bad, { name: 'lint', conclusion: 'success', startedAt: at(9), completedAt: at(9, 5) })
  addJob(repository(), bad, {
    name: 'train',
    conclusion: 'failure',
    steps: { 'Set up job': 'success', [step]: 'failure', 'Post checkout': 'skipped' },
    log,
    startedAt: at(10),
    completedAt: at(10, 2),
  })
  return bad
}

interface Options {
  about?: Run
  named?: number
  own?: Run
  token?: TokenOptions
  artifacts?: Artifacts
  issue?: 'update' | 'off'
  documents?: Readonly<Record<string, unknown>>
}

async function report({ about, named, own, token, artifacts, issue = 'update', documents = {} }: Options) {
  await fake?.cleanup()
  const reporter = own ?? addRun(repository(), { workflow: '.github/workflows/post-mortem.yml', event: 'workflow_run' })
  const payload = about && { workflow_run: { id: about.id, run_attempt: about.attempt } }
  const env = local.env({ run: reporter, ...(payload && { payload }), ...(token && { token: local.token(token) }) })
  fake = await fakeContext({
    now: at(30),
    env,
    run: githubRunRef(env),
    github: await githubOf(env),
    ...(artifacts && { artifacts }),
    files: Object.fromEntries(
      Object.entries(documents).map(([name, one]) => [`.plumbline/${name}.json`, JSON.stringify(one)]),
    ),
    config: { model: 'strikes', registry: '.plumbline-registry' },
  })
  const inputs = { issue, ...(named !== undefined && { 'run-id': named }) }
  const outcome = await postMortemReport.run(inputs as never, fake.ctx)
  const text = (name: string) => readFile(join(fake?.root ?? '', '.plumbline', name), 'utf8')
  const document = PostMortem.parse(JSON.parse(await text('post-mortem.json')))
  const published = await outcome.publish?.(null)
  return { outcome, document, published, markdown: await text('post-mortem.md') }
}

const issues = () => repository().issues
const reasons = (document: PostMortem) => document.notCollected.map(({ what, reason }) => `${what}: ${reason}`)

test('after a failed run: step, error, earlier runs, commits in between and an issue', async () => {
  const bad = plant()
  const { outcome, document, published, markdown } = await report({ about: bad })
  expect(outcome).toMatchObject({
    verdict: 'warn',
    outputs: { class: 'workflow', 'failed-stage': 'Train it (job train)' },
  })
  expect(outcome.summary).toBe('Train it (job train) failed first: ModuleNotFoundError: No module named lightgbm')
  expect(document.workflow).toMatchObject({
    run: { id: bad.id, event: 'push', branch: 'main', conclusion: 'failure', file: WORKFLOW },
    failed: { job: 'train', step: 'Train it', command: 'python src/train.py', exitCode: 1 },
    failures: 1,
    range: { status: 'ahead', total: 1, commits: [{ title: 'Use lightgbm' }] },
  })
  expect(document.workflow?.range?.files.sort()).toEqual(['requirements.txt', 'src/train.py'])
  expect(document.hypotheses[0]).toMatchObject({ statement: 'A file that the error names was changed.', points: 5 })
  expect(document.timeline.map(({ event }) => event)).toEqual([
    expect.stringMatching(/^last good run/),
    expect.stringMatching(/began \(push on main\)$/),
    'First failure. job train, step Train it failed',
  ])
  expect(document.title).toBe('Train it (job train) failed')
  expect(markdown).toContain('Where it broke')
  expect(markdown).not.toContain('version on trial')
  expect(published).toMatchObject({ 'issue-url': expect.stringMatching(/issues\/1$/) })
  expect(issues()).toMatchObject([{ state: 'open', labels: ['plumbline-post-mortem'] }])
  expect(local.log.length).toBeLessThanOrEqual(20)
})

test('the same failure in a later run has the same signature and the same issue; another one has its own', async () => {
  const first = await report({ about: plant() })
  const later = plant({ run: { createdAt: at(20) } })
  const second = await report({ about: later })
  expect(second.document.signature).toBe(first.document.signature)
  expect(issues()).toHaveLength(1)
  const other = await report({ about: plant({ run: { createdAt: at(25) }, log: LOG('KeyError: price') }) })
  expect(other.document.signature).not.toBe(first.document.signature)
  expect(issues()).toHaveLength(2)
})

test('a run is named by its number', async () => {
  const bad = plant()
  expect((await report({ named: bad.id })).document.workflow?.run.id).toBe(bad.id)
})

test('the same commit good and bad: nothing in the repository changed', async () => {
  addRun(repository(), { workflow: WORKFLOW, conclusion: 'success', createdAt: at(0) })
  const bad = addRun(repository(), { workflow: WORKFLOW, conclusion: 'failure', createdAt: at(9) })
  addJob(repository(), bad, {
    conclusion: 'failure',
    steps: { Train: 'failure' },
    log: LOG(),
    startedAt: at(10),
    completedAt: at(10, 2),
  })
  const { document } = await report({ about: bad })
  expect(document.findings[0]).toMatch(/^Nothing in the repository changed between the last good run/)
})

test('inside the failing run the documents of its stages lead, and the log that is not there yet is said', async () => {
  addRun(repository(), { workflow: WORKFLOW, conclusion: 'success', createdAt: at(0) })
  const own = addRun(repository(), { workflow: WORKFLOW, createdAt: at(9) })
  addJob(repository(), own, {
    name: 'model',
    status: 'in_progress',
    steps: { Gate: 'failure', Report: null },
    startedAt: at(10),
  })
  const check = checkOf('fail', { rule: 'metric', subject: 'recall', message: 'recall fell' })
  const { outcome, document } = await report({
    own,
    documents: { evaluation: evaluation(at(10).toISOString(), [check]) },
  })
  expect(outcome.outputs).toMatchObject({ 'failed-stage': 'evaluate-gate', class: 'quality-gate' })
  expect(document.workflow?.run).toMatchObject({ id: own.id, conclusion: null })
  expect(document.consequences).toEqual([])
  expect(reasons(document)).toContain('log of job model: the job goes on, and GitHub has its log when it has ended')
})

test('documents of another run come out of its artifacts', async () => {
  const bad = plant()
  const check = checkOf('fail', { rule: 'metric', subject: 'recall', message: 'recall fell' })
  const asked: string[] = []
  const artifacts: Artifacts = {
    upload: async () => ({ id: 1, url: '', digest: null }),
    list: async () => [
      { id: 1, name: 'plumbline-evaluate-gate', bytes: 1000, digest: null },
      { id: 2, name: 'plumbline-train', bytes: 5e9, digest: null },
    ],
    download: async (name, into, from) => {
      asked.push(`${name} of ${from?.runId}`)
      const path = join(into, '.plumbline/evaluation.json')
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, JSON.stringify(evaluation(at(9, 30).toISOString(), [check])))
      return true
    },
  }
  const { outcome, document } = await report({ about: bad, artifacts })
  expect(outcome.outputs['failed-stage']).toBe('evaluate-gate')
  expect(document.failure?.source).toBe(`run ${bad.id}/evaluation.json`)
  expect(document.consequences).toContainEqual({
    stage: 'Train it (job train)',
    message: 'failed: ModuleNotFoundError: No module named lightgbm',
  })
  expect(asked).toEqual([`plumbline-evaluate-gate of ${bad.id}`])
  expect(reasons(document).join('\n')).toMatch(/artifact plumbline-train of run \d+: it has .*more than is read/)
})

test('a good run is no incident; a cancelled one and one of a pull request open no issue', async () => {
  const good = addRun(repository(), { workflow: WORKFLOW, conclusion: 'success' })
  expect((await report({ about: good })).outcome.verdict).toBe('pass')
  const cancelled = addRun(repository(), { workflow: WORKFLOW, conclusion: 'cancelled' })
  expect((await report({ about: cancelled })).outcome).toMatchObject({ verdict: 'inconclusive' })
  await report({ about: plant({ run: { event: 'pull_request' } }) })
  await report({ about: plant(), issue: 'off' })
  expect(issues()).toEqual([])
})

test('what may not be read is said with the line to add, and the report is made', async () => {
  const { outcome, document, published } = await report({ about: plant(), token: { permissions: { issues: 'write' } } })
  expect(outcome.verdict).toBe('inconclusive')
  expect(reasons(document).join('\n')).toMatch(/^run \d+: .*403.*`actions: read`/m)
  expect(published).toBeUndefined()
  const gone = await report({ about: plant({ log: null }) })
  expect(gone.document.failure?.stage).toBe('Train it (job train)')
  expect(reasons(gone.document).join('\n')).toMatch(/log of job train: /)
})

test('a refused issue is thrown for one warning, after the document is written', async () => {
  const about = plant()
  const token = { permissions: { actions: 'read', contents: 'read' } } as const
  await expect(report({ about, token })).rejects.toMatchObject({
    name: 'UserError',
    problems: [{ cure: expect.stringContaining('`issues: write`') }],
  })
})

test('hostile names, messages and logs are inert, and no secret leaves', async () => {
  const evil = '<img src=x onerror=alert(1)> @everyone --> `x` | ::error::PWNED ##[add-mask]PWNED'
  const token = `ghp_${'a1B2'.repeat(9)}`
  const error = `ValueError: ${evil} ${token}\n${line(10, 1, '```')}\n${line(10, 1, '<!-- plumbline:end -->')}`
  const bad = plant({ run: { branch: 'main' }, log: LOG(error), step: evil, message: `${evil}\n\n${evil}` })
  const { markdown, document } = await report({ about: bad })
  for (const text of [markdown, issues()[0]?.body ?? '', issues()[0]?.title ?? '']) {
    expect(text).not.toContain('a1B2')
  }
  for (const text of [markdown, issues()[0]?.body ?? '']) {
    const live = text.replace(/^(`{3,}|~{3,}).*\n[\s\S]*?^\1$/gm, '')
    expect(live).not.toMatch(/<img|(?<![\w>])@everyone|^::error|##\[add-mask/m)
    expect(text).not.toMatch(/^\s*::error|##\[add-mask/m)
  }
  expect(issues()[0]?.body?.split('<!-- plumbline:end -->')).toHaveLength(2)
  expect(document.workflow?.failed?.excerpt).not.toContain('a1B2')
})

/** Requests of a report with an issue, without a fault; one of them goes to the storage of logs. */
const CALLS = 13

describe('a fault at any request: the report is made, and the next run leaves one issue', () => {
  for (const [kind, moment] of [
    [{ status: 500 }, 'before'],
    [{ status: 502 }, 'after'],
    [{ status: 403, message: 'Resource not accessible by integration' }, 'before'],
    ['cut', 'after'],
  ] as const) {
    for (let k = 1; k <= CALLS; k++) {
      test(`${JSON.stringify(kind)} ${moment} request ${k}`, async () => {
        const about = plant()
        local.fault({ at: k }, kind, moment)
        await report({ about }).catch((error: unknown) => expect(error).toMatchObject({ name: 'UserError' }))
        const { outcome, document } = await report({ about })
        expect(outcome.verdict).toBe('warn')
        const own = issues().filter(({ body }) => body?.includes(document.signature))
        expect(own.filter(({ state }) => state === 'open')).toHaveLength(1)
      })
    }
  }
})

test('so many requests are made', async () => {
  await report({ about: plant() })
  expect(local.log).toHaveLength(CALLS)
})
