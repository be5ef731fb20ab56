import { DriftMethodName } from '../../../shared/contracts/data-contract.js'
import { byChanceOf, type DriftRules, judgeDrift } from '../../../shared/data/drift/judge.js'
import { chooseMethod, DRIFT_METHODS, METHOD_FACTS } from '../../../shared/data/drift/methods.js'
import { indexOf } from '../../../shared/data/drift/psi.js'
import type { ColumnDrift, Presence } from '../../../shared/data/drift/types.js'
import { type Random, seededRandom } from '../../../shared/stats/sampling/rng.js'

const RULES: DriftRules = { warn: 0.1, fail: 0.25, method: 'auto', methods: {}, alpha: 0.05 }
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)

/** What chance reaches is simulated for rare values, which takes long; only PSI asks for it. */
let index: typeof indexOf | (() => Pick<ColumnDrift, 'psi' | 'chance' | 'reason'>)
beforeEach(() => {
  index = indexOf
})

const full = (rows: number): Presence => ({ rows, missing: 0, nonFinite: 0 })

/** A column of categories out of its counts; no value is missing. */
function category(
  column: string,
  before: number[],
  now: number[],
  absent: Partial<Record<'before' | 'now', Presence>> = {},
): ColumnDrift {
  const cells = before.map((baseline, i) => ({ label: `v${i}`, baseline, current: now[i] ?? 0 }))
  const missing = { label: 'missing', baseline: absent.before?.missing ?? 0, current: absent.now?.missing ?? 0 }
  return {
    column,
    cells: [...cells, missing],
    ...index([...cells, missing]),
    compared: {
      kind: 'category',
      distinct: cells.filter(({ baseline, current }) => baseline + current > 0).length,
      numbers: null,
      before: absent.before ?? full(sum(before)),
      now: absent.now ?? full(sum(now)),
      sensitive: false,
    },
  }
}

/** A column of whole numbers 0, 1, … out of how often each stands there. */
function numbers(column: string, before: number[], now: number[]): ColumnDrift {
  const [n, size] = [sum(before), Math.ceil(before.length / 20)]
  const mean = before.reduce((total, count, i) => total + count * i, 0) / n
  const spread = Math.sqrt(before.reduce((total, count, i) => total + count * (i - mean) ** 2, 0) / n)
  const bins = (counts: number[]) => times(20, (i) => sum(counts.slice(i * size, (i + 1) * size)))
  const one = category(column, bins(before), bins(now))
  return {
    ...one,
    compared: {
      ...(one.compared as NonNullable<ColumnDrift['compared']>),
      kind: 'number',
      distinct: before.length,
      numbers: { edges: times(before.length + 1, (i) => i), before, now, atoms: before.map(() => true), spread },
    },
  }
}

/** About n rows of a distribution given by its shares: Poisson counts. */
const draw = (random: Random, shares: readonly number[], n: number): number[] => {
  const all = sum(shares)
  return shares.map((share) => random.poisson((share * n) / all))
}

const BELL = times(60, (i) => Math.exp(-((i - 30) ** 2) / 200))
const TAIL = times(40, (i) => 1 / (i + 1) ** 1.5)
const FLAT = times(200, () => 1)
const RARE = [0.97, 0.02, 0.01]
const COIN = [0.9, 0.1]
const SHAPES = [BELL, TAIL, FLAT, RARE, COIN]

/** Thirty columns of equal data: six of each shape. */
function equalColumns(random: Random, n: number, m: number): ColumnDrift[] {
  return times(30, (i) => {
    const shares = SHAPES[i % SHAPES.length] as number[]
    const make = shares === RARE || shares === COIN || (shares === TAIL && i % 2 === 0) ? category : numbers
    return make(`c${i}`, draw(random, shares, n), draw(random, shares, m))
  })
}

