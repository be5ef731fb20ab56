import { request } from 'node:http'
import { addCommit, addRelease, type LocalGitHub, type Settings, startGitHub } from '../../../support/github/index.js'
import { rewrite } from '../../../support/github/routes/assets.js'
import { ask, HERE, kitOf, refused } from './support.js'

const TAG = 'strikes@v1.0.0'
const RELEASES = '/repos/acme/strikes/releases'

let github: LocalGitHub
const repos = (options?: Parameters<LocalGitHub['token']>[0]) => kitOf(github, options).rest.repos
const repository = () => github.state.repository()
const draftOf = async (tag = TAG) => (await repos().createRelease({ ...HERE, tag_name: tag, draft: true })).data
const publish = (release_id: number) => repos().updateRelease({ ...HERE, release_id, draft: false })

beforeEach(async () => {
  github = await startGitHub()
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

function upload(release: { id: number; upload_url: string }, name: string, content = 'content') {
  const data = new Blob([content]) as unknown as string
  const headers = { 'content-type': 'application/json' }
  return repos().uploadReleaseAsset({ ...HERE, release_id: release.id, url: release.upload_url, name, data, headers })
}

describe('a release', () => {
  test('as a draft takes assets, is published, and is then found by its tag', async () => {
    const { data: draft } = await repos().createRelease({ ...HERE, tag_name: TAG, name: TAG, body: 'a', draft: true })
    expect(draft).toMatchObject({ draft: true, tag_name: TAG, target_commitish: 'main', published_at: null })
    expect(draft.html_url).toContain('/releases/tag/untagged-')
    expect(await refused(repos().getReleaseByTag({ ...HERE, tag: TAG }))).toEqual({ status: 404, message: 'Not Found' })
    expect((await upload(draft, 'manifest.json', '{}')).data).toMatchObject({
      name: 'manifest.json',
      state: 'uploaded',
      size: 2,
      content_type: 'application/json',
      // printf '{}' | sha256sum
      digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    })
    expect(repository().refs.has(`refs/tags/${TAG}`)).toBe(false)
    const { data: published } = await publish(draft.id)
    expect(published.html_url).toBe(`https://github.com/acme/strikes/releases/tag/${encodeURIComponent(TAG)}`)
    const { data: found } = await repos().getReleaseByTag({ ...HERE, tag: TAG })
    expect(found.assets.map(({ name }) => name)).toEqual(['manifest.json'])
    expect(repository().refs.get(`refs/tags/${TAG}`)).toBe(repository().refs.get('refs/heads/main'))
  })

  test('that is a draft is seen with write access alone; several may share a tag', async () => {
    const first = await draftOf()
    await draftOf()
    expect((await repos().listReleases(HERE)).data.map(({ tag_name }) => tag_name)).toEqual([TAG, TAG])
    const reading = repos({ permissions: { contents: 'read' } })
    expect((await reading.listReleases(HERE)).data).toEqual([])
    expect(await refused(reading.getRelease({ ...HERE, release_id: first.id }))).toMatchObject({ status: 404 })
  })

  test('with the tag of a published one is refused when it is made and when it is published', async () => {
    addRelease(repository(), { tag: TAG })
    const draft = await draftOf()
    const exists = [{ resource: 'Release', code: 'already_exists', field: 'tag_name' }]
    expect(await refused(publish(draft.id))).toEqual({ status: 422, message: 'Validation Failed', errors: exists })
    expect(await refused(repos().createRelease({ ...HERE, tag_name: TAG }))).toMatchObject({ errors: exists })
    expect(repository().releases).toMatchObject([{ draft: false }, { draft: true }])
  })

  test.each([
    ['a text that is too long', { tag_name: TAG, body: 'x'.repeat(125_001) }, /too long \(maximum is 125000/],
    ['a tag that git does not take', { tag_name: 'a..b' }, /tag_name is not well-formed/],
    ['a target that is not there', { tag_name: TAG, target_commitish: 'nowhere' }, /target_commitish/],
  ])('with %s is refused', async (_, body, words) => {
    const problem = await refused(repos().createRelease({ ...HERE, ...body }))
    expect(problem.status).toBe(422)
    expect(JSON.stringify(problem.errors)).toMatch(words)
  })

  test.each([403, 404] as const)('whose target changes workflow files is refused to a job: %d', async (status) => {
    repository().settings.workflowRefusal = status
    const { sha } = addCommit(repository(), { branch: 'ci', files: { '.github/workflows/x.yml': 'on: push\n' } })
    const body = { ...HERE, tag_name: TAG, target_commitish: sha, draft: true }
    expect(await refused(repos().createRelease(body))).toMatchObject({ status })
  })

  test('whose tag a ruleset does not allow stays a draft', async () => {
    repository().settings.restrictedTags = /^strikes@/
    const draft = await draftOf()
    const problem = await refused(publish(draft.id))
    expect(problem.errors).toEqual([
      expect.objectContaining({
        field: 'pre_receive',
        message: expect.stringContaining('Cannot create ref due to creations being restricted.'),
      }),
      expect.objectContaining({ message: 'Published releases must have a valid tag' }),
    ])
    expect(repository().releases).toMatchObject([{ draft: true }])
  })

  test('is not found by its tag at once, where GitHub is late', async () => {
    repository().settings.lateByTag = 1
    await publish((await draftOf()).id)
    expect(await refused(repos().getReleaseByTag({ ...HERE, tag: TAG }))).toMatchObject({ status: 404 })
    expect((await repos().getReleaseByTag({ ...HERE, tag: TAG })).data.tag_name).toBe(TAG)
  })

  test('is the latest one as make_latest says, never as a prerelease', async () => {
    for (const [tag, more] of [
      ['a@v1.0.0', {}],
      ['a@v1.1.0', { make_latest: 'false' }],
      ['a@v2.0.0', { prerelease: true }],
    ] as const)
      await repos().createRelease({ ...HERE, tag_name: tag, ...more })
    expect((await repos().getLatestRelease(HERE)).data.tag_name).toBe('a@v1.0.0')
  })

  test('becomes a draft again when its tag is deleted, and leaves the tag when it is deleted', async () => {
    const one = addRelease(repository(), { tag: 'a@v1.0.0' })
    await kitOf(github).rest.git.deleteRef({ ...HERE, ref: 'tags/a@v1.0.0' })
    expect(one.draft).toBe(true)
    const other = addRelease(repository(), { tag: 'a@v2.0.0' })
    await repos().deleteRelease({ ...HERE, release_id: other.id })
    expect(repository().refs.has('refs/tags/a@v2.0.0')).toBe(true)
  })
})

describe('an immutable release', () => {
  beforeEach(() => {
    Object.assign(repository().settings, { immutableReleases: true } satisfies Partial<Settings>)
  })

  test('takes no more assets, loses none, and keeps its tag; its text may change', async () => {
    const draft = await draftOf()
    const { data: asset } = await upload(draft, 'a')
    expect((await publish(draft.id)).data).toMatchObject({ immutable: true })
    expect(await refused(upload(draft, 'b'))).toEqual({
      status: 422,
      message: 'Cannot upload assets to an immutable release.',
    })
    expect(await refused(repos().deleteReleaseAsset({ ...HERE, asset_id: asset.id }))).toMatchObject({ status: 422 })
    const release = { ...HERE, release_id: draft.id }
    expect(await refused(repos().updateRelease({ ...release, tag_name: 'b@v1.0.0' }))).toMatchObject({ status: 422 })
    expect(await refused(kitOf(github).rest.git.deleteRef({ ...HERE, ref: `tags/${TAG}` }))).toMatchObject({
      status: 422,
    })
    expect((await repos().updateRelease({ ...release, body: 'more' })).data.body).toBe('more')
  })

  test('burns its tag for good', async () => {
    const { id } = await draftOf()
    await publish(id)
    await repos().deleteRelease({ ...HERE, release_id: id })
    const problem = await refused(publish((await draftOf()).id))
    expect(problem.errors).toEqual([expect.objectContaining({ message: 'tag_name was used by an immutable release' })])
  })
})

describe('an asset', () => {
  test('of a name that is there is refused, also when the name is only like it for GitHub', async () => {
    const draft = await draftOf()
    await upload(draft, 'a model.bin')
    expect(await refused(upload(draft, 'a.model.bin'))).toEqual({
      status: 422,
      message: 'Validation Failed',
      errors: [{ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' }],
    })
  })

  test.each([
    ['a model (1).bin', 'a.model.1.bin'],
    ['.hidden', 'default.hidden'],
    ['é~ü.txt', 'e.u.txt'],
    ['model_1-a@2+b.onnx', 'model_1-a@2+b.onnx'],
  ])('called %s is given the name %s', (name, renamed) => expect(rewrite(name)).toBe(renamed))

  test('needs its length, is below a size, and there are not too many of it', async () => {
    const draft = await draftOf()
    const body = new Blob(['abc']).stream()
    const chunked = await fetch(`${draft.upload_url.split('{')[0]}?name=a`, {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { authorization: `Bearer ${github.token()}` },
    } as RequestInit)
    expect([chunked.status, await chunked.json()]).toMatchObject([400, { message: 'Bad Content-Length' }])
    Object.assign(repository().settings, { assetSize: 7, assetCount: 1 } satisfies Partial<Settings>)
    const large = await refused(upload(draft, 'large'))
    expect(JSON.stringify(large.errors)).toContain('size must be less than or equal to 7')
    await upload(draft, 'small', 'x')
    expect(await refused(upload(draft, 'more', 'x'))).toMatchObject({ status: 422 })
  })

  test('of 2 GiB is refused by its header', async () => {
    const draft = await draftOf()
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${github.token()}`, 'content-length': 2 ** 31, 'user-agent': 'test' }
      const address = new URL(`${draft.upload_url.split('{')[0]}?name=huge`)
      const asked = request(address, { method: 'POST', headers }, (answer) => {
        resolve(answer.statusCode)
        asked.destroy()
      }).on('error', reject)
      asked.write('x')
    })
    expect(status).toBe(422)
  })

  test('is a starter after an upload that broke off, blocks its name, and can be deleted', async () => {
    const draft = await draftOf()
    github.fault({ on: /uploads/, times: 1 }, { status: 502 }, 'midway')
    expect(await refused(upload(draft, 'a'))).toEqual({ status: 502, message: 'Server Error' })
    const { data } = await repos().listReleaseAssets({ ...HERE, release_id: draft.id })
    expect(data).toMatchObject([{ name: 'a', state: 'starter', size: 0, digest: null }])
    expect(await refused(upload(draft, 'a'))).toMatchObject({ status: 422 })
    await repos().deleteReleaseAsset({ ...HERE, asset_id: data[0]?.id ?? 0 })
    expect((await upload(draft, 'a')).data.state).toBe('uploaded')
  })

  test('is a starter, and no fault of the server, when the client goes away in the middle', async () => {
    const draft = await draftOf()
    const headers = { authorization: `Bearer ${github.token()}`, 'content-length': 1000, 'user-agent': 'test' }
    const asked = request(new URL(`${draft.upload_url.split('{')[0]}?name=a`), { method: 'POST', headers })
    asked.on('error', () => {}).write('x')
    while (repository().releases[0]?.assets.length !== 1) await new Promise(setImmediate)
    await new Promise((resolve) => asked.once('close', resolve).destroy())
    // What comes next finds the server as it was.
    const { data } = await repos().listReleaseAssets({ ...HERE, release_id: draft.id })
    expect(data).toMatchObject([{ name: 'a', state: 'starter' }])
  })

  test('is whole after an answer that was lost', async () => {
    const draft = await draftOf()
    github.fault({ on: /uploads/, times: 1 }, 'cut', 'after')
    // Octokit takes half an answer for text.
    expect(typeof (await upload(draft, 'a')).data).toBe('string')
    expect(repository().releases[0]?.assets).toMatchObject([{ name: 'a', state: 'uploaded' }])
  })

  test('is downloaded from the other origin, which refuses a token and gives ranges', async () => {
    const [asset] = addRelease(repository(), { tag: TAG, assets: { 'a.bin': 'abcdef' } }).assets
    const headers = { accept: 'application/octet-stream' }
    const { data } = await repos().getReleaseAsset({ ...HERE, asset_id: asset?.id ?? 0, headers })
    expect(Buffer.from(data as unknown as ArrayBuffer).toString()).toBe('abcdef')
    const asked = await ask(github, `${RELEASES}/assets/${asset?.id}`, { headers })
    expect(asked.status).toBe(302)
    const location = asked.headers.get('location') ?? ''
    expect(location.startsWith(github.storage)).toBe(true)
    expect((await fetch(location, { headers: { authorization: 'Bearer x' } })).status).toBe(400)
    expect((await fetch(location.replace(/sig=.*/, 'sig=x'))).status).toBe(403)
    const part = await fetch(location, { headers: { range: 'bytes=2-' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-5/6', 'cdef'])
    expect((await fetch(location, { headers: { range: 'bytes=6-' } })).status).toBe(416)
  })
})
