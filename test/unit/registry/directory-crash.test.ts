import { spawn } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { digestOf } from '../../../shared/core/hash.js'
import { openDirectoryRegistry } from '../../../shared/registry/directory.js'
import { runTypeScript } from '../../support/run-typescript.js'
import { sampleDraft, sampleManifest } from '../../support/sample-package.js'

const FILES = { 'model/a.bin': 'a'.repeat(1000), 'model/b.bin': 'b', 'predict.mjs': 'c' }

let scratch: string
let root: string
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'plumbline-crash-'))
  root = join(scratch, 'registry')
})
afterEach(() => rm(scratch, { recursive: true, force: true }))

const open = () => openDirectoryRegistry({ root, address: 'registry', now: () => new Date() })
const order = (over: Record<string, unknown>) =>
  JSON.stringify({ root, source: join(scratch, 'source'), model: 'fraud', files: FILES, ...over })
const publishHere = async () => open().publish(await sampleDraft(join(scratch, 'here'), 'fraud', FILES))

/** Every published version is whole, and nothing unfinished lies about. */
async function expectWhole(): Promise<string[]> {
  const registry = open()
  const versions = await registry.versions('fraud')
  for (const { tag } of versions) await registry.fetch(tag, join(scratch, 'check', tag))
  const folder = join(root, 'models', 'fraud')
  expect((await readdir(folder).catch(() => [])).sort()).toEqual(versions.map(({ version }) => `v${version}`).sort())
  return versions.map(({ version }) => version)
}

describe('a publisher that is killed', () => {
  const before: [string, number][] = [
    ['locked', 0],
    ['proposed', 0],
    ['draft-made', 0],
    ['file-copied', 0],
    ['file-copied', 1],
    ['file-copied', 2],
    ['draft-complete', 0],
  ]
  it.each(before)('at %s after %i leaves nothing, and the next run publishes', async (point, after) => {
    const killed = await runTypeScript('publish-child.ts', [order({ die: { point, after } })])
    expect(killed.signal).toBe('SIGKILL')
    expect(await expectWhole()).toEqual([])

    expect(await publishHere()).toMatchObject({ outcome: 'published', version: { tag: 'fraud@v1.0.0' } })
    expect(await expectWhole()).toEqual(['1.0.0'])
    expect(await readdir(join(root, 'drafts', 'fraud'))).toEqual([])
  })

  it('after publication leaves a whole version, and the next run changes nothing', async () => {
    const killed = await runTypeScript('publish-child.ts', [order({ die: { point: 'published', after: 0 } })])
    expect(killed.signal).toBe('SIGKILL')
    expect(await expectWhole()).toEqual(['1.0.0'])
    expect(await publishHere()).toMatchObject({ outcome: 'unchanged', version: { tag: 'fraud@v1.0.0' } })
    expect(await readdir(join(root, 'drafts', 'fraud'))).toEqual([])
  })

  it('at any moment leaves only whole versions, in one sequence without a gap', async () => {
    for (let round = 0; round < 5; round++) {
      const before = (await open().versions('fraud')).length
      const child = spawn(process.execPath, [
        '--import',
        new URL('../../support/typescript-hooks.mjs', import.meta.url).href,
        fileURLToPath(new URL('../../support/publish-child.ts', import.meta.url)),
        order({ times: 1000 }),
      ])
      const ended = new Promise((resolve) => child.on('close', resolve))
      // From the first sign of life on, at another moment each round.
      await new Promise((resolve) => child.stdout.once('data', resolve))
      await new Promise((resolve) => setTimeout(resolve, 7 * round * round))
      child.kill('SIGKILL')
      await ended
      const versions = await expectWhole()
      expect(versions.length).toBeGreaterThan(before)
      expect(versions).toEqual(versions.map((_, index) => `1.0.${versions.length - 1 - index}`))
    }
    await publishHere()
    expect(await readdir(join(root, 'drafts', 'fraud'))).toEqual([])
  })
})

