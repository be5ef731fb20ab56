import type { GitHub } from '../../../shared/github/github.js'
import { addIssue, type FaultAnswer, type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { githubOf, logTo } from '../../support/github-client.js'

const COMMENTS = '/repos/acme/strikes/issues/7/comments'
const [READ, CREATE, UPDATE] = [`GET ${COMMENTS}`, `POST ${COMMENTS}`, 'PATCH /repos/acme/strikes/issues/7']
const [AT, ABOUT] = ['/repos/{owner}/{repo}/issues/{issue_number}', { undone: 'x', needs: 'issues: write' }]

let local: LocalGitHub
let github: GitHub
let said: string[]
beforeEach(async () => {
  local = await startGitHub()
  addIssue(local.state.repository(), { number: 7 })
  said = []
  github = await open()
})
afterEach(async () => {
  await local.close()
  expect(local.violations).toEqual([])
})

type Options = Parameters<typeof githubOf>[1]
const open = (options: Options = {}) =>
  githubOf(local.env(), { log: logTo((message) => void said.push(message)), ...options })
const read = () => github.ask(`GET ${AT}/comments`, { issue_number: 7 }, ABOUT)
const create = (body = 'a') => github.ask(`POST ${AT}/comments`, { issue_number: 7, body }, ABOUT)
const update = () => github.ask(`PATCH ${AT}`, { issue_number: 7, body: 'b' }, ABOUT)
const comments = () => local.state.repository().comments.map(({ body }) => body)
const told = (seconds: string) => ({ 'retry-after': seconds })

describe('what fails on the way', () => {
  test.each([
    ['an error of the server', { status: 502 }, 'before'],
    ['a cut connection', 'cut', 'before'],
    ['an answer that is cut short', 'cut', 'after'],
    ['no answer', 'hang', 'before'],
  ] as const)('%s: a read is asked again', async (_, fault, moment) => {
    if (fault === 'hang') github = await open({ patience: { answer: 0.5 } })
    local.fault({ on: /^GET/, times: 2 }, fault, moment)
    expect((await read()).data).toEqual([])
    expect(local.log).toEqual([READ, READ, READ])
  })

  test('a read is given up after the third time', async () => {
    local.fault({ on: /^GET/ }, { status: 500 })
    await expect(read()).rejects.toMatchObject({ status: 500 })
    expect(local.log).toEqual([READ, READ, READ])
  })

  test.each([
    ['an error of the server', { status: 502 }, 'before'],
    ['an error of the server after the effect', { status: 502 }, 'after'],
    ['a connection cut before', 'cut', 'before'],
    ['an answer that is cut short', 'cut', 'after'],
    ['no answer', 'hang', 'after'],
  ] as const)('%s: something new is not asked for a second time', async (_, fault, moment) => {
    if (fault === 'hang') github = await open({ patience: { answer: 0.5 } })
    local.fault({ on: /^POST/ }, fault, moment)
    await expect(create()).rejects.toThrow()
    expect(local.log).toEqual([CREATE])
    expect(comments()).toEqual(moment === 'after' ? ['a'] : [])
  })

  test('a change is asked again: it has the same effect twice', async () => {
    local.fault({ on: /^PATCH/, times: 1 }, { status: 502 }, 'after')
    await update()
    expect(local.log).toEqual([UPDATE, UPDATE])
  })

  test('a query is asked again, although it is a POST', async () => {
    local.fault({ on: /graphql/, times: 1 }, 'cut')
    expect(await github.graphql('query { viewer { login } }', {}, ABOUT)).toEqual({
      viewer: { login: 'github-actions[bot]' },
    })
  })

  test.each([403, 404, 422, 401])('%i is not asked again', async (status) => {
    local.fault({ on: /./ }, { status })
    await expect(create()).rejects.toMatchObject({ status })
    await expect(read()).rejects.toMatchObject({ status })
    expect(local.log).toEqual([CREATE, READ])
  })
})

describe('limits of requests', () => {
  const limited = { status: 403, message: 'You have exceeded a secondary rate limit. Please wait.' }

  test('a short wait that GitHub asks for is kept, for something new too: it was refused before its effect', async () => {
    local.fault({ on: /^POST/, times: 1 }, { ...limited, headers: told('1') })
    await create()
    expect(local.log).toEqual([CREATE, CREATE])
    expect(comments()).toEqual(['a'])
    expect(said).toContain('GitHub asks to wait 1 second: waiting.')
  })

  test('a second one ends it', async () => {
    local.fault({ on: /^POST/ }, { ...limited, headers: told('1') })
    await expect(create()).rejects.toMatchObject({ status: 403 })
    expect(local.log).toEqual([CREATE, CREATE])
  })

  test.each([
    ['in seconds', { 'retry-after': '3600' }],
    [
      'as the time of the reset',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600) },
    ],
  ])('a long wait %s is not kept', async (_, headers) => {
    const message = 'retry-after' in headers ? limited.message : 'API rate limit exceeded for installation.'
    local.fault({ on: /^GET/ }, { status: 403, message, headers })
    await expect(read()).rejects.toMatchObject({ status: 403 })
    expect(local.log).toEqual([READ])
    expect(said.join()).toMatch(/asks to wait 3,[56]\d\d seconds: not waiting/)
  })
})

