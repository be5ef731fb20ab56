import { parse } from 'yaml'
import { type CardFacts, renderCard } from '../../../actions/package-model/card.js'
import { Evaluation } from '../../../shared/contracts/evaluation.js'
import { sampleManifest } from '../../support/sample-package.js'
import { documents, PROJECT } from './support.js'

const hostile =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what is made inert
  '<script>alert(1)</script> | `x` [a](javascript:b) @everyone ![i](http://e/p.png)\n---\nlicense: evil\n# Head ${{ secrets.T }} \u202e'

const evaluation = (over: object = {}) =>
  Evaluation.parse(JSON.parse(documents(PROJECT, { evaluation: over })['.plumbline/evaluation.json'] ?? ''))

function facts(over: Partial<CardFacts['manifest']> = {}, rest: Partial<CardFacts> = {}): CardFacts {
  return {
    manifest: { ...sampleManifest('demo', '1.0.0', { m: 'x' }), ...over },
    chain: { profile: null, validation: null, training: null, evaluation: null },
    limits: [],
    golden: null,
    ...rest,
  }
}

/** Front matter as a reader of it takes it, and the rest. */
function split(card: string): { front: Record<string, unknown>; body: string } {
  const [, front = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(card) ?? []
  return { front: parse(front) as Record<string, unknown>, body }
}

describe('the model card', () => {
  it.each([
    ['Apache-2.0', { license: 'apache-2.0' }],
    ['GPL-3.0-or-later', { license: 'gpl-3.0' }],
    ['LicenseRef-Ours OR "x": y', { license: 'other', license_name: 'LicenseRef-Ours OR "x": y' }],
    [null, {}],
  ])('has front matter for the licence %j', (license, expected) => {
    const { front } = split(renderCard(facts({ license })))
    expect(front).toEqual({ ...expected, pipeline_tag: 'tabular-classification', tags: ['tabular', 'plumbline'] })
  })

  it('has the metrics in the form that Hugging Face reads', () => {
    const metrics = [
      { metric: 'rmse', definition: 'd', value: 1.5, n: 10, interval: null },
      { metric: 'mae', definition: 'd', value: null, n: 0, interval: null },
    ]
    const { front } = split(renderCard(facts({ task: 'regression', metrics })))
    expect(front['model-index']).toEqual([
      {
        name: 'demo',
        results: [
          {
            task: { type: 'tabular-regression' },
            dataset: { type: 'tabular', name: 'test data', split: 'test' },
            metrics: [{ type: 'rmse', value: 1.5, name: 'rmse' }],
          },
        ],
      },
    ])
  })

  it.each([
    ['binary', 'tabular-classification', 'tabular'],
    ['multiclass', 'tabular-classification', 'tabular'],
    ['multilabel', 'tabular-classification', 'tabular'],
    ['regression', 'tabular-regression', 'tabular'],
    ['quantile', 'tabular-regression', 'tabular'],
    // No task of Hugging Face fits: its text-ranking is of texts, and what a text model does is not known.
    ['ranking', undefined, 'ranking'],
    ['text', undefined, 'text'],
  ] as const)('calls %s what Hugging Face calls it, or nothing', (task, pipeline, tag) => {
    const metrics = [{ metric: 'm', definition: 'd', value: 1, n: 10, interval: null }]
    const { front } = split(renderCard(facts({ task, metrics })))
    expect(front.pipeline_tag).toBe(pipeline)
    expect(front.tags).toEqual([tag, 'plumbline'])
    expect(front['model-index']).toMatchObject([{ results: [{ task: { type: pipeline ?? task } }] }])
  })

  it('says who set aside what and why', () => {
    const overrides = [
      { rule: 'evaluate-gate', message: 'recall fell', reason: 'fraud wave', actor: 'ada' },
      { rule: 'evaluation-missing', message: 'nobody looked', reason: 'imported' },
    ]
    const { body } = split(renderCard(facts({ overrides })))
    expect(body).toContain('<strong>Set aside by ada: </strong>recall fell. Reason given: fraud wave')
    expect(body).toContain('<strong>Set aside: </strong>nobody looked. Reason given: imported')
  })

  it('says what is not known rather than nothing', () => {
    const { body } = split(renderCard(facts()))
    for (const sentence of [
      'Nobody has written down what this model is for',
      'That does not mean that there are none',
      'This model was published without an evaluation',
      'The data were not profiled',
      'Nobody has checked whether the data were fit to train on',
      'How the model was trained is not recorded',
      'Nothing was measured: no metric, no slice, no behaviour',
      'There are no golden rows',
      'How to ask this model is not recorded',
    ]) {
      expect(body).toContain(sentence)
    }
  })

  it('keeps text from data, configuration and people inert', () => {
    const document = evaluation({
      summary: hostile,
      notMeasured: [hostile],
      metrics: [
        {
          metric: hostile,
          definition: hostile,
          direction: 'higher-is-better',
          slice: { column: hostile, value: hostile },
          candidate: { value: null, n: null, interval: null, reason: hostile },
          baseline: null,
          difference: null,
          trivial: null,
        },
      ],
    })
    const ref = { kind: 'document' as const, name: 'evaluation.json', digest: `sha256:${'a'.repeat(64)}` }
    const lineage = { commit: hostile, data: [], seed: 1, params: { [hostile]: hostile }, command: [hostile], code: [] }
    const card = renderCard(
      facts(
        {
          description: hostile,
          license: hostile,
          lineage,
          overrides: [{ rule: 'r', message: hostile, reason: hostile, actor: hostile }],
          verdicts: [{ document: 'evaluation', verdict: 'warn', summary: hostile }],
          signature: { inputs: [{ name: hostile, type: 'string', nullable: true }], outputs: [] },
          predict: { command: [hostile], protocol: 'jsonl', timeout: 1 },
          golden: { path: 'golden.jsonl', rows: 1, digest: ref.digest },
        },
        {
          limits: [hostile],
          golden: {
            row: { [hostile]: hostile },
            prediction: { label: hostile, score: null, probabilities: null, value: null },
          },
          chain: { profile: null, validation: null, training: null, evaluation: { document, ref } },
        },
      ),
    )
    const { front, body } = split(card)
    expect(front).toMatchObject({ license: 'other', license_name: hostile })
    const prose = body
      .replace(/```json[\s\S]*?```/g, '')
      .replace(/`[^`\n]*`/g, '')
      .replace(/(`+)[^\n]*?\1/g, '')
    expect(prose).not.toContain('<script')
    expect(prose).not.toMatch(/(^|[^\\])\]\(javascript/)
    expect(prose).not.toContain('@everyone')
    expect(prose).not.toMatch(/^# Head/m)
    expect(prose).not.toMatch(/^---$/m)
    expect(body).not.toContain('\u202e')
  })

  it('is the same for the same facts', () => {
    expect(renderCard(facts())).toBe(renderCard(facts()))
  })
})