describe('publishers that race', () => {
  it('end with two versions and no orphan', async () => {
    const results = await Promise.all(
      ['left', 'right'].map((side) =>
        runTypeScript('publish-child.ts', [order({ source: join(scratch, side), files: { 'model.json': side } })]),
      ),
    )
    const tags = results.map(({ stdout }) => JSON.parse(stdout).version.tag).sort()
    expect(tags).toEqual(['fraud@v1.0.0', 'fraud@v1.0.1'])
    expect(await expectWhole()).toEqual(['1.0.1', '1.0.0'])
    expect(await readdir(join(root, 'drafts', 'fraud'))).toEqual([])
  })

  it('of the same model end with one version and one that changed nothing', async () => {
    const results = await Promise.all(
      ['left', 'right', 'middle'].map((side) =>
        runTypeScript('publish-child.ts', [order({ source: join(scratch, side) })]),
      ),
    )
    const outcomes = results.map(({ stdout }) => JSON.parse(stdout).outcome).sort()
    expect(outcomes).toEqual(['published', 'unchanged', 'unchanged'])
    expect(await expectWhole()).toEqual(['1.0.0'])
  })

  it('many times over lose and double nothing', async () => {
    const results = await Promise.all(
      ['left', 'right', 'middle'].map((side) =>
        runTypeScript('publish-child.ts', [order({ source: join(scratch, side), times: 8 })]),
      ),
    )
    const tags = results.flatMap(({ stdout }) =>
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).version.version as string),
    )
    expect(new Set(tags).size).toBe(24)
    expect(await expectWhole()).toHaveLength(24)
  })

  it('without regard for the lock still never replace a version: the second takes the next number', async () => {
    const other = await sampleDraft(join(scratch, 'other'), 'fraud', { 'model.json': 'other' })
    let raced = false
    const registry = openDirectoryRegistry({
      root,
      now: () => new Date(),
      reached: async (point) => {
        if (point !== 'draft-complete' || raced) return
        raced = true
        // The version appears while this run, which holds the lock, is about to publish the same number.
        const elsewhere = openDirectoryRegistry({ root: join(scratch, 'elsewhere'), now: () => new Date() })
        await elsewhere.publish(other)
        await cp(join(scratch, 'elsewhere', 'models'), join(root, 'models'), { recursive: true })
      },
    })
    const result = await registry.publish(await sampleDraft(join(scratch, 'here'), 'fraud', FILES))
    expect(result.version.tag).toBe('fraud@v1.0.1')
    expect(await expectWhole()).toEqual(['1.0.1', '1.0.0'])
    expect(await readFile(join(root, 'models/fraud/v1.0.0/model.json'), 'utf8')).toBe('other')
  })

  it('and one that lost its lock while it stood still publishes nothing', async () => {
    const registry = openDirectoryRegistry({
      root,
      now: () => new Date(),
      reached: async (point) => {
        if (point !== 'draft-complete') return
        await mkdir(join(root, 'locks/models/fraud/2'))
        await writeFile(join(root, 'locks/models/fraud/2/owner.json'), '{"token":"other"}')
      },
    })
    const source = await sampleDraft(join(scratch, 'here'), 'fraud', FILES)
    await expect(registry.publish(source)).rejects.toThrow('another run took over the lock of model fraud')
    expect(await expectWhole()).toEqual([])
  })
})

describe('a disk that refuses', () => {
  it.each([
    ['ENOSPC', 'the registry registry cannot be written: the disk is full'],
    ['EROFS', 'the registry registry lies on a read-only disk'],
    ['EACCES', 'the registry registry may not be accessed'],
    ['EDQUOT', 'the registry registry cannot be written: the disk quota is used up'],
  ])('says so for %s, leaves no draft, and the next run publishes', async (code, message) => {
    for (const point of ['draft-made', 'file-copied', 'draft-complete']) {
      const registry = openDirectoryRegistry({
        root,
        address: 'registry',
        now: () => new Date(),
        reached: (reached) => {
          if (reached === point) throw Object.assign(new Error(`${code}: /machine/path`), { code })
        },
      })
      const source = await sampleDraft(join(scratch, 'here'), 'fraud', FILES)
      const error = await registry.publish(source).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'UserError', message, problems: [{ message, cure: expect.any(String) }] })
      expect(await readdir(join(root, 'drafts', 'fraud'))).toEqual([])
    }
    expect(await publishHere()).toMatchObject({ outcome: 'published', version: { tag: 'fraud@v1.0.0' } })
  })

  const unprivileged = process.platform === 'win32' ? it.skip : it
  unprivileged('says so for a folder without permission', async () => {
    await publishHere()
    await chmod(scratch, 0o755)
    await mkdir(join(scratch, 'source'), { mode: 0o777 })
    await chmod(join(scratch, 'source'), 0o777)
    await chmod(root, 0o555)
    await chmod(join(root, 'locks', 'models'), 0o555)
    const result = await runTypeScript(
      'publish-child.ts',
      [order({ model: 'spam' })],
      process.getuid?.() === 0 ? { uid: 65534 } : {},
    )
    await chmod(root, 0o755)
    await chmod(join(root, 'locks', 'models'), 0o755)
    expect(JSON.parse(result.stdout)).toEqual({
      problems: [
        {
          message: 'the registry registry may not be accessed',
          cure: 'check the permissions of the file and its folder',
        },
      ],
    })
  })

  it('says so for a registry that is a file', async () => {
    await writeFile(root, 'a file')
    await expect(publishHere()).rejects.toThrow('the registry is a file, not a folder')
    await expect(open().versions('fraud')).rejects.toThrow('the registry registry goes through a file')
  })
})

