import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageModel } from '../../../actions/package-model/action.js'
import { ModelPackage } from '../../../shared/contracts/model-manifest.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { CONFIG, documents, PROJECT } from './support.js'

let fake: FakeContext
afterEach(() => fake.cleanup())

async function open(files: Record<string, string>, config: Record<string, unknown> = CONFIG, now?: Date) {
  fake = await fakeContext({ files, config, ...(now ? { now } : {}) })
  return fake
}
const defaults = {
  config: 'plumbline.yml',
  'working-directory': '.',
  'run-directory': '.plumbline',
  'fail-on': 'inconclusive',
} as const
type Given = Partial<Parameters<typeof packageModel.run>[0]>
const run = (given: Given = {}) =>
  packageModel.run(
    {
      ...defaults,
      'override-reason': undefined,
      'override-actor': given['override-reason'] === undefined ? undefined : 'ada',
      ...given,
    } as Parameters<typeof packageModel.run>[0],
    fake.ctx,
  )
const written = async (path: string) => readFile(join(fake.root, '.plumbline', path), 'utf8')
const whole = { ...PROJECT, ...documents(PROJECT) }

describe('package-model', () => {
  it('publishes an accepted model as 1.0.0 with everything in it', async () => {
    await open(whole)
    const { verdict, summary, outputs } = await run()
    expect(summary).toBe('demo@v1.0.0 is published (first version of this model)')
    expect(verdict).toBe('pass')
    expect(outputs).toMatchObject({
      outcome: 'published',
      tag: 'demo@v1.0.0',
      version: '1.0.0',
      card: '.plumbline/MODEL_CARD.md',
    })

    const registry = await fake.ctx.registry()
    const found = await registry.manifest('demo@v1.0.0')
    expect(found?.digest).toBe(outputs['manifest-digest'])
    expect(found?.manifest.files.map(({ path, role }) => [path, role])).toEqual([
      ['MODEL_CARD.md', 'card'],
      ['data-profile.json', 'document'],
      ['evaluation.json', 'document'],
      ['golden.jsonl', 'golden'],
      ['lib.mjs', 'code'],
      ['model/model.json', 'model'],
      ['predict.mjs', 'code'],
      ['train.mjs', 'code'],
      ['training-run.json', 'document'],
    ])
    expect(found?.manifest).toMatchObject({
      task: 'binary',
      description: 'Says whether x is large.',
      license: 'Apache-2.0',
      previous: null,
      signature: {
        inputs: [
          { name: 'x', type: 'integer', nullable: false },
          { name: 'color', type: 'string', nullable: false },
        ],
        outputs: ['score'],
      },
      golden: { path: 'golden.jsonl', rows: 12 },
      overrides: [],
      lineage: { seed: 42, params: { rate: 0.1 }, command: ['node', 'train.mjs'] },
    })
    expect(found?.manifest.metrics.map(({ metric, value }) => [metric, value])).toEqual([
      ['roc_auc', 0.75],
      ['recall', null],
    ])

    const document = ModelPackage.parse(JSON.parse(await written('model-package.json')))
    expect(document).toMatchObject({
      outcome: 'published',
      registry: '.plumbline-registry',
      model: { tag: 'demo@v1.0.0' },
    })
    expect(fake.summaries.join()).toContain('`demo@v1.0.0` is published')
    expect(JSON.stringify(document)).not.toContain(fake.root)
  })

  it('packages a model that answers on its own as it did in the workspace', async () => {
    await open(whole)
    await run()
    const out = join(fake.root, 'out')
    await (await fake.ctx.registry()).fetch('demo@v1.0.0', out)
    const { openModel, readGolden, readModelFolder } = await import('../../../shared/predict/package.js')
    const { compareGolden } = await import('../../../shared/predict/golden.js')
    const model = await readModelFolder(out, 'out')
    const golden = await readGolden(model)
    const predictor = await openModel(model, { exec: fake.ctx.exec, log: fake.ctx.log })
    const answers = await predictor.predict(golden.map(({ row }) => row))
    await predictor.close()
    expect(compareGolden(golden, answers, 0)).toEqual([])
  })

  it('changes nothing when it runs again, also later and elsewhere', async () => {
    await open(whole)
    const first = await run()
    const second = await run()
    expect(second).toMatchObject({
      verdict: 'pass',
      summary: 'demo@v1.0.0 is the same model: it was published before, and nothing was written',
      outputs: { ...first.outputs, outcome: 'unchanged' },
    })
    expect(await written('MODEL_CARD.md')).toContain('demo 1.0.0')
    // A later run writes documents with another clock about the same model.
    const later = documents(PROJECT, { evaluation: { createdAt: '2027-01-01T00:00:00.000Z' } })
    for (const [path, text] of Object.entries(later)) await writeFile(join(fake.root, path), text)
    expect((await run()).outputs).toMatchObject({ outcome: 'unchanged', tag: 'demo@v1.0.0' })
    expect(await (await fake.ctx.registry()).versions('demo')).toHaveLength(1)
  })

  it('gives the same manifest bytes in another folder at another time', async () => {
    const digests: unknown[] = []
    for (const now of [new Date(0), new Date('2030-01-01')]) {
      await open(whole, CONFIG, now)
      digests.push((await run()).outputs['manifest-digest'])
      await fake.cleanup()
    }
    expect(digests[0]).toBe(digests[1])
  })

  it('publishes a retrain as a patch and a change of params as a minor version', async () => {
    await open(whole)
    await run()
    const retrained = { ...PROJECT, 'model/model.json': '{"weight":0.02}' }
    const change = async (files: Record<string, string>, over: Parameters<typeof documents>[1] = {}) => {
      for (const [path, text] of Object.entries({ ...files, ...documents(files, over) }))
        await writeFile(join(fake.root, path), text)
      return run()
    }
    expect((await change(retrained)).outputs.tag).toBe('demo@v1.0.1')
    const tuned = await change(
      { ...PROJECT, 'model/model.json': '{"weight":0.03}' },
      { training: { params: { rate: 0.2 } } },
    )
    expect(tuned.outputs.tag).toBe('demo@v1.1.0')
    const { bump, previous } = (await (await fake.ctx.registry()).manifest('demo@v1.1.0'))?.manifest ?? {}
    expect(bump).toEqual({
      level: 'minor',
      rule: 'minor: features, algorithm or params have changed',
      evidence: [
        'minor: params "rate" differ, compared with demo@v1.0.1',
        'patch: model files differ: "model/model.json", compared with demo@v1.0.1',
      ],
    })
    expect(previous).toMatchObject({ tag: 'demo@v1.0.1' })
    // Back to the first model: it is there already.
    expect((await change(PROJECT)).outputs).toMatchObject({ outcome: 'unchanged', tag: 'demo@v1.0.0' })
  })

  it('ends with two versions when two runs publish two models at once, each with its own number in its card', async () => {
    await open(whole)
    const registry = join(fake.root, 'shared-registry')
    const sides = await Promise.all(
      ['{"weight":0.02}', '{"weight":0.03}'].map((model) => {
        const files = { ...PROJECT, 'model/model.json': model }
        return fakeContext({ files: { ...files, ...documents(files) }, config: { ...CONFIG, registry } })
      }),
    )
    try {
      const inputs = { ...defaults, 'override-reason': undefined, 'override-actor': undefined } as Parameters<
        typeof packageModel.run
      >[0]
      const results = await Promise.all(sides.map(({ ctx }) => packageModel.run(inputs, ctx)))
      expect(results.map(({ outputs }) => outputs.tag).sort()).toEqual(['demo@v1.0.0', 'demo@v1.0.1'])
      for (const [i, side] of sides.entries()) {
        const card = await readFile(join(side.root, '.plumbline/MODEL_CARD.md'), 'utf8')
        expect(card).toContain(`# demo ${results[i]?.outputs.version}`)
      }
    } finally {
      for (const side of sides) await side.cleanup()
    }
  })
})

