import fc from 'fast-check'
import { cohenKappa, matthews } from '../../../shared/stats/agreement.js'
import {
  accuracy,
  balancedAccuracy,
  fBeta,
  precision,
  recall,
  specificity,
} from '../../../shared/stats/classification.js'
import { confusion } from '../../../shared/stats/confusion.js'
import { SCORE, TRUTH } from './fixtures.js'

const POSITIVE = { positive: 1 }

describe('binary, against scikit-learn 1.9.1', () => {
  const c = confusion(
    TRUTH,
    SCORE.map((score) => Number(score > 0.5)),
    2,
  )

  test('values', () => {
    expect([...c.counts]).toEqual([10, 2, 2, 6]) // confusion_matrix
    expect(accuracy(c).value).toBeCloseTo(0.8, 14) // accuracy_score
    expect(balancedAccuracy(c).value).toBeCloseTo(0.7916666666666667, 14) // balanced_accuracy_score
    expect(precision(c, POSITIVE).value).toBeCloseTo(0.75, 14) // precision_score
    expect(recall(c, POSITIVE).value).toBeCloseTo(0.75, 14) // recall_score
    expect(specificity(c, 1).value).toBeCloseTo(0.8333333333333334, 14) // recall_score, pos_label=0
    expect(matthews(c).value).toBeCloseTo(0.5833333333333334, 14) // matthews_corrcoef
    expect(cohenKappa(c).value).toBeCloseTo(0.5833333333333333, 14) // cohen_kappa_score
  })

  test('F-beta tells precision from recall', () => {
    const uneven = confusion([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0], 2)
    expect(fBeta(uneven, 1, POSITIVE).value).toBeCloseTo(0.6666666666666666, 14) // f1_score
    expect(fBeta(uneven, 2, POSITIVE).value).toBeCloseTo(0.625, 14) // fbeta_score beta=2
    expect(fBeta(uneven, 0.5, POSITIVE).value).toBeCloseTo(0.7142857142857143, 14) // fbeta_score beta=0.5
    expect(matthews(uneven).value).toBeCloseTo(0.4780914437337574, 14) // matthews_corrcoef
  })
})

describe('several classes, against scikit-learn 1.9.1', () => {
  const c = confusion(
    [0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 0, 1, 2, 3, 3],
    [0, 1, 1, 1, 2, 2, 2, 0, 2, 3, 1, 0, 1, 2, 3, 2],
    4,
  )

  test.each([
    ['micro', 0.6875, 0.6875, 0.6875],
    ['macro', 0.7333333333333333, 0.6791666666666667, 0.6818181818181818],
    ['weighted', 0.7333333333333334, 0.6875, 0.6856060606060606],
  ] as const)('%s precision, recall and F1', (averaging, p, r, f) => {
    expect(precision(c, averaging, 0).value).toBeCloseTo(p, 14)
    expect(recall(c, averaging, 0).value).toBeCloseTo(r, 14)
    expect(fBeta(c, 1, averaging, 0).value).toBeCloseTo(f, 14)
  })

  test('correlation and agreement', () => {
    expect(matthews(c).value).toBeCloseTo(0.5861570643662157, 14)
    expect(cohenKappa(c).value).toBeCloseTo(0.5767195767195767, 14)
    expect(cohenKappa(c, 'linear').value).toBeCloseTo(0.6083916083916083, 14)
    expect(cohenKappa(c, 'quadratic').value).toBeCloseTo(0.6589147286821706, 14)
    expect(balancedAccuracy(c).value).toBeCloseTo(0.6791666666666667, 14)
  })

  test('a class never predicted and one never true: 0/0 by the stated convention', () => {
    // Class 4 is declared but occurs nowhere: it has no part in any mean.
    const gaps = confusion([0, 0, 1, 1, 2], [0, 1, 1, 1, 3], 5)
    expect(precision(gaps, 'macro', 0).value).toBeCloseTo(0.41666666666666663, 14) // zero_division=0
    expect(recall(gaps, 'macro', 0).value).toBeCloseTo(0.375, 14)
    expect(fBeta(gaps, 1, 'macro', 0).value).toBeCloseTo(0.3666666666666667, 14)
    expect(precision(gaps, 'macro', Number.NaN).value).toBeCloseTo(0.5555555555555555, 14) // zero_division=np.nan
    expect(precision(gaps, 'weighted', 0).value).toBeCloseTo(0.6666666666666666, 14)
    expect(fBeta(gaps, 1, 'weighted', 0).value).toBeCloseTo(0.5866666666666667, 14)
    expect(precision(gaps, 'weighted', Number.NaN).value).toBeCloseTo(0.8333333333333333, 14)
  })
})

describe('undefined is NaN with a reason, never a number', () => {
  const allNegative = confusion([0, 0, 0], [0, 0, 0], 2)
  const empty = confusion([], [], 2)

  test.each([
    ['balanced accuracy', balancedAccuracy(allNegative), 'all rows are of one class'],
    ['Matthews', matthews(allNegative), 'all rows are of one class'],
    ['κ', cohenKappa(allNegative), 'all rows are of one class'],
    ['precision', precision(allNegative, POSITIVE), 'no row was predicted positive'],
    ['recall', recall(allNegative, POSITIVE), 'no row is of the positive class'],
    ['F1', fBeta(allNegative, 1, POSITIVE), 'no row is of the positive class and none was predicted positive'],
    ['specificity', specificity(confusion([1], [1], 2), 1), 'every row is of the positive class'],
    ['accuracy of nothing', accuracy(empty), 'there are no rows'],
    ['precision of nothing', precision(empty, 'macro', 0), 'there are no rows'],
  ])('%s', (_name, { value, reason }, expected) => {
    expect(value).toBeNaN()
    expect(reason).toBe(expected)
  })

  test('a constant prediction has Matthews 0, as in scikit-learn', () => {
    expect(matthews(confusion([0, 1, 1], [1, 1, 1], 2))).toEqual({ value: 0, reason: null })
  })

  test('a class outside the declared ones is an error', () => {
    expect(() => confusion([0, 2], [0, 1], 2)).toThrow('row 1 has class 2 and prediction 1, but there are 2 classes')
  })
})

test('the order of rows changes nothing, and doubling all rows changes no ratio', () => {
  const rows = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(rows, (pairs) => {
      const of = (some: typeof pairs) => {
        const c = confusion(
          some.map((pair) => pair[0]),
          some.map((pair) => pair[1]),
          4,
        )
        return [accuracy(c), balancedAccuracy(c), matthews(c), cohenKappa(c), fBeta(c, 1, 'macro', 0)].map(
          (v) => v.value,
        )
      }
      const once = of(pairs)
      expect(of([...pairs].reverse())).toEqual(once)
      of([...pairs, ...pairs]).forEach((value, i) => {
        if (Number.isNaN(once[i])) expect(value).toBeNaN()
        else expect(value).toBeCloseTo(once[i] as number, 12)
      })
    }),
  )
})
