import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type * as z from 'zod'
import { Chain, DataProfile, DataValidation, TrainingRun } from '../../../shared/contracts/index.js'
import type { ActionInputs } from '../../../shared/core/action.js'
import { readDocument, writeDocument } from '../../../shared/core/documents.js'
import { handOver } from '../../../shared/core/hand-over.js'
import { candidates } from '../../../shared/core/hand-over-fetch.js'
import { digestOf } from '../../../shared/core/hash.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { type FolderArtifacts, folderArtifacts } from '../../support/folder-artifacts.js'

type Body<S extends z.ZodType> = Omit<z.input<S>, 'schema' | 'createdAt' | 'plumblineVersion' | 'run'>

const header = { verdict: 'pass' as const, summary: 'all well', inputs: [], checks: [] }
const file = (path: string, text: string) => ({ path, bytes: Buffer.byteLength(text), digest: digestOf(text) })

const training = (outputs: { path: string; bytes: number; digest: string }[]): Body<typeof TrainingRun> => ({
  ...header,
  command: ['node', 'train.mjs'],
  seed: 42,
  params: {},
  status: 'succeeded',
  exitCode: 0,
  exitMeaning: 'success',
  durationSeconds: 1,
  outputs,
  metrics: {},
  metricsIgnored: [],
  code: [],
  environment: { os: 'linux', arch: 'x64', node: 'v24', program: null, runnerImage: null },
  firstError: null,
  tail: [],
})
const validation = (outputs: { path: string; bytes: number; digest: string }[]): Body<typeof DataValidation> => ({
  ...header,
  contract: null,
  baseline: null,
  baselineReason: 'none',
  prepare: { ran: true, key: digestOf('key'), reason: 'it has not run here before', outputs },
  counts: { datasets: 1, rows: 1, columns: 1, checks: 1, failed: 0, warned: 0 },
})
const profile: Body<typeof DataProfile> = { ...header, target: null, features: [], datasets: [] }

let artifacts: FolderArtifacts
const jobs: FakeContext[] = []
beforeEach(() => {
  artifacts = folderArtifacts()
})
afterEach(async () => {
  artifacts.remove()
  await Promise.all(jobs.splice(0).map((job) => job.cleanup()))
})

/** A job of the run: a workspace of its own, and the artifacts of all. */
async function job(files: Record<string, string> = {}, inputs: Partial<ActionInputs> = {}): Promise<FakeContext> {
  const made = await fakeContext({ files, inputs, artifacts })
  jobs.push(made)
  return made
}

/** A job that trained a model and handed it over. */
async function trained(inputs: Partial<ActionInputs> = {}, text = '{"w":1}'): Promise<FakeContext> {
  const it = await job({ 'model/a.json': text, 'model/notes.txt': 'notes' }, inputs)
  await writeDocument(it.ctx, TrainingRun, training([file('model/a.json', text), file('model/notes.txt', 'notes')]))
  await it.ctx.files.write('.plumbline/training-run.md', '# Training')
  expect(await handOver('train', it, inputs['artifact-suffix'])).not.toBeNull()
  return it
}

const stored = (name: string, path: string) => join(artifacts.folder, name, path)
const put = (name: string, path: string, text: string) => {
  // As another job of the run may have put it there.
  writeFileSync(stored(name, path), text)
}
const rewritten = async (name: string, outputs: { path: string; bytes: number; digest: string }[]) => {
  const path = stored(name, '.plumbline/training-run.json')
  const document = JSON.parse(readFileSync(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...document, outputs }))
}
const messages = (it: FakeContext, level: string) =>
  it.logged.filter((line) => line.level === level).map(({ message }) => message)

