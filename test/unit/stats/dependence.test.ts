import fc from 'fast-check'
import type { Contingency } from '../../../shared/stats/association.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { dependenceChange } from '../../../shared/stats/two-sample/dependence.js'

const table = (rows: readonly (readonly number[])[]): Contingency => ({
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
  counts: Float64Array.from(rows.flat()),
})

// statsmodels 0.15.0: glm('n ~ C(x)*C(y) + C(x)*C(k) + C(y)*C(k)', family=Poisson()).fit(tol=1e-12): pearson_chi2, its residual
// degrees, chi2.sf of both, and fittedvalues of the second table.
const CASES = [
  {
    before: [
      [30, 20, 10],
      [20, 30, 40],
    ],
    now: [
      [10, 25, 30],
      [40, 22, 18],
    ],
    statistic: 36.03759548897173,
    degrees: 2,
    pValue: 1.4946364491835683e-8,
    expected: [
      21.205011636091033, 23.014563665757347, 20.780424698151794, 28.794988363909034, 23.98543633424283,
      27.219575301848405,
    ],
  },
  {
    before: [
      [120, 80],
      [60, 140],
    ],
    now: [
      [100, 100],
      [90, 110],
    ],
    statistic: 13.13150641485192,
    degrees: 1,
    pValue: 0.00029037121078321715,
    expected: [112.56813754015936, 87.43186245984138, 77.43186245984116, 122.56813754015963],
  },
  {
    before: [
      [30, 20, 10],
      [20, 30, 40],
      [12, 7, 21],
    ],
    now: [
      [31, 22, 9],
      [18, 33, 37],
      [11, 9, 25],
    ],
    statistic: 0.3490331602986439,
    degrees: 4,
    pValue: 0.9864329352349139,
    expected: [
      30.03511487921311, 22.443630950267302, 9.521254170519454, 18.077906767308598, 32.61862571371394,
      37.30346751897724, 11.88697835347826, 8.937743336018585, 24.175278310503234,
    ],
  },
  // The same without the cell that both lack.
  {
    before: [
      [30, 0, 10],
      [20, 30, 40],
      [12, 7, 21],
    ],
    now: [
      [31, 0, 9],
      [18, 33, 37],
      [11, 9, 25],
    ],
    statistic: 0.30293930084007153,
    degrees: 3,
    pValue: 0.9594747325879953,
    expected: [
      30.323123112609725, 0, 9.676876887390204, 17.878573060872995, 32.95572865349437, 37.16569828563231,
      11.798303826517111, 9.044271346505509, 24.157424826977188,
    ],
  },
]

describe('whether two variables still depend on each other alike', () => {
  test.each(CASES)(
    'as the log-linear model says: X² $statistic',
    ({ before, now, statistic, degrees, pValue, expected }) => {
      const found = dependenceChange(table(before), table(now))
      expect(found?.statistic).toBeCloseTo(statistic, 6)
      expect(found?.degrees).toBe(degrees)
      expect((found?.pValue ?? 0) / pValue).toBeCloseTo(1, 6)
      for (const [i, fit] of expected.entries()) expect(found?.expected[i]).toBeCloseTo(fit, 5)
    },
  )

  // √((36.03759548897173 − 2) / (4 · 150 · 145 / 295))
  test('the effect is that of samples of equal size, without chance', () => {
    const [{ before, now }] = CASES as [(typeof CASES)[0]]
    expect(dependenceChange(table(before), table(now))?.effect).toBeCloseTo(0.33972758981086193, 6)
  })

  test('categories that one side lacks are left out; what is left of one category says nothing', () => {
    const whole = dependenceChange(
      table([
        [30, 20],
        [20, 30],
      ]),
      table([
        [10, 25],
        [40, 22],
      ]),
    )
    const wider = dependenceChange(
      table([
        [30, 20, 7],
        [20, 30, 9],
      ]),
      table([
        [10, 25, 0],
        [40, 22, 0],
      ]),
    )
    expect(wider).toMatchObject({ statistic: whole?.statistic, degrees: 1 })
    expect(
      dependenceChange(
        table([
          [30, 20],
          [0, 0],
        ]),
        table([
          [10, 25],
          [40, 22],
        ]),
      ),
    ).toBeNull()
    expect(
      dependenceChange(
        table([
          [0, 0],
          [0, 0],
        ]),
        table([
          [10, 25],
          [40, 22],
        ]),
      ),
    ).toBeNull()
    // A row that only the left-out column filled.
    expect(
      dependenceChange(
        table([
          [30, 0],
          [0, 20],
        ]),
        table([
          [30, 0],
          [5, 0],
        ]),
      ),
    ).toBeNull()
    // The same cells are empty on both sides, and no other odds can be.
    const diagonal = [
      [30, 0],
      [0, 20],
    ]
    expect(dependenceChange(table(diagonal), table(diagonal))).toMatchObject({ effect: 0, degrees: 0, pValue: 1 })
  })

  test('other margins are no change, the order of categories neither, and equal tables are equal', () => {
    const cells = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(
        cells,
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        (counts, p, q) => {
          const before = table([counts.slice(0, 3), counts.slice(3)])
          const scaled = { ...before, counts: before.counts.map((n, i) => n * (i < 3 ? p : 1) * (i % 3 === 0 ? q : 1)) }
          const found = dependenceChange(before, scaled)
          expect(found?.statistic).toBeLessThan(1e-6)
          expect(found?.effect).toBe(0)
          const turned = (one: Contingency) => table([[...one.counts.slice(3)], [...one.counts.slice(0, 3)]])
          const other = table([
            [9, 20, 31],
            [25, 12, 7],
          ])
          expect(dependenceChange(turned(before), turned(other))?.statistic).toBeCloseTo(
            dependenceChange(before, other)?.statistic ?? -1,
            5,
          )
        },
      ),
      { seed: 7, numRuns: 60 },
    )
  })

  test('in equal populations a p below 0.05 comes in about 5 of 100', () => {
    const random = seededRandom('pairs')
    const draw = (n: number) => {
      const counts = new Float64Array(25)
      for (let i = 0; i < n; i++) {
        const x = Math.floor(random.uniform() * 5)
        const y = random.uniform() < 0.5 ? x : Math.floor(random.uniform() ** 2 * 5)
        counts[x * 5 + y] = (counts[x * 5 + y] as number) + 1
      }
      return { rows: 5, columns: 5, counts }
    }
    const runs = 400
    let alarms = 0
    for (let i = 0; i < runs; i++) if ((dependenceChange(draw(700), draw(1500))?.pValue ?? 1) <= 0.05) alarms += 1
    // Within four standard deviations of the binomial.
    expect(Math.abs(alarms - 0.05 * runs)).toBeLessThan(4 * Math.sqrt(runs * 0.05 * 0.95))
  })
})
