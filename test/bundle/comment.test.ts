import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BOT, type LocalGitHub, startGitHub, TOKEN } from '../support/github-comments.js'
import { type BundleRun, nodes, runBundle, workspace } from '../support/run-bundle.js'
import { parseEnvFile } from '../support/runner-files.js'

const CONFIG = `model: strikes
registry: .plumbline-registry
task: binary
data: { test: test.csv, target: hit, positive: "1", id: id }
predict: { command: node predict.mjs }
evaluate:
  rules:
    - { metric: roc_auc, min: 0.6 }
`

/** The score of a row is its column x. What the program is started with is kept, for it is code of the pull request. */
const PREDICT = `import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
writeFileSync('environment.json', JSON.stringify(process.env))
createInterface({ input: process.stdin }).on('line', (line) => console.log(JSON.parse(line).x))
`

const MARKER = '<!-- plumbline:report strikes .github/workflows/model.yml -->'
const COMMENTS = '/repos/acme/strikes/issues/7/comments'
const [LIST, CREATE, WHO] = [`GET ${COMMENTS}`, `POST ${COMMENTS}`, 'POST /graphql']
const update = (id: number) => `PATCH /repos/acme/strikes/issues/comments/${id}`
const readAgain = (id: number) => `GET /repos/acme/strikes/issues/comments/${id}`
const addressOf = (id: number) => `https://github.com/acme/strikes/pull/7#issuecomment-${id}`

const side = (repository: string, sha: string) => ({ sha, repo: { full_name: repository } })
const PULL = { number: 7, head: side('acme/strikes', 'c'.repeat(40)), base: side('acme/strikes', 'b'.repeat(40)) }
const FORK = { ...PULL, head: side('mona/strikes', 'c'.repeat(40)) }

let work: ReturnType<typeof workspace>
let github: LocalGitHub
beforeEach(async () => {
  work = workspace({ 'plumbline.yml': CONFIG, 'predict.mjs': PREDICT, 'test.csv': rows(0.9) })
  github = await startGitHub()
})
afterEach(async () => {
  work.remove()
  await github.close()
  expect(github.violations).toEqual([])
})

/** Rows whose score tells the class in this share of them. */
function rows(right: number): string {
  const lines = Array.from({ length: 400 }, (_, index) => {
    const hit = index % 2
    const score = (index * 0.618) % 1 < right ? 0.6 + 0.3 * hit - 0.3 * (1 - hit) : 0.5
    return `r${index},${(score + ((index * 0.37) % 1) / 10).toFixed(4)},${hit}`
  })
  return `id,x,hit\n${lines.join('\n')}\n`
}

interface Options {
  readonly action?: string
  readonly node?: string
  readonly event?: string
  readonly payload?: unknown
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

function gate({ action = 'evaluate-gate', node, event = 'pull_request', payload, inputs, env }: Options = {}) {
  const events = workspace({ 'event.json': JSON.stringify(payload ?? { action: 'synchronize', pull_request: PULL }) })
  return runBundle(action, {
    cwd: work.path,
    inputs: { 'github-token': TOKEN, ...inputs },
    env: {
      GITHUB_API_URL: github.url,
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: join(events.path, 'event.json'),
      GITHUB_REF: 'refs/pull/7/merge',
      ...env,
    },
    ...(node === undefined ? {} : { node }),
  }).finally(() => events.remove())
}

const warnings = (run: BundleRun) => run.annotations.filter(({ level }) => level === 'warning')

/** Everything but the comment is as it would have been. */
function expectVerdictAlone(run: BundleRun, verdict: 'pass' | 'fail' = 'pass'): void {
  const document = JSON.parse(readFileSync(join(work.path, '.plumbline/evaluation.json'), 'utf8'))
  expect(run.outputs).toMatchObject({ verdict, summary: document.summary, 'comment-url': '' })
  expect(run.code).toBe(verdict === 'pass' ? 0 : 1)
  expect(document.verdict).toBe(verdict)
  expect(run.summary).toContain(readFileSync(join(work.path, '.plumbline/evaluation.md'), 'utf8').trim())
  expect(run.stdout + run.stderr).not.toMatch(/^ +at .+:\d+:\d+\)?$/m)
}

