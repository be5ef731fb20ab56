import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf } from '../../../shared/core/hash.js'
import { encodeManifest } from '../../../shared/registry/manifest.js'
import {
  type Asset,
  addAsset,
  addRelease,
  type LocalGitHub,
  type Release,
  startGitHub,
} from '../../support/github/index.js'
import { type Opening, openTestRegistry } from '../../support/release-registry.js'
import { sampleDraft, sampleManifest } from '../../support/sample-package.js'

const FILES = { 'model/a.bin': 'a'.repeat(200_000), 'model/b.bin': 'b', 'predict.mjs': 'c', 'pkg/__init__.py': '' }
const TAG = 'fraud@v1.0.0'

let github: LocalGitHub
let scratch: string
beforeEach(async () => {
  github = await startGitHub()
  scratch = await mkdtemp(join(tmpdir(), 'plumbline-fetch-'))
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
  await rm(scratch, { recursive: true, force: true })
})

const open = (opening?: Opening) => openTestRegistry(github.env(), opening)
const publish = async (opening?: Opening, files: Record<string, string> = FILES) =>
  (await open(opening)).publish(await sampleDraft(join(scratch, 'source'), 'fraud', files))
const out = () => join(scratch, 'out')
const release = (): Release => github.state.repository().releases[0] as Release
const asset = (name: RegExp): Asset => release().assets.find((one) => name.test(one.name)) as Asset
const replace = (name: RegExp, content: string, digest?: string) => {
  const old = asset(name)
  release().assets.splice(release().assets.indexOf(old), 1)
  addAsset(github.state.repository(), release(), {
    name: old.name,
    content,
    ...(digest === undefined ? {} : { digest }),
  })
}
const requests = () =>
  github.requests
    .filter(({ method }) => method === 'GET')
    .map(({ origin, path }) =>
      origin === 'storage' ? 'storage' : path.replace(/.*\/strikes\//, '').replace(/\d+$/, 'N'),
    )
async function expectWhole(files: Record<string, string> = FILES): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    expect((await readFile(join(out(), path), 'utf8')) === text).toBe(true)
  }
}

describe('a version that is fetched', () => {
  it('comes from another host, which never sees the token, whole, with files that have no bytes', async () => {
    await publish()
    await (await open()).fetch(TAG, out())
    await expectWhole()
    expect(new URL(github.storage).origin).not.toBe(new URL(github.url).origin)
    expect(github.requests.filter(({ origin }) => origin === 'storage').map(({ status }) => status)).toEqual([
      200, 200, 200, 200,
    ])
    expect(release().assets.filter(({ stored }) => stored.size === 0)).toEqual([])
  })

  it('takes one list and one request for each file; the manifest is read once', async () => {
    await publish()
    const registry = await open()
    const before = requests().length
    await registry.versions('fraud')
    await registry.manifest(TAG)
    await registry.fetch(TAG, out())
    await registry.fetch(TAG, out(), ['predict.mjs'])
    await registry.manifest(TAG)
    const asked = requests().slice(before)
    expect(asked.filter((one) => one === 'releases')).toHaveLength(1)
    expect(asked.filter((one) => one === 'releases/assets/N')).toHaveLength(1 + 3 + 1)
    expect(asked).toHaveLength(1 + 2 * 5)
  })

  it('goes on where a connection was cut', async () => {
    const files = { 'model.bin': 'abcdefgh'.repeat(1_000_000) }
    await publish(undefined, files)
    const registry = await open()
    await registry.manifest(TAG)
    github.fault({ on: /^GET \/content/, times: 2 }, 'cut', 'after')
    await registry.fetch(TAG, out())
    await expectWhole(files)
    const asked = github.requests.filter(({ origin }) => origin === 'storage').map(({ status }) => status)
    expect(asked).toEqual([200, null, null, 206])
  })

  it('says what was cut again and again', async () => {
    await publish()
    const registry = await open()
    await registry.manifest(TAG)
    // A byte that never comes: half of nothing is nothing.
    github.fault({ on: /^GET \/content/ }, 'cut', 'before')
    await expect(registry.fetch(TAG, out(), ['model/b.bin'])).rejects.toMatchObject({
      problems: [
        {
          message: expect.stringMatching(/^model\/b\.bin of fraud@v1\.0\.0 cannot be fetched: /),
          cure: expect.any(String),
        },
      ],
    })
    expect(await readdir(join(out(), 'model')).catch(() => [])).toEqual([])
  })

  it('with `contents: read` alone, as in a pull request from a fork', async () => {
    const { version } = await publish()
    const token = github.token({ permissions: { contents: 'read' } })
    const registry = await openTestRegistry(github.env({ token }))
    expect(await registry.versions('fraud')).toEqual([version])
    await registry.fetch(TAG, out())
    expect((await registry.publish(await sampleDraft(join(scratch, 'source'), 'fraud', FILES))).outcome).toBe(
      'unchanged',
    )
  })

  it('says so when the folder cannot be made', async () => {
    await publish()
    await writeFile(out(), 'a file')
    await expect((await open()).fetch(TAG, out())).rejects.toThrow(
      'the copy of fraud@v1.0.0 from the releases of acme/strikes goes through a file',
    )
  })
})