describe('a step hands over', () => {
  test('what it wrote into the run directory and the files that it made, nothing else', async () => {
    const it = await job({ 'model/a.json': '{}', '.plumbline/evaluation.json': '{}', 'data/train.csv': 'a\n1\n' })
    await writeDocument(it.ctx, TrainingRun, training([file('model/a.json', '{}')]))
    await it.ctx.files.write('./.plumbline/training-run.html', '<p>')
    await it.ctx.files.write('other.txt', 'not of the run directory')
    const uploaded = await handOver('train', it, undefined)
    expect(uploaded?.url).toMatch(/artifacts\/1$/)
    expect(existsSync(stored('plumbline-train', '.plumbline/training-run.json'))).toBe(true)
    expect(existsSync(stored('plumbline-train', '.plumbline/training-run.html'))).toBe(true)
    expect(existsSync(stored('plumbline-train', 'model/a.json'))).toBe(true)
    for (const path of ['.plumbline/evaluation.json', 'data/train.csv', 'other.txt'])
      expect(existsSync(stored('plumbline-train', path))).toBe(false)
  })

  test('prepared data with the documents of validate-data', async () => {
    const it = await job({ 'data/joined.csv': 'a\n1\n' })
    await writeDocument(it.ctx, DataValidation, validation([file('data/joined.csv', 'a\n1\n')]))
    await handOver('validate-data', it, undefined)
    expect(existsSync(stored('plumbline-validate-data', 'data/joined.csv'))).toBe(true)
  })

  test.each([
    ['stay in a public repository', true, false, false],
    ['go in a public repository when somebody says that they may', true, true, true],
    ['go in a private repository', false, false, true],
  ])('prepared data %s', async (_title, isPublic, may, goes) => {
    const prepare = { command: 'node join.mjs', outputs: ['data/joined.csv'], public: may }
    const it = await fakeContext({
      files: { 'data/joined.csv': 'a\n1\n', 'event.json': JSON.stringify({ repository: { private: !isPublic } }) },
      config: { data: { prepare } },
      artifacts,
    })
    jobs.push(it)
    const ctx = { ...it.ctx, env: { GITHUB_EVENT_PATH: join(it.root, 'event.json') } }
    await writeDocument(ctx, DataValidation, validation([file('data/joined.csv', 'a\n1\n')]))
    await handOver('validate-data', { context: ctx, written: it.written }, undefined)
    expect(existsSync(stored('plumbline-validate-data', 'data/joined.csv'))).toBe(goes)
    expect(existsSync(stored('plumbline-validate-data', '.plumbline/data-validation.json'))).toBe(true)
    expect(messages(it, 'notice').join()).toMatch(goes ? /^$/ : /^The prepared data are not handed over to other jobs/)
  })

  test('nothing when it wrote nothing, and nothing with `artifacts: false`', async () => {
    expect(await handOver('train', await job(), undefined)).toBeNull()
    const off = await job({}, { artifacts: false })
    await writeDocument(off.ctx, TrainingRun, training([]))
    expect(await handOver('train', off, undefined)).toBeNull()
    expect(artifacts.calls).toEqual([])
  })

  test('a refusal is one warning, with the cure of who refused', async () => {
    const it = await job()
    await writeDocument(it.ctx, TrainingRun, training([]))
    artifacts.refuse = /upload/
    expect(await handOver('train', it, undefined)).toBeNull()
    expect(messages(it, 'warning')).toEqual([
      'train: upload plumbline-train is refused (403)\n    → ask again\nThe verdict stands. Another job will not find the documents of this one.',
    ])
  })

  test('a file whose name no artifact takes is named and left out, the rest goes', async () => {
    const it = await job({ 'model/a:b.json': '{}', 'model/c.json': '{}' })
    await writeDocument(it.ctx, TrainingRun, training([file('model/a:b.json', '{}'), file('model/c.json', '{}')]))
    await handOver('train', it, undefined)
    expect(messages(it, 'warning')[0]).toMatch(/^train: "model\/a:b\.json" cannot be handed over.*\n {4}→ rename it$/)
    expect(existsSync(stored('plumbline-train', 'model/c.json'))).toBe(true)
  })

  test('under a name with the suffix', async () => {
    await trained({ 'artifact-suffix': 'large' })
    expect(artifacts.calls).toEqual(['upload plumbline-train-large'])
  })
})