describe('waits that the plugins of octokit do not see', () => {
  const overloaded = { status: 503, message: 'Service Unavailable', headers: told('1') }

  test('503 that names a wait: the next try of a read comes after it', async () => {
    local.fault({ on: /^GET/, times: 1 }, overloaded)
    await read()
    expect(local.log).toEqual([READ, READ])
    expect(said).toContain('GitHub asks to wait 1 second: waiting.')
  })

  test('503 that names a long wait is an error of the server like any other', async () => {
    local.fault({ on: /^GET/ }, { ...overloaded, headers: told('3600') })
    await expect(read()).rejects.toMatchObject({ status: 503 })
    expect(local.log).toEqual([READ, READ, READ])
  })

  test('503 for something new, whose effect is not known, is not asked again', async () => {
    local.fault({ on: /^POST/ }, overloaded)
    await expect(create()).rejects.toMatchObject({ status: 503 })
    expect(local.log).toEqual([CREATE])
  })

  const soon = new Date(Date.now() + 1000).toUTCString()
  test.each<[string, FaultAnswer]>([
    ['429', { status: 429, message: 'Too Many Requests', headers: told('1') }],
    ['403', { status: 403, message: 'You have triggered an abuse detection mechanism.', headers: told('1') }],
    ['a date', { status: 429, message: 'Too Many Requests', headers: told(soon) }],
  ])('a limit without the usual words is waited for once: %s', async (_, fault) => {
    local.fault({ on: /^POST/, times: 1 }, fault)
    await create()
    expect(local.log).toEqual([CREATE, CREATE])
    local.fault({ on: /^PATCH/ }, fault)
    await expect(update()).rejects.toMatchObject({ status: fault.status })
    expect(local.log.slice(2)).toEqual([UPDATE, UPDATE])
  })

  test('429 that names no time is a minute, as the manual says: too long here', async () => {
    local.fault({ on: /^GET/ }, { status: 429, message: 'Too Many Requests' })
    await expect(read()).rejects.toMatchObject({ status: 429 })
    expect(local.log).toEqual([READ])
    expect(said).toContain('GitHub asks to wait 60 seconds: not waiting.')
  })

  test('what was read from a stream is not sent a second time', async () => {
    const fetch = async () => new Response('', { status: 429, headers: told('1') })
    const busy = await open({ fetch })
    const upload = (data: unknown) => busy.ask('POST /repos/{owner}/{repo}/releases/1/assets', { data }, ABOUT)
    await expect(upload(new Blob(['x']).stream())).rejects.toMatchObject({ status: 429 })
    expect(said).toContain('GitHub asks to wait 1 second: not waiting.')
    expect(said).not.toContain('GitHub asks to wait 1 second: waiting.')
    await expect(upload(new Blob(['x']))).rejects.toMatchObject({ status: 429 })
    expect(said).toContain('GitHub asks to wait 1 second: waiting.')
  })
})

describe('many requests', () => {
  /** Most of twelve requests to a route that were under way at once; none is answered before `expected` are. */
  async function most(route: string, expected: number): Promise<number> {
    let [now, top] = [0, 0]
    let answer = () => {}
    const answered = new Promise<void>((resolve) => {
      answer = resolve
    })
    const fetch = async () => {
      now += 1
      top = Math.max(top, now)
      // A while longer, for one more than there should be.
      if (now === expected) setTimeout(answer, 100)
      await answered
      now -= 1
      return new Response('{}', { headers: { 'content-type': 'application/json' } })
    }
    const counted = await open({ fetch })
    await Promise.all(Array.from({ length: 12 }, () => counted.ask(route, {}, ABOUT)))
    return top
  }

  test.each([
    ['PATCH /repos/{owner}/{repo}/releases/1', 1],
    ['POST https://uploads.github.com/repos/{owner}/{repo}/releases/1/assets', 3],
    ['GET /repos/{owner}/{repo}/releases', 10],
  ])('writes go one after another, uploads three at a time, reads ten: %s', async (route, expected) => {
    expect(await most(route, expected)).toBe(expected)
  })

  test('writes beyond those that may follow each other at once come later, and none is lost', async () => {
    github = await open({ patience: { burst: 3 } })
    await Promise.all(['a', 'b', 'c', 'd'].map((body) => create(body)))
    expect(comments()).toEqual(['a', 'b', 'c', 'd'])
  })

  test('each is a line for debugging, with its number, and no value in it', async () => {
    local.fault({ on: /^GET/, times: 1 }, 'cut')
    await read()
    await create('secret of ours')
    expect(said).toEqual([
      `GitHub 1: GET ${AT}/comments: no answer`,
      `GitHub 2: GET ${AT}/comments: 200`,
      `GitHub 3: POST ${AT}/comments: 201`,
    ])
  })
})

test('GitHub Enterprise Server: both ways of asking lie below /api', async () => {
  const enterprise = await startGitHub({ prefix: '/api/v3' })
  addIssue(enterprise.state.repository(), { number: 7 })
  github = await githubOf(enterprise.env())
  await create()
  await github.graphql('query { viewer { login } }', {}, ABOUT)
  await enterprise.close()
  expect(github.server).toBe('ghes')
  expect(enterprise.log).toEqual([`POST /api/v3${COMMENTS}`, 'POST /api/graphql'])
  expect(enterprise.violations).toEqual([])
})
