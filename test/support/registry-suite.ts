import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeploymentRecord } from '../../shared/contracts/deployment.js'
import { encodeManifest } from '../../shared/registry/manifest.js'
import type { Registry } from '../../shared/registry/registry.js'
import { sampleDraft, sampleManifest } from './sample-package.js'

const FILES = { 'model/model.json': '{"bias":1}', 'predict.mjs': 'console.log(1)\n' }

const record = (over: Partial<DeploymentRecord>): DeploymentRecord => ({
  environment: 'production',
  tag: 'fraud@v1.0.0',
  manifestDigest: `sha256:${'a'.repeat(64)}`,
  action: 'deploy',
  state: 'success',
  at: '2026-01-02T03:04:05.000Z',
  reason: null,
  ...over,
})

/** What every registry has to do. `open` gives an empty one each time. */
export function registryBehaviour(name: string, open: () => Promise<Registry>): void {
  describe(`registry: ${name}`, () => {
    let registry: Registry
    let scratch: string

    beforeEach(async () => {
      registry = await open()
      scratch = await mkdtemp(join(tmpdir(), 'plumbline-registry-'))
    })
    afterEach(() => rm(scratch, { recursive: true, force: true }))

    const draft = (model: string, files: Record<string, string>, version?: string) =>
      sampleDraft(join(scratch, 'source'), model, files, version)

    it('is empty at first', async () => {
      expect(await registry.models()).toEqual([])
      expect(await registry.versions('fraud')).toEqual([])
      expect(await registry.manifest('fraud@v1.0.0')).toBeNull()
      expect(await registry.environments()).toEqual([])
      expect(await registry.deployments('production')).toEqual([])
    })

    it('publishes a version that reads back as it was', async () => {
      const { outcome, version } = await registry.publish(await draft('fraud', FILES))
      const manifest = sampleManifest('fraud', '1.0.0', FILES)
      expect(outcome).toBe('published')
      expect(version).toMatchObject({ model: 'fraud', tag: 'fraud@v1.0.0', version: '1.0.0' })
      expect(version.manifestDigest).toBe(encodeManifest(manifest).digest)
      expect(await registry.versions('fraud')).toEqual([version])
      expect(await registry.models()).toEqual(['fraud'])
      expect(await registry.manifest('fraud@v1.0.0')).toEqual({ manifest, digest: version.manifestDigest })
    })

    it('copies a version out, with its manifest, every byte the same', async () => {
      await registry.publish(await draft('fraud', FILES))
      const into = join(scratch, 'out')
      const manifest = await registry.fetch('fraud@v1.0.0', into)
      expect(manifest.tag).toBe('fraud@v1.0.0')
      expect(await readFile(join(into, 'model/model.json'), 'utf8')).toBe(FILES['model/model.json'])
      expect(await readFile(join(into, 'predict.mjs'), 'utf8')).toBe(FILES['predict.mjs'])
      expect(await readFile(join(into, 'manifest.json'), 'utf8')).toBe(encodeManifest(manifest).text)
      expect((await readdir(into)).sort()).toEqual(['manifest.json', 'model', 'predict.mjs'])
    })

    it('copies only the files that are named', async () => {
      await registry.publish(await draft('fraud', FILES))
      await registry.fetch('fraud@v1.0.0', join(scratch, 'out'), ['predict.mjs'])
      expect((await readdir(join(scratch, 'out'))).sort()).toEqual(['manifest.json', 'predict.mjs'])
      await expect(registry.fetch('fraud@v1.0.0', scratch, ['gone.bin'])).rejects.toThrow(
        'fraud@v1.0.0 has no file gone.bin',
      )
    })

    it('copies programs out so that they can be run', async () => {
      await registry.publish(await draft('fraud', { 'predict.sh': '#!/bin/sh\n', 'model.bin': 'x' }))
      await registry.fetch('fraud@v1.0.0', join(scratch, 'out'))
      const mode = async (path: string) => (await stat(join(scratch, 'out', path))).mode & 0o111
      expect(await mode('predict.sh')).toBe(process.platform === 'win32' ? 0 : 0o111)
      expect(await mode('model.bin')).toBe(0)
    })

    it('overwrites an older copy and leaves other files of the folder alone', async () => {
      await registry.publish(await draft('fraud', FILES))
      await registry.fetch('fraud@v1.0.0', join(scratch, 'out'))
      await writeFile(join(scratch, 'out', 'predict.mjs'), 'changed')
      await writeFile(join(scratch, 'out', 'mine.txt'), 'mine')
      await registry.fetch('fraud@v1.0.0', join(scratch, 'out'))
      expect(await readFile(join(scratch, 'out', 'predict.mjs'), 'utf8')).toBe(FILES['predict.mjs'])
      expect(await readFile(join(scratch, 'out', 'mine.txt'), 'utf8')).toBe('mine')
    })

    it('changes nothing when the same model is published again', async () => {
      const first = await registry.publish(await draft('fraud', FILES))
      const second = await registry.publish(await draft('fraud', FILES))
      expect(second).toEqual({ outcome: 'unchanged', version: first.version })
      expect(await registry.versions('fraud')).toEqual([first.version])
    })

    it('changes nothing when the same manifest is proposed again', async () => {
      const first = await registry.publish(await draft('fraud', FILES, '2.0.0'))
      expect(await registry.publish(await draft('fraud', FILES, '2.0.0'))).toEqual({
        outcome: 'unchanged',
        version: first.version,
      })
    })

    it('writes a version once: another content under its number is refused', async () => {
      const { version } = await registry.publish(await draft('fraud', FILES, '2.0.0'))
      await expect(registry.publish(await draft('fraud', { 'predict.mjs': 'other' }, '2.0.0'))).rejects.toThrow(
        'fraud@v2.0.0 is published already and its content is another',
      )
      expect(await registry.versions('fraud')).toEqual([version])
    })

    it('lists versions by precedence, not by text or time', async () => {
      for (const version of ['1.10.0', '1.9.0', '1.10.0-rc.1', '2.0.0', '1.9.10']) {
        await registry.publish(await draft('fraud', { 'model.json': version }, version))
      }
      const versions = (await registry.versions('fraud')).map(({ version }) => version)
      expect(versions).toEqual(['2.0.0', '1.10.0', '1.10.0-rc.1', '1.9.10', '1.9.0'])
    })

    it('keeps models apart whose names share a beginning', async () => {
      for (const model of ['a', 'a/b', 'ab', 'a/b/c'])
        await registry.publish(await draft(model, { 'model.json': model }))
      expect(await registry.models()).toEqual(['a', 'a/b', 'a/b/c', 'ab'])
      for (const model of ['a', 'a/b', 'ab', 'a/b/c']) {
        expect((await registry.versions(model)).map(({ tag }) => tag)).toEqual([`${model}@v1.0.0`])
        await registry.fetch(`${model}@v1.0.0`, join(scratch, 'out'))
        expect(await readFile(join(scratch, 'out', 'model.json'), 'utf8')).toBe(model)
      }
    })

    it('says which versions there are when one is not', async () => {
      await registry.publish(await draft('fraud', FILES))
      await expect(registry.fetch('fraud@v9.0.0', scratch)).rejects.toMatchObject({
        problems: [{ message: 'fraud@v9.0.0 is not published', cure: 'published are: fraud@v1.0.0' }],
      })
      await expect(registry.fetch('spam@v1.0.0', scratch)).rejects.toMatchObject({
        problems: [{ message: 'spam@v1.0.0 is not published', cure: 'package spam first' }],
      })
    })

    it.each([
      'fraud',
      '../fraud@v1.0.0',
      'fraud@1.0.0',
      'fraud@v1.0',
      'a//b@v1.0.0',
      'fraud@v1.0.0/../../x',
      '@v1.0.0',
    ])('refuses the tag %j', async (tag) => {
      await expect(registry.manifest(tag)).rejects.toThrow('is not the tag of a model version')
      await expect(registry.fetch(tag, scratch)).rejects.toThrow('is not the tag of a model version')
      await expect(registry.recordDeployment(record({ tag }))).rejects.toThrow('is not the tag of a model version')
    })

    it.each(['', '..', '../x', 'a/../b', '/etc', 'a//b', 'a.b', 'a\\b', 'a\nb', 'C:'])(
      'refuses the model name %j',
      async (model) => {
        await expect(registry.versions(model)).rejects.toThrow('is not a model name')
        await expect(registry.publish({ ...(await draft('fraud', FILES)), model })).rejects.toThrow(
          'is not a model name',
        )
      },
    )

    it.each([
      '../out',
      '/etc/passwd',
      'a/../../b',
      'C:/x',
      'a\\b',
      'a//b',
      './a',
      'manifest.json',
      'Manifest.JSON',
      'x\u0000',
      'a.',
    ])('refuses a package with the file %j and leaves nothing behind', async (path) => {
      const bad = { ...sampleManifest('fraud', '1.0.0', { ok: 'x' }) }
      bad.files = bad.files.map((file) => ({ ...file, path }))
      const source = join(scratch, 'source')
      await expect(
        registry.publish({ model: 'fraud', propose: async () => bad, source: () => source }),
      ).rejects.toThrow('the manifest of fraud@v1.0.0 cannot be used')
      expect(await registry.versions('fraud')).toEqual([])
    })

    it('refuses two files that differ only in case', async () => {
      const manifest = sampleManifest('fraud', '1.0.0', { 'Model.bin': 'a', 'model.bin': 'b' })
      await expect(
        registry.publish({ model: 'fraud', propose: async () => manifest, source: () => scratch }),
      ).rejects.toMatchObject({
        problems: [{ message: 'files "Model.bin" and "model.bin" are one file where case does not count' }],
      })
    })

    it('publishes nothing when a file is not what the manifest says', async () => {
      const good = await draft('fraud', FILES)
      await writeFile(join(scratch, 'source', 'predict.mjs'), 'changed in between')
      await expect(registry.publish(good)).rejects.toThrow(
        'predict.mjs was changed while it was packaged: it has another content now',
      )
      await rm(join(scratch, 'source', 'predict.mjs'))
      await expect(registry.publish(good)).rejects.toThrow('predict.mjs was changed while it was packaged: it is gone')
      expect(await registry.versions('fraud')).toEqual([])
      expect((await registry.publish(await draft('fraud', FILES))).version.tag).toBe('fraud@v1.0.0')
    })

    it('publishes nothing when the proposal fails, and is free for the next run', async () => {
      const failing = { ...(await draft('fraud', FILES)), propose: () => Promise.reject(new Error('no')) }
      await expect(registry.publish(failing)).rejects.toThrow('no')
      expect((await registry.publish(await draft('fraud', FILES))).outcome).toBe('published')
    })

    it('takes files of no bytes and of many', async () => {
      const files = { empty: '', big: 'x'.repeat(3_000_000), 'deep/er/file with space-ü.txt': 'y' }
      await registry.publish(await draft('fraud', files))
      await registry.fetch('fraud@v1.0.0', join(scratch, 'out'))
      for (const [path, text] of Object.entries(files)) {
        expect((await readFile(join(scratch, 'out', path), 'utf8')) === text).toBe(true)
      }
    })

    it('ends with one version for each content when many publish at once', async () => {
      const drafts = await Promise.all(
        ['a', 'b', 'c', 'a', 'b', 'c'].map((text, i) =>
          sampleDraft(join(scratch, `s${i}`), 'fraud', { 'model.json': text }),
        ),
      )
      const results = await Promise.all(drafts.map((one) => registry.publish(one)))
      expect(results.map(({ outcome }) => outcome).sort()).toEqual([
        'published',
        'published',
        'published',
        'unchanged',
        'unchanged',
        'unchanged',
      ])
      const versions = (await registry.versions('fraud')).map(({ version }) => version)
      expect(versions).toEqual(['1.0.2', '1.0.1', '1.0.0'])
    })

    it('keeps the history of each environment, newest first', async () => {
      const first = record({})
      const second = record({ tag: 'fraud@v1.1.0', state: 'rolled-back', reason: 'golden rows differ:\n"a" | <b>' })
      await registry.recordDeployment(first)
      await registry.recordDeployment(second)
      await registry.recordDeployment(record({ environment: 'staging', action: 'rollback' }))
      expect(await registry.deployments('production')).toEqual([second, first])
      expect(await registry.deployments('staging')).toHaveLength(1)
      const other = record({ tag: 'other/model@v2.0.0' })
      await registry.recordDeployment(other)
      expect(await registry.deployments('production', 'other/model')).toEqual([other])
      expect(await registry.deployments('production', first.tag.split('@')[0])).toEqual([second, first])
      expect(await registry.environments()).toEqual(['production', 'staging'])
    })

    it.each(['Production (EU)', '../up', '.', '..', 'a/b', 'ü ☃', 'con', '%2e', 'a:b*c?'])(
      'keeps an environment called %j apart',
      async (environment) => {
        await registry.recordDeployment(record({ environment }))
        expect(await registry.deployments(environment)).toEqual([record({ environment })])
        expect(await registry.environments()).toEqual([environment])
      },
    )

    it('loses no deployment when many are recorded at once', async () => {
      const records = Array.from({ length: 20 }, (_, i) => record({ reason: `number ${i}` }))
      await Promise.all(records.map((one) => registry.recordDeployment(one)))
      const reasons = (await registry.deployments('production')).map(({ reason }) => reason)
      expect(reasons.sort()).toEqual(records.map(({ reason }) => reason).sort())
    })
  })
}
