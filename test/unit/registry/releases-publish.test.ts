import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { draftLine } from '../../../shared/registry/releases-lines.js'
import { LOCAL_DRAFT } from '../../support/draft-line.js'
import {
  addAsset,
  addCommit,
  addRelease,
  addRun,
  type LocalGitHub,
  type LocalGitHubOptions,
  startGitHub,
} from '../../support/github/index.js'
import { openTestRegistry, releasesIn } from '../../support/release-registry.js'
import { sampleDraft, sampleManifest } from '../../support/sample-package.js'

const FILES = { 'model/weights ü.bin': 'w', 'predict.mjs': 'p' }

let github: LocalGitHub
let scratch: string
const start = async (options: LocalGitHubOptions = {}) => {
  await github?.close()
  github = await startGitHub(options)
}
beforeEach(async () => {
  await start()
  scratch = await mkdtemp(join(tmpdir(), 'plumbline-publish-'))
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
  await rm(scratch, { recursive: true, force: true })
})

const repository = () => github.state.repository()
const draft = (files: Record<string, string> = FILES, version?: string, model = 'fraud') =>
  sampleDraft(join(scratch, 'source'), model, files, version)
const publish = async (env = github.env(), files: Record<string, string> = FILES, version?: string) =>
  (await openTestRegistry(env)).publish(await draft(files, version))
const oneVersion = { published: ['fraud@v1.0.0'], drafts: 0 }

describe('a published version', () => {
  it('is a release with its tag at the commit of the run, never the latest of the repository', async () => {
    await publish()
    const [release] = repository().releases
    expect(release).toMatchObject({ tag: 'fraud@v1.0.0', name: 'fraud@v1.0.0', draft: false, prerelease: false })
    expect(repository().refs.get('refs/tags/fraud@v1.0.0')).toBe(github.env().GITHUB_SHA)
    expect(repository().latest).toBeNull()
    expect(release?.assets.map(({ name, label, state }) => [name, label, state]).sort()).toEqual([
      ['manifest.json', '', 'uploaded'],
      ['model-weights-8e3b76bb.bin', 'model/weights ü.bin', 'uploaded'],
      ['predict.mjs', '', 'uploaded'],
    ])
    expect(release?.body).toMatch(/^## fraud 1\.0\.0\n/)
    expect(release?.body).toMatch(
      /\n<!-- plumbline:version \{"manifest":"sha256:[0-9a-f]{64}","content":"sha256:[0-9a-f]{64}"\} -->\n$/,
    )
  })

  it('uploads the manifest last, and publishes with one request', async () => {
    await publish()
    const id = repository().releases[0]?.id
    expect(
      github.requests.map(({ method, path, query }) =>
        `${method} ${path.split('/strikes/')[1]} ${query.name ?? ''}`.trim(),
      ),
    ).toEqual([
      'GET releases',
      'GET git/ref/tags/fraud@v1.0.0',
      'POST releases',
      expect.stringMatching(/^POST releases\/\d+\/assets (model-|predict)/),
      expect.stringMatching(/^POST releases\/\d+\/assets (model-|predict)/),
      `POST releases/${id}/assets manifest.json`,
      'GET releases',
      `PATCH releases/${id}`,
      `GET releases/${id}`,
    ])
  })

  it('with twelve files takes 19 requests, and the same again 2 and one of the storage', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`model/${i}.bin`, `${i}`]))
    await publish(github.env(), files)
    expect(github.requests).toHaveLength(19)
    await publish(github.env(), files)
    expect(github.requests.slice(19).map(({ origin }) => origin)).toEqual(['api', 'api', 'storage'])
  })

  it('is sent without a copy in memory, which fetch keeps where it may be redirected', async () => {
    const sent: unknown[] = []
    const noting: typeof fetch = (address, options) => {
      if (options?.body instanceof Blob) sent.push([options.window, options.redirect])
      return fetch(address, options)
    }
    await (await openTestRegistry(github.env(), { fetch: noting })).publish(await draft())
    expect(sent).toEqual(Array(3).fill([null, 'error']))
  })

  it('is a prerelease when its number says so', async () => {
    await publish(github.env(), FILES, '1.0.0-rc.1')
    expect(repository().releases[0]).toMatchObject({ tag: 'fraud@v1.0.0-rc.1', prerelease: true })
  })

  it('is published on an immutable repository too', async () => {
    await start({ immutableReleases: true })
    await publish()
    expect(repository().releases[0]).toMatchObject({ immutable: true })
    expect((await publish()).outcome).toBe('unchanged')
  })

  it('lies on a GitHub Enterprise Server as well', async () => {
    await start({ prefix: '/api/v3' })
    const registry = await openTestRegistry(github.env())
    const { version } = await registry.publish(await draft())
    expect(await registry.versions('fraud')).toEqual([version])
    expect(registry.address).toBe(`${new URL(github.url).origin}/acme/strikes/releases`)
    await registry.fetch('fraud@v1.0.0', join(scratch, 'out'))
  })

  it('is found among three hundred releases, with one request per hundred', async () => {
    for (let i = 0; i < 300; i++) addRelease(repository(), { tag: `app-${i}` })
    await publish()
    const before = github.requests.length
    const registry = await openTestRegistry(github.env())
    expect((await registry.versions('fraud')).map(({ tag }) => tag)).toEqual(['fraud@v1.0.0'])
    expect(github.requests.length - before).toBe(4)
  })
})