describe.each(nodes())('on $name', ({ node }) => {
  test('the report comes as a comment, is brought up to date in place, and left alone when nothing changed', async () => {
    const first = await gate({ node })
    expect(first.code).toBe(0)
    expect(first.outputs).toMatchObject({ verdict: 'pass', 'comment-url': addressOf(101) })
    expect(github.log).toEqual([LIST, CREATE, LIST])
    expect(github.requests[0]?.query).toEqual({ per_page: '100', page: '1' })
    const [comment] = github.comments
    expect(comment?.body).toMatch(/^<!-- plumbline:part .*-->\n\n### ✓ pass · evaluate-gate: /)
    expect(comment?.body).toContain(
      'commit `ccccccc` · [run 1000](https://github.com/acme/strikes/actions/runs/1000)\n\n',
    )
    expect(comment?.body.trimEnd().endsWith(MARKER)).toBe(true)

    const again = await gate({ node })
    expect(again.outputs['comment-url']).toBe(addressOf(101))
    expect(github.log.slice(3)).toEqual([LIST, WHO])

    writeFileSync(join(work.path, 'test.csv'), rows(0))
    const changed = await gate({ node })
    expect(changed.code).toBe(1)
    expect(changed.outputs).toMatchObject({ verdict: 'fail', 'comment-url': addressOf(101) })
    expect(github.log.slice(5)).toEqual([LIST, WHO, update(101), readAgain(101)])
    expect(github.comments.map(({ id }) => id)).toEqual([101])
    expect(github.comments[0]?.body).toMatch(/^<!-- plumbline:part .*-->\n\n### ✗ fail · evaluate-gate: /)
    for (const run of [first, again, changed]) expect(warnings(run)).toEqual([])
  })

  test.each([
    ['an error of GitHub', { status: 500 }],
    ['a cut connection', 'cut'],
  ] as const)('%s changes neither verdict nor exit code, and is one warning', async (_, fault) => {
    github.fail(/^POST/, fault)
    const run = await gate({ node })
    expectVerdictAlone(run)
    expect(warnings(run)).toHaveLength(1)
    expect(warnings(run)[0]?.message).toMatch(
      /^evaluate-gate: the report is not on pull request #7: .*GitHub.*\n.*run the step again/,
    )
    expect(github.log).toEqual([LIST, CREATE, LIST])
  })
})

test('a comment whose answer was cut short is found again', async () => {
  github.fail(/^POST .*comments/, 'cut-after', 1)
  const run = await gate()
  expect(run.outputs['comment-url']).toBe(addressOf(101))
  expect(warnings(run)).toEqual([])
  expect(github.comments).toHaveLength(1)
})

test('ours is found behind pages of others, and marked comments of others are left alone', async () => {
  await github.close()
  github = await startGitHub({ largestPage: 30 })
  github.add('mona', `I say:\n\n${MARKER}\n`)
  github.add('plumb[bot]', `### ✓ pass\n\n${MARKER}\n`)
  for (let index = 0; index < 61; index++) github.add('mona', `comment ${index}\n\n> ${MARKER}`)
  const ours = github.add(BOT, `old\n\n${MARKER}\n`)
  const others = github.comments.filter((comment) => comment !== ours).map((comment) => ({ ...comment }))
  const run = await gate()
  expect(run.outputs['comment-url']).toBe(addressOf(ours.id))
  expect(github.log).toEqual([LIST, WHO, LIST, LIST, update(ours.id), readAgain(ours.id)])
  expect(ours.body).toContain('### ✓ pass')
  expect(github.comments.filter((comment) => comment !== ours)).toEqual(others)
})

test('without a comment of ours one is made beside those of others', async () => {
  const theirs = github.add('mona', `### ✗ fail\n\n${MARKER}\n`)
  const run = await gate()
  expect(github.log).toEqual([LIST, WHO, CREATE, LIST])
  expect(run.outputs['comment-url']).toBe(addressOf(102))
  expect(theirs.body).toBe(`### ✗ fail\n\n${MARKER}\n`)
})

describe('a token that may only read', () => {
  beforeEach(async () => {
    await github.close()
    github = await startGitHub({ tokens: { [TOKEN]: { login: BOT, access: 'read' } } })
  })

  test('the warning names the permission to add; verdict and exit code are those of the gate', async () => {
    const run = await gate()
    expectVerdictAlone(run)
    expect(warnings(run).map(({ message }) => message)).toEqual([
      `evaluate-gate: the report is not on pull request #7: GitHub answered 403, "Resource not accessible by integration"
    → add \`pull-requests: write\` to the permissions of the job; a token of your own needs the same right on this repository
The verdict stands, and the report is in the step summary.`,
    ])
    expect(github.comments).toEqual([])
  })

  test('a verdict that fails fails as it would without', async () => {
    writeFileSync(join(work.path, 'test.csv'), rows(0))
    const run = await gate()
    expectVerdictAlone(run, 'fail')
    expect(warnings(run)).toHaveLength(1)
  })

  test('a fork is told where its report is, and how it comes to the pull request', async () => {
    const run = await gate({ payload: { pull_request: FORK } })
    expectVerdictAlone(run)
    expect(warnings(run)).toEqual([])
    const notices = run.annotations.filter(({ level }) => level === 'notice').map(({ message }) => message)
    expect(notices).toEqual([expect.stringMatching(/from a fork.*step summary.*workflow_run/)])
  })
})

test.each([
  [404, 'Not Found', /does not see it/],
  [422, 'Validation Failed', /report this line/],
  [403, 'Unable to create comment because issue is locked.', /locked/],
])('%i changes nothing but the comment', async (status, message, words) => {
  github.fail(/^POST/, { status, message })
  const run = await gate()
  expectVerdictAlone(run)
  expect(warnings(run)).toHaveLength(1)
  expect(warnings(run)[0]?.message).toMatch(words)
})

test('a wrong token is named', async () => {
  const run = await gate({ inputs: { 'github-token': 'ghs_wrong' } })
  expectVerdictAlone(run)
  expect(warnings(run)[0]?.message).toMatch(/401, "Bad credentials"\n.*`github-token`/)
})

test('a GitHub that is not there is a warning', async () => {
  await github.close()
  const run = await gate()
  expectVerdictAlone(run)
  expect(warnings(run)[0]?.message).toMatch(/no answer from GitHub \(.*ECONNREFUSED/)
})

describe('no request is made', () => {
  test.each<[string, Options]>([
    ['for a push', { event: 'push', payload: { ref: 'refs/heads/main', head_commit: { id: 'c' } } }],
    ['for an issue', { event: 'issue_comment', payload: { issue: { number: 7 } } }],
    ['without a token', { inputs: { 'github-token': '' } }],
    ['when the comment is off', { inputs: { comment: 'off' } }],
    ['without an event', { env: { GITHUB_EVENT_PATH: '/nowhere/event.json' } }],
  ])('%s', async (_, options) => {
    const run = await gate(options)
    expectVerdictAlone(run)
    expect(warnings(run)).toEqual([])
    expect(github.log).toEqual([])
  })
})

test('a comment on a pull request leads to it', async () => {
  const run = await gate({ event: 'issue_comment', payload: { issue: { number: 7, pull_request: {} } } })
  expect(run.outputs['comment-url']).toBe(addressOf(101))
})

test('GitHub Enterprise Server', async () => {
  await github.close()
  github = await startGitHub({ prefix: '/api/v3' })
  github.add(BOT, `old\n${MARKER}`)
  await gate()
  expect(github.log).toEqual([
    `GET /api/v3${COMMENTS}`,
    'POST /api/graphql',
    'PATCH /api/v3/repos/acme/strikes/issues/comments/101',
    'GET /api/v3/repos/acme/strikes/issues/comments/101',
  ])
})

test('the chain hands token and choice on to the gate', async () => {
  const inputs = { stages: 'evaluate-gate' }
  const run = await gate({ action: 'pipeline', inputs })
  expect(run.code).toBe(0)
  expect(run.outputs['comment-url']).toBe(addressOf(101))
  // The chain looks whether it had said that it stopped.
  const all = [LIST, CREATE, LIST, LIST]
  expect(github.log).toEqual(all)
  const off = await gate({ action: 'pipeline', inputs: { ...inputs, comment: 'off' } })
  expect(off.outputs['comment-url']).toBe('')
  expect(github.log).toEqual(all)

  github.fail(/^GET .*comments/, { status: 403, message: 'Resource not accessible by integration' })
  const refused = await gate({ action: 'pipeline', inputs })
  expect(refused.code).toBe(0)
  expect(refused.outputs).toMatchObject({ verdict: 'pass', 'comment-url': '' })
  expect(warnings(refused)[0]?.message).toMatch(/^evaluate-gate: the report is not on pull request #7/)
})

test('the token is masked, and neither the log nor a document nor a program of the model has it', async () => {
  github.fail(/^POST/, { status: 500 })
  const run = await gate()
  expect(run.stdout.split('\n')).toContain(`::add-mask::${TOKEN}`)
  const said = run.stdout.replace(`::add-mask::${TOKEN}`, '') + run.stderr + run.summary + JSON.stringify(run.outputs)
  expect(said).not.toContain(TOKEN)
  const files = readdirSync(work.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
  expect(texts.some((text) => text.includes('GITHUB_REPOSITORY'))).toBe(true)
  expect(texts.filter((text) => text.includes(TOKEN))).toEqual([])
})

test('document, summary and outputs are written before GitHub is asked', async () => {
  const written = ['.plumbline/evaluation.json', 'outputs', 'summary'].map((name) => join(work.path, name))
  const seen: string[][] = []
  await github.close()
  github = await startGitHub({ onRequest: () => seen.push(written.map((path) => readFileSync(path, 'utf8'))) })
  const [, GITHUB_OUTPUT = '', GITHUB_STEP_SUMMARY = ''] = written
  for (const path of [GITHUB_OUTPUT, GITHUB_STEP_SUMMARY]) writeFileSync(path, '')
  await gate({ env: { GITHUB_OUTPUT, GITHUB_STEP_SUMMARY } })
  const [document = '', outputs = '', summary = ''] = seen[0] ?? []
  expect(JSON.parse(document).verdict).toBe('pass')
  expect(parseEnvFile(outputs)).toMatchObject({ verdict: 'pass', summary: JSON.parse(document).summary })
  expect(summary).toMatch(/^### ✓ pass/)
})
