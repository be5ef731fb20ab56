import { judgeEvidence } from '../../../actions/package-model/judge.js'
import { type Chain, checkLineage, namedFiles } from '../../../actions/package-model/lineage.js'
import { DataProfile } from '../../../shared/contracts/data-profile.js'
import { DataValidation } from '../../../shared/contracts/data-validation.js'
import { Evaluation } from '../../../shared/contracts/evaluation.js'
import { TrainingRun } from '../../../shared/contracts/training-run.js'
import { digestOf } from '../../../shared/core/hash.js'
import type { ModelFile } from '../../../shared/registry/model-files.js'
import { documentRef, documents, PROJECT } from './support.js'

type Files = Record<string, string>

function chainOf(files: Files, over: Parameters<typeof documents>[1] = {}): Chain {
  const texts = documents(files, over)
  const link = <D>(schema: { parse(value: unknown): D }, name: string) => {
    const text = texts[`.plumbline/${name}.json`] ?? ''
    return { document: schema.parse(JSON.parse(text)), ref: documentRef(name, text) }
  }
  return {
    profile: link(DataProfile, 'data-profile'),
    validation: link(DataValidation, 'data-validation'),
    training: link(TrainingRun, 'training-run'),
    evaluation: link(Evaluation, 'evaluation'),
  }
}

const packagedOf = (files: Files): ModelFile[] =>
  ['lib.mjs', 'model/model.json', 'predict.mjs', 'train.mjs'].map((path) => ({
    path,
    role: path.startsWith('model') ? 'model' : 'code',
    bytes: 1,
    digest: digestOf(files[path] ?? ''),
  }))
const diskOf = (chain: Chain, files: Files) =>
  new Map(namedFiles(chain).map((name) => [name, name in files ? digestOf(files[name] ?? '') : null]))
const check = (chain: Chain, files: Files = PROJECT) => checkLineage(chain, packagedOf(files), diskOf(chain, files))

const other = `sha256:${'0'.repeat(64)}`

describe('a chain of documents', () => {
  it('without a broken link passes', () => {
    const chain = chainOf(PROJECT)
    expect(namedFiles(chain)).toEqual(['data/test.csv', 'data/train.csv', 'lib.mjs', 'model/model.json', 'train.mjs'])
    expect(check(chain)).toMatchObject([
      {
        rule: 'lineage',
        verdict: 'pass',
        message:
          '.plumbline/data-profile.json, .plumbline/data-validation.json, .plumbline/training-run.json, .plumbline/evaluation.json fit each other and the files on disk',
      },
    ])
  })

  it('of no documents says that there is nothing to check', () => {
    const none = { profile: null, validation: null, training: null, evaluation: null }
    expect(checkLineage(none, [], new Map())).toMatchObject([
      { verdict: 'pass', message: 'there is no document of an earlier stage, so there is no chain to check' },
    ])
  })

  const changed: [what: string, path: string, by: string[]][] = [
    ['training data', 'data/train.csv', ['data-profile', 'data-validation', 'training-run']],
    ['test data', 'data/test.csv', ['data-profile', 'data-validation', 'evaluation']],
    ['training code', 'train.mjs', ['training-run']],
  ]
  it.each(changed)('breaks when the %s change', (_, path, by) => {
    const chain = chainOf(PROJECT)
    const checks = check(chain, { ...PROJECT, [path]: 'changed' }).filter(({ subject }) => subject.endsWith(path))
    expect(checks.map(({ subject }) => subject)).toEqual(by.map((name) => `.plumbline/${name}.json ← ${path}`))
    expect(checks[0]).toMatchObject({
      rule: 'lineage-broken',
      verdict: 'fail',
      message: `${path} has been changed since .plumbline/${by[0]}.json was made`,
      measured: digestOf('changed'),
      expected: digestOf(PROJECT[path as keyof typeof PROJECT]),
      cure: expect.stringContaining('run the stages again'),
    })
  })

  it('breaks when the model changes after training and evaluation', () => {
    const checks = check(chainOf(PROJECT), { ...PROJECT, 'model/model.json': 'changed' })
    expect(checks.map(({ message }) => message)).toEqual([
      'model/model.json has been changed since .plumbline/evaluation.json was made',
      'model/model.json has been changed since .plumbline/training-run.json was made',
      '.plumbline/evaluation.json judged another model than the one that is packaged',
    ])
  })

  it('breaks when code that no document names changes after the evaluation', () => {
    const checks = check(chainOf(PROJECT, { evaluation: { inputs: [] } }), { ...PROJECT, 'predict.mjs': 'changed' })
    expect(checks).toMatchObject([
      {
        subject: '.plumbline/evaluation.json ← the model',
        message: '.plumbline/evaluation.json judged another model than the one that is packaged',
      },
    ])
  })

  it('breaks when an evaluation was made from another training run', () => {
    const chain = chainOf(PROJECT)
    const [, , training] = Object.values(documents(PROJECT, { training: { seed: 7 } }))
    const ref = documentRef('training-run', training ?? '')
    const broken = { ...chain, training: { document: TrainingRun.parse(JSON.parse(training ?? '')), ref } }
    expect(check(broken)).toMatchObject([
      {
        subject: '.plumbline/evaluation.json ← .plumbline/training-run.json',
        message:
          '.plumbline/evaluation.json was made from another .plumbline/training-run.json than the one that is there',
      },
    ])
  })

  it('breaks when a document is gone that another was made from', () => {
    expect(check({ ...chainOf(PROJECT), training: null })).toMatchObject([
      {
        message: '.plumbline/evaluation.json was made from .plumbline/training-run.json, which is not there',
        measured: null,
      },
    ])
  })

  it('does not ask for documents of a release', () => {
    const chain = chainOf(PROJECT)
    const input = { kind: 'document' as const, name: 'demo@v1.0.0/data-profile.json', digest: other }
    chain.validation?.document.inputs.push(input)
    expect(check(chain)).toMatchObject([{ verdict: 'pass' }])
  })

  it('warns when files are not here, and breaks when the documents then differ about them', () => {
    const { 'data/train.csv': _, ...files } = PROJECT
    const chain = chainOf(PROJECT)
    expect(checkLineage(chain, packagedOf(PROJECT), diskOf(chain, files))).toMatchObject([
      { verdict: 'pass' },
      {
        rule: 'lineage-unseen',
        verdict: 'warn',
        message: 'data/train.csv cannot be looked at here: the documents agree on what they were',
      },
    ])
    const training = chain.training?.document.inputs.find(({ name }) => name === 'data/train.csv')
    if (training) Object.assign(training, { digest: other })
    expect(checkLineage(chain, packagedOf(PROJECT), diskOf(chain, files))).toMatchObject([
      {
        verdict: 'fail',
        message:
          '.plumbline/data-profile.json and .plumbline/training-run.json were made from different contents of data/train.csv',
      },
    ])
  })
})

