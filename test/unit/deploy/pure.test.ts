import fc from 'fast-check'
import { isConfirmed, judgeDigest, judgeGolden } from '../../../actions/deploy/confirm.js'
import { explain } from '../../../actions/deploy/explain.js'
import { rollbackCandidates } from '../../../actions/deploy/history.js'
import { planDeployment } from '../../../actions/deploy/plan.js'
import type { Serving, Version } from '../../../actions/deploy/targets/target.js'
import { forkOf } from '../../../actions/deploy/trust.js'
import type { DeploymentRecord } from '../../../shared/contracts/deployment.js'

const digestOf = (n: number) => `sha256:${String(n).repeat(64)}`
const version = (n: number): Version => ({ tag: `m@v${n}.0.0`, digest: digestOf(n) })
const serving = (n: number, ready = true): Serving => ({
  state: 'serving',
  ready,
  version: { model: 'm', version: `${n}.0.0`, tag: `m@v${n}.0.0`, digest: digestOf(n) },
})
const nothing: Serving = { state: 'nothing' }

/** A history, oldest first: `+1` deployed, `<1` rolled back to, `-1` failed, `~1` rolled back itself. Newest first out. */
const history = (...events: string[]): DeploymentRecord[] =>
  events
    .map((event, index): DeploymentRecord => {
      const { tag, digest } = version(Number(event[1]))
      return {
        environment: 'e',
        tag,
        manifestDigest: digest,
        action: event[0] === '<' ? 'rollback' : 'deploy',
        state: event[0] === '-' ? 'failure' : event[0] === '~' ? 'rolled-back' : 'success',
        at: `2026-01-0${index + 1}T00:00:00.000Z`,
        reason: '-~'.includes(event[0] ?? '') ? 'why' : null,
      }
    })
    .reverse()

test.each<[string, Serving, number, string[], string, number | null]>([
  ['first deployment', nothing, 1, [], 'switch', null],
  ['next version', serving(1), 2, ['+1'], 'switch', 1],
  ['already there', serving(1), 1, ['+1'], 'nothing', null],
  ['already there, another one failed since', serving(1), 1, ['+1', '-2'], 'nothing', null],
  ['already there but not ready', serving(1, false), 1, ['+1'], 'switch', null],
  ['there, but never proven', serving(2), 2, ['+1'], 'finish', 1],
  ['there, never proven, nothing before', serving(1), 1, [], 'finish', null],
  ['something unproven serves', serving(2), 3, ['+1'], 'switch', 1],
  ['something serves that is on no record', serving(2), 3, [], 'switch', 2],
  ['the target lost its version', nothing, 2, ['+1'], 'switch', 1],
  ['the target lost the same version', nothing, 1, ['+1'], 'switch', null],
  ['damaged', { state: 'damaged', reason: '' }, 2, ['+1'], 'switch', 1],
])('plan: %s', (_, now, wanted, events, kind, previous) => {
  expect(planDeployment(now, version(wanted), history(...events))).toEqual({
    kind,
    previous: previous === null ? null : version(previous),
  })
})

test.each<[string[], number | null, number[], string[]]>([
  [[], 1, [], []],
  [['+1'], 1, [], ['m@v1.0.0: it serves now']],
  [['+1', '+2', '+3'], 3, [2, 1], ['m@v3.0.0: it serves now']],
  [
    ['+1', '+2', '<1'],
    1,
    [],
    ['m@v1.0.0: it serves now', 'm@v2.0.0: it was rolled back from at 2026-01-03T00:00:00.000Z'],
  ],
  [['+1', '+2', '<1', '+2', '+3'], 3, [2, 1], ['m@v3.0.0: it serves now']],
  [
    ['+1', '~2', '+3'],
    3,
    [1],
    ['m@v3.0.0: it serves now', 'm@v2.0.0: its last deployment, at 2026-01-02T00:00:00.000Z, failed: why'],
  ],
  [
    ['+1', '+2', '-1', '+3'],
    3,
    [2],
    ['m@v3.0.0: it serves now', 'm@v1.0.0: its last deployment, at 2026-01-03T00:00:00.000Z, failed: why'],
  ],
  [['+1', '+2'], null, [2, 1], []],
])('rollback after %j', (events, now, candidates, refused) => {
  const result = rollbackCandidates(history(...events), now === null ? null : digestOf(now))
  expect(result.candidates).toEqual(candidates.map(version))
  expect(result.refused.map(({ tag, reason }) => `${tag}: ${reason}`)).toEqual(refused)
})