describe('a published version', () => {
  it('has read-only files, and its folder says what it is', async () => {
    await publishHere()
    const folder = join(root, 'models/fraud/v1.0.0')
    for (const name of ['manifest.json', '.published.json', 'predict.mjs', 'model/a.bin']) {
      expect((await stat(join(folder, name))).mode & 0o222).toBe(0)
    }
    expect(await readFile(join(root, 'README.txt'), 'utf8')).toContain('Published versions are never changed')
    expect(JSON.parse(await readFile(join(folder, '.published.json'), 'utf8'))).toMatchObject({
      tag: 'fraud@v1.0.0',
      contentDigest: sampleManifest('fraud', '1.0.0', FILES).contentDigest,
    })
  })

  const tamper = async (name: string, text: string | null) => {
    const path = join(root, 'models/fraud/v1.0.0', name)
    await chmod(path, 0o644)
    await (text === null ? rm(path) : writeFile(path, text))
  }
  const cure = expect.stringContaining('restore its folder from a backup')

  it.each([
    ['another content', 'B', 'model/b.bin is sha256:'],
    ['no file', null, 'model/b.bin is gone'],
  ])('with %s in a file is refused, and nothing of that file is left', async (_, text, words) => {
    await publishHere()
    await tamper('model/b.bin', text)
    await expect(open().fetch('fraud@v1.0.0', join(scratch, 'out'))).rejects.toMatchObject({
      message: expect.stringContaining(`fraud@v1.0.0 has been changed since it was published: ${words}`),
      problems: [{ cure }],
    })
    expect(await readdir(join(scratch, 'out', 'model'))).toEqual(['a.bin'])
  })

  it.each([
    ['manifest.json', '{}', 'manifest.json is sha256:'],
    ['manifest.json', null, 'manifest.json is gone'],
    ['.published.json', '{"schema":', '.published.json cannot be read'],
  ])('with %s changed to %j is refused', async (name, text, words) => {
    await publishHere()
    await tamper(name, text)
    await expect(open().manifest('fraud@v1.0.0')).rejects.toMatchObject({
      message: expect.stringContaining(`fraud@v1.0.0 has been changed since it was published: ${words}`),
      problems: [{ cure }],
    })
  })

  it('whose folder was renamed to another version is refused', async () => {
    await publishHere()
    await rename(join(root, 'models/fraud/v1.0.0'), join(root, 'models/fraud/v9.0.0'))
    await expect(open().versions('fraud')).rejects.toThrow('the folder says that it is fraud@v1.0.0')
  })

  it('with a manifest and a record that both lie about a path cannot lead out of the folder', async () => {
    await publishHere()
    const manifest = sampleManifest('fraud', '1.0.0', FILES)
    const text = JSON.stringify({ ...manifest, files: [{ ...manifest.files[0], path: '../../../../../etc/passwd' }] })
    await tamper('manifest.json', text)
    const record = JSON.parse(await readFile(join(root, 'models/fraud/v1.0.0/.published.json'), 'utf8'))
    await tamper('.published.json', JSON.stringify({ ...record, manifestDigest: digestOf(text) }))
    await expect(open().fetch('fraud@v1.0.0', join(scratch, 'out'))).rejects.toThrow(
      'manifest of fraud@v1.0.0 cannot be used',
    )
  })

  it('of a newer Plumbline is refused in words', async () => {
    await publishHere()
    const text = JSON.stringify({ ...sampleManifest('fraud', '1.0.0', FILES), schema: 'plumbline.model-manifest/2' })
    await tamper('manifest.json', text)
    const record = JSON.parse(await readFile(join(root, 'models/fraud/v1.0.0/.published.json'), 'utf8'))
    await tamper('.published.json', JSON.stringify({ ...record, manifestDigest: digestOf(text) }))
    await expect(open().manifest('fraud@v1.0.0')).rejects.toMatchObject({
      problems: [{ cure: expect.stringContaining('newer version of Plumbline') }],
    })
  })
})
