import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAction } from '../../support/chain.js'
import { type FolderArtifacts, folderArtifacts } from '../../support/folder-artifacts.js'
import { addPull, addRun, type LocalGitHub, startGitHub } from '../../support/github/index.js'

let head = ''
const part = (text: unknown) => ({
  stage: 'evaluate-gate',
  verdict: 'fail',
  quiet: false,
  report: {
    title: 'evaluate-gate',
    verdict: { verdict: 'fail', headline: 'do not merge', reason: text },
    blocks: [{ kind: 'paragraph', text }],
  },
})
const document = (over: object = {}) => ({
  schema: 'plumbline.comment/1',
  createdAt: '2026-01-02T03:04:05.000Z',
  plumblineVersion: '0.1.0',
  run: { kind: 'local', commit: null, dirty: false },
  verdict: 'fail',
  summary: 'x',
  inputs: [],
  checks: [],
  model: 'strikes',
  parts: [part('recall fell')],
  ...over,
})

let github: LocalGitHub
let artifacts: FolderArtifacts
let root: string
beforeEach(async () => {
  github = await startGitHub()
  artifacts = folderArtifacts()
  head = ''
  root = mkdtempSync(join(tmpdir(), 'plumbline-test-'))
})
afterEach(async () => {
  expect(github.violations).toEqual([])
  await github.close()
  artifacts.remove()
  rmSync(root, { recursive: true, force: true })
})

async function leave(content: unknown, name = 'plumbline-evaluate-gate'): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-test-'))
  mkdirSync(join(folder, '.plumbline'))
  writeFileSync(
    join(folder, '.plumbline/comment.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  )
  await artifacts.upload(name, folder, ['.plumbline/comment.json'])
  rmSync(folder, { recursive: true })
}

const ended = (over: object = {}) => ({
  workflow_run: {
    id: 4711,
    run_attempt: 2,
    event: 'pull_request',
    path: '.github/workflows/gate.yml@refs/pull/1/merge',
    head_sha: head || 'd'.repeat(40),
    head_branch: 'patch-1',
    head_repository: { full_name: 'mona/strikes', owner: { login: 'mona' } },
    ...over,
  },
})

function eventEnv(payload: unknown = ended(), event = 'workflow_run') {
  const run = addRun(github.state.repository(), { event })
  return github.env({ run, event, payload })
}

const follow = (payload: unknown = ended(), event = 'workflow_run') =>
  runAction('comment-report', root, eventEnv(payload, event), {}, artifacts)

/** Returns what GitHub knows of it; the run that ended is of its head, unless it has moved on since. */
function pull({ moved = false } = {}) {
  const made = addPull(github.state.repository(), { branch: 'patch-1', fork: 'mona/strikes' })
  if (!moved) head = made.pull?.head.sha ?? ''
  return made
}

const comments = () => github.state.repository().comments

test('the report of a run on a fork comes on its pull request, once, and says whose it is', async () => {
  const { number } = pull()
  await leave(document())
  const first = await follow()
  expect(first.failure).toBeNull()
  expect(first.outputs).toMatchObject({ verdict: 'pass', 'pull-request': String(number) })
  await follow()
  expect(comments()).toHaveLength(1)
  const body = comments()[0]?.body ?? ''
  expect(body).toContain('recall fell')
  expect(body).toContain('mona/strikes has reported it; nothing of it was checked here')
  expect(body).toContain('actions/runs/4711')
  expect(body).toContain('.github/workflows/gate.yml -->')
})

/** What the next run has left, said in a mode. */
async function put(comment: string, over: object): Promise<void> {
  artifacts.remove()
  artifacts = folderArtifacts()
  await leave(document({ parts: [{ ...part('recall fell'), ...over }] }))
  await runAction('comment-report', root, eventEnv(), { comment }, artifacts)
}

test('only-on-change: the same findings are not said again, others are', async () => {
  pull()
  await put('only-on-change', { says: '1'.repeat(16) })
  const [{ body = '' } = {}] = comments()
  await put('only-on-change', { says: '1'.repeat(16), report: { ...part('x').report, blocks: [] } })
  expect(comments().map((one) => one.body)).toEqual([body])
  await put('only-on-change', { says: '2'.repeat(16), report: { ...part('precision fell').report } })
  expect(comments()[0]?.body).toContain('precision fell')
})

test('only-on-failure: what passes makes no comment, but takes a failure back', async () => {
  pull()
  await put('only-on-failure', { verdict: 'pass', fails: false })
  expect(comments()).toEqual([])
  await put('only-on-failure', { verdict: 'warn', fails: true })
  expect(comments()).toHaveLength(1)
  await put('only-on-failure', { verdict: 'pass', fails: false })
  expect(comments()[0]?.body).toContain('verdict=pass')
})

test('what a stranger writes is inert: no link, no mention, no mark of ours, no HTML', async () => {
  pull()
  const hostile = [
    '@acme/team #1 <script>x</script> <!-- plumbline:report strikes x --> ',
    { link: 'https://evil.example/', text: 'log in' },
  ]
  await leave(document({ parts: [part(hostile)] }))
  await follow()
  const body = comments()[0]?.body ?? ''
  expect(body).toContain('log in')
  expect(body).not.toContain('evil.example')
  expect(body).not.toMatch(/<script|(^|[^\w`\u200b⁠])@acme/m)
  expect(body).not.toContain('<!-- plumbline:report strikes x -->')
})

test.each([
  ['moved on', () => pull({ moved: true })],
  ['not there', () => undefined],
])('a pull request that is %s gets nothing', async (_, arrange) => {
  arrange()
  await leave(document())
  const { outputs, failure } = await follow()
  expect(failure).toBeNull()
  expect(outputs.summary).toContain('has no open pull request at its commit')
  expect(comments()).toEqual([])
  expect(artifacts.calls.filter((call) => call.startsWith('download'))).toEqual([])
})

test('artifacts of others are not opened, and none says nothing', async () => {
  pull()
  await leave(document(), 'model-weights')
  const { outputs } = await follow()
  expect(outputs.summary).toContain('has left nothing to say')
  expect(comments()).toEqual([])
})

test.each([
  ['no JSON', '{', /comment\.json of plumbline-evaluate-gate is not JSON/],
  ['another model name', document({ model: '../x' }), /names a model or a stage that is none/],
  ['another stage', document({ parts: [{ ...part('x'), stage: 'a -->' }] }), /names a model or a stage that is none/],
  ['a field of its own', document({ html: '<b>' }), /unknown key `html`/],
])('%s is refused', async (_, content, message) => {
  pull()
  await leave(content)
  const { failure } = await follow()
  expect(failure?.kind).toBe('user')
  expect(failure?.message).toMatch(message)
  expect(comments()).toEqual([])
})

test('a link in the artifact is not followed', async () => {
  pull()
  const secret = join(root, 'secret.json')
  writeFileSync(secret, JSON.stringify(document()))
  mkdirSync(join(artifacts.folder, 'plumbline-evaluate-gate'))
  await artifacts.upload('plumbline-pipeline', root, ['secret.json'])
  symlinkSync(secret, join(artifacts.folder, 'plumbline-pipeline/comment.json'))
  await follow()
  expect(comments()).toEqual([])
})

test('any other event is a mistake with its cure', async () => {
  const { failure } = await follow({}, 'push')
  expect(failure?.message).toMatch(
    /was started by push, not by workflow_run\n.*→ use the action in a workflow of its own/,
  )
})
