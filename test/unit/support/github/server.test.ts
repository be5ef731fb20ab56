import {
  addIssue,
  addLabel,
  addPull,
  addRelease,
  type LocalGitHub,
  startGitHub,
} from '../../../support/github/index.js'
import { PERMISSIONS, type Permission } from '../../../support/github/tokens.js'
import { ask, HERE, kitOf, refused } from './support.js'

const ISSUES = '/repos/acme/strikes/issues'

let github: LocalGitHub
const repository = () => github.state.repository()
const open = async (options?: Parameters<typeof startGitHub>[0]) => {
  github = await startGitHub(options)
}
afterEach(() => github.close())

describe('pages', () => {
  beforeEach(() => open())

  test('have at most 100 entries and lead to each other', async () => {
    for (let count = 0; count < 205; count++) addLabel(repository(), { name: `label-${count}` })
    const all = await kitOf(github).paginate('GET /repos/{owner}/{repo}/labels', { ...HERE, per_page: 500 })
    expect(all).toHaveLength(205)
    expect(github.log.filter((line) => line.endsWith('/labels'))).toHaveLength(3)
    const link = (await ask(github, '/repos/acme/strikes/labels?per_page=100&page=2')).headers.get('link')
    const rels = (link ?? '').split(', ').map((part) => /[?&]page=(\d+)>; rel="(\w+)"/.exec(part)?.slice(1).join(' '))
    expect(rels).toEqual(['1 prev', '3 next', '3 last', '1 first'])
    expect((await ask(github, '/repos/acme/strikes/labels')).headers.get('link')).toContain('page=7>; rel="last"')
    expect(github.violations).toEqual([])
  })

  test('that have not changed are not given again', async () => {
    const etag = (await ask(github, ISSUES)).headers.get('etag') ?? ''
    const unchanged = await ask(github, ISSUES, { headers: { 'if-none-match': etag } })
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ''])
    addIssue(repository())
    expect((await ask(github, ISSUES, { headers: { 'if-none-match': etag } })).status).toBe(200)
  })
})

describe('tokens', () => {
  test('without a private repository is not told that it is there', async () => {
    await open()
    expect(await refused(kitOf(github, { repository: 'acme/other' }).rest.repos.get(HERE))).toMatchObject({
      status: 404,
    })
    expect((await fetch(`${github.url}/repos/acme/strikes`)).status).toBe(404)
    const wrong = await ask(github, ISSUES, { token: 'ghs_wrong' })
    expect([wrong.status, await wrong.json()]).toMatchObject([401, { message: 'Bad credentials' }])
  })

  test('nobody needs one to read what is public, and nobody writes without', async () => {
    await open({ isPrivate: false })
    expect((await fetch(`${github.url}${ISSUES}`)).status).toBe(200)
    const none = kitOf(github, { permissions: {} }).rest.issues
    expect((await none.listForRepo(HERE)).data).toEqual([])
    expect(await refused(none.create({ ...HERE, title: 'x' }))).toMatchObject({ status: 403 })
    const body = JSON.stringify({ title: 'x' })
    const headers = { 'content-type': 'application/json' }
    expect((await fetch(`${github.url}${ISSUES}`, { method: 'POST', body, headers })).status).toBe(401)
  })

  const sha = 'head'
  const number = 7
  const writes: [Permission, string, (kit: ReturnType<typeof kitOf>['rest']) => Promise<unknown>][] = [
    ['contents', 'a release', ({ repos }) => repos.createRelease({ ...HERE, tag_name: 'a@v1.0.0', draft: true })],
    ['issues', 'an issue', ({ issues }) => issues.create({ ...HERE, title: 'x' })],
    [
      'deployments',
      'a deployment',
      ({ repos }) => repos.createDeployment({ ...HERE, ref: 'main', required_contexts: [] }),
    ],
    ['checks', 'a check run', ({ checks }) => checks.create({ ...HERE, name: 'gate', head_sha: sha })],
    ['statuses', 'a status', ({ repos }) => repos.createCommitStatus({ ...HERE, sha, state: 'success' })],
    ['pull-requests', 'a comment', ({ issues }) => issues.createComment({ ...HERE, issue_number: number, body: 'x' })],
  ]
  test.each(writes)('%s: write is what it takes to make %s', async (permission, _, write) => {
    await open()
    addPull(repository(), { number })
    repository().refs.set('refs/heads/head', repository().refs.get('refs/heads/main') ?? '')
    const all = Object.fromEntries(PERMISSIONS.map((name) => [name, 'write'])) as Record<Permission, 'write' | 'read'>
    const others = { ...all, [permission]: 'read', ...(permission === 'pull-requests' ? { issues: 'read' } : {}) }
    expect(await refused(write(kitOf(github, { permissions: others as typeof all }).rest))).toEqual({
      status: 403,
      message: 'Resource not accessible by integration',
    })
    await write(kitOf(github, { permissions: { [permission]: 'write' } }).rest)
    expect(github.violations).toEqual([])
  })

  test('for pull requests alone reach no issues', async () => {
    await open()
    addIssue(repository(), { number: 1 })
    const { issues } = kitOf(github, { permissions: { 'pull-requests': 'write' } }).rest
    expect(await refused(issues.createComment({ ...HERE, issue_number: 1, body: 'x' }))).toMatchObject({ status: 403 })
  })
})

