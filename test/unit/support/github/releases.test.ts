import { getOctokit } from '@actions/github'
import { addRelease, type LocalGitHub, startGitHub } from '../../../support/github/index.js'

const HERE = { owner: 'acme', repo: 'strikes' }
const TAG = 'strikes@v1.0.0'

let github: LocalGitHub
const kit = (options?: Parameters<LocalGitHub['token']>[0]) =>
  getOctokit(github.token(options), { baseUrl: github.url }).rest.repos

beforeEach(async () => {
  github = await startGitHub()
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

test('a draft takes assets, is published, and is then found by its tag', async () => {
  const repos = kit()
  const { data: draft } = await repos.createRelease({ ...HERE, tag_name: TAG, name: TAG, body: 'a model', draft: true })
  expect(draft).toMatchObject({ draft: true, tag_name: TAG, target_commitish: 'main', published_at: null })
  expect(draft.html_url).toContain('/releases/tag/untagged-')
  await expect(repos.getReleaseByTag({ ...HERE, tag: TAG })).rejects.toMatchObject({ status: 404 })
  const { data: asset } = await repos.uploadReleaseAsset({
    ...HERE,
    release_id: draft.id,
    url: draft.upload_url,
    name: 'manifest.json',
    data: new Blob(['{}']) as unknown as string,
    headers: { 'content-type': 'application/json' },
  })
  expect(asset).toMatchObject({
    name: 'manifest.json',
    state: 'uploaded',
    size: 2,
    // printf '{}' | sha256sum
    digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  })
  expect(github.state.repository().refs.has(`refs/tags/${TAG}`)).toBe(false)
  const update = { ...HERE, release_id: draft.id, draft: false, make_latest: 'false' } as const
  const { data: published } = await repos.updateRelease(update)
  expect(published.html_url).toBe(`https://github.com/acme/strikes/releases/tag/${encodeURIComponent(TAG)}`)
  const { data: found } = await repos.getReleaseByTag({ ...HERE, tag: TAG })
  expect(found.assets.map(({ name }) => name)).toEqual(['manifest.json'])
  expect(github.state.repository().refs.has(`refs/tags/${TAG}`)).toBe(true)
})

test('an asset is downloaded from the other origin, which refuses a token and gives ranges', async () => {
  const [asset] = addRelease(github.state.repository(), { tag: TAG, assets: { 'a.bin': 'abcdef' } }).assets
  const { data } = await kit().getReleaseAsset({
    ...HERE,
    asset_id: asset?.id ?? 0,
    headers: { accept: 'application/octet-stream' },
  })
  expect(Buffer.from(data as unknown as ArrayBuffer).toString()).toBe('abcdef')
  const address = `${github.url}/repos/acme/strikes/releases/assets/${asset?.id}`
  const authorization = `Bearer ${github.token()}`
  const asked = await fetch(address, {
    redirect: 'manual',
    headers: { authorization, accept: 'application/octet-stream' },
  })
  expect(asked.status).toBe(302)
  const location = asked.headers.get('location') ?? ''
  expect(location.startsWith(github.storage)).toBe(true)
  expect((await fetch(location, { headers: { authorization } })).status).toBe(400)
  const part = await fetch(location, { headers: { range: 'bytes=2-' } })
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-5/6', 'cdef'])
})