test('a rollback never goes to what serves, nor to what failed last; each version is a candidate or refused', () => {
  const event = fc
    .tuple(fc.constantFrom('+', '<', '-', '~'), fc.integer({ min: 1, max: 4 }))
    .map(([kind, n]) => `${kind}${n}`)
  fc.assert(
    fc.property(fc.array(event, { maxLength: 9 }), fc.integer({ min: 1, max: 4 }), (events, now) => {
      const records = history(...events)
      const { candidates, refused } = rollbackCandidates(records, digestOf(now))
      expect(candidates.map(({ digest }) => digest)).not.toContain(digestOf(now))
      for (const { digest } of candidates)
        expect(records.find(({ manifestDigest }) => manifestDigest === digest)?.state).toBe('success')
      const tags = [...candidates.map(({ tag }) => tag), ...refused.map(({ tag }) => tag)]
      expect(tags.sort()).toEqual([...new Set(records.map(({ tag }) => tag))].sort())
    }),
  )
})

test('only the wanted digest, ready, is a confirmation', () => {
  expect(isConfirmed(serving(1), version(1))).toBe(true)
  expect(isConfirmed(serving(1, false), version(1))).toBe(false)
  expect(isConfirmed(serving(2), version(1))).toBe(false)
  expect(isConfirmed(nothing, version(1))).toBe(false)
  expect(isConfirmed(nothing, null)).toBe(true)
  expect(isConfirmed(serving(1), null)).toBe(false)
  expect(isConfirmed(null, null)).toBe(false)
  expect(isConfirmed({ state: 'damaged', reason: '' }, null)).toBe(false)
})

test.each<[Parameters<typeof judgeDigest>[0], string, string]>([
  [serving(1), 'pass', 'the target itself reports m@v1.0.0 (sha256:111111111111)'],
  [serving(2), 'fail', 'the target reports m@v2.0.0 (sha256:222222222222), wanted is m@v1.0.0 (sha256:111111111111)'],
  [nothing, 'fail', 'the target reports nothing, wanted is m@v1.0.0 (sha256:111111111111)'],
  [
    { state: 'damaged', reason: 'predict.mjs is gone' },
    'fail',
    'the target reports something damaged (predict.mjs is gone), wanted is m@v1.0.0 (sha256:111111111111)',
  ],
  [{ error: 'it is down' }, 'error', 'the target could not be asked what it serves: it is down'],
])('digest: %j', (now, verdict, message) => {
  expect(judgeDigest(now, version(1), 't')).toMatchObject({ verdict, message })
})

test('golden rows', () => {
  const judge = (result: Parameters<typeof judgeGolden>[1]) => judgeGolden('golden-after', result, 's', 1e-6)
  expect(judge(null)).toMatchObject({ verdict: 'warn' })
  expect(judge({ rows: 3, error: 'no Python' })).toMatchObject({
    verdict: 'fail',
    message: 'the golden rows could not be asked: no Python',
  })
  expect(judge({ rows: 1, mismatches: [] })).toMatchObject({
    verdict: 'pass',
    message: '1 golden row answered as recorded',
    expected: 'every answer within 0.000001 of the recorded one',
  })
  const mismatches = ['score', 'label'].map((field) => ({ row: 2, field, expected: null, answered: 1 }))
  expect(judge({ rows: 3, mismatches })).toMatchObject({
    verdict: 'fail',
    measured: 2,
    n: 3,
    message: '1 of 3 golden rows was not answered as recorded',
  })
})

test('every rule is explained', () => {
  expect(Object.keys(explain).sort()).toEqual([
    'already-serving',
    'digest-confirmed',
    'dry-run',
    'golden-after',
    'golden-before',
    'newer-run',
    'no-rollback-version',
    'rolled-back',
    'switched',
    'target-usable',
    'version-verified',
  ])
})

describe('where an event comes from', () => {
  const repo = (name: string | null) => (name === null ? null : { full_name: name })
  const pull = (head: string | null) => ({
    pull_request: { number: 7, head: { repo: repo(head) }, base: { repo: repo('acme/strikes') } },
  })
  const run = (event: string, head: string) => ({
    workflow_run: { event, head_repository: repo(head), repository: repo('acme/strikes') },
  })
  test.each<[string, unknown, string | null]>([
    ['a branch', pull('acme/strikes'), null],
    ['a fork', pull('mona/strikes'), 'pull request #7 comes from a fork'],
    ['a fork that was deleted', pull(null), 'pull request #7 comes from a fork'],
    [
      'the run of a fork',
      run('pull_request', 'mona/strikes'),
      'the run that started this one is of a pull request from a fork',
    ],
    ['the run of a branch', run('pull_request', 'acme/strikes'), null],
    ['a run of main', run('push', 'acme/strikes'), null],
    ['a push', { ref: 'refs/heads/main' }, null],
    ['nothing', null, null],
  ])('%s', (_, payload, expected) => expect(forkOf(payload)).toBe(expected))
})