describe('the evidence', () => {
  const ada = { reason: 'because', actor: 'ada' }
  const judge = (over: Parameters<typeof documents>[1] = {}, waiver: typeof ada | null = null) =>
    judgeEvidence(chainOf(PROJECT, over), packagedOf(PROJECT), waiver)

  it.each([
    ['pass', 'pass'],
    ['warn', 'warn'],
    ['inconclusive', 'inconclusive'],
    ['fail', 'fail'],
    ['error', 'fail'],
  ])('%s of the evaluation is %s', (verdict, expected) => {
    expect(judge({ evaluation: { verdict } }).checks.map((each) => each.verdict)).toEqual([expected])
  })

  const nobody = { model: 'demo', version: null, tag: null, digest: null }
  it('is inconclusive when the evaluation does not say what it judged', () => {
    expect(judge({ evaluation: { candidate: nobody, inputs: [] } }).checks).toMatchObject([
      { rule: 'evaluation-unlinked', verdict: 'inconclusive' },
    ])
  })

  it('becomes a warning and a record when a person sets a refusal aside, and only then', () => {
    const set = judge(
      { evaluation: { verdict: 'fail', summary: 'worse' }, training: { status: 'killed', summary: 'killed' } },
      ada,
    )
    expect(set.checks).toMatchObject([
      {
        rule: 'refusal-overridden',
        verdict: 'warn',
        message: 'the training did not succeed: killed. Set aside by ada: because',
        details: { refused: 'training-not-succeeded', refusal: 'fail' },
      },
      { rule: 'refusal-overridden', verdict: 'warn' },
    ])
    expect(set.overrides).toEqual([
      { rule: 'training-not-succeeded', message: 'the training did not succeed: killed', ...ada },
      { rule: 'evaluation-refuses', message: 'the verdict of evaluate-gate is fail: worse', ...ada },
    ])
    expect(judge({}, ada)).toMatchObject({
      overrides: [],
      checks: [{ rule: 'evaluation-accepts', verdict: 'pass' }],
    })
  })

  const gated = (verdict: string, over: object = {}) => ({
    evaluation: {
      verdict: 'warn',
      summary: 'recall fell by 0.1',
      override: { reason: 'fraud wave', actor: 'grace', verdict },
      ...over,
    },
  })

  it.each(['fail', 'inconclusive', 'error'])(
    'let through by evaluate.override after %s is a warning on record',
    (verdict) => {
      const { checks, overrides } = judge(gated(verdict))
      const message = `the verdict of evaluate-gate was ${verdict}: recall fell by 0.1`
      expect(overrides).toEqual([{ rule: 'evaluate-gate', message, reason: 'fraud wave', actor: 'grace' }])
      expect(checks).toMatchObject([
        {
          rule: 'refusal-overridden',
          verdict: 'warn',
          subject: '.plumbline/evaluation.json',
          message: `${message}. Set aside by grace: fraud wave`,
          measured: verdict,
          details: { refused: 'evaluate-gate', refusal: verdict },
        },
      ])
    },
  )

  it.each(['pass', 'warn'])('that evaluate-gate accepts as %s has nothing set aside', (verdict) => {
    expect(judge(gated(verdict))).toMatchObject({ overrides: [], checks: [{ rule: 'evaluation-accepts' }] })
  })

  it('is refused where evaluate-gate refuses in spite of an override, which is then none', () => {
    expect(judge(gated('fail', { verdict: 'fail' }))).toMatchObject({
      overrides: [],
      checks: [{ rule: 'evaluation-refuses', verdict: 'fail' }],
    })
  })

  it('lets an override of evaluate-gate speak for its own refusal alone', () => {
    const over = {
      ...gated('fail', { candidate: nobody, inputs: [] }),
      training: { status: 'killed', summary: 'killed' },
    }
    const rules = (waiver: typeof ada | null) =>
      judge(over, waiver).checks.map(({ rule, verdict }) => `${rule} ${verdict}`)
    expect(rules(null)).toEqual([
      'refusal-overridden warn',
      'training-not-succeeded fail',
      'evaluation-unlinked inconclusive',
    ])
    expect(rules(ada)).toEqual(Array(3).fill('refusal-overridden warn'))
    expect(judge(over, ada).overrides.map(({ rule, actor }) => `${rule} ${actor}`)).toEqual([
      'evaluate-gate grace',
      'training-not-succeeded ada',
      'evaluation-unlinked ada',
    ])
  })
})