describe('package-model refuses', () => {
  const refused = async () => expect(await (await fake.ctx.registry()).versions('demo')).toEqual([])

  it.each([
    ['fail', 'fail', 'the verdict of evaluate-gate is fail: it is a fail'],
    ['inconclusive', 'inconclusive', 'the verdict of evaluate-gate is inconclusive: it is a inconclusive'],
    ['error', 'fail', 'the verdict of evaluate-gate is error: it is a error'],
  ])('an evaluation with verdict %s', async (given, verdict, summary) => {
    await open({ ...PROJECT, ...documents(PROJECT, { evaluation: { verdict: given, summary: `it is a ${given}` } }) })
    expect(await run()).toMatchObject({
      verdict,
      summary,
      outputs: { outcome: 'refused', tag: null, 'manifest-digest': null },
    })
    expect(ModelPackage.parse(JSON.parse(await written('model-package.json'))).outcome).toBe('refused')
    expect(fake.summaries.join()).toContain('no version of demo was published')
    await refused()
  })

  it('a model that nobody evaluated, as inconclusive', async () => {
    const { '.plumbline/evaluation.json': _, ...rest } = documents(PROJECT)
    await open({ ...PROJECT, ...rest })
    expect(await run()).toMatchObject({
      verdict: 'inconclusive',
      summary: 'nobody has looked at what this model answers: there is no evaluation document',
    })
    await refused()
  })

  it('but publishes with a reason, as a warning that stays', async () => {
    await open({ ...PROJECT, ...documents(PROJECT, { evaluation: { verdict: 'fail', summary: 'recall fell' } }) })
    const { verdict, outputs } = await run({ 'override-reason': 'fraud wave, agreed with risk | <b>' })
    expect(verdict).toBe('warn')
    expect(outputs.outcome).toBe('published')
    const found = await (await fake.ctx.registry()).manifest('demo@v1.0.0')
    expect(found?.manifest.overrides).toEqual([
      {
        rule: 'evaluation-refuses',
        message: 'the verdict of evaluate-gate is fail: recall fell',
        reason: 'fraud wave, agreed with risk | <b>',
        actor: 'ada',
      },
    ])
    const said =
      '<strong>Set aside by ada: </strong>the verdict of evaluate-gate is fail: recall fell. Reason given: fraud wave, agreed with risk &#124; &lt;b&gt;'
    expect(await written('MODEL_CARD.md')).toContain(said)
    expect(await written('model-package.md')).toContain(said)
    const document = ModelPackage.parse(JSON.parse(await written('model-package.json')))
    expect(document.overrides).toEqual(found?.manifest.overrides)
  })

  it('nothing that evaluate.override let through: it is published as a warning, with the word of the gate', async () => {
    const override = { reason: 'fraud wave, agreed | <b>', actor: '@everyone', verdict: 'fail' }
    await open({
      ...PROJECT,
      ...documents(PROJECT, { evaluation: { verdict: 'warn', summary: 'recall fell', override } }),
    })
    const { verdict, outputs, summary } = await run()
    expect({ verdict, outcome: outputs.outcome }).toEqual({ verdict: 'warn', outcome: 'published' })
    expect(summary).toContain(
      'the verdict of evaluate-gate was fail: recall fell. Set aside by @everyone: fraud wave, agreed | <b>',
    )
    const found = await (await fake.ctx.registry()).manifest('demo@v1.0.0')
    expect(found?.manifest.overrides).toEqual([
      {
        rule: 'evaluate-gate',
        message: 'the verdict of evaluate-gate was fail: recall fell',
        reason: 'fraud wave, agreed | <b>',
        actor: '@everyone',
      },
    ])
    const card = await written('MODEL_CARD.md')
    expect(card).toContain('Reason given: fraud wave, agreed &#124; &lt;b&gt;')
    expect(card).not.toContain('@everyone')

    // The same model, accepted at last, is the version that was let through: nothing is written, and that stays said.
    for (const [path, text] of Object.entries(documents(PROJECT))) await writeFile(join(fake.root, path), text)
    expect(await run()).toMatchObject({ verdict: 'pass', outputs: { outcome: 'unchanged' } })
    const document = ModelPackage.parse(JSON.parse(await written('model-package.json')))
    expect(document.overrides).toEqual(found?.manifest.overrides)
  })

  it('a reason that nobody answers for, before anything is read', async () => {
    await open(whole)
    await expect(run({ 'override-reason': 'never mind', 'override-actor': undefined })).rejects.toMatchObject({
      message: 'the override cannot be taken',
      problems: [{ where: '--override-actor' }],
    })
    await refused()
  })

  it('a broken link, whatever reason is given', async () => {
    await open({ ...whole, 'data/test.csv': 'id,x,color,y\n1,2,red,1\n' })
    const { verdict, summary } = await run({ 'override-reason': 'never mind' })
    expect(verdict).toBe('fail')
    expect(summary).toBe(
      'data/test.csv has been changed since .plumbline/data-profile.json was made (and 2 more reasons)',
    )
    await refused()
  })

  it('a training that failed', async () => {
    await open({
      ...PROJECT,
      ...documents(PROJECT, { training: { status: 'failed', verdict: 'fail', summary: 'exit 1' } }),
    })
    expect((await run()).summary).toContain('the training did not succeed: exit 1')
    await refused()
  })

  it('a package that cannot answer on its own, and names what it holds', async () => {
    await open(whole, { ...CONFIG, package: { ...CONFIG.package, files: ['predict.mjs', 'model'] } })
    const files = Object.fromEntries(Object.entries(PROJECT).filter(([path]) => path !== 'lib.mjs'))
    const docs = documents(PROJECT, {
      evaluation: { candidate: { model: 'demo', version: null, tag: null, digest: null } },
    })
    for (const [path, text] of Object.entries({ ...files, ...docs })) await writeFile(join(fake.root, path), text)
    await expect(run()).rejects.toMatchObject({
      message: expect.stringContaining('the packaged model cannot be asked:'),
      problems: expect.arrayContaining([
        {
          message: 'it was asked inside the package, which has these files of yours: model/model.json, predict.mjs',
          cure: 'name every file that it needs under package.files',
        },
      ]),
    })
    await refused()
  })

  it('a model that does not answer twice alike, and says where and what to do', async () => {
    const files = { ...PROJECT, 'lib.mjs': 'export const score = (m, row) => (row.x === 29 ? Math.random() : 0.5)\n' }
    await open({ ...files, ...documents(files) })
    const { verdict, summary, outputs } = await run()
    expect({ verdict, outcome: outputs.outcome }).toEqual({ verdict: 'fail', outcome: 'refused' })
    expect(summary).toMatch(
      /^asked twice for the same rows, the packaged model gave other answers for 1 of 12 golden rows: row \d+, score, was 0\.\d+ and then 0\.\d+$/,
    )
    const { checks } = ModelPackage.parse(JSON.parse(await written('model-package.json')))
    expect(checks.find(({ rule }) => rule === 'nondeterministic')).toMatchObject({
      verdict: 'fail',
      measured: 1,
      n: 12,
      cure: expect.stringContaining('fix the seed of whatever is random when the model answers'),
    })
    await refused()
  })

  it('no model that varies on purpose, when no golden rows are wanted', async () => {
    const files = { ...PROJECT, 'lib.mjs': 'export const score = () => Math.random()\n' }
    await open({ ...files, ...documents(files) }, { ...CONFIG, package: { ...CONFIG.package, golden: 0 } })
    expect((await run()).outputs.outcome).toBe('published')
  })

  it('a missing task in words', async () => {
    const { '.plumbline/evaluation.json': _, ...rest } = documents(PROJECT)
    await open({ ...PROJECT, ...rest }, { ...CONFIG, task: undefined })
    await expect(run({ 'override-reason': 'x' })).rejects.toMatchObject({
      problems: [
        {
          where: 'task',
          cure: 'add to plumbline.yml:  task: binary   (or multiclass, regression, multilabel, quantile, ranking, text)',
        },
      ],
    })
  })
})

describe('package-model alone', () => {
  it('publishes with a reason and says what is not known', async () => {
    await open({ 'model/model.bin': 'x' }, { model: 'demo', task: 'binary' })
    const { verdict, summary } = await run({ 'override-reason': 'imported by hand' })
    expect(verdict).toBe('warn')
    expect(summary).toContain('there are no golden rows: there is no predict contract')
    const card = await written('MODEL_CARD.md')
    expect(card).toContain('This model was published without an evaluation.')
    expect(card).toContain('How the model was trained is not recorded.')
    expect(card).toContain('Nothing was measured: no metric, no slice, no behaviour.')
  })

  it('leaves no folder behind, also when it fails', async () => {
    await open(whole)
    await run()
    await expect(readFile(join(fake.root, '.plumbline/package/predict.mjs'))).rejects.toThrow()
    await rm(join(fake.root, '.plumbline-registry'), { recursive: true })
    await writeFile(join(fake.root, '.plumbline-registry'), 'a file')
    await expect(run()).rejects.toThrow('the registry is a file')
    await expect(readFile(join(fake.root, '.plumbline/package/predict.mjs'))).rejects.toThrow()
  })
})