describe('what can be known to fail creates nothing', () => {
  const created = () => github.log.filter((line) => !line.startsWith('GET'))

  it('more files than a release takes', async () => {
    const files = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, 'x']))
    await expect(publish(github.env(), files)).rejects.toMatchObject({
      problems: [
        {
          message: 'the package makes 1001 assets, and a release on GitHub takes at most 1000',
          cure: 'pack small files into an archive before, and name that under package.files',
        },
      ],
    })
    expect(created()).toEqual([])
  })

  it('a number that a release of a person has taken', async () => {
    addRelease(repository(), { tag: 'fraud@v1.0.0', body: 'by hand' })
    await expect(publish()).rejects.toMatchObject({
      problems: [
        {
          message: 'fraud@v1.0.0 cannot be published: a release of that name is no model version',
          cure: 'take another package.version, or `auto`',
        },
      ],
    })
    expect(created()).toEqual([])
  })

  it('a tag that is there at another commit', async () => {
    repository().refs.set('refs/tags/fraud@v1.0.0', 'f'.repeat(40))
    await expect(publish()).rejects.toThrow(
      'fraud@v1.0.0 cannot be published: there is a tag of that name, at commit fffffff',
    )
    expect(created()).toEqual([])
  })

  it('but a tag at the commit of this run is what its release is for', async () => {
    repository().refs.set('refs/tags/fraud@v1.0.0', github.env().GITHUB_SHA as string)
    expect((await publish()).outcome).toBe('published')
  })
})

describe('releases of people', () => {
  it('are neither versions nor models, whatever their tag, and their numbers are told as taken', async () => {
    addRelease(repository(), { tag: 'fraud@v1.0.0', assets: { 'app.zip': 'x' } })
    addRelease(repository(), { tag: 'ext@v2.0.0', assets: { 'manifest.json': '{"manifest_version":3}' } })
    addRelease(repository(), { tag: 'v9.0.0' })
    const registry = await openTestRegistry(github.env())
    expect(await registry.models()).toEqual([])
    expect(await registry.versions('fraud')).toEqual([])
    expect(await registry.manifest('fraud@v1.0.0')).toBeNull()
    const asked: unknown[] = []
    const proposed = sampleManifest('fraud', '1.0.1', FILES)
    await registry.publish({
      ...(await draft()),
      propose: async (published, taken) => {
        asked.push([published, taken])
        return proposed
      },
    })
    expect(asked).toEqual([[[], ['1.0.0']]])
    expect((await registry.versions('fraud')).map(({ tag }) => tag)).toEqual(['fraud@v1.0.1'])
  })

  it('a draft with our tag is left alone, and does not stand in the way', async () => {
    const theirs = addRelease(repository(), { tag: 'fraud@v1.0.0', draft: true, body: 'mine', assets: { a: 'x' } })
    expect((await publish()).outcome).toBe('published')
    expect(repository().releases.map(({ id, draft }) => [id, draft])[0]).toEqual([theirs.id, true])
    expect(theirs.assets).toHaveLength(1)
  })
})

