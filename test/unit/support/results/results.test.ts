import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { evictCaches, type JobIdentity } from '../../../support/github/results/index.js'
import { type Server, startServer } from '../../../support/github/server.js'
import { addRepository } from '../../../support/github/state/state.js'
import { workspace } from '../../../support/run-bundle.js'
import { runResultsClient } from '../../../support/run-results-client.js'

let server: Server
let folder: ReturnType<typeof workspace>

beforeEach(async () => {
  server = await startServer([], '')
  addRepository(server.state, 'acme/strikes')
  folder = workspace({ 'model/model.json': '{"w":1}', 'model/notes.txt': 'notes', 'report.md': '# Report' })
})

afterEach(async () => {
  folder.remove()
  await server.close()
})

const JOB: JobIdentity = {
  repository: 'acme/strikes',
  run: 1000,
  attempt: 1,
  job: 'train',
  ref: 'refs/heads/main',
  defaultBranch: 'refs/heads/main',
}

const env = (identity: Partial<JobIdentity> = {}) => ({
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: server.at.api,
  ACTIONS_RESULTS_URL: `${new URL(server.at.api).origin}/`,
  ACTIONS_RUNTIME_TOKEN: server.identities.mint({ ...JOB, ...identity }),
  ACTIONS_CACHE_SERVICE_V2: 'True',
})

type Steps = Parameters<typeof runResultsClient>[2]
const run = async (identity: Partial<JobIdentity>, steps: Steps) =>
  (await runResultsClient(folder.path, env(identity), steps)).results
const at = (...path: string[]) => join(folder.path, ...path)
const ask = async (identity: Partial<JobIdentity>, method: string, body: object) => {
  const address = `${new URL(server.at.api).origin}/twirp/github.actions.results.api.v1.${method}`
  const authorization = `Bearer ${server.identities.mint({ ...JOB, ...identity })}`
  const headers = { authorization, 'content-type': 'application/json' }
  return (await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}
const repository = () => server.state.repository()
const upload = (name: string) => ['upload', name, [at('model/model.json'), at('report.md')], folder.path] as const

describe('artifacts', () => {
  test('are uploaded, listed, downloaded by another job of the run, and deleted', async () => {
    const [uploaded] = await run({}, [upload('model')])
    const { id, digest, size } = (uploaded as { value: { id: number; digest: string; size: number } }).value
    expect(repository().artifacts).toMatchObject([{ id, name: 'model', run: 1000, digest: `sha256:${digest}` }])

    const into = at('into')
    const expectedHash = `sha256:${digest}`
    const [listed, got, downloaded, deleted, after] = await run({ job: 'package' }, [
      ['list'],
      ['get', 'model'],
      ['download', id, { path: into, expectedHash }],
      ['delete', 'model'],
      ['list'],
    ])
    expect(listed?.value.artifacts).toMatchObject([{ id, name: 'model', size, digest: expectedHash }])
    expect(got?.value.artifact.id).toBe(id)
    expect(downloaded?.value).toEqual({ downloadPath: into, digestMismatch: false })
    expect(readFileSync(join(into, 'model/model.json'), 'utf8')).toBe('{"w":1}')
    expect(readFileSync(join(into, 'report.md'), 'utf8')).toBe('# Report')
    expect(deleted?.value).toEqual({ id })
    expect(after?.value.artifacts).toEqual([])
    expect(server.violations).toEqual([])
  })

  test('of one file may be kept as they are', async () => {
    const [uploaded] = await run({}, [['upload', 'any', [at('report.md')], folder.path, { skipArchive: true }]])
    await run({}, [['download', uploaded?.value.id, { path: folder.path }]])
    expect(repository().artifacts).toMatchObject([{ name: 'report.md', mime: 'text/markdown' }])
  })

  test('have a name once in an attempt of a run, and their content never changes', async () => {
    const [first, second] = await run({}, [upload('model'), upload('model')])
    expect(first?.error).toBeUndefined()
    expect(second?.error).toMatch(/\(409\) Conflict: an artifact with this name already exists on the workflow run/)
    const [elsewhere] = await run({ run: 1001 }, [upload('model')])
    expect(elsewhere?.error).toBeUndefined()
  })

  test('of an attempt that re-runs some jobs: the names of earlier attempts may be given again, theirs are seen too', async () => {
    await run({}, [upload('data'), upload('model')])
    const [again, listed, latest] = await run({ attempt: 2 }, [upload('model'), ['list'], ['list', { latest: true }]])
    expect(again?.error).toBeUndefined()
    const names = (result: typeof listed) => result?.value.artifacts.map(({ name }: { name: string }) => name)
    expect(names(listed)).toEqual(['data', 'model', 'model'])
    expect(names(latest)).toEqual(['model', 'data'])
    const [old] = await run({ attempt: 2 }, [['download', repository().artifacts[0]?.id, { path: at('old') }]])
    expect(old?.error).toBeUndefined()
    expect(existsSync(at('old/report.md'))).toBe(true)
  })

  test('of an attempt that re-runs all jobs: those of earlier attempts are not seen', async () => {
    await run({}, [upload('model')])
    const [listed] = await run({ attempt: 2, inherits: false }, [['list']])
    expect(listed?.value.artifacts).toEqual([])
  })

  test('of large files come in blocks', async () => {
    const big = Buffer.alloc(9 * 1024 * 1024)
    for (let i = 0; i < big.length; i += 4) big.writeUInt32LE(Math.imul(i, 2654435761) >>> 0, i)
    const large = workspace({ 'big.bin': big })
    try {
      const [uploaded] = (
        await runResultsClient(large.path, env(), [
          ['upload', 'big', [join(large.path, 'big.bin')], large.path, { compressionLevel: 0 }],
        ])
      ).results
      expect(uploaded?.value.size).toBeGreaterThan(big.length)
      expect(server.requests.filter(({ query }) => query.comp === 'block').length).toBe(2)
      await run({}, [['download', uploaded?.value.id, { path: at('big') }]])
      expect(readFileSync(at('big/big.bin')).equals(big)).toBe(true)
    } finally {
      large.remove()
    }
  })

  test('are refused to who is nobody, with the words of the service', async () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzY3AiOiJBY3Rpb25zLlJlc3VsdHM6YTpiIn0.x'
    const { results } = await runResultsClient(folder.path, { ...env(), ACTIONS_RUNTIME_TOKEN: token }, [['list']])
    expect(results[0]?.error).toMatch(/\(401\) Unauthorized: authentication failed/)
  })

  test('are masked by a signature that occurs nowhere else', async () => {
    const { log } = await runResultsClient(folder.path, env(), [upload('model')])
    expect(log).toMatch(/::add-mask::[\w-]{43}\n/)
  })
})