describe('limits', () => {
  beforeEach(() => open())

  test('are counted, and told when they are used up', async () => {
    github.state.rateLimit.remaining = 1
    const last = await ask(github, ISSUES)
    expect([last.status, last.headers.get('x-ratelimit-remaining')]).toEqual([200, '0'])
    const over = await ask(github, ISSUES)
    expect([over.status, over.headers.get('x-ratelimit-remaining')]).toEqual([403, '0'])
    expect((await over.json()) as object).toMatchObject({ message: expect.stringContaining('API rate limit exceeded') })
  })
})

describe('faults', () => {
  beforeEach(() => open())
  const create = () => kitOf(github).rest.issues.create({ ...HERE, title: 'x' })

  test('meet the k-th request, with their status, words and headers', async () => {
    github.fault(
      { at: 2 },
      { status: 403, message: 'You have exceeded a secondary rate limit.', headers: { 'retry-after': '1' } },
    )
    await create()
    const limited = await ask(github, ISSUES)
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([403, '1'])
    expect((await ask(github, ISSUES)).status).toBe(200)
    expect(github.requests.map(({ number, status }) => [number, status])).toEqual([
      [1, 201],
      [2, 403],
      [3, 200],
    ])
  })

  test.each([
    ['before', 0],
    ['midway', 0],
    ['after', 1],
  ] as const)('come %s the effect of what they match', async (moment, made) => {
    github.fault({ on: /^POST .*issues$/, times: 1 }, { status: 500 }, moment)
    expect(await refused(create())).toEqual({ status: 500, message: 'Server Error' })
    expect(repository().issues).toHaveLength(made)
    await create()
    expect(repository().issues).toHaveLength(made + 1)
  })

  test('cut the connection, or say nothing', async () => {
    github.fault({ at: 1 }, 'cut')
    github.fault({ at: 2 }, 'cut', 'after')
    github.fault({ at: 3 }, 'hang', 'after')
    await expect(ask(github, ISSUES)).rejects.toThrow(/fetch failed/)
    await expect(ask(github, ISSUES).then((answer) => answer.text())).rejects.toThrow(/terminated|fetch failed/)
    const body = JSON.stringify({ title: 'x' })
    const asked = ask(github, ISSUES, { method: 'POST', body, signal: AbortSignal.timeout(500) })
    await expect(asked).rejects.toThrow(/timeout|aborted/)
    expect(repository().issues).toHaveLength(1)
    expect(github.requests.map(({ status }) => status)).toEqual([null, null, null])
  })

  test('meet downloads as well, and a late answer is whole', async () => {
    const content = 'x'.repeat(1_000_000)
    const [asset] = addRelease(repository(), { tag: 'a@v1.0.0', assets: { a: content } }).assets
    const download = async () => {
      const headers = { accept: 'application/octet-stream' }
      const { headers: given } = await ask(github, `/repos/acme/strikes/releases/assets/${asset?.id}`, { headers })
      return (await fetch(given.get('location') ?? '')).text()
    }
    github.fault({ on: /^GET \/content/, times: 1 }, 'cut', 'after')
    await expect(download()).rejects.toThrow(/terminated/)
    github.fault({ on: /^GET \/content/, times: 1 }, { delay: 10 })
    expect(await download()).toBe(content)
  })
})

