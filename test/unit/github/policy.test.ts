import { getOctokit } from '@actions/github'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import type { Log } from '../../../shared/core/context.js'
import { upsertComment } from '../../../shared/github/comments.js'
import { openGitHub } from '../../../shared/github/open.js'
import { clientOptions, clientPlugin, type Patience } from '../../../shared/github/policy.js'
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
function open(baseUrl = github.url, { burst = 20, fetch }: { burst?: number; fetch?: typeof globalThis.fetch } = {}) {
  const patience: Patience = { answer: 0.5, wait: 2, retry: 0.001, burst }
  const note = (message: string) => void said.push(message)
  const log: Log = {
    debug: note,
    info: note,
    notice: note,
    warning: note,
    error: note,
    progress: note,
    group: (_, body) => body(),
  }
  const options = { ...clientOptions(log, patience), baseUrl, ...(fetch && { request: { fetch } }) }
  const client = getOctokit(TOKEN, options, clientPlugin(log, patience), retry, throttling)
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
    expect(said.join()).toContain('asks to wait 1 second: waiting')
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
    expect(said.join()).toMatch(/asks to wait 3,[56]\d\d seconds: not waiting/)
  })
})

describe('waits that the plugins of octokit do not see', () => {
  const told = (seconds: string) => ({ 'retry-after': seconds })
  const overloaded = { status: 503, message: 'Service Unavailable', headers: told('1') }

  test('503 that names a wait: the next try of a read comes after it', async () => {
    github.fail(/^GET/, overloaded, 1)
    expect((await upsert('a')).change).toBe('created')
    expect(github.log).toEqual([LIST, LIST, CREATE])
    expect(said).toContain('GitHub asks to wait 1 second: waiting.')
  })

  test('503 that names a long wait is an error of the server like any other', async () => {
    github.fail(/^GET/, { ...overloaded, headers: told('3600') })
    await expect(upsert('a')).rejects.toMatchObject({ status: 503 })
    expect(github.log).toEqual([LIST, LIST, LIST])
  })

  test('503 for a new comment, whose effect is not known, is not asked again', async () => {
    github.fail(/^POST/, overloaded)
    await expect(upsert('a')).rejects.toMatchObject({ status: 503 })
    expect(github.log).toEqual([LIST, CREATE])
  })

  test.each([
    ['429', { status: 429, message: 'Too Many Requests', headers: told('1') }],
    ['403', { status: 403, message: 'You have triggered an abuse detection mechanism.', headers: told('1') }],
    ['a date', { status: 429, message: 'Too Many Requests', headers: told(new Date(Date.now() + 800).toUTCString()) }],
  ])('a limit without the usual words is waited for once: %s', async (_, fault) => {
    github.fail(/^POST/, fault, 1)
    expect((await upsert('a')).change).toBe('created')
    expect(github.log).toEqual([LIST, CREATE, CREATE])
    github.fail(/^PATCH/, fault)
    await expect(upsert('b')).rejects.toMatchObject({ status: fault.status })
    expect(github.log.filter((name) => name.startsWith('PATCH'))).toHaveLength(2)
  })

  test('429 that names no time is a minute, as the manual says: too long here', async () => {
    github.fail(/^GET/, { status: 429, message: 'Too Many Requests' })
    await expect(upsert('a')).rejects.toMatchObject({ status: 429 })
    expect(github.log).toEqual([LIST])
    expect(said).toContain('GitHub asks to wait 60 seconds: not waiting.')
  })

  test('what was read from a stream is not sent a second time', async () => {
    const kit = await open(undefined, { fetch: async () => new Response('', { status: 429, headers: told('1') }) })
    const upload = (data: unknown) =>
      kit.ask('POST /repos/{owner}/{repo}/releases/1/assets', { data }, { undone: 'x', needs: 'contents: write' })
    await expect(upload(new Blob(['x']).stream())).rejects.toMatchObject({ status: 429 })
    expect(said.filter((line) => line.startsWith('GitHub asks'))).toEqual([
      'GitHub asks to wait 1 second: not waiting.',
    ])
    await expect(upload(new Blob(['x']))).rejects.toMatchObject({ status: 429 })
    expect(said).toContain('GitHub asks to wait 1 second: waiting.')
  })
})

describe('many requests', () => {
  /** Most requests of each kind that were under way at once. */
  async function most(routes: readonly string[]): Promise<number> {
    let [now, top] = [0, 0]
    const fetch = async () => {
      now += 1
      top = Math.max(top, now)
      await new Promise((resolve) => setTimeout(resolve, 40))
      now -= 1
      return new Response('{}', { headers: { 'content-type': 'application/json' } })
    }
    const kit = await open(undefined, { fetch })
    await Promise.all(routes.map((route) => kit.ask(route, {}, { undone: 'x', needs: 'x' })))
    return top
  }
  const many = (route: string) => Array.from({ length: 12 }, () => route)

  test('writes go one after another, uploads three at a time, reads ten', async () => {
    expect(await most(many('PATCH /repos/{owner}/{repo}/releases/1'))).toBe(1)
    expect(await most(many('POST https://uploads.github.com/repos/{owner}/{repo}/releases/1/assets'))).toBe(3)
    expect(await most(many('GET /repos/{owner}/{repo}/releases'))).toBe(10)
  })

  test('writes beyond those that may follow each other at once come later, and none is lost', async () => {
    const kit = await open(undefined, { burst: 3 })
    const about = { undone: 'x', needs: 'x' }
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
    await Promise.all(['a', 'b', 'c', 'd'].map((body) => kit.ask(route, { issue_number: 7, body }, about)))
    expect(github.comments.map(({ body }) => body)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('each is a line for debugging, with its number, and no value in it', async () => {
    github.fail(/^GET/, 'cut', 1)
    await upsert('secret of ours')
    const path = '/repos/{owner}/{repo}/issues/{issue_number}/comments'
    expect(said).toEqual([
      `GitHub 1: GET ${path}: no answer`,
      `GitHub 2: GET ${path}: 200`,
      `GitHub 3: POST ${path}: 201`,
    ])
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