describe('caches', () => {
  const save = (key: string) => ['save', ['model'], key] as const
  const restore = (key: string, ...restoreKeys: string[]) => ['restore', ['model'], key, restoreKeys] as const

  test('are saved and restored by key, and by the beginning of a key', async () => {
    const [saved] = await run({}, [save('model-1')])
    expect(saved?.value).toBe(repository().caches[0]?.id)
    rmSync(at('model'), { recursive: true })
    const [hit, begins, none] = await run({ job: 'other' }, [
      restore('model-1'),
      restore('model-2', 'model-'),
      restore('data-1'),
    ])
    expect(hit?.value).toBe('model-1')
    expect(begins?.value).toBe('model-1')
    expect(none?.value).toBeNull()
    expect(readFileSync(at('model/model.json'), 'utf8')).toBe('{"w":1}')
    expect(server.violations).toEqual([])
  })

  test('a key is also taken as the beginning of one, which its caller has to look at', async () => {
    const [, found] = await run({}, [save('model-10'), restore('model-1')])
    expect(found?.value).toBe('model-10')
  })

  test('never change: the second to save a key is told so, and the entry stays', async () => {
    const { results, log } = await runResultsClient(folder.path, env(), [save('model-1'), save('model-1')])
    expect(results[1]?.value).toBe(-1)
    expect(log).toMatch(/Failed to save: Unable to reserve cache with key model-1/)
    expect(repository().caches).toHaveLength(1)
  })

  const pull = { ref: 'refs/pull/7/merge', base: 'refs/heads/next' }
  const looks: readonly [string, Partial<JobIdentity>, Partial<JobIdentity>, boolean][] = [
    ['a branch reads its own', { ref: 'refs/heads/a' }, { ref: 'refs/heads/a' }, true],
    ['a branch reads that of the default branch', {}, { ref: 'refs/heads/a' }, true],
    ['a branch does not read that of another', { ref: 'refs/heads/a' }, { ref: 'refs/heads/b' }, false],
    ['a pull request reads that of the default branch', {}, pull, true],
    ['a pull request reads that of its base', { ref: 'refs/heads/next' }, pull, true],
    ['the default branch does not read that of a pull request', pull, {}, false],
    ['a pull request does not read that of another', pull, { ref: 'refs/pull/8/merge' }, false],
    ['a tag does not read that of another tag', { ref: 'refs/tags/v1' }, { ref: 'refs/tags/v2' }, false],
    ['a tag reads that of the default branch', {}, { ref: 'refs/tags/v2' }, true],
  ]
  test.each(looks)('%s', async (_title, writer, reader, seen) => {
    const version = '0'.repeat(64)
    const ref = { ...JOB, ...writer }.ref
    const stored = server.bytes.keep('content')
    repository().caches.push({ id: 1, key: 'k', version, ref, stored, createdAt: '2026-01-01', usedAt: '2026-01-01' })
    const found = await ask(reader, 'CacheService/GetCacheEntryDownloadURL', { key: 'k', version })
    expect(found).toMatchObject({ ok: seen, matched_key: seen ? 'k' : '' })
  })

  test('a run that may only read is told so in words', async () => {
    await run({}, [save('k')])
    const { results, log } = await runResultsClient(folder.path, env({ caches: 'read' }), [save('l'), restore('k')])
    expect(results.map(({ value }) => value)).toEqual([-1, 'k'])
    expect(log).toMatch(/cache write denied: token has no writable scopes/)
    const none = await runResultsClient(folder.path, env({ caches: 'none' }), [restore('k')])
    expect(none.log).toMatch(/cache read denied: token has no readable scopes/)
  })

  test('the entry that was not used for longest is evicted first', async () => {
    const start = Date.now()
    let minutes = 0
    server.state.now = () => new Date(start + 60_000 * minutes++)
    await run({}, [save('a'), save('b'), restore('a')])
    evictCaches(repository(), repository().caches[0]?.stored?.size ?? 0)
    expect(repository().caches.map(({ key }) => key)).toEqual(['a'])
  })
})

test('what no client may send is a violation', async () => {
  const reply = await ask({}, 'CacheService/CreateCacheEntry', { key: 'a,b', version: '0'.repeat(64), extra: 1 })
  expect(reply).toMatchObject({ code: 'invalid_argument' })
  expect(server.violations).toHaveLength(1)
  expect(server.violations[0]).toMatch(/CacheService.CreateCacheEntry: .*extra/)
})

test('the storage takes no token, and gives nothing to a wrong signature', async () => {
  const given = `${server.at.storage}/actions-results/0011?sig=abc`
  expect((await fetch(given, { method: 'PUT', body: 'x' })).status).toBe(403)
  expect((await fetch(given, { method: 'PUT', body: 'x', headers: { authorization: 'Bearer x' } })).status).toBe(400)
})