describe('violations', () => {
  beforeEach(() => open())
  const post = (path: string, body: unknown) => ask(github, path, { method: 'POST', body: JSON.stringify(body) })

  test.each([
    ['a field that is not known', { tag_name: 'a', tag: 'a' }, 201, 'body/tag is not known'],
    ['a required one that is missing', { tag: 'a' }, 422, "body must have required property 'tag_name'"],
    ['a field of another type', { tag_name: 'a', make_latest: true }, 422, 'body/make_latest must be string'],
  ])('%s', async (_, body, status, words) => {
    const answer = await post('/repos/acme/strikes/releases', body)
    expect(answer.status).toBe(status)
    expect(github.violations.join('\n')).toContain(`POST /repos/acme/strikes/releases: ${words}`)
  })

  test('a value that is not one of those allowed, with the words of GitHub for it', async () => {
    await post('/repos/acme/strikes/deployments', { ref: 'main', required_contexts: [] })
    const [deployment] = repository().deployments
    const answer = await post(`/repos/acme/strikes/deployments/${deployment?.id}/statuses`, { state: 'done' })
    expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([
      422,
      expect.stringContaining("For 'properties/state', done is not a member of"),
    ])
    expect(github.violations.join()).toContain('/state must be equal to one of the allowed values: error, failure')
  })

  test('a field within a list, and more than GitHub takes at once', async () => {
    const sha = repository().refs.get('refs/heads/main')
    const one = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm', line: 1 }
    const output = { title: 't', summary: 's', annotations: Array(51).fill(one) }
    const answer = await post('/repos/acme/strikes/check-runs', { name: 'gate', head_sha: sha, output })
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('No more than 50 items are allowed') })
    expect(github.violations.join()).toContain('/output/annotations/0/line is not known')
  })

  test('a query that is not known, or of another type', async () => {
    await ask(github, `${ISSUES}?label=drift`)
    await ask(github, `${ISSUES}?per_page=many`)
    expect(github.violations).toEqual([
      `GET ${ISSUES}: query/label is not known`,
      `GET ${ISSUES}: query/per_page must be integer`,
    ])
  })

  test('a reply of our own that is not of the form', async () => {
    Object.assign(addIssue(repository()), { state: 'done', createdAt: 'yesterday', title: 7 })
    await ask(github, `${ISSUES}/1`)
    expect(github.violations).toEqual([
      `GET ${ISSUES}/1: reply 200: /title must be string`,
      `GET ${ISSUES}/1: reply 200: /created_at must match format "date-time"`,
    ])
  })

  test('an operation that is not there, and a request that does not say who asks', async () => {
    expect((await ask(github, '/repos/acme/strikes/hooks')).status).toBe(404)
    await ask(github, ISSUES, { headers: { authorization: `Basic ${github.token()}` } })
    expect(github.violations).toEqual([
      "GET /repos/acme/strikes/hooks: the local GitHub's api has no such thing",
      `GET ${ISSUES}: authorization Basic`,
    ])
  })
})

test('a GitHub Enterprise Server has its API below a prefix, and uploads and GraphQL beside it', async () => {
  await open({ prefix: '/api/v3' })
  const kit = kitOf(github)
  const { data } = await kit.rest.repos.createRelease({ ...HERE, tag_name: 'a@v1.0.0', draft: true })
  expect(new URL(data.upload_url).pathname).toMatch(/^\/api\/uploads\/repos\/acme\/strikes\/releases\/\d+\/assets/)
  expect(new URL(data.url).pathname).toMatch(/^\/api\/v3\/repos/)
  const env = github.env()
  expect(env.GITHUB_GRAPHQL_URL).toMatch(/\/api\/graphql$/)
  expect(env.GITHUB_SERVER_URL).toBe(new URL(github.url).origin)
  expect(env).not.toHaveProperty('ACTIONS_RESULTS_URL')
  expect(await kit.graphql('{ viewer { login } }')).toEqual({ viewer: { login: 'github-actions[bot]' } })
  expect(github.violations).toEqual([])
})

test('the variables of the runner tell of the run, its pull request and the token', async () => {
  await open()
  addPull(repository(), { number: 7, branch: 'features' })
  const token = github.token({ permissions: 'read-all' })
  const env = github.env({ token, pull: 7, job: 'gate' })
  expect(env).toMatchObject({
    GITHUB_API_URL: github.url,
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_HEAD_REF: 'features',
    GITHUB_JOB: 'gate',
    GITHUB_REF: 'refs/pull/7/merge',
    GITHUB_REPOSITORY: 'acme/strikes',
    GITHUB_RUN_ID: String(repository().runs[0]?.id),
    GITHUB_TOKEN: token,
    ACTIONS_CACHE_SERVICE_V2: 'True',
  })
})
