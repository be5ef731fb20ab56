import fc from 'fast-check'
import gt from 'semver/functions/gt.js'
import { decideVersion, type Made } from '../../../actions/package-model/version.js'
import { digestOf } from '../../../shared/core/hash.js'

const digest = (text: string) => digestOf(text)
const file = (path: string, role: 'model' | 'code' | 'document', text: string) => ({
  path,
  role,
  bytes: 1,
  digest: digest(text),
})
const data = (name: string, text: string) => ({ kind: 'file' as const, name, digest: digest(text) })

const base: Made = {
  task: 'binary',
  predict: { command: 'node predict.mjs', protocol: 'jsonl', timeout: 600 },
  signature: {
    inputs: [
      { name: 'size', type: 'string', nullable: false },
      { name: 'speed', type: 'integer', nullable: true },
    ],
    outputs: ['score'],
  },
  files: [
    file('model.json', 'model', 'm1'),
    file('predict.mjs', 'code', 'c1'),
    file('evaluation.json', 'document', 'e1'),
  ],
  lineage: {
    commit: 'abc',
    data: [data('train.csv', 'd1')],
    seed: 42,
    params: { trees: 100, features: ['size'] },
    command: ['node', 'train.mjs'],
    code: [data('train.mjs', 't1')],
  },
}
const [size, speed] = base.signature.inputs as [Made['signature']['inputs'][0], Made['signature']['inputs'][0]]
const withInputs = (...inputs: Made['signature']['inputs']): Made => ({
  ...base,
  signature: { ...base.signature, inputs },
})
const withOutputs = (...outputs: string[]): Made => ({ ...base, signature: { ...base.signature, outputs } })
const withLineage = (over: Partial<Made['lineage']>): Made => ({ ...base, lineage: { ...base.lineage, ...over } })
const onnx = (made: Made): Made => ({ ...made, predict: { onnx: 'm.onnx', inputs: 'matrix' } })

const decide = (made: Made, wanted = 'auto', version = '1.4.2', before = base) =>
  decideVersion(made, { version, tag: `m@v${version}`, made: before }, wanted)

