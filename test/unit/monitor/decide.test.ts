import * as fc from 'fast-check'
import {
  type BrokenFeature,
  type Candidate,
  decide,
  type Evidence,
  type ObjectiveEvidence,
} from '../../../actions/monitor/decide.js'
import { SloState } from '../../../shared/contracts/monitoring.js'

const objective = (parts: Partial<ObjectiveEvidence> = {}): ObjectiveEvidence => ({
  name: 'clicks',
  state: 'ok',
  message: '17 % is above 15 %',
  current: { state: parts.state ?? 'ok', message: parts.message ?? '17 % is above 15 %' },
  atFirst: parts.state ?? 'ok',
  ...parts,
})
const breach = objective({ state: 'breach', message: '12 % is below 15 %' })
const broken = (parts: Partial<BrokenFeature> = {}): BrokenFeature => ({
  name: 'age',
  missing: 0.98,
  trainingMissing: 0.02,
  since: '2026-02-03T00:00:00.000Z',
  began: null,
  ...parts,
})
const v1: Candidate = { tag: 'm@v1.0.0', states: { clicks: 'ok' }, reads: ['age', 'country'] }
const evidence = (parts: Partial<Evidence> = {}): Evidence => ({
  deployed: 'm@v2.0.0',
  objectives: [objective()],
  broken: [],
  drifted: [],
  shifted: [],
  candidates: [v1],
  ...parts,
})
const age = { name: 'age', psi: 0.41 }

test('objective met and nothing moved: nothing to do', () => {
  expect(decide(evidence())).toEqual({ action: 'none', reasons: ['clicks: 17 % is above 15 %'], to: null })
})

test('drift without harm is observed, not acted on', () => {
  expect(decide(evidence({ drifted: [age] }))).toEqual({
    action: 'observe',
    reasons: [
      'clicks: 17 % is above 15 %',
      'drifted features: age (PSI 0.41)',
      'the objective is met in spite of it: drift without harm is watched, not acted on',
    ],
    to: null,
  })
})

test.each(['inconclusive', 'insufficient-data', 'stale', 'error'] as const)('%s is observed', (state) => {
  expect(decide(evidence({ objectives: [objective({ state })] })).action).toBe('observe')
})

test('stale data are never judged by rows of the deployed version', () => {
  expect(
    decide(evidence({ objectives: [objective({ state: 'stale', current: { state: 'breach', message: '' } })] })).action,
  ).toBe('observe')
})

test('a breach from the first rows of a release, after a version that met the objective: rollback', () => {
  expect(decide(evidence({ objectives: [breach], drifted: [age] }))).toEqual({
    action: 'rollback',
    reasons: [
      'clicks: 12 % is below 15 %',
      'm@v2.0.0 missed it from its first rows on',
      'm@v1.0.0 met the objective in the same log',
    ],
    to: 'm@v1.0.0',
  })
})

test('a breach while the window still looks well is a breach of the deployed version', () => {
  const hidden = objective({
    state: 'ok',
    current: { state: 'breach', message: '9 % is below 15 %' },
    atFirst: 'breach',
  })
  const decision = decide(evidence({ objectives: [hidden] }))
  expect(decision).toMatchObject({ action: 'rollback', to: 'm@v1.0.0' })
  expect(decision.reasons[0]).toBe('clicks, rows of the deployed version: 9 % is below 15 %')
})

test('an older breach in the window that the deployed version has mended is observed', () => {
  const mended = objective({ state: 'breach', message: '12 %', current: { state: 'ok', message: '17 %' } })
  const decision = decide(evidence({ objectives: [mended] }))
  expect(decision.action).toBe('observe')
  expect(decision.reasons).toContain(
    'clicks: the rows of the deployed version meet it, older rows in the window do not',
  )
})

test('met at first, missed later, features drifted: retrain', () => {
  const decision = decide(evidence({ objectives: [{ ...breach, atFirst: 'ok' }], drifted: [age] }))
  expect(decision).toEqual({
    action: 'retrain',
    reasons: [
      'clicks: 12 % is below 15 %',
      'm@v2.0.0 met the objective at first and fell later: the release is not the cause',
      'drifted features: age (PSI 0.41)',
      'the data have moved away from what the model was trained on: train on newer rows, and let evaluate-gate judge',
    ],
    to: null,
  })
})

test('met at first, missed later, nothing drifted: retrain, said to be an attempt', () => {
  const decision = decide(evidence({ objectives: [{ ...breach, atFirst: 'ok' }] }))
  expect(decision.action).toBe('retrain')
  expect(decision.reasons.at(-1)).toMatch(/the remedy to try$/)
})

test('too few first rows: no drift points to the release, drift to the data', () => {
  const unclear = { ...breach, atFirst: 'inconclusive' as const }
  expect(decide(evidence({ objectives: [unclear] })).action).toBe('rollback')
  expect(decide(evidence({ objectives: [unclear], drifted: [age] })).action).toBe('retrain')
})