describe('equal data', () => {
  // The level is 5 % for even one of thirty columns. In 100 runs up to 11 are within chance of that: binom.ppf(.995, 100, .05) of scipy 1.17.1
  test.each([
    [50, 50, 100],
    [50, 1000, 100],
    [1000, 1000, 100],
    [1000, 50, 100],
    [100_000, 100_000, 100],
  ])('%d rows against %d: no more false alarms than stated', (n, m, runs) => {
    index = () => ({ psi: 0, chance: 0, reason: null })
    const alarms = { both: 0, chanceAlone: 0 }
    for (let run = 0; run < runs; run++) {
      const columns = equalColumns(seededRandom(`equal ${n} ${m} ${run}`), n, m)
      const drifted = (rules: DriftRules) => judgeDrift(columns, rules).some(({ state }) => state === 'drifted')
      if (drifted(RULES)) alarms.both += 1
      // With no limit for the effect p decides alone: it has to hold the level by itself.
      if (drifted({ ...RULES, limit: 1e-12 })) alarms.chanceAlone += 1
    }
    const most = 11
    expect(alarms.both).toBeLessThanOrEqual(most)
    expect(alarms.chanceAlone).toBeLessThanOrEqual(most)
  })

  test('at full size nothing drifts for a difference that matters to nobody', () => {
    // evidently#50: a shift by a hundredth of a standard deviation has a p of 0 on millions of rows.
    index = () => ({ psi: 0, chance: 0, reason: null })
    const shifted = times(60, (i) => Math.exp(-((i - 30.1) ** 2) / 200))
    const count = (shares: number[]) => shares.map((share) => Math.round((share * 5e6) / sum(shares)))
    const [judged] = judgeDrift([numbers('x', count(BELL), count(shifted))], RULES)
    expect(judged).toMatchObject({ state: 'none', method: 'wasserstein' })
    expect(judged?.measure?.pValue).toBeLessThan(1e-6)
    expect(judged?.measure?.effect).toBeCloseTo(0.01, 3)
  })

  test('eight rows never drift, and are not green either', () => {
    const [judged] = judgeDrift([numbers('x', draw(seededRandom('a'), BELL, 1000), [8, ...times(59, () => 0)])], RULES)
    expect(judged).toMatchObject({
      state: 'unmeasured',
      reason: 'the baseline has 1,040 values and these data 8, at least 20 each are needed',
    })
  })

  test('few rows that look alike are unproven, not stable', () => {
    const columns = equalColumns(seededRandom('few'), 50, 50)
    expect(new Set(judgeDrift(columns, RULES).map(({ state }) => state))).toContain('unproven')
  })

  test('one shared category is no drift (evidently#1929: p was NaN)', () => {
    for (const method of DRIFT_METHODS) {
      const [judged] = judgeDrift([category('c', [500], [400])], { ...RULES, method })
      expect(judged?.state).toBe('none')
      expect(judged?.measure?.pValue ?? 1).toBe(1)
    }
  })
})

describe('planted drift', () => {
  const moved = times(60, (i) => Math.exp(-((i - 38) ** 2) / 200))
  test.each([
    [300, 'ks'],
    [900, 'ks'],
    [100_000, 'wasserstein'],
  ] as const)('a shift of 0.8 standard deviations in %d rows is found by %s, among thirty columns', (n, method) => {
    const random = seededRandom(`planted ${n}`)
    const columns = [...equalColumns(random, n, n), numbers('moved', draw(random, BELL, n), draw(random, moved, n))]
    const judged = judgeDrift(columns, RULES)
    expect(judged.filter(({ state }) => state === 'drifted').map(({ drift }) => drift.column)).toEqual(['moved'])
    expect(judged.at(-1)).toMatchObject({ method, state: 'drifted' })
  })

  test.each(DRIFT_METHODS)('%s finds a category that became common', (method) => {
    const columns = [category('c', [700, 250, 50], [400, 250, 350])]
    const [judged] = judgeDrift(columns, { ...RULES, method })
    expect(judged?.state).toBe('drifted')
    expect(METHOD_FACTS[method].formula).not.toBe('')
  })

  test('a feed that stops shows as missing values, NaN and infinities among them', () => {
    const absent = { before: full(1000), now: { rows: 1000, missing: 300, nonFinite: 200 } }
    const [judged] = judgeDrift([category('c', [500, 500], [250, 250], absent)], RULES)
    expect(judged).toMatchObject({ state: 'drifted', measure: { of: 'missing values', effect: 0.5 } })
    const gone = { before: full(1000), now: { rows: 1000, missing: 1000, nonFinite: 0 } }
    expect(judgeDrift([category('c', [500, 500], [0, 0], gone)], RULES)[0]).toMatchObject({
      state: 'drifted',
      measure: { of: 'missing values', effect: 1 },
    })
  })

  test('an empty column says so', () => {
    const absent = { before: { rows: 50, missing: 50, nonFinite: 0 }, now: full(100) }
    expect(judgeDrift([category('c', [0, 0], [50, 50], absent)], RULES)[0]).toMatchObject({
      state: 'unmeasured',
      reason: 'the baseline has no values',
    })
  })
})

