import { type Analysis, analyse } from '../../../actions/post-mortem-report/analyse.js'
import type { Collected } from '../../../actions/post-mortem-report/evidence.js'
import { renderPostMortem } from '../../../actions/post-mortem-report/render.js'
import type { FeatureResult } from '../../../shared/contracts/monitoring.js'
import { PostMortem } from '../../../shared/contracts/post-mortem.js'
import { checkOf } from '../../../shared/core/check.js'
import { digestOf } from '../../../shared/core/hash.js'
import { renderMarkdown } from '../../../shared/report/markdown.js'
import {
  collected,
  DAY,
  data,
  deployed,
  deployment,
  evaluation,
  manifest,
  monitoring,
  profile,
  ref,
  release,
  training,
  validation,
} from './incidents.js'

function look(given: Collected): { report: Analysis; markdown: string } {
  const report = analyse(given, { directory: '.plumbline' })
  const header = {
    schema: 'plumbline.post-mortem/1',
    createdAt: DAY(20),
    plumblineVersion: '0.1.0',
    run: { kind: 'local', commit: null, dirty: false },
    inputs: [],
    checks: [],
  }
  PostMortem.parse({ ...header, ...report })
  const markdown = renderMarkdown(renderPostMortem(report))
  expect(markdown).not.toMatch(/human error|should have|could have|failed to|careless|forgot|undefined|NaN/i)
  return { report, markdown }
}

const feature = (parts: Partial<FeatureResult> = {}): FeatureResult => ({
  name: 'phase',
  psi: 0.02,
  chance: 0.01,
  level: 'none',
  missing: 0.99,
  trainingMissing: 0.01,
  broken: true,
  since: DAY(9),
  began: 'later',
  ...parts,
})

describe('leaky data stopped by validate-data', () => {
  const leak = checkOf('fail', {
    rule: 'label-leak',
    subject: 'train: Cost Repair',
    message: 'Cost Repair alone tells the label: power 0.97',
    cure: 'add it to data.exclude',
  })
  const given = () =>
    collected(
      {
        profile: profile(DAY(10), { speed: 0, 'Cost Repair': 10 }, 'new data'),
        validation: validation(DAY(10), [checkOf('warn', { rule: 'x', subject: 'y', message: 'z' }), leak], 'fail'),
      },
      { notRun: ['train', 'evaluate-gate', 'package-model', 'deploy'] },
    )

  test('is the first failure, with its rule and subject', () => {
    const { report } = look(given())
    expect(report.failure).toMatchObject({
      stage: 'validate-data',
      rule: 'label-leak',
      subject: 'train: Cost Repair',
    })
    expect(report.class).toBe('data')
    expect(report.signature).toMatch(/^[0-9a-f]{12}$/)
    expect(report.consequences.map(({ stage }) => stage)).toEqual(['train', 'evaluate-gate', 'package-model', 'deploy'])
  })

  test('suspects the column first, with visible points', () => {
    const { report, markdown } = look(given())
    expect(report.hypotheses[0]).toEqual({
      statement: 'The data in column Cost Repair caused it.',
      evidence: [
        { text: 'The rule label-leak names it: Cost Repair alone tells the label: power 0.97', points: 5 },
        { text: 'Since the last good version: feature Cost Repair: not there → read.', points: 4 },
      ],
      points: 9,
    })
    expect(markdown).toContain('None of this is proven')
  })

  test('reached nobody, and needs no rollback', () => {
    const { report } = look(given())
    expect(report.impact).toEqual([
      'Caught before production by validate-data; m@v1.0.0 went on serving in production.',
    ])
    expect(report.rollback).toMatchObject({
      helps: false,
      to: null,
      reason: 'the failure was caught before production; m@v1.0.0 still serves in production',
    })
    expect(report.actionItems[0]).toMatchObject({
      type: 'prevent',
      text: 'Mend train: Cost Repair: add it to data.exclude',
      done: 'validate-data passes the rule label-leak on the mended data',
    })
    expect(report.questions[0]).toBe(
      'Is train: Cost Repair known at the moment when the model has to answer, or only afterwards?',
    )
  })

  test('has the same signature again, and another one for another column', () => {
    const first = look(given()).report.signature
    expect(look(given()).report.signature).toBe(first)
    const other = validation(
      DAY(10),
      [checkOf('fail', { rule: 'label-leak', subject: 'train: speed', message: 'x' })],
      'fail',
    )
    expect(look(collected({ validation: other })).report.signature).not.toBe(first)
  })
})