describe('a document that is not on disk', () => {
  test('is taken from the artifact of its stage, with its report and the files that it names', async () => {
    await trained()
    const next = await job()
    const read = await readDocument(next.ctx, TrainingRun)
    expect(read?.document.outputs.map(({ path }) => path)).toEqual(['model/a.json', 'model/notes.txt'])
    expect(read?.ref.name).toBe('.plumbline/training-run.json')
    expect(await next.ctx.files.readText('model/a.json')).toBe('{"w":1}')
    expect(await next.ctx.files.readText('.plumbline/training-run.md')).toBe('# Training')
    expect(messages(next, 'info').at(-1)).toBe(
      '.plumbline/training-run.json is taken from the artifact plumbline-train of this run, and with it model/a.json, model/notes.txt.',
    )
    expect(next.written.size).toBe(0)
  })

  test('is looked for once in a process, whatever else is missing', async () => {
    await trained()
    artifacts.calls.length = 0
    const next = await job()
    for (const schema of [DataProfile, DataValidation, DataProfile, Chain])
      expect(await readDocument(next.ctx, schema)).toBeNull()
    await Promise.all([readDocument(next.ctx, TrainingRun), readDocument(next.ctx, TrainingRun)])
    expect(artifacts.calls).toEqual(['list', 'download plumbline-train'])
  })

  test('that is on disk no call is made', async () => {
    const it = await trained()
    artifacts.calls.length = 0
    await readDocument(it.ctx, TrainingRun)
    expect(artifacts.calls).toEqual([])
  })

  test('is taken from that of the chain when its stage has none', async () => {
    const chain = await job({ 'model/a.json': '{}' })
    await writeDocument(chain.ctx, DataProfile, profile)
    await writeDocument(chain.ctx, TrainingRun, training([file('model/a.json', '{}')]))
    await handOver('pipeline', chain, undefined)
    const next = await job()
    expect(await readDocument(next.ctx, DataProfile)).not.toBeNull()
    expect(existsSync(join(next.root, '.plumbline/training-run.json'))).toBe(false)
    expect(await readDocument(next.ctx, TrainingRun)).not.toBeNull()
    expect(existsSync(join(next.root, 'model/a.json'))).toBe(true)
    expect(artifacts.calls.filter((call) => call.startsWith('download'))).toEqual(['download plumbline-pipeline'])
  })

  test('comes with prepared data, whichever of the two documents of validate-data is wanted', async () => {
    const before = await job({ 'data/joined.csv': 'a\n1\n' })
    await writeDocument(before.ctx, DataProfile, profile)
    await writeDocument(before.ctx, DataValidation, validation([file('data/joined.csv', 'a\n1\n')]))
    await handOver('validate-data', before, undefined)
    const next = await job()
    await readDocument(next.ctx, DataProfile)
    expect(await next.ctx.files.readText('data/joined.csv')).toBe('a\n1\n')
    expect(existsSync(join(next.root, '.plumbline/data-validation.json'))).toBe(true)
  })

  test('is looked for with the suffix, then without it', async () => {
    expect(candidates('training-run', undefined)).toEqual(['plumbline-train', 'plumbline-pipeline'])
    expect(candidates('data-profile', 'a')).toEqual([
      'plumbline-validate-data-a',
      'plumbline-validate-data',
      'plumbline-pipeline-a',
      'plumbline-pipeline',
    ])
    await trained({}, '{"w":1}')
    await trained({ 'artifact-suffix': 'b' }, '{"w":2}')
    for (const [suffix, text] of [
      ['b', '{"w":2}'],
      ['c', '{"w":1}'],
    ] as const) {
      const next = await job({}, { 'artifact-suffix': suffix })
      await readDocument(next.ctx, TrainingRun)
      expect(await next.ctx.files.readText('model/a.json')).toBe(text)
    }
  })

  test('leaves no trace but what it brought', async () => {
    await trained()
    const next = await job()
    await readDocument(next.ctx, TrainingRun)
    expect(existsSync(join(next.root, `.plumbline/.incoming-${process.pid}`))).toBe(true)
    await next.close()
    expect(existsSync(join(next.root, `.plumbline/.incoming-${process.pid}`))).toBe(false)
  })
})

describe('what lies in the workspace already', () => {
  test('with the same content stays', async () => {
    await trained()
    const next = await job({ 'model/a.json': '{"w":1}' })
    await readDocument(next.ctx, TrainingRun)
    expect(messages(next, 'info').at(-1)).toMatch(/and with it model\/notes\.txt\.$/)
  })

  test('with another content is neither replaced nor judged under a false name', async () => {
    await trained()
    const next = await job({ 'model/a.json': 'an older model' })
    await expect(readDocument(next.ctx, TrainingRun)).rejects.toMatchObject({
      problems: [
        {
          where: 'model/a.json',
          message:
            'model/a.json lies here with another content than in the artifact plumbline-train, whose .plumbline/training-run.json names it',
          cure: 'remove it before this step, so that it is taken from the artifact; or set the input `artifacts: false` to work with what lies here',
        },
      ],
    })
    expect(await next.ctx.files.readText('model/a.json')).toBe('an older model')
    expect(existsSync(join(next.root, '.plumbline/training-run.json'))).toBe(false)
  })

  test('a document of this job stays, whatever the artifact has', async () => {
    const before = await job({})
    await writeDocument(before.ctx, DataProfile, { ...profile, summary: 'of the artifact' })
    await writeDocument(before.ctx, DataValidation, validation([]))
    await handOver('validate-data', before, undefined)
    const next = await job()
    await writeDocument(next.ctx, DataProfile, { ...profile, summary: 'of this job' })
    expect(await readDocument(next.ctx, DataValidation)).not.toBeNull()
    expect((await readDocument(next.ctx, DataProfile))?.document.summary).toBe('of this job')
  })
})

