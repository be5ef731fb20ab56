import fc from 'fast-check'
import { ascendingFlags, ascendingOrder } from '../../../shared/stats/order.js'
import { brierOfRow, logLossOf, rankOfTruth, rocAuc } from '../../../shared/stats/scores.js'
import { averagePrecision, SCORE, TRUTH } from './fixtures.js'

describe('binary scores, against scikit-learn 1.9.1', () => {
  test('values, with ties and scores of exactly 0 and 1', () => {
    expect(rocAuc(TRUTH, SCORE).value).toBeCloseTo(0.8645833333333334, 15) // roc_auc_score
    expect(averagePrecision(TRUTH, SCORE).value).toBeCloseTo(0.7857142857142857, 14) // average_precision_score
  })

  test('a certain and wrong probability costs −ln of the clip, not infinity', () => {
    expect(logLossOf(0)).toBeCloseTo(36.04365338911715, 10) // log_loss([1],[0],labels=[0,1])
  })

  test('no class, no number', () => {
    expect(rocAuc([0, 0], [0.1, 0.2])).toEqual({ value: Number.NaN, reason: 'no row is of the positive class' })
    expect(rocAuc([1, 1], [0.1, 0.2])).toEqual({ value: Number.NaN, reason: 'every row is of the positive class' })
    expect(rocAuc([], [])).toEqual({ value: Number.NaN, reason: 'there are no rows' })
    expect(averagePrecision([0], [0.5])).toEqual({ value: Number.NaN, reason: 'no row is of the positive class' })
  })

  test('all scores equal: AUC is exactly one half', () => {
    expect(rocAuc([0, 1, 1], [0.3, 0.3, 0.3]).value).toBe(0.5)
  })
})

describe('several classes, against scikit-learn 1.9.1', () => {
  const probabilities = [0.5, 0.3, 0.2, 0.2, 0.2, 0.6, 0.4, 0.4, 0.2, 0.1, 0.7, 0.2, 0.3, 0.4, 0.3, 1, 0, 0]
  const truth = [0, 2, 1, 1, 2, 1]

  test('top k with ties: the later class comes first', () => {
    const share = (k: number) => truth.filter((t, row) => rankOfTruth(probabilities, row, 3, t) < k).length / 6
    expect(share(1)).toBeCloseTo(0.6666666666666666, 14) // top_k_accuracy_score k=1
    expect(share(2)).toBeCloseTo(0.8333333333333334, 14) // top_k_accuracy_score k=2
  })

  test('Brier score over all classes', () => {
    const sum = truth.reduce((total, t, row) => total + brierOfRow(probabilities, row, 3, t), 0)
    expect(sum / 6).toBeCloseTo(0.6766666666666667, 14) // brier_score_loss scale_by_half=False
  })
})

const rows = fc.array(fc.tuple(fc.nat(1), fc.integer({ min: 0, max: 20 })), { minLength: 1, maxLength: 60 })

test('AUC equals the count over all pairs, and only the order of the scores matters', () => {
  fc.assert(
    fc.property(rows, (pairs) => {
      const truth = pairs.map((pair) => pair[0])
      const score = pairs.map((pair) => pair[1] / 20)
      const positives = score.filter((_, i) => truth[i] === 1)
      const negatives = score.filter((_, i) => truth[i] === 0)
      const wins = positives.flatMap((p) => negatives.map((q) => (p > q ? 1 : p === q ? 0.5 : 0)))
      const auc = rocAuc(truth, score).value
      if (wins.length === 0) return expect(auc).toBeNaN()
      expect(auc).toBeCloseTo(wins.reduce((a: number, b) => a + b, 0) / wins.length, 12)
      expect(
        rocAuc(
          truth,
          score.map((s) => Math.exp(3 * s) - 7),
        ).value,
      ).toBe(auc)
      expect(
        rocAuc(
          truth,
          score.map((s) => -s),
        ).value,
      ).toBeCloseTo(1 - auc, 12)
      expect(
        averagePrecision(
          truth,
          score.map((s) => s ** 3),
        ).value,
      ).toBe(averagePrecision(truth, score).value)
    }),
  )
})

test('a whole weight counts a row as often as a copy of it', () => {
  const triple = fc.tuple(fc.nat(1), fc.nat(9), fc.nat(3))
  fc.assert(
    fc.property(fc.array(triple, { minLength: 1, maxLength: 30 }), (triples) => {
      const copies = triples.flatMap(([truth, score, weight]) => Array.from({ length: weight }, () => [truth, score]))
      const columns = [0, 1, 2].map((k) => triples.map((one) => one[k] as number)) as [number[], number[], number[]]
      const repeated = [0, 1].map((k) => copies.map((one) => one[k] as number)) as [number[], number[]]
      for (const measure of [averagePrecision, rocAuc]) {
        const byCopies = measure(...repeated)
        const byWeight = measure(...columns)
        if (byCopies.reason !== null) expect(byWeight.value).toBeNaN()
        else expect(byWeight.value).toBeCloseTo(byCopies.value, 12)
      }
    }),
  )
})

describe('order', () => {
  const expectOrder = (values: readonly number[]) => {
    const expected = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b)
    expect([...ascendingOrder(values)]).toEqual(expected)
    // Any row counts as flagged, such as every third.
    const { order, flags, first } = ascendingFlags(values, (row) => row % 3 === 0)
    expect([...order]).toEqual(expected)
    expect([...flags]).toEqual(expected.map((row) => Number(row % 3 === 0)))
    expect([...first]).toEqual(
      expected.map((row, i) => Number(i === 0 || values[row] !== values[expected[i - 1] as number])),
    )
  }

  test('is that of the numbers, equal ones keep theirs', () => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), expectOrder))
  })

  test.each([
    ['many in a small part of the range', 400, (i: number) => (i === 7 ? 1e300 : ((i * 7919) % 400) * 1e-290)],
    ['runs of equal ones beside others', 500, (i: number) => (i % 5 === 0 ? 0.5 : ((i * 37) % 11) / 10)],
    ['from the least number to the largest', 300, (i: number) => (i % 2 ? -1 : 1) * Number.MAX_VALUE ** ((i % 9) / 9)],
    ['both zeros, and the smallest numbers', 200, (i: number) => [0, -0, 5e-324, -5e-324][i % 4] as number],
    ['all equal', 100, () => 0.25],
  ])('%s', (_name, n, value) => {
    expectOrder(Array.from({ length: n }, (_, i) => value(i)))
  })

  test('a start is kept where numbers are equal', () => {
    expect([...ascendingOrder([1, 0, 1, 0], Uint32Array.of(3, 2, 1, 0))]).toEqual([3, 1, 2, 0])
  })

  test('NaN has none', () => {
    expect(() => ascendingOrder([1, Number.NaN])).toThrow('value 1 is NaN')
    expect(() => ascendingOrder([1, Number.POSITIVE_INFINITY])).toThrow('value 1 is Infinity')
  })
})