describe('a gate that stops a worse model', () => {
  const loss = checkOf('fail', {
    rule: 'metric-loss',
    subject: 'recall, size = Large',
    message: 'recall, size = Large fell from 0.71 to 0.58',
  })
  const given = (parts = {}) =>
    collected({
      profile: profile(DAY(10), { speed: 0, phase: 10 }),
      validation: validation(DAY(10)),
      training: training(DAY(10, 1), { params: { trees: 400 }, ...parts }),
      evaluation: evaluation(DAY(10, 2), [loss]),
    })

  test('shows params as the change, data as the same', () => {
    const { report } = look(given())
    expect(report.failure?.stage).toBe('evaluate-gate')
    expect(report.changes).toContainEqual({
      group: 'params',
      what: 'parameter trees',
      good: 100,
      bad: 400,
      changed: true,
      source: 'manifest of m@v1.0.0, .plumbline/training-run.json',
    })
    expect(report.findings).toContain('Changed between m@v1.0.0 and this run: parameter trees.')
    expect(report.findings).toContain('The data files are the same, byte for byte.')
    expect(report.hypotheses[0]).toMatchObject({ statement: 'The change of parameters caused it.', points: 4 })
    expect(report.changes.find(({ what }) => what === 'roc_auc')).toMatchObject({ good: 0.81, bad: 0.8, changed: true })
  })

  test('of an unchanged repository on new data says that nothing in the repository changed', () => {
    const { report, markdown } = look(given({ params: { trees: 100 }, inputs: [data('new data', 1200)] }))
    expect(report.findings[0]).toBe(
      'Nothing in the repository changed between m@v1.0.0 and this run: commit and code files, command and seed, parameters, features are the same.',
    )
    expect(report.hypotheses[0]?.statement).toBe('The change of the data caused it.')
    expect(markdown).toContain('rows of data/train.csv | 1,000 | 1,200')
  })

  test('another commit with the same code files is only a weak suspect; uncommitted changes are named', () => {
    const run = { kind: 'local' as const, commit: 'c0ffee1', dirty: true }
    const { report } = look(given({ params: { trees: 100 }, run }))
    expect(report.changes.find(({ what }) => what === 'commit')).toMatchObject({
      good: 'c0ffee1',
      bad: 'c0ffee1 with uncommitted changes',
      changed: true,
    })
    expect(report.hypotheses).toMatchObject([
      { statement: 'A change of code or locked packages caused it.', points: 2 },
    ])
    expect(look(given({ params: { trees: 100 }, run })).markdown).toContain('No suspect stands out.')
  })

  test('compares test data too, where both sides know them', () => {
    const test = { kind: 'file' as const, name: 'data/test.csv', digest: digestOf('test'), rows: 500 }
    const old = [release('1.0.0', { manifest: manifest('1.0.0', { data: [data('old data', 1000), test] }) })]
    const both = given({ params: { trees: 100 } })
    const known = look({ ...both, releases: new Map(old.map((item) => [item.tag, item])) }).report
    expect(known.changes.find(({ what }) => what === 'data/test.csv')).toMatchObject({ bad: null, changed: true })
    const blind = {
      ...both,
      documents: { ...both.documents, profile: null },
      releases: new Map(old.map((item) => [item.tag, item])),
    }
    expect(look(blind).report.changes.some(({ what }) => what === 'data/test.csv')).toBe(false)
  })

  test('names what could not be compared', () => {
    const { report } = look(given())
    expect(report.notCollected).toContainEqual({
      what: 'environment of the training compared',
      reason: 'm@v1.0.0 has no record of it',
    })
  })

  test('of the first version compares with nothing, and says so', () => {
    const { report } = look({ ...given(), history: [], releases: new Map() })
    expect(report.lastGood).toBeNull()
    expect(report.changes).toEqual([])
    expect(report.notCollected).toContainEqual({
      what: 'changes since the last good version',
      reason: 'no earlier version was ever in production',
    })
  })
})

