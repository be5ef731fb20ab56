import { getOctokit } from '@actions/github'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { upsertComment } from '../../../shared/github/comments.js'
import type { GitHub } from '../../../shared/github/github.js'
import { openGitHub } from '../../../shared/github/open.js'
import { answerLimit, clientOptions } from '../../../shared/github/policy.js'
import { BOT, type LocalGitHub, startGitHub, TOKEN } from '../../support/github-comments.js'

const MARKER = '<!-- plumbline:x -->'
const COMMENTS = '/repos/acme/strikes/issues/7/comments'
const [LIST, CREATE] = [`GET ${COMMENTS}`, `POST ${COMMENTS}`]

let github: LocalGitHub
let said: string[]
beforeEach(async () => {
  github = await startGitHub()
  said = []
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

/** Octokit as the runtime makes it, with less patience. */
function open(baseUrl = github.url): Promise<GitHub> {
  const patience = { answer: 0.5, wait: 2, retry: 0.001 }
  const note = (message: string) => void said.push(message)
  const log = { debug: note, info: note, notice: note, warning: note, error: note, progress: note }
  const options = clientOptions({ ...log, group: (_, body) => body() }, patience)
  // A limiter of its own: otherwise each new comment waits three seconds for the one before.
  const throttle = { ...options.throttle, id: `${baseUrl} ${Math.random()}` }
  const client = getOctokit(TOKEN, { ...options, throttle, baseUrl }, answerLimit(patience), retry, throttling)
  return openGitHub({ GITHUB_REPOSITORY: 'acme/strikes' }, async () => client)
}

const upsert = async (body: string) =>
  upsertComment(await open(), 7, { marker: MARKER, body: `${body}\n\n${MARKER}\n` })
const limited = { status: 403, message: 'You have exceeded a secondary rate limit. Please wait.' }

test.each([
  ['an error of the server', { status: 502 }],
  ['a cut connection', 'cut'],
  ['no answer', 'hang'],
] as const)('%s: a read is asked again', async (_, fault) => {
  github.fail(/^GET/, fault, 2)
  expect((await upsert('a')).change).toBe('created')
  expect(github.log).toEqual([LIST, LIST, LIST, CREATE])
})

test('a read is given up after the third time', async () => {
  github.fail(/^GET/, { status: 500 })
  await expect(upsert('a')).rejects.toMatchObject({ status: 500 })
  expect(github.log).toEqual([LIST, LIST, LIST])
})

test.each([
  ['an error of the server', { status: 502 }],
  ['a connection cut before', 'cut'],
  ['a connection cut after the effect', 'cut-after'],
  ['no answer', 'hang'],
] as const)('%s: a new comment is not asked for a second time', async (_, fault) => {
  github.fail(/^POST/, fault)
  await expect(upsert('a')).rejects.toThrow()
  expect(github.log).toEqual([LIST, CREATE])
})

test('a comment that was made although the answer was lost is found by the next run', async () => {
  github.fail(/^POST .*comments/, 'cut-after', 1)
  await expect(upsert('a')).rejects.toThrow(/cut short/)
  expect((await upsert('b')).change).toBe('updated')
  expect(github.comments.map(({ body }) => body)).toEqual([`b\n\n${MARKER}\n`])
})

test('an update is asked again: it has the same effect twice', async () => {
  github.add(BOT, `a\n\n${MARKER}`)
  github.fail(/^PATCH/, { status: 502 }, 1)
  expect((await upsert('b')).change).toBe('updated')
  expect(github.log.filter((name) => name.startsWith('PATCH'))).toHaveLength(2)
})

test.each([403, 404, 422, 401])('%i is not asked again', async (status) => {
  github.fail(/^POST/, { status })
  await expect(upsert('a')).rejects.toMatchObject({ status })
  expect(github.log).toEqual([LIST, CREATE])
})

describe('limits of requests', () => {
  test('a short wait that GitHub asks for is kept, once, for a new comment too: it was refused before its effect', async () => {
    github.fail(/^POST/, { ...limited, headers: { 'retry-after': '1' } }, 1)
    expect((await upsert('a')).change).toBe('created')
    expect(github.log).toEqual([LIST, CREATE, CREATE])
    expect(said.join()).toContain('asks to wait 1 seconds: waiting')
  })

  test('a second one ends it', async () => {
    github.fail(/^POST/, { ...limited, headers: { 'retry-after': '1' } })
    await expect(upsert('a')).rejects.toMatchObject({ status: 403 })
    expect(github.log).toEqual([LIST, CREATE, CREATE])
  })

  test.each([
    ['in seconds', { 'retry-after': '3600' }],
    [
      'as the time of the reset',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600) },
    ],
  ])('a long wait %s is not kept', async (_, headers) => {
    const message = 'retry-after' in headers ? limited.message : 'API rate limit exceeded for installation.'
    github.fail(/^GET/, { status: 403, message, headers })
    await expect(upsert('a')).rejects.toMatchObject({ status: 403 })
    expect(github.log).toEqual([LIST])
    expect(said.join()).toMatch(/asks to wait \d{4,} seconds: not waiting/)
  })
})

test('GitHub Enterprise Server: both ways of asking lie below /api', async () => {
  const enterprise = await startGitHub({ prefix: '/api/v3' })
  enterprise.add(BOT, `a\n${MARKER}`)
  const result = await upsertComment(await open(enterprise.url), 7, { marker: MARKER, body: `b\n${MARKER}` })
  await enterprise.close()
  expect(result.change).toBe('updated')
  expect(enterprise.log).toEqual([
    `GET /api/v3${COMMENTS}`,
    'POST /api/graphql',
    'PATCH /api/v3/repos/acme/strikes/issues/comments/101',
  ])
})