test('no version ever met the objective and nothing drifted: no remedy is invented', () => {
  const decision = decide(evidence({ objectives: [breach], candidates: [] }))
  expect(decision.action).toBe('observe')
  expect(decision.reasons.at(-1)).toMatch(/nothing in the log shows a remedy/)
})

describe('a broken feed', () => {
  test('that came with the release, after a version that met the objective with it filled: rollback', () => {
    const decision = decide(evidence({ objectives: [breach], broken: [broken({ began: 'with-version' })] }))
    expect(decision).toEqual({
      action: 'rollback',
      reasons: [
        'feature age is missing in 98 % of rows, 2 % in training, since 2026-02-03 00:00 UTC, from the first rows of m@v2.0.0 on',
        'clicks: 12 % is below 15 %',
        'm@v1.0.0 met the objective in the same log with age filled: the fault came with the release',
      ],
      to: 'm@v1.0.0',
    })
  })

  test('that began later is no fault of the release: mend the data', () => {
    const decision = decide(evidence({ objectives: [breach], broken: [broken({ began: 'later' })] }))
    expect(decision).toMatchObject({ action: 'fix-data', to: null })
    expect(decision.reasons.at(-1)).toBe(
      'a rollback will not help: m@v2.0.0 had served with age filled before, so the feed is the cause',
    )
  })

  test('that was there before the release: mend the data', () => {
    const decision = decide(evidence({ objectives: [breach], broken: [broken({ began: 'earlier' })] }))
    expect(decision.reasons.at(-1)).toBe(
      'a rollback will not help: age was missing before m@v2.0.0 served, so the feed is the cause',
    )
  })

  test('does not hurt a version that never read it: rollback helps', () => {
    const blind = { ...v1, reads: ['country'] }
    const decision = decide(
      evidence({ objectives: [breach], broken: [broken({ began: 'later' })], candidates: [blind] }),
    )
    expect(decision).toMatchObject({ action: 'rollback', to: 'm@v1.0.0' })
    expect(decision.reasons.at(-1)).toBe('m@v1.0.0 met the objective in the same log and does not read age')
  })

  test('without harm, or without any version to return to: mend the data', () => {
    expect(decide(evidence({ broken: [broken()] })).reasons.at(-1)).toMatch(/no objective is surely missed yet/)
    const alone = decide(
      evidence({ objectives: [breach], broken: [broken({ began: 'with-version' })], candidates: [] }),
    )
    expect(alone.reasons.at(-1)).toBe('there is no earlier version to return to: the feed has to be mended')
  })

  test('with an earlier version that missed the objective too: mend the data', () => {
    const bad = { ...v1, states: { clicks: 'breach' as const } }
    expect(
      decide(evidence({ objectives: [breach], broken: [broken({ began: 'with-version' })], candidates: [bad] })).action,
    ).toBe('fix-data')
  })
})

test('every decision has a reason, a rollback has a target that met the objective, and the same evidence decides the same', () => {
  const state = fc.constantFrom(...SloState.options)
  const anyEvidence = fc.record({
    deployed: fc.option(fc.constant('m@v2.0.0')),
    objectives: fc.array(
      fc.record({
        name: fc.constantFrom('a', 'b'),
        state,
        message: fc.string(),
        current: fc.option(state),
        atFirst: fc.option(state),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    broken: fc.array(
      fc.record({
        name: fc.constantFrom('x', 'y'),
        missing: fc.double({ min: 0, max: 1, noNaN: true }),
        trainingMissing: fc.double({ min: 0, max: 1, noNaN: true }),
        since: fc.constant(null),
        began: fc.constantFrom('with-version', 'earlier', 'later', null),
      }),
      { maxLength: 2 },
    ),
    drifted: fc.array(fc.constant(age), { maxLength: 1 }),
    shifted: fc.array(fc.constant(age), { maxLength: 1 }),
    candidates: fc.array(
      fc.record({
        tag: fc.constant('m@v1.0.0'),
        states: fc.dictionary(fc.constantFrom('a', 'b'), state),
        reads: fc.option(fc.constant(['x'])),
      }),
      { maxLength: 2 },
    ),
  })
  fc.assert(
    fc.property(anyEvidence, (given) => {
      const decision = decide(given as Evidence)
      expect(decision.reasons.length).toBeGreaterThan(0)
      expect(decide(given as Evidence)).toEqual(decision)
      expect(decision.to !== null).toBe(decision.action === 'rollback')
      if (decision.action === 'none') expect(given.objectives.every(({ state }) => state === 'ok')).toBe(true)
      if (decision.action === 'rollback') {
        expect(
          given.candidates.some(({ tag, states }) => tag === decision.to && Object.values(states).includes('ok')),
        ).toBe(true)
      }
    }),
    { numRuns: 2000 },
  )
})