describe('an artifact that is not as it should be', () => {
  test('of another kind under our name: a warning, and the next is looked at', async () => {
    const other = await job()
    await other.ctx.files.write('.plumbline/readme.txt', 'of a user')
    await artifacts.upload('plumbline-train', other.root, ['.plumbline/readme.txt'])
    const next = await job()
    expect(await readDocument(next.ctx, TrainingRun)).toBeNull()
    expect(messages(next, 'warning')).toEqual([
      'The artifact plumbline-train of this run has no .plumbline/training-run.json: it is of something else, or of a step with another run-directory',
    ])
  })

  test('whose file is not the one that its document names: an error, and nothing is taken', async () => {
    await trained()
    put('plumbline-train', 'model/a.json', 'changed')
    const next = await job()
    await expect(readDocument(next.ctx, TrainingRun)).rejects.toThrow(
      'model/a.json in the artifact plumbline-train is not the file that its .plumbline/training-run.json names',
    )
    expect(existsSync(join(next.root, 'model'))).toBe(false)
    expect(existsSync(join(next.root, '.plumbline/training-run.json'))).toBe(false)
  })

  test('that lacks a file which its document names: a warning', async () => {
    await trained()
    await rewritten('plumbline-train', [file('model/gone.bin', 'x')])
    const next = await job()
    expect(await readDocument(next.ctx, TrainingRun)).not.toBeNull()
    expect(messages(next, 'warning')).toEqual([
      'The artifact plumbline-train does not hold model/gone.bin, which its documents name.',
    ])
  })

  test.each([
    ['above the workspace', '../outside.txt'],
    ['absolute', join(tmpdir(), 'plumbline-outside.txt')],
    ['into .git', '.git/hooks/post-checkout'],
    ['into .GIT of a folder', 'sub/.GIT/config'],
    ['the workspace itself', '.'],
  ])('that names a place %s: an error, and nothing is written', async (_title, path) => {
    await trained()
    await rewritten('plumbline-train', [{ path, bytes: 1, digest: digestOf('x') }])
    const next = await job()
    await expect(readDocument(next.ctx, TrainingRun)).rejects.toThrow(
      `.plumbline/training-run.json of the artifact plumbline-train names ${JSON.stringify(path)}, which is no place for a file of an artifact`,
    )
    expect(existsSync(join(next.root, path === '.' ? 'none' : path))).toBe(false)
  })

  test('that names a place behind a link out of the workspace: an error', async () => {
    await trained()
    const [next, outside] = [await job(), await job()]
    symlinkSync(outside.root, join(next.root, 'model'))
    await expect(readDocument(next.ctx, TrainingRun)).rejects.toThrow(/names "model\/a\.json", which is no place/)
    expect(existsSync(join(outside.root, 'a.json'))).toBe(false)
  })

  test('whose document is damaged: the words of a damaged document', async () => {
    await trained()
    put('plumbline-train', '.plumbline/training-run.json', '{"schema":')
    await expect(readDocument((await job()).ctx, TrainingRun)).rejects.toThrow(
      '.plumbline/training-run.json is not JSON',
    )
  })

  test('whose document is of a newer version: the words for that', async () => {
    await trained()
    put('plumbline-train', '.plumbline/training-run.json', '{"schema":"plumbline.training-run/2"}')
    await expect(readDocument((await job()).ctx, TrainingRun)).rejects.toMatchObject({
      problems: [{ cure: 'written by a newer version of Plumbline: use the same version in every stage' }],
    })
  })
})

describe('when the service refuses', () => {
  test('to list: a stage goes on without, and says so once', async () => {
    await trained()
    artifacts.refuse = /list/
    const next = await job()
    expect(await readDocument(next.ctx, TrainingRun)).toBeNull()
    expect(await readDocument(next.ctx, DataProfile)).toBeNull()
    expect(messages(next, 'warning')).toEqual([
      'Documents of other jobs are not looked for: list is refused (403)\n    → ask again',
    ])
  })

  test('to give what is there: an error, for the stage would judge without it', async () => {
    await trained()
    artifacts.refuse = /download/
    await expect(readDocument((await job()).ctx, TrainingRun)).rejects.toThrow(
      'download plumbline-train is refused (403)',
    )
  })

  test('without access, on a laptop or with `artifacts: false` a document is just not there', async () => {
    await trained()
    const laptop = await fakeContext()
    jobs.push(laptop)
    expect(await readDocument(laptop.ctx, TrainingRun)).toBeNull()
    expect(await readDocument((await job({}, { artifacts: false })).ctx, TrainingRun)).toBeNull()
  })
})

test('a run that was cut off while it took files begins again', async () => {
  await trained()
  const next = await job()
  const half = join(next.root, 'model/a.json')
  await mkdir(dirname(half), { recursive: true })
  await writeFile(half, '{"w":1}')
  await readDocument(next.ctx, TrainingRun)
  expect(existsSync(join(next.root, 'model/notes.txt'))).toBe(true)
})
