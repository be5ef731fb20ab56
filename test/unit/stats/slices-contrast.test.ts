import fc from 'fast-check'
import { type Contrast, contrastOf, newcombeChance, type Terms } from '../../../shared/stats/slices/contrast.js'
import { type AllSides, sidesOf, type TestRows } from '../../../shared/stats/slices/sides.js'
import { BEFORE, LOSS, MEMBERS, WEIGHTS } from './slices-fixtures.js'

const masks = Int32Array.from(MEMBERS, Number)
const at = (values: readonly number[]) => (i: number) => values[i] as number
const CHANGE = LOSS.map((loss, i) => loss - (BEFORE[i] as number))

function sides(rows: Partial<TestRows> = {}, members = masks): AllSides {
  const all = { loss: at(LOSS), change: at(CHANGE), weight: null, block: null, ...rows }
  return sidesOf({ masks: members, slices: 1 }, all)
}

const terms = (all: AllSides, more: Partial<Terms> = {}): Terms => ({
  level: 0.95,
  zeroOne: false,
  weighted: false,
  clustered: false,
  changeAgainst: 'zero',
  sd: all.deviation,
  ...more,
})

// Literals of scipy 1.17 and statsmodels 0.15 on LOSS (L), BEFORE (B), WEIGHTS (W) and MEMBERS (S).
describe('the test of a slice', () => {
  test('a weak one: ttest_ind(L[S], L[~S], equal_var=False, alternative="greater") and its interval', () => {
    const all = sides()
    const contrast = contrastOf('weak', all.of(0), all.all, terms(all))
    expect(contrast.rows).toBe(49)
    expect(contrast.loss).toBeCloseTo(1.4699183673469387, 9)
    expect(contrast.against).toBeCloseTo(0.9865915492957746, 9)
    expect(contrast.p).toBeCloseTo(0.024156218771132033, 9)
    expect(contrast.difference.interval).toMatchObject({ level: 0.95, method: 'Welch t' })
    expect(contrast.difference.interval?.low).toBeCloseTo(0.003675724973457084, 8)
    expect(contrast.difference.interval?.high).toBeCloseTo(0.962977911128871, 8)
    // (L[S].mean() - L[~S].mean()) / L.std()
    expect(contrast.effect).toBeCloseTo(0.39568821240490876, 9)
    // The delta method in numpy, on log(L[~S].mean() / L[S].mean()) with the same degrees of freedom.
    expect(contrast.lift.value).toBeCloseTo(1.2415375373511877, 9)
    expect(contrast.lift.interval?.low).toBeCloseTo(1.016881614613853, 8)
    expect(contrast.lift.interval?.high).toBeCloseTo(1.4650513893396369, 8)
  })

  test('one against the baseline: ttest_rel(L[S], B[S], alternative="greater") and its interval', () => {
    const all = sides()
    const contrast = contrastOf('regression', all.of(0), all.all, terms(all))
    expect(contrast.p).toBeCloseTo(0.00013773508746342956, 10)
    expect(contrast.difference.interval?.low).toBeCloseTo(0.022301154979646624, 8)
    expect(contrast.difference.interval?.high).toBeCloseTo(0.06912741644892473, 8)
    // np.var(L[S] / L[S].mean() - B[S] / B[S].mean(), ddof=1) / 49 on the log scale
    expect(contrast.lift.value).toBeCloseTo(1.0320981285644684, 9)
    expect(contrast.lift.interval?.low).toBeCloseTo(1.014510006741582, 8)
    expect(contrast.lift.interval?.high).toBeCloseTo(1.049991168059138, 8)
  })

  test('weights: np.average and k / (k - 1) * sum(w^2 (x - m)^2) / sum(w)^2', () => {
    const { slice, rest, variance } = sides({ weight: at(WEIGHTS) }).of(0)
    expect(slice.loss).toBeCloseTo(1.4501632653061223, 9)
    expect(rest.loss).toBeCloseTo(0.9747463768115942, 9)
    expect(variance([1, 0], [0, 0])).toBeCloseTo(0.04471384468533873, 9)
    expect(variance([0, 0], [1, 0])).toBeCloseTo(0.015929732175654885, 9)
  })

  test('clusters: OLS(L, [1, S]).fit(cov_type="cluster", use_correction=False) times G / (G - 1)', () => {
    const { slice, rest, variance } = sides({ block: (i) => Math.floor(i / 3) }).of(0)
    expect(slice.loss - rest.loss).toBeCloseTo(0.48332681805116456, 9)
    expect(variance([1, 0], [-1, 0])).toBeCloseTo(0.053764498402014006, 9)
  })

  test('a cluster of one row each is a row: the variance of a mean, but for n − 1 of both sides', () => {
    const { slice, rest, variance } = sides({ block: (i) => i }).of(0)
    const own = sides().of(0)
    const blocks = 120 / 119
    expect(variance([1, 0], [0, 0])).toBeCloseTo(own.variance([1, 0], [0, 0]) * (48 / 49) * blocks, 9)
    expect(slice.effective + rest.effective).toBe(120)
  })

  test('errors of independent rows: confint_proportions_2indep(18, 60, 12, 120, method="newcomb")', () => {
    const members = Int32Array.from({ length: 180 }, (_, i) => Number(i < 60))
    const loss = (i: number) => Number(i < 18 || (i >= 60 && i < 72))
    const all = sides({ loss, change: null }, members)
    const { difference, p, lift } = contrastOf('weak', all.of(0), all.all, terms(all, { zeroOne: true }))
    expect(difference.interval?.low).toBeCloseTo(0.0789580265638716, 10)
    expect(difference.interval?.high).toBeCloseTo(0.3319074431818185, 10)
    expect(p).toBe(newcombeChance({ hits: 18, n: 60 }, { hits: 12, n: 120 }))
    expect(lift.value).toBeCloseTo(1.8, 12)
  })

  test('the p-value of errors is where Newcombe’s interval reaches 0', () => {
    // confint_proportions_2indep(9, 60, 12, 120, method="newcomb", alpha=2 * p)[0] is 0 for this p: scipy.optimize.brentq
    expect(newcombeChance({ hits: 9, n: 60 }, { hits: 12, n: 120 })).toBeCloseTo(0.16238403676548638, 8)
    expect(newcombeChance({ hits: 6, n: 60 }, { hits: 12, n: 120 })).toBe(1)
    expect(newcombeChance({ hits: 60, n: 60 }, { hits: 0, n: 500 })).toBe(1e-12)
  })
})