describe('the next version', () => {
  it('is 1.0.0 when there is none', () => {
    expect(decideVersion(base, null, 'auto')).toEqual({
      version: '1.0.0',
      bump: { level: 'first', rule: 'first version of this model', evidence: ['no version was published before'] },
    })
  })

  const table: [what: string, made: Made, version: string, evidence: string][] = [
    ['an input is gone', withInputs(size), '2.0.0', 'major: input "speed" is gone, compared with m@v1.4.2'],
    [
      'a needed input is new',
      withInputs(size, speed, { name: 'age', type: 'integer', nullable: false }),
      '2.0.0',
      'major: input "age" is new, and always needed, compared with m@v1.4.2',
    ],
    [
      'an input that may be missing is new',
      withInputs(size, speed, { name: 'age', type: 'integer', nullable: true }),
      '1.5.0',
      'minor: input "age" is new, and may be missing, compared with m@v1.4.2',
    ],
    [
      'an input has another type',
      withInputs({ ...size, type: 'integer' }, speed),
      '2.0.0',
      'major: input "size" is now integer, was string, compared with m@v1.4.2',
    ],
    [
      'whole numbers became fractions',
      withInputs(size, { ...speed, type: 'number' }),
      '1.5.0',
      'minor: input "speed" is now number, was integer, compared with m@v1.4.2',
    ],
    [
      'an input was missing for the first time',
      withInputs({ ...size, nullable: true }, speed),
      '1.5.0',
      'minor: input "size" was missing in some of the training rows now, compared with m@v1.4.2',
    ],
    [
      'the inputs change places',
      withInputs(speed, size),
      '1.5.0',
      'minor: the inputs stand in another order, compared with m@v1.4.2',
    ],
    [
      'an output is new',
      withOutputs('score', 'probabilities.a'),
      '2.0.0',
      'major: outputs "probabilities.a" are new, compared with m@v1.4.2',
    ],
    [
      'the task changes',
      { ...base, task: 'regression' },
      '2.0.0',
      'major: the task is regression, was binary, compared with m@v1.4.2',
    ],
    [
      'the inputs are not known any more',
      withInputs(),
      '1.5.0',
      'minor: the inputs cannot be compared: the new version does not name them, compared with m@v1.4.2',
    ],
    [
      'the model was not asked',
      withOutputs(),
      '1.5.0',
      'minor: the outputs cannot be compared: one of the versions was never asked, compared with m@v1.4.2',
    ],
    [
      'params change',
      withLineage({ params: { trees: 200, depth: 3, features: ['size'] } }),
      '1.5.0',
      'minor: params "depth", "trees" differ, compared with m@v1.4.2',
    ],
    [
      'the features among the params change',
      withLineage({ params: { trees: 100, features: ['size', 'speed'] } }),
      '1.5.0',
      'minor: params "features" differ, compared with m@v1.4.2',
    ],
    [
      'the training command changes',
      withLineage({ command: ['python', 'train.py'] }),
      '1.5.0',
      'minor: the training command differs, compared with m@v1.4.2',
    ],
    [
      'training code changes',
      withLineage({ code: [data('train.mjs', 't2')] }),
      '1.5.0',
      'minor: code differs: "train.mjs", compared with m@v1.4.2',
    ],
    [
      'packaged code changes',
      { ...base, files: [file('model.json', 'model', 'm1'), file('predict.mjs', 'code', 'c2')] },
      '1.5.0',
      'minor: code differs: "predict.mjs", compared with m@v1.4.2',
    ],
    [
      'the predict contract changes',
      { ...base, predict: null },
      '1.5.0',
      'minor: the predict contract differs, compared with m@v1.4.2',
    ],
    [
      'data change',
      withLineage({ data: [data('train.csv', 'd2')] }),
      '1.4.3',
      'patch: data differ: "train.csv", compared with m@v1.4.2',
    ],
    ['the seed changes', withLineage({ seed: 7 }), '1.4.3', 'patch: the seed is 7, was 42, compared with m@v1.4.2'],
    [
      'model files change',
      { ...base, files: [file('model.json', 'model', 'm2'), file('predict.mjs', 'code', 'c1')] },
      '1.4.3',
      'patch: model files differ: "model.json", compared with m@v1.4.2',
    ],
    ['nothing changes', base, '1.4.3', 'compared with m@v1.4.2: no difference that the rule knows'],
    [
      'documents and commit change',
      {
        ...withLineage({ commit: 'def' }),
        files: [...base.files.slice(0, 2), file('evaluation.json', 'document', 'e2')],
      },
      '1.4.3',
      'compared with m@v1.4.2: no difference that the rule knows',
    ],
  ]
  it.each(table)('when %s', (_, made, version, evidence) => {
    const decision = decide(made)
    expect(decision.version).toBe(version)
    expect(decision.bump.evidence).toEqual([evidence])
  })

  it('is major when an output is gone', () => {
    const { version, bump } = decide(withOutputs('score'), 'auto', '1.4.2', withOutputs('label', 'score'))
    expect([version, ...bump.evidence]).toEqual(['2.0.0', 'major: outputs "label" are gone, compared with m@v1.4.2'])
  })

  it('is major when the inputs of a matrix change places', () => {
    const before = onnx(base)
    expect(decide(onnx(withInputs(speed, size)), 'auto', '1.4.2', before).version).toBe('2.0.0')
  })

  it('takes the highest level, and lists the evidence from major to patch', () => {
    const made = {
      ...withLineage({ seed: 1, params: {}, data: [data('train.csv', 'd2')] }),
      task: 'regression' as const,
    }
    const { bump } = decide(made)
    expect(bump.level).toBe('major')
    expect(bump.evidence.map((line) => line.split(':')[0])).toEqual(['major', 'minor', 'patch', 'patch'])
  })

  it('obeys package.version, and says what the rule would have said', () => {
    expect(decide(withInputs(size), 'patch')).toMatchObject({
      version: '1.4.3',
      bump: { level: 'patch', rule: 'patch: asked for by package.version (the rule says major)' },
    })
    expect(decide(base, '7.0.0-rc.1')).toMatchObject({
      version: '7.0.0-rc.1',
      bump: { level: 'given', rule: 'given as package.version: 7.0.0-rc.1' },
    })
    expect(decideVersion(base, null, 'minor').version).toBe('1.0.0')
    expect(decideVersion(base, null, '0.1.0').version).toBe('0.1.0')
  })

  it('passes over numbers that something else has taken, and says so', () => {
    const taken = (numbers: string[], wanted = 'auto') =>
      decideVersion(base, { version: '1.4.2', tag: 'm@v1.4.2', made: base }, wanted, numbers)
    expect(taken(['1.4.3', '1.4.4', '2.0.0'])).toMatchObject({
      version: '1.4.5',
      bump: {
        level: 'patch',
        evidence: expect.arrayContaining([
          '1.4.3 is taken by a release or tag that is no model version',
          '1.4.4 is taken by a release or tag that is no model version',
        ]),
      },
    })
    expect(taken(['1.5.0'], 'minor').version).toBe('1.6.0')
    expect(decideVersion(base, null, 'auto', ['1.0.0']).version).toBe('1.0.1')
    // Asked for by a person: the registry refuses it in words.
    expect(taken(['7.0.0'], '7.0.0').version).toBe('7.0.0')
  })

  it.each(['', '1', '1.2', 'v1.2.3', 'newest', '1.2.3+build', '01.0.0'])('refuses package.version %j', (wanted) => {
    expect(() => decide(base, wanted)).toThrow(`package.version is ${JSON.stringify(wanted)}, which is no version`)
  })

  it('names five things at most', () => {
    const params = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`p${i}`, i]))
    expect(decide(withLineage({ params: { ...base.lineage.params, ...params } })).bump.evidence).toEqual([
      'minor: params "p0", "p1", "p2", "p3", "p4" and 4 more differ, compared with m@v1.4.2',
    ])
  })

  it('is always higher than the one before', () => {
    const part = fc.integer({ min: 0, max: 99 })
    const version = fc
      .tuple(part, part, part, fc.constantFrom('', '-rc.1', '-alpha'))
      .map(([a, b, c, tail]) => `${a}.${b}.${c}${tail}`)
    fc.assert(
      fc.property(
        version,
        fc.constantFrom(base, withInputs(size), withLineage({ seed: 1, params: {} })),
        (before, made) => {
          expect(gt(decide(made, 'auto', before).version, before)).toBe(true)
        },
      ),
    )
  })
})