// Evidently 0.7.21, legacy/calculations/stattests/registry.py, _get_default_stattest
test.each([
  [true, 6, 1000, 'ks'],
  [true, 5, 1000, 'chi-square'],
  [true, 2, 1000, 'z-test'],
  [true, 6, 1001, 'wasserstein'],
  [true, 5, 1001, 'jensen-shannon'],
  [false, 3, 1000, 'chi-square'],
  [false, 2, 1000, 'z-test'],
  [false, 1, 10, 'z-test'],
  [false, 2, 1001, 'jensen-shannon'],
])('number %s with %d different of %d values: %s', (isNumber, distinct, values, method) => {
  expect(chooseMethod(isNumber, distinct, values)).toBe(method)
})

test('methods of the contract are those that there are', () => {
  expect(DriftMethodName.options).toEqual(['auto', ...DRIFT_METHODS])
})

test('a column can have a method of its own, and a limit', () => {
  const columns = [category('a', [500, 500], [400, 600]), category('b', [500, 500], [400, 600])]
  const judged = judgeDrift(columns, { ...RULES, methods: { b: 'total-variation' }, limit: 0.05 })
  expect(judged.map(({ method, state, measure }) => [method, state, measure?.limit])).toEqual([
    ['z-test', 'drifted', 0.05],
    ['total-variation', 'drifted', 0.05],
  ])
  // Holm over two tests: twice the smaller p
  const [first] = judged
  expect(first?.adjusted).toBeCloseTo(2 * (first?.measure?.pValue as number), 12)
})

test('PSI stays what it was: two limits, its own chance, no correction', () => {
  const judge = (before: number[], now: number[]) =>
    judgeDrift([category('c', before, now)], { ...RULES, method: 'psi' })[0]
  expect(judge([5000, 5000], [5000, 5000])?.state).toBe('none')
  expect(judge([5000, 5000], [3400, 6600])?.state).toBe('slight')
  expect(judge([5000, 5000], [2500, 7500])?.state).toBe('drifted')
  expect(judge([20, 20], [20, 20])?.state).toBe('unproven')
  expect(judge([5000, 5000], [2500, 7500])).toMatchObject({ measure: null, adjusted: null, method: 'psi' })
})

test('what chance reaches falls with the rows', () => {
  const sizes = { n: 1000, m: 1000 }
  // √(ln(2 / 0.05) / 2 · 2 / 1000)
  expect(byChanceOf({ method: 'ks', cells: 0, ...sizes }, 0.05)).toBeCloseTo(0.060736146190830516, 12)
  // chi2.isf(.05, 1) of scipy 1.17.1 is 3.8414588206941285: PSI 0.0076829, its eighth, its half, and 1.96 · √(0.25 · 2 / 1000)
  const index = (3.8414588206941285 * 2) / 1000
  expect(byChanceOf({ method: 'jensen-shannon', cells: 2, ...sizes }, 0.05)).toBeCloseTo(Math.sqrt(index / 8), 9)
  expect(byChanceOf({ method: 'kl', cells: 2, ...sizes }, 0.05)).toBeCloseTo(index / 2, 9)
  expect(byChanceOf({ method: 'z-test', cells: 2, ...sizes }, 0.05)).toBeCloseTo(
    1.959963984540054 * Math.sqrt(0.0005),
    9,
  )
  expect(byChanceOf({ method: 'chi-square', cells: 2, ...sizes }, 0.05)).toBeCloseTo(
    Math.sqrt(3.8414588206941285 / 2000),
    9,
  )
})