describe('drafts that were left', () => {
  const leave = (line: Partial<typeof LOCAL_DRAFT>, assets: Record<string, string> = {}) =>
    addRelease(repository(), {
      tag: 'fraud@v1.0.0',
      draft: true,
      body: `x\n\n${draftLine({ ...LOCAL_DRAFT, ...line })}`,
      assets,
    })
  const content = sampleManifest('fraud', '1.0.0', FILES).contentDigest

  it('of a run that is over are removed', async () => {
    const run = addRun(repository(), { status: 'completed', conclusion: 'failure' })
    leave({ run: String(run.id), content })
    await publish(github.env({ run: addRun(repository(), {}) }))
    expect(releasesIn(github)).toEqual(oneVersion)
  })

  it('of an earlier attempt of a run that was started again are removed', async () => {
    const run = addRun(repository(), { status: 'in_progress' })
    leave({ run: String(run.id), attempt: 1 })
    run.attempt = 2
    await publish(github.env({ run: addRun(repository(), {}) }))
    expect(releasesIn(github)).toEqual(oneVersion)
  })

  it('of a run that goes on, or that nobody can tell of, are left alone for a day', async () => {
    const run = addRun(repository(), { status: 'in_progress' })
    leave({ run: String(run.id), content })
    leave({ run: '1' })
    await publish(github.env({ run: addRun(repository(), {}) }))
    expect(releasesIn(github)).toEqual({ published: ['fraud@v1.0.0'], drafts: 2 })
    const tomorrow = new Date(Date.now() + 25 * 3_600_000)
    const registry = await openTestRegistry(github.env({ run: addRun(repository(), {}) }), { now: () => tomorrow })
    expect((await registry.publish(await draft())).outcome).toBe('unchanged')
    expect(releasesIn(github)).toEqual(oneVersion)
  })

  it('are left alone where runs may not be read', async () => {
    const run = addRun(repository(), { status: 'completed', conclusion: 'failure' })
    leave({ run: String(run.id) })
    const token = github.token({ permissions: { contents: 'write' } })
    await publish(github.env({ token, run: addRun(repository(), {}) }))
    expect(releasesIn(github)).toEqual({ published: ['fraud@v1.0.0'], drafts: 1 })
  })

  it('of this job with the same content are taken up: what is there already is not sent again', async () => {
    const env = github.env()
    const left = leave(
      { run: env.GITHUB_RUN_ID as string, job: 'model', runner: 'GitHub Actions 1', machine: 'gone', content },
      {
        'predict.mjs': 'p',
        'model-weights-8e3b76bb.bin': 'half',
        'stray.txt': 'x',
      },
    )
    addAsset(repository(), left, { name: 'manifest.json', content: '', state: 'starter', digest: null })
    const said: string[] = []
    const registry = await openTestRegistry(env, { said })
    await registry.publish(await draft())
    expect(releasesIn(github)).toEqual(oneVersion)
    expect(repository().releases[0]?.id).toBe(left.id)
    const sent = github.requests.flatMap(({ method, query }) => (method === 'POST' && query.name ? [query.name] : []))
    expect(sent).toEqual(['model-weights-8e3b76bb.bin', 'manifest.json'])
    expect(said).toContain('1 of 3 assets are there already')
    await registry.fetch('fraud@v1.0.0', join(scratch, 'out'))
  })

  it('of another content of this job are removed', async () => {
    const env = github.env()
    leave({ run: env.GITHUB_RUN_ID as string, job: 'model', runner: 'GitHub Actions 1', machine: 'gone' })
    await publish(env)
    expect(releasesIn(github)).toEqual(oneVersion)
  })

  it('of another job of this run are left alone', async () => {
    const env = github.env()
    leave({ run: env.GITHUB_RUN_ID as string, job: 'other', runner: 'GitHub Actions 2' })
    await publish(env)
    expect(releasesIn(github)).toEqual({ published: ['fraud@v1.0.0'], drafts: 1 })
  })
})