describe('a slice that is not tested', () => {
  const tested = (all: AllSides, more: Partial<Terms> = {}): Contrast =>
    contrastOf('weak', all.of(0), all.all, terms(all, more))

  test.each([
    [
      'few rows',
      sides(
        {},
        Int32Array.from(MEMBERS, (_, i) => Number(i < 29)),
      ),
      {},
      'the slice has 29 rows',
    ],
    [
      'few others',
      sides(
        {},
        Int32Array.from(MEMBERS, (_, i) => Number(i < 100)),
      ),
      {},
      'the rows beside it has 20 rows',
    ],
    ['few clusters', sides({ block: (i) => i % 20 }), { clustered: true }, 'are of 19 clusters'],
    ['one heavy row', sides({ weight: (i) => (i === 2 ? 500 : 1) }), { weighted: true }, 'leave 1 effective rows'],
    ['no spread', sides({ loss: (i) => 1 + (masks[i] as number) }), {}, 'the spread is unknown'],
  ] as const)('%s', (_name, all, more, reason) => {
    const { p, reason: given, difference, lift } = tested(all, more)
    expect(p).toBeNaN()
    expect(given).toContain(reason)
    expect(difference.interval).toBeNull()
    expect(lift.interval).toBeNull()
  })
})

describe('the order of rows', () => {
  test('does not show in a single bit', () => {
    const rows = LOSS.map((_, i) => i)
    fc.assert(
      fc.property(
        fc.shuffledSubarray(rows, { minLength: rows.length }),
        fc.constantFrom(null, 'weight', 'block'),
        (order, kind) => {
          const moved = (term: (i: number) => number) => (i: number) => term(order[i] as number)
          const weight = kind === 'weight' ? at(WEIGHTS) : null
          const block = kind === 'block' ? (i: number) => Math.floor(i / 3) : null
          const [a, b] = [
            sides({ weight, block }),
            sidesOf(
              { masks: Int32Array.from(order, (row) => masks[row] as number), slices: 1 },
              {
                loss: moved(at(LOSS)),
                change: moved(at(CHANGE)),
                weight: weight && moved(weight),
                block: block && moved(block),
              },
            ),
          ]
          for (const one of ['weak', 'regression'] as const) {
            expect(contrastOf(one, b.of(0), b.all, terms(b))).toEqual(contrastOf(one, a.of(0), a.all, terms(a)))
          }
        },
      ),
      { numRuns: 20 },
    )
  })
})