describe('a training that was killed', () => {
  test('is a hypothesis with the evidence of its exit code', () => {
    const killed = training(DAY(10, 1), {
      verdict: 'fail',
      status: 'killed',
      exitCode: 137,
      exitMeaning: 'was killed (SIGKILL), most often because memory ran out, exit code 137',
      checks: [
        checkOf('fail', {
          rule: 'training-killed',
          subject: 'command',
          message: 'the command was killed',
          cure: 'use a larger machine',
        }),
      ],
    })
    const { report } = look(collected({ validation: validation(DAY(10)), training: killed }))
    expect(report.class).toBe('training')
    expect(report.hypotheses[0]).toMatchObject({ statement: 'The training ran out of memory.', points: 5 })
    expect(report.questions[0]).toBe('Was the job cancelled, or did the machine run out of memory?')
  })
})

describe('golden rows that differ at the deployment', () => {
  const failed = (parts = {}) =>
    deployment(DAY(10), {
      verdict: 'fail',
      summary: '3 of 50 golden rows differ',
      checks: [
        checkOf('fail', { rule: 'golden-after', subject: 'golden rows', message: '3 of 50 golden rows differ' }),
      ],
      serving: ref('1.0.0'),
      rolledBack: true,
      ...parts,
    })
  const releases = [release('2.0.0'), release('1.0.0')]

  test('was rolled back: nothing more to do, and the target is suspected', () => {
    const { report } = look(collected({ deployment: failed() }, { releases }))
    expect(report).toMatchObject({ class: 'deployment', bad: 'm@v2.0.0', lastGood: { tag: 'm@v1.0.0' } })
    expect(report.rollback).toMatchObject({
      helps: false,
      reason: 'not needed: the target itself reports that m@v1.0.0 serves',
    })
    expect(report.hypotheses[0]).toMatchObject({
      statement: 'The target does not run the model as it was packaged.',
      points: 5,
    })
    expect(report.impact).toEqual(['Caught before production by deploy; m@v1.0.0 went on serving in production.'])
  })

  test('and was not confirmed: the last good version is proposed with the command', () => {
    const unclear = failed({ confirmed: false, rolledBack: false, serving: null })
    const { report, markdown } = look(collected({ deployment: unclear }, { releases }))
    expect(report.rollback).toMatchObject({
      helps: true,
      to: 'm@v1.0.0',
      command: 'plumbline deploy --tag m@v1.0.0 --environment production',
    })
    expect(report.rollback.refused).toEqual([{ tag: 'm@v2.0.0', reason: 'it is the version that failed' }])
    expect(markdown).toContain('plumbline deploy --tag m@v1.0.0')
  })
})