describe('refusals name what to do, and leave no draft', () => {
  const refusal = async (env = github.env()) => {
    const error = (await publish(env).catch((thrown: unknown) => thrown)) as {
      problems: { message: string; cure: string }[]
    }
    expect(releasesIn(github)).toEqual({ published: [], drafts: 0 })
    return error.problems[0]
  }

  it('no `contents: write`', async () => {
    const token = github.token({ permissions: { contents: 'read' } })
    expect(await refusal(github.env({ token }))).toEqual({
      message: 'fraud@v1.0.0 is not published: GitHub answered 403, "Resource not accessible by integration"',
      cure: expect.stringMatching(
        /^add `contents: write` to the permissions of the job; if it is there, the commit [0-9a-f]{7} may differ from the default branch in files below \.github\/workflows/,
      ),
    })
  })

  it.each([403, 404] as const)('a commit that changes workflows, answered with %i', async (status) => {
    repository().settings.workflowRefusal = status
    const commit = addCommit(repository(), {
      branch: 'topic',
      message: 'x',
      files: { '.github/workflows/model.yml': 'on: push' },
    })
    const run = addRun(repository(), { sha: commit.sha, branch: 'topic' })
    const problem = await refusal(github.env({ run }))
    expect(problem?.message).toContain(`GitHub answered ${status}`)
    expect(problem?.cure).toContain(
      `the commit ${commit.sha.slice(0, 7)} may differ from the default branch in files below .github/workflows`,
    )
  })

  it('a ruleset that lets nobody make the tag', async () => {
    repository().settings.restrictedTags = /./
    expect(await refusal()).toEqual({
      message: expect.stringContaining('Cannot create ref due to creations being restricted'),
      cure: expect.stringMatching(/^a ruleset of the repository forbids to make the tag: let it pass tags fraud@v\*/),
    })
  })

  it('a commit that GitHub does not know', async () => {
    const env = { ...github.env(), GITHUB_SHA: 'a'.repeat(40) }
    expect((await refusal(env))?.cure).toBe('push the commit aaaaaaa first: GitHub does not know it')
  })

  it('an archived repository', async () => {
    github.fault({ on: /^POST/ }, { status: 403, message: 'Repository was archived so is read-only.' })
    expect((await refusal())?.cure).toBe('unarchive the repository in its settings: an archived one takes no releases')
  })

  it('an upload that is refused takes the draft with it', async () => {
    github.fault({ on: /^POST .*assets/ }, { status: 400, message: 'Bad request' })
    expect((await refusal())?.message).toContain('GitHub answered 400')
  })

  it('a name that an immutable release has burnt is passed over, or said', async () => {
    repository().burntTags.add('fraud@v1.0.0')
    expect((await refusal())?.message).toBe(
      'fraud@v1.0.0 cannot be published: an immutable release had that name, and GitHub never gives it again',
    )
    const registry = await openTestRegistry(github.env())
    const { version } = await registry.publish({
      ...(await draft()),
      propose: async (_, taken) => sampleManifest('fraud', taken.includes('1.0.0') ? '1.0.1' : '1.0.0', FILES),
    })
    expect(version.tag).toBe('fraud@v1.0.1')
    expect(releasesIn(github)).toEqual({ published: ['fraud@v1.0.1'], drafts: 0 })
  })
})

describe('a race', () => {
  it('that is lost at the last moment takes the next number, with the files that are there', async () => {
    const env = github.env()
    const other = await openTestRegistry(github.env({ run: addRun(repository(), {}) }))
    const theirs = await sampleDraft(join(scratch, 'other'), 'fraud', { 'model.json': 'other' })
    const registry = await openTestRegistry(env, {
      now: () => new Date(),
    })
    let raced = false
    const ours = await draft()
    const result = await registry.publish({
      ...ours,
      propose: async (published, taken) => {
        const proposal = await ours.propose(published, taken)
        if (!raced) await other.publish(theirs)
        raced = true
        return proposal
      },
    })
    expect(result.version.tag).toBe('fraud@v1.0.1')
    expect(releasesIn(github)).toEqual({ published: ['fraud@v1.0.0', 'fraud@v1.0.1'], drafts: 0 })
    const sent = github.requests.flatMap(({ method, query }) =>
      method === 'POST' && query.name === 'predict.mjs' ? 1 : [],
    )
    expect(sent).toHaveLength(1)
  })

  it('that GitHub decides with a 422 takes the next number too', async () => {
    const ours = await draft()
    const words = 'Validation Failed: {"resource":"Release","code":"already_exists","field":"tag_name"}'
    github.fault({ on: /^PATCH/, times: 1 }, { status: 422, message: words })
    const registry = await openTestRegistry(github.env())
    expect((await registry.publish(ours)).version.tag).toBe('fraud@v1.0.0')
    expect(github.log.filter((line) => line.startsWith('PATCH'))).toHaveLength(2)
    expect(releasesIn(github)).toEqual(oneVersion)
  })
})
