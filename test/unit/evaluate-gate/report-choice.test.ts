import fc from 'fast-check'
import { rateCurves } from '../../../actions/evaluate-gate/report/curves.js'
import { LargestRows } from '../../../actions/evaluate-gate/report/largest.js'
import { chooseByHash, hashOf } from '../../../actions/evaluate-gate/report/sampling.js'
import type { BinarySample } from '../../../shared/stats/sample.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { SCORE as FIXTURE_SCORE, TRUTH as FIXTURE_TRUTH } from '../stats/fixtures.js'

function sample(
  truth: readonly number[],
  score: readonly number[],
  weights: readonly number[] | null = null,
): BinarySample {
  return {
    task: 'binary',
    n: truth.length,
    classes: ['no', 'yes'],
    truth: Uint16Array.from(truth),
    label: Uint16Array.from(score, (p) => Number(p > 0.5)),
    score: Float64Array.from(score),
    weights: weights && Float64Array.from(weights),
    blocks: new Uint16Array(truth.length),
    clustered: false,
  }
}

const shuffled = <T>(items: readonly T[], seed: string): T[] => {
  const random = seededRandom(seed)
  return items
    .map((item) => ({ item, key: random.uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

describe('the curves of a picture', () => {
  const TRUTH = [1, 0, 1, 1, 0, 0, 1, 0]
  const SCORE = [0.9, 0.8, 0.8, 0.6, 0.6, 0.4, 0.3, 0.1]
  const xy = (points: readonly { x: number; y: number }[] | undefined) => points?.map(({ x, y }) => [x, y])

  test('ROC runs from (0, 0) to (1, 1), one point per distinct score', () => {
    const points = rateCurves(sample(FIXTURE_TRUTH, FIXTURE_SCORE))?.roc ?? []
    expect(points[0]).toEqual({ x: 0, y: 0 })
    expect(points.at(-1)).toEqual({ x: 1, y: 1 })
    expect(points).toHaveLength(new Set(FIXTURE_SCORE).size + 1)
    // The area under its straight lines is the AUC.
    const area = points.slice(1).reduce((sum, p, i) => {
      const before = points[i] as { x: number; y: number }
      return sum + ((p.x - before.x) * (p.y + before.y)) / 2
    }, 0)
    expect(area).toBeCloseTo(0.8645833333333334, 14)
  })

  test('are those of scikit-learn 1.9.1', () => {
    const curves = rateCurves(sample(TRUTH, SCORE))
    // roc_curve(y, s, drop_intermediate=False), but for the point that does not move
    expect(xy(curves?.roc)).toEqual([
      [0, 0],
      [0, 0.25],
      [0.25, 0.5],
      [0.5, 0.75],
      [0.75, 0.75],
      [0.75, 1],
      [1, 1],
    ])
    // precision_recall_curve(y, s), from the highest score; its last point (0, 1) is no threshold
    expect(xy(curves?.pr)).toEqual([
      [0.25, 1],
      [0.5, expect.closeTo(0.66666667, 8)],
      [0.75, 0.6],
      [0.75, 0.5],
      [1, expect.closeTo(0.57142857, 8)],
      [1, 0.5],
    ])
    expect(curves?.prevalence).toBe(0.5)
  })

  test('with weights too', () => {
    const curves = rateCurves(sample(TRUTH, SCORE, [1, 2, 1, 1, 1, 3, 2, 1]))
    // the same with sample_weight=[1, 2, 1, 1, 1, 3, 2, 1]
    expect(curves?.roc.map(({ x }) => x)).toEqual(
      [0, 0, 0.28571429, 0.42857143, 0.85714286, 0.85714286, 1].map((x) => expect.closeTo(x, 8)),
    )
    expect(curves?.roc.map(({ y }) => y)).toEqual([0, 0.2, 0.4, 0.6, 0.6, 1, 1].map((y) => expect.closeTo(y, 8)))
    expect(curves?.pr.map(({ y }) => y)).toEqual(
      [1, 0.5, 0.5, 0.33333333, 0.45454545, 0.41666667].map((y) => expect.closeTo(y, 8)),
    )
  })

  test('of one class, or without scores, there are none', () => {
    expect(rateCurves(sample([1, 1], [0.2, 0.4]))).toBeNull()
    expect(rateCurves({ ...sample(TRUTH, SCORE), score: null })).toBeNull()
    expect(rateCurves(sample([], []))).toBeNull()
  })

  test('of many rows come from bins, have some 200 points, and enclose the same area', () => {
    const random = seededRandom('many')
    const truth = Array.from({ length: 200_001 }, () => Number(random.uniform() < 0.3))
    const score = truth.map((t) => Math.max(0, Math.min(1, 0.5 + 0.2 * random.normal() + 0.2 * (t - 0.5))))
    const [few, many] = [200_000, 200_001].map((n) => rateCurves(sample(truth.slice(0, n), score.slice(0, n))))
    const area = (points: readonly { x: number; y: number }[] = []) =>
      points.slice(1).reduce((sum, { x, y }, i) => {
        const before = points[i] as { x: number; y: number }
        return sum + ((x - before.x) * (y + before.y)) / 2
      }, 0)
    expect(area(many?.roc)).toBeCloseTo(area(few?.roc), 3)
    expect(many?.roc.length).toBeLessThanOrEqual(201)
    expect(many?.roc.at(-1)).toEqual({ x: 1, y: 1 })
  })
})

describe('the rows of a picture', () => {
  test('are the same ones whatever their order, and as many as are wanted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        fc.string(),
        (values, most, seed) => {
          const rows = values.map((value, i) => ({ value, block: i % 1024 }))
          const chosen = (from: typeof rows) =>
            chooseByHash(from.length, most, (i) => hashOf(from[i]?.value ?? 0, 1, from[i]?.block ?? 0))
              .map((i) => from[i] as (typeof rows)[number])
              .map(({ value, block }) => `${value} ${block}`)
              .sort()
          expect(chosen(rows)).toHaveLength(Math.min(most, rows.length))
          expect(chosen(shuffled(rows, seed))).toEqual(chosen(rows))
        },
      ),
    )
  })

  test('a block and the last bits of a number do not cancel out', () => {
    // 1.5e-323 is three times the least double.
    expect(hashOf(1.5e-323, 1, 7)).not.toBe(hashOf(0, 1, 4))
  })

  test('are no more than are wanted where all are alike', () => {
    expect(chooseByHash(200_000, 2000, () => hashOf(1, 0, 7))).toHaveLength(2000)
  })

  test('are spread over all of them', () => {
    const n = 100_000
    const chosen = chooseByHash(n, 2000, (i) => hashOf(i, 0, 0))
    const low = chosen.filter((i) => i < n / 2).length
    // 1000 ± 4 standard deviations of 2,000 throws of a coin
    expect(Math.abs(low - 1000)).toBeLessThan(90)
  })
})

describe('the largest of some numbers', () => {
  const keys = fc.array(
    fc.oneof(fc.constantFrom(0, 1, 2), fc.double({ min: -1, max: 3, noNaN: true }), fc.constant(Number.NaN)),
    {
      maxLength: 200,
    },
  )

  const largest = (values: readonly number[], blocks: ArrayLike<number>, most: number): number[] => {
    const rows = new LargestRows(most, 0)
    for (const [row, value] of values.entries()) rows.add(row, value, blocks[row] as number)
    return rows.rows().map(({ row }) => row)
  }

  test('are those that a sort finds, with all that could be meant by equal ones of the first blocks', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 20 }), (values, most) => {
        const blocks = Uint16Array.from(values, (_, i) => (i * 7) % 5)
        const found = largest(values, blocks, most)
        const above = values.filter((value) => value > 0).sort((a, b) => b - a)
        const got = found.map((i) => values[i] as number).sort((a, b) => b - a)
        expect(got.slice(0, most)).toEqual(above.slice(0, most))
        expect(new Set(found).size).toBe(found.length)
      }),
    )
  })

  test('does not depend on the order of rows', () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({ key: i % 3, block: (i * 13) % 64, name: `r${i}` }))
    const found = (from: typeof rows) =>
      largest(
        from.map(({ key }) => key),
        from.map(({ block }) => block),
        20,
      )
        .map((i) => from[i]?.name)
        .sort()
    expect(found(shuffled(rows, 'a'))).toEqual(found(rows))
    expect(found(rows).length).toBeLessThan(40)
  })

  test('of very many, whether they come rising, falling or all alike', () => {
    const many = 30_000
    const place = Array.from({ length: many }, (_, i) => i)
    const blocks = place.map((i) => (i * 7919) % 1024)
    expect(largest(place, blocks, 3).sort()).toEqual([many - 1, many - 2, many - 3].sort())
    expect(
      largest(
        place.map((i) => many - i),
        blocks,
        3,
      ).sort(),
    ).toEqual([0, 1, 2])
    // Of equal ones whole blocks are kept: here the first holds enough.
    const alike = largest(
      place.map(() => 1),
      blocks,
      20,
    )
    expect(alike.sort((a, b) => a - b)).toEqual(place.filter((i) => blocks[i] === 0))
    expect(alike.length).toBeGreaterThanOrEqual(20)
  })
})