describe('an objective missed because a feature arrives empty', () => {
  const history = [deployed('2.0.0', DAY(5)), deployed('1.0.0', DAY(1))]
  const releases = [release('2.0.0'), release('1.0.0')]
  const fixData = {
    action: 'fix-data' as const,
    reasons: [
      'phase is missing',
      'a rollback will not help: m@v2.0.0 had served with phase filled before, so the feed is the cause',
    ],
    to: null,
  }

  test('is an incident of the data: a rollback will not help', () => {
    const { report, markdown } = look(
      collected(
        { monitoring: monitoring(DAY(12), { features: [feature()], decision: fixData }) },
        { history, releases },
      ),
    )
    expect(report.class).toBe('data')
    expect(report.rollback.helps).toBe(false)
    expect(report.rollback.reason).toMatch(/^data are the cause, a rollback will not help/)
    expect(report.rollback.refused).toEqual([
      { tag: 'm@v2.0.0', reason: 'it is the version that failed' },
      { tag: 'm@v1.0.0', reason: 'it reads phase, which arrives empty' },
    ])
    expect(report.hypotheses[0]).toMatchObject({ statement: 'The feed of phase is broken.', points: 9 })
    expect(report.impact).toEqual([
      'clicks, last 7d: 450 of 5,000 good, 300 good interactions short of the objective; 107 % of the error budget used.',
      'From the first bad slice of the log to its newest row: 3 d.',
    ])
    expect(report.actionItems.map(({ type }) => type)).toEqual(['mitigate', 'prevent', 'detect'])
    expect(report.actionItems[0]).toMatchObject({ priority: 'P0', text: 'Restore the feed of phase' })
    expect(markdown).toContain('**No rollback is proposed**')
    expect(report.findings).toContain('In production moved: attainment of clicks, missing share of phase.')
  })

  test('that began with the release and was rolled back since says when', () => {
    const rolledBack = [deployed('1.0.0', DAY(13), { action: 'rollback' }), ...history]
    const given = collected(
      {
        deployment: deployment(DAY(13), { action: 'rollback', wanted: ref('1.0.0'), serving: ref('1.0.0') }),
        monitoring: monitoring(DAY(12), { features: [feature({ began: 'with-version', since: DAY(5) })] }),
      },
      { history: rolledBack, releases },
    )
    const { report } = look(given)
    expect(report.failure?.stage).toBe('monitor')
    expect(report).toMatchObject({ bad: 'm@v2.0.0', lastGood: { tag: 'm@v1.0.0', at: DAY(1) } })
    expect(report.rollback).toMatchObject({
      helps: true,
      to: 'm@v1.0.0',
      command: null,
      reason: `done: production was rolled back to m@v1.0.0 at 2026-02-13 00:00 UTC`,
    })
    expect(report.hypotheses[0]).toMatchObject({ statement: 'The release changed how phase is filled.', points: 10 })
  })
})

describe('a bad release', () => {
  const history = [deployed('2.0.0', DAY(5)), deployed('1.0.0', DAY(1))]
  const worse = manifest('2.0.0', {
    params: { trees: 5 },
    code: [{ kind: 'file', name: 'train.mjs', digest: digestOf('train v2') }],
  })
  const releases = [release('2.0.0', { manifest: worse }), release('1.0.0')]

  test('is told from the version before, and going back is proposed', () => {
    const { report, markdown } = look(collected({ monitoring: monitoring(DAY(12)) }, { history, releases }))
    expect(report).toMatchObject({ class: 'objective', bad: 'm@v2.0.0', lastGood: { tag: 'm@v1.0.0', at: DAY(1) } })
    expect(report.rollback).toMatchObject({
      helps: true,
      to: 'm@v1.0.0',
      command: 'plumbline deploy --tag m@v1.0.0 --environment production',
    })
    expect(report.hypotheses[0]).toMatchObject({
      statement: 'The release m@v2.0.0 is worse in production than the version before.',
      points: 9,
    })
    expect(report.changes.filter(({ changed }) => changed).map(({ what }) => what)).toEqual([
      'train.mjs',
      'parameter trees',
      'attainment of clicks',
    ])
    expect(report.actionItems[0]).toMatchObject({ type: 'mitigate', priority: 'P0' })
    expect(markdown).toMatch(/first slice of the window below the objective of clicks \(50 of 1000\)/)
  })

  test('whose predecessor is not published any more has no target, and says why', () => {
    const gone = release('1.0.0', { manifest: null, problem: 'it is not published any more', publishedAt: null })
    const { report } = look(
      collected({ monitoring: monitoring(DAY(12)) }, { history, releases: [release('2.0.0'), gone] }),
    )
    expect(report.rollback).toMatchObject({
      helps: false,
      to: null,
      reason: 'm@v1.0.0 would have been the version to return to, but it is not published any more',
    })
  })

  test('a published version that never served is refused with that reason', () => {
    const { report } = look(
      collected({ monitoring: monitoring(DAY(12)) }, { history, releases: [...releases, release('1.5.0')] }),
    )
    expect(report.rollback.refused).toContainEqual({
      tag: 'm@v1.5.0',
      reason: 'it was never in production with success',
    })
  })
})

