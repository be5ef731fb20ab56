import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Config } from '../../../shared/contracts/config.js'
import type { UserError } from '../../../shared/core/errors.js'
import { modelContentDigest } from '../../../shared/registry/content.js'
import { candidateModelFiles, collectModelFiles } from '../../../shared/registry/model-files.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

let fake: FakeContext
afterEach(() => fake.cleanup())

const FILES = {
  'model/a.json': 'a',
  'model/deep/b.bin': 'b',
  'predict.mjs': 'p',
  'lib/help.mjs': 'h',
  'train.mjs': 't',
  'notes.txt': 'n',
}
const predict = { command: 'node predict.mjs --config=lib/help.mjs --out {output} /bin/sh ../up' }

async function collect(config: Record<string, unknown>, files: Record<string, string> = FILES) {
  fake = await fakeContext({ files })
  return collectModelFiles(fake.ctx.files, Config.parse({ model: 'm', ...config }))
}
const shown = async (config: Record<string, unknown>, files?: Record<string, string>) =>
  (await collect(config, files)).map(({ path, role }) => `${role} ${path}`)
const problems = async (work: Promise<unknown>) =>
  ((await work.catch((error: unknown) => error)) as UserError).problems.map(
    ({ where, message }) => `${where}: ${message}`,
  )

describe('the files of a model', () => {
  it('are by default what training wrote and what predicts', async () => {
    expect(await shown({ predict, train: { code: ['train.mjs'] } })).toEqual([
      'code lib/help.mjs',
      'model model/a.json',
      'model model/deep/b.bin',
      'code predict.mjs',
      'code train.mjs',
    ])
  })

  it('are without training code when no command predicts', async () => {
    const predict = { url: 'https://example.org/v2/models/m' }
    expect(await shown({ predict, train: { code: ['train.mjs'] } })).toEqual([
      'model model/a.json',
      'model model/deep/b.bin',
    ])
    await fake.cleanup()
    expect(await shown({ predict: { onnx: 'model/a.json' } })).toEqual(['code model/a.json', 'model model/deep/b.bin'])
  })

  it('are what package.files says: files, folders, globs', async () => {
    expect(
      await shown({ package: { files: ['model', '*.txt', 'lib/*.mjs'] }, train: { code: ['lib/help.mjs'] } }),
    ).toEqual(['code lib/help.mjs', 'model model/a.json', 'model model/deep/b.bin', 'model notes.txt'])
  })

  it('never include documents and the registry', async () => {
    const files = { ...FILES, '.plumbline/evaluation.json': 'e', 'reg/models/m/x': 'r' }
    expect((await shown({ registry: './reg/', package: { files: ['**'] } }, files)).join()).not.toMatch(/plumbline|reg/)
  })

  it('have to be there and not empty; all mistakes at once', async () => {
    const files = {
      ...FILES,
      'model/empty.bin': '',
      'model/.gitkeep': '',
      'lib/__init__.py': '',
      'MODEL_CARD.md': 'mine',
      'predictions.jsonl.gz': 'mine',
      'bad:name': 'x',
    }
    const work = collect(
      {
        package: {
          files: ['gone.bin', 'gone/*.bin', 'model', 'lib', 'MODEL_CARD.md', 'predictions.jsonl.gz', 'bad:name'],
        },
      },
      files,
    )
    await expect(work).rejects.toThrow('the model files cannot be packaged')
    expect(await problems(work)).toEqual([
      'package.files: gone.bin is not there, or holds no file',
      'package.files: no file matches "gone/*.bin"',
      'MODEL_CARD.md: package-model writes a file of this name itself',
      'bad:name: its name has a character that not every system takes in a file name',
      'predictions.jsonl.gz: package-model writes a file of this name itself',
      'model/empty.bin: it is empty',
    ])
  })

  it('say to train first when training has written nothing', async () => {
    const work = collect({ predict }, { 'predict.mjs': 'p' })
    await expect(work).rejects.toMatchObject({
      problems: [{ where: 'train.outputs', cure: 'run train first, or name the model files under package.files' }],
    })
  })

  it('may not lie outside, nor be reached by a link that leads out', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'plumbline-outside-'))
    await writeFile(join(outside, 'secret'), 's')
    fake = await fakeContext({ files: FILES })
    const look = (files: string[]) =>
      collectModelFiles(fake.ctx.files, Config.parse({ model: 'm', package: { files } }))
    await expect(look(['../outside'])).rejects.toThrow('lies outside the working directory')
    await symlink(join(outside, 'secret'), join(fake.root, 'link'))
    await symlink(outside, join(fake.root, 'folder'))
    await symlink(join(fake.root, 'nothing'), join(fake.root, 'model', 'broken'))
    await symlink(join(fake.root, 'notes.txt'), join(fake.root, 'inner'))
    expect(await problems(look(['link']))).toEqual([
      'link: it is reached by a link that leads out of the working directory',
    ])
    expect(await problems(look(['folder/secret']))).toEqual([
      'folder/secret: it is reached by a link that leads out of the working directory',
    ])
    expect(await problems(look(['model']))).toEqual(['model/broken: it is a link to something that is not there'])
    expect((await look(['inner'])).map(({ path, bytes }) => [path, bytes])).toEqual([['inner', 1]])
    await rm(outside, { recursive: true })
  })

  it('do not include the Python of a virtual environment', async () => {
    fake = await fakeContext({ files: FILES })
    await symlink(process.execPath, join(fake.root, 'python'))
    const config = Config.parse({ model: 'm', predict: { command: './python predict.mjs' } })
    expect((await collectModelFiles(fake.ctx.files, config)).map(({ path }) => path)).not.toContain('python')
  })

  it('of a candidate are those that are there', async () => {
    fake = await fakeContext({ files: FILES })
    const config = Config.parse({ model: 'm', package: { files: ['model', 'gone'] } })
    const found = await candidateModelFiles(fake.ctx.files, config)
    expect(found.map(({ path }) => path)).toEqual(['model/a.json', 'model/deep/b.bin'])
    const whole = Config.parse({ model: 'm', package: { files: ['model'] } })
    expect(modelContentDigest(found)).toBe(modelContentDigest(await collectModelFiles(fake.ctx.files, whole)))
  })
})