describe('a large file', () => {
  const files = { 'big/model.bin': Array.from({ length: 10_000 }, (_, i) => `${i} `).join(''), small: 's' }
  const parts = () => release().assets.filter(({ name }) => name.includes('.part-'))

  it('goes up in parts and comes back as one, whatever the size of parts is then', async () => {
    await publish({ partBytes: 20_000 }, files)
    expect(parts().map(({ name, label, stored }) => [name.slice(-16), label, stored.size])).toEqual([
      ['.part-001-of-003', 'big/model.bin (part 1 of 3)', 20_000],
      ['.part-002-of-003', 'big/model.bin (part 2 of 3)', 20_000],
      ['.part-003-of-003', 'big/model.bin (part 3 of 3)', 8_890],
    ])
    await (await open()).fetch(TAG, out())
    await expectWhole(files)
    expect((await publish(undefined, files)).outcome).toBe('unchanged')
  })

  it('whose parts are cut is taken up inside the part', async () => {
    await publish({ partBytes: 20_000 }, files)
    const registry = await open()
    await registry.manifest(TAG)
    github.fault({ on: /^GET \/content/, times: 2 }, 'cut', 'after')
    await registry.fetch(TAG, out())
    await expectWhole(files)
  })

  it('is damaged when a part is gone, or is another', async () => {
    await publish({ partBytes: 20_000 }, files)
    replace(/part-002/, 'x'.repeat(20_000))
    await expect((await open()).fetch(TAG, out())).rejects.toThrow(
      'fraud@v1.0.0 has been changed since it was published: big/model.bin is sha256:',
    )
    release().assets.splice(release().assets.indexOf(asset(/part-002/)), 1)
    await expect((await open()).fetch(TAG, out())).rejects.toThrow('big/model.bin is gone')
    expect(await readdir(join(out(), 'big'))).toEqual([])
  })
})