describe('nothing failed', () => {
  test('no incident is invented', () => {
    const given = collected({ validation: validation(DAY(10)), training: training(DAY(10, 1)) })
    const { report, markdown } = look(given)
    expect(report).toMatchObject({
      verdict: 'pass',
      failure: null,
      class: 'none',
      signature: '',
      hypotheses: [],
      actionItems: [],
      questions: [],
    })
    expect(report.summary).toBe(
      'nothing failed in validate-data, train (no document of evaluate-gate, package-model, deploy, monitor)',
    )
    expect(markdown).not.toMatch(/Hypotheses|Impact|Rollback/)
  })

  test('without any document it is inconclusive, not green', () => {
    expect(look(collected({})).report).toMatchObject({
      verdict: 'inconclusive',
      summary: 'there is no document of any stage to look at',
    })
  })

  test('a warning is no failure', () => {
    const warned = training(DAY(10, 1), { verdict: 'warn' })
    expect(look(collected({ training: warned })).report.verdict).toBe('pass')
  })
})

describe('the order of things', () => {
  const loss = checkOf('fail', { rule: 'metric-loss', subject: 'auc', message: 'worse' })

  test('a failure left over from an earlier run is set aside and named', () => {
    const { report } = look(
      collected({
        validation: validation(DAY(10)),
        training: training(DAY(10, 1)),
        evaluation: evaluation(DAY(8), [loss]),
      }),
    )
    expect(report.failure).toBeNull()
    expect(report.notCollected).toContainEqual({
      what: 'evaluate-gate in .plumbline/evaluation.json',
      reason: 'it is older than train, so it belongs to an earlier run',
    })
  })

  test('what fails first wins over what fails later, and the later one is listed after it', () => {
    const given = collected({
      training: training(DAY(10), {
        verdict: 'fail',
        checks: [checkOf('fail', { rule: 'output-missing', subject: 'model', message: 'no model' })],
      }),
      evaluation: evaluation(DAY(11), [loss]),
    })
    const { report } = look(given)
    expect(report.failure).toMatchObject({ stage: 'train', rule: 'output-missing' })
    expect(report.consequences).toEqual([{ stage: 'evaluate-gate', message: 'fail: worse' }])
  })

  test('the timeline is in order and every event has a source', () => {
    const { report } = look(
      collected({
        validation: validation(DAY(10)),
        training: training(DAY(10, 1)),
        evaluation: evaluation(DAY(10, 2), [loss]),
      }),
    )
    const times = report.timeline.map(({ at }) => at)
    expect(times).toEqual([...times].sort())
    expect(report.timeline.every(({ source }) => source !== '')).toBe(true)
    expect(report.timeline.map(({ event }) => event)).toContain('First failure. evaluate-gate: fail: worse')
  })
})

test('texts from data are inert in the report', () => {
  const nasty = checkOf('fail', {
    rule: 'missing-value',
    subject: 'train: <img src=x onerror=alert(1)> @octocat #1 | ```',
    message: '</details><script>alert(1)</script> ::error::x',
  })
  const { markdown } = look(collected({ validation: validation(DAY(10), [nasty], 'fail') }))
  expect(markdown).not.toMatch(/<script|<img/)
  expect(markdown).not.toMatch(/@octocat/)
})
