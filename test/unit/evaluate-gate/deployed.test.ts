import type { ModelManifest } from '../../../shared/contracts/model-manifest.js'
import type { FakeContext } from '../../support/context.js'
import { byRule, cleanUp, csv, data, deployed, GOOD, gate, PREDICT, problemsOf, publish, scores } from './support.js'

afterEach(cleanUp)

describe('the deployed version, asked again on the same rows', () => {
  const rows = data(2000)
  const files = { 'test.csv': csv(rows), 'predict.mjs': PREDICT(3) }
  const config = { predict: { command: 'node predict.mjs' }, package: { files: ['predict.mjs'] } }

  test('the first version is judged alone, and said so', async () => {
    const { outcome, document, markdown } = await gate({}, files, config)
    expect(outcome.verdict).toBe('pass')
    expect(document.baselineStatus).toBe('first-version')
    expect(byRule(document, 'first-version')[0]?.message).toBe(
      'no version of model is published or deployed yet; the candidate is judged alone: by rules with min and max, and against a trivial model',
    )
    expect(markdown).toContain('good enough to be a version of `model`')
    expect(document.candidate.digest).toMatch(/^sha256:/)
    expect(document.inputs.map(({ name }) => name)).toEqual(['test.csv', 'predict.mjs'])
  })

  test('compared with what is deployed, not with what was published last', async () => {
    const { outcome, document, markdown } = await gate({}, files, config, async (context) => {
      await deployed(context, '1.0.0', PREDICT(2))
      await publish(context, '1.1.0', PREDICT(-9))
    })
    expect(outcome).toMatchObject({ verdict: 'pass', outputs: { baseline: 'model@v1.0.0', difference: 0 } })
    expect(document.baseline).toMatchObject({ tag: 'model@v1.0.0', version: '1.0.0' })
    expect(document.inputs.at(-1)).toMatchObject({ kind: 'release', name: 'model@v1.0.0' })
    expect(document.changes).toEqual({ improved: 0, worsened: 0, mcnemar: { p: 1, method: 'exact' } })
    expect(markdown).toContain('may replace `model@v1.0.0`, deployed in production')
  })

  test('a version without a signature is asked with every column, though the candidate reads fewer', async () => {
    const noted = rows.map((row) => ({ ...row, w: row.x, x: 0 }))
    const reads = (name: string) => PREDICT(2).replace('row.x', `row.${name}`)
    const { outcome, document } = await gate(
      {},
      { 'test.csv': csv(noted), 'predict.mjs': reads('x') },
      { ...config, data: { target: 'y', id: 'id', test: 'test.csv', features: ['x'] } },
      async (context) => {
        await deployed(context, '1.0.0', reads('w'))
      },
    )
    expect(document.baselineStatus).toBe('compared')
    expect(document.metrics.find(({ metric }) => metric === 'roc_auc')?.baseline?.value).toBeGreaterThan(0.6)
    expect(outcome.verdict).toBe('fail')
  })

  test('a rolled back version is not the deployed one', async () => {
    const { outcome } = await gate({}, files, config, async (context) => {
      await deployed(context, '1.0.0', PREDICT(2))
      const ref = await publish(context, '1.1.0', PREDICT(-9))
      const registry = await context.ctx.registry()
      const at = '2026-01-02T00:00:00.000Z'
      await registry.recordDeployment({
        environment: 'production',
        ...ref,
        action: 'deploy',
        state: 'rolled-back',
        at,
        reason: 'x',
      })
    })
    expect(outcome.outputs.baseline).toBe('model@v1.0.0')
  })

  test('a history that cannot be read is no first version: the comparison is open', async () => {
    const damaged = { ...files, '.plumbline-registry/environments/production.jsonl': 'junk\n' }
    const { outcome, document } = await gate({}, damaged, config)
    expect([outcome.verdict, document.baselineStatus]).toEqual(['inconclusive', 'unreadable'])
    expect(document.checks.find(({ rule }) => rule === 'baseline-unreadable')?.message).toContain(
      'the history of environment "production" is damaged in line 1: restore the file from a backup',
    )
  })

  test('nothing deployed: compared with the latest published version, and said so', async () => {
    const { document, markdown } = await gate({}, files, config, async (context) => {
      await publish(context, '1.0.0', PREDICT(2))
    })
    expect(document.baseline?.tag).toBe('model@v1.0.0')
    expect(document.notMeasured[0]).toBe(
      'Nothing of model is deployed in production: compared with the latest published version, model@v1.0.0.',
    )
    expect(markdown.split('\n')[0]).toMatch(/may replace `model@v1\.0\.0`$/)
  })

  test('another environment: compared with what is deployed there', async () => {
    const baseline = { environment: 'staging' }
    const stage = async (context: FakeContext) => {
      await deployed(context, '1.0.0', PREDICT(2))
      const ref = await publish(context, '1.1.0', PREDICT(1))
      const registry = await context.ctx.registry()
      const at = '2026-01-02T00:00:00.000Z'
      const staged = { environment: 'staging', ...ref, action: 'deploy', state: 'success', at, reason: null } as const
      await registry.recordDeployment(staged)
    }
    const staged = await gate({ baseline }, files, config, stage)
    expect(staged.outcome).toMatchObject({ verdict: 'pass', outputs: { baseline: 'model@v1.1.0' } })
    expect(staged.document).toMatchObject({ baselineStatus: 'compared', baseline: { tag: 'model@v1.1.0' } })
    expect(staged.markdown).toContain('may replace `model@v1.1.0`, deployed in staging')
    const usual = await gate({}, files, config, stage)
    expect(usual.outcome.outputs.baseline).toBe('model@v1.0.0')
    const losses = [staged, usual].map(
      ({ document }) => document.metrics.find(({ metric }) => metric === 'log_loss')?.baseline?.value,
    )
    expect(losses[0]).not.toBe(losses[1])
  })

  test('another environment in which nothing is deployed: the latest published version, and said so', async () => {
    const { document, markdown } = await gate(
      { baseline: { environment: 'staging' } },
      files,
      config,
      async (context) => {
        await deployed(context, '1.0.0', PREDICT(2))
        await publish(context, '1.1.0', PREDICT(1))
      },
    )
    expect(document.baseline?.tag).toBe('model@v1.1.0')
    expect(document.notMeasured[0]).toBe(
      'Nothing of model is deployed in staging: compared with the latest published version, model@v1.1.0.',
    )
    expect(markdown.split('\n')[0]).not.toContain('deployed in')
  })

  test('the history of another environment that cannot be read leaves the comparison open', async () => {
    const damaged = { ...files, '.plumbline-registry/environments/staging.jsonl': 'junk\n' }
    const { outcome, document } = await gate({ baseline: { environment: 'staging' } }, damaged, config)
    expect([outcome.verdict, document.baselineStatus]).toEqual(['inconclusive', 'unreadable'])
    expect(byRule(document, 'baseline-unreadable')[0]?.message).toContain('environment "staging" is damaged in line 1')
  })

  test('the same files are the same model: nothing to judge, nothing asked twice', async () => {
    const { outcome, document } = await gate(
      { rules: [{ metric: 'roc_auc', 'min-gain': 0.1 }] },
      files,
      config,
      async (context) => {
        await deployed(context, '1.0.0', PREDICT(3))
      },
    )
    expect(document.baselineStatus).toBe('same-as-candidate')
    expect(outcome).toMatchObject({
      verdict: 'pass',
      summary:
        'the candidate is model@v1.0.0 itself, file by file: there is no difference to judge, and nothing would be replaced',
    })
  })

  test.each([
    ['a script that dies', { script: 'process.exit(3)' }, 'exit code 3'],
    ['no predict contract', { more: { predict: null } }, 'its package says not how to ask it'],
    [
      'columns that the test data lack',
      { more: { signature: { inputs: [{ name: 'wind', type: 'number', nullable: true }], outputs: [] } } },
      'the test data lack columns that it was made for: wind',
    ],
  ] as const)('a version that cannot be asked leaves the comparison open: %s', async (_name, given, reason) => {
    const { outcome, document } = await gate({}, files, config, async (context) => {
      const script = 'script' in given ? given.script : PREDICT(2)
      await deployed(context, '1.0.0', script, 'more' in given ? (given.more as unknown as Partial<ModelManifest>) : {})
    })
    expect(outcome.verdict).toBe('inconclusive')
    expect(document).toMatchObject({ baselineStatus: 'unreadable', baseline: { tag: 'model@v1.0.0' } })
    expect(byRule(document, 'baseline-unreadable')[0]?.message).toContain(reason)
    expect(byRule(document, 'better-than-trivial')[0]?.verdict).toBe('pass')
  })

  test('a version named by hand has to be there', async () => {
    const problems = await problemsOf(
      gate({ baseline: 'model@v9.0.0' }, files, config, async (context) => {
        await publish(context, '1.0.0', PREDICT(2))
      }),
    )
    expect(problems[0]).toMatchObject({ where: 'evaluate.baseline', cure: 'published are: model@v1.0.0' })
    expect(problems[0]?.message).toContain('model@v9.0.0 is not published in')
  })

  test('behaviour is tested by asking the candidate about changed rows', async () => {
    const evaluate = {
      perturbation: { columns: ['x'], scale: 0.01 },
      invariance: [{ column: 'group' }, { column: 'x', level: 'warn' }],
    }
    const { outcome, document } = await gate(evaluate, files, config)
    expect(document.behaviour.map(({ kind, changed, failed }) => [kind, changed > 400, failed > 100])).toEqual([
      ['perturbation', true, false],
      ['invariance', true, false],
      ['invariance', true, true],
    ])
    expect(outcome.verdict).toBe('warn')
  })

  test('a candidate known by a file alone cannot be asked: declared behaviour tests stay open', async () => {
    const { document } = await gate(
      { predictions: 'p.jsonl', perturbation: {} },
      { ...files, 'p.jsonl': scores(rows, GOOD) },
    )
    expect(byRule(document, 'behaviour-untested')[0]?.verdict).toBe('inconclusive')
  })
})