describe('a version that somebody has changed', () => {
  const cure = expect.stringContaining('a published version is never changed: package the model again')
  const damaged = (what: string) => ({
    message: expect.stringContaining(`fraud@v1.0.0 has been changed since it was published: ${what}`),
    problems: [{ cure }],
  })

  it('in a file is refused before a byte is fetched, and nothing is left of that file', async () => {
    await publish()
    replace(/^model-b/, 'B')
    await expect((await open()).fetch(TAG, out())).rejects.toMatchObject(damaged('model/b.bin is sha256:'))
    expect(await readdir(out()).catch(() => [])).toEqual([])
    await expect(publish()).rejects.toMatchObject(damaged('model/b.bin is sha256:'))
  })

  it('in the storage behind its digest is refused', async () => {
    await publish()
    replace(/^model-b/, 'B', digestOf('b'))
    await expect((await open()).fetch(TAG, out())).rejects.toMatchObject(damaged('model/b.bin is sha256:'))
    expect((await readdir(join(out(), 'model'))).filter((name) => name !== 'a.bin')).toEqual([])
  })

  it.each(['model/b.bin', 'predict.mjs'])('by taking %s away is refused', async (path) => {
    await publish()
    release().assets.splice(release().assets.indexOf(asset(path === 'predict.mjs' ? /^predict/ : /^model-b/)), 1)
    await expect((await open()).fetch(TAG, out())).rejects.toMatchObject(damaged(`${path} is gone`))
    await expect(publish()).rejects.toMatchObject(damaged(`${path} is gone`))
  })

  it('after this process has seen it is refused too', async () => {
    await publish()
    const registry = await open()
    await registry.versions('fraud')
    replace(/^model-b/, 'B')
    await expect(registry.fetch(TAG, out())).rejects.toMatchObject(damaged('model/b.bin is sha256:'))
  })

  it('in its manifest is refused', async () => {
    await publish()
    const forged = { ...sampleManifest('fraud', '1.0.0', FILES), description: 'forged' }
    replace(/^manifest/, encodeManifest(forged).text)
    await expect((await open()).manifest(TAG)).rejects.toMatchObject(damaged('manifest.json is sha256:'))
    release().assets.splice(release().assets.indexOf(asset(/^manifest/)), 1)
    const registry = await open()
    await expect(registry.manifest(TAG)).rejects.toMatchObject(damaged('manifest.json is gone'))
    expect((await registry.versions('fraud')).map(({ tag }) => tag)).toEqual([TAG])
  })

  it('by the manifest of another version is refused', async () => {
    await publish()
    await publish(undefined, { ...FILES, 'predict.mjs': 'other' })
    const [first, second] = github.state.repository().releases as [Release, Release]
    first.assets.splice(0, first.assets.length, ...second.assets)
    first.body = second.body
    await expect((await open()).manifest(TAG)).rejects.toMatchObject(damaged('its manifest is that of fraud@v1.0.1'))
  })

  it('in the hidden line of its notes is refused; without the line the manifest itself tells', async () => {
    const { version } = await publish()
    const notes = release().body as string
    release().body = 'Notes that somebody wrote anew'
    const registry = await open()
    expect(await registry.versions('fraud')).toEqual([version])
    expect((await registry.fetch(TAG, out())).tag).toBe(TAG)
    expect((await publish()).outcome).toBe('unchanged')
    release().body = notes.replace(/"content":"sha256:.{64}"/, `"content":"sha256:${'0'.repeat(64)}"`)
    await expect((await open()).manifest(TAG)).rejects.toMatchObject(
      damaged('the hidden line in its notes tells of another model'),
    )
  })

  it('that lies about its paths cannot lead out of the folder', async () => {
    const manifest = sampleManifest('fraud', '1.0.0', FILES)
    const text = JSON.stringify({ ...manifest, files: [{ ...manifest.files[0], path: '../../evil' }] })
    addRelease(github.state.repository(), { tag: TAG, assets: { 'manifest.json': text } })
    await expect((await open()).fetch(TAG, out())).rejects.toThrow('cannot be used')
  })
})

describe('a server that tells no digests', () => {
  const forget = () => {
    for (const one of release().assets) one.digest = null
  }

  it('is believed by the bytes: versions, manifest, files and twins', async () => {
    const { version } = await publish()
    forget()
    const registry = await open()
    expect(await registry.versions('fraud')).toEqual([version])
    await registry.fetch(TAG, out())
    await expectWhole()
    expect((await publish()).outcome).toBe('unchanged')
    release().body = null
    expect(await (await open()).versions('fraud')).toEqual([version])
  })

  it('and is caught by them', async () => {
    await publish()
    replace(/^model-b/, 'B')
    forget()
    await expect((await open()).fetch(TAG, out())).rejects.toThrow('model/b.bin is sha256:')
    await expect(publish()).rejects.toThrow('model/b.bin is sha256:')
  })

  /** As an older server answers. */
  const undigested: typeof fetch = async (...asked) => {
    const answer = await fetch(...asked)
    if (!answer.headers.get('content-type')?.includes('json') || !answer.url.startsWith(github.url)) return answer
    const text = (await answer.text()).replaceAll(/"digest":"sha256:[0-9a-f]{64}"/g, '"digest":null')
    return new Response(text, { status: answer.status, headers: answer.headers })
  }

  it('gets what was sent looked at by its bytes before it is published', async () => {
    expect((await publish({ fetch: undigested, partBytes: 90_000 })).outcome).toBe('published')
    const order = github.requests.map(({ method, origin }) => (origin === 'storage' ? 'storage' : method))
    expect(order.filter((one) => one === 'storage')).toHaveLength(6)
    expect(order.lastIndexOf('storage')).toBeLessThan(order.indexOf('PATCH'))
    await (await open({ fetch: undigested })).fetch(TAG, out())
    await expectWhole()
  })
})
