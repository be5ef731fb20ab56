import { answerText, answerTexts, labelOf, moveOf, numberOf } from '../../../actions/evaluate-gate/behaviour/moves.js'
import { withoutAccents, withTypos, withWordsSwapped } from '../../../actions/evaluate-gate/behaviour/text.js'
import type { Answer, Reading } from '../../../actions/evaluate-gate/behaviour/types.js'
import { mean } from '../../../shared/stats/numeric.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { answer } from '../../support/fake-models.js'

const extended = (given: Partial<Answer>): Answer => ({ ...answer({}), ...given })

describe('how far an answer moves', () => {
  test.each<[string, Partial<Answer>, Partial<Answer>, number]>([
    ['a score', { score: 0.2 }, { score: 0.5 }, 0.3],
    ['a value, relative to its size', { value: 10 }, { value: 9 }, 0.1],
    ['a value below 0', { value: -10 }, { value: -9 }, 0.1],
    ['a value that stays 0', { value: 0 }, { value: 0 }, 0],
    ['a value that leaves 0', { value: 0 }, { value: 1 }, Number.POSITIVE_INFINITY],
    ['a label', { label: 'a' }, { label: 'b' }, 1],
    ['the same label', { label: 'a' }, { label: 'a ' }, 0],
    ['probabilities', { probabilities: { a: 0.5, b: 0.5 } }, { probabilities: { a: 0.2, c: 0.8 } }, 0.8],
    ['no probabilities', { probabilities: {} }, { probabilities: {} }, 0],
    // 1 − |{b}| / |{a, b, c}|, as scipy 1.17.1 spatial.distance.jaccard([1, 1, 0], [0, 1, 1]) gives 0.667.
    ['sets of labels', { labels: ['a', 'b'] }, { labels: ['b', 'c'] }, 2 / 3],
    ['empty sets of labels', { labels: [] }, { labels: [] }, 0],
    ['quantiles', { quantiles: { '0.1': -20, '0.5': 10 } }, { quantiles: { '0.1': -20, '0.5': 12 } }, 0.1],
    ['texts, but for white space at the ends', { text: ' a b ' }, { text: 'a b' }, 0],
    ['other texts', { text: 'a' }, { text: 'A' }, 1],
    ['answers of different kinds', { score: 0.5 }, { value: 0.5 }, Number.POSITIVE_INFINITY],
  ])('%s', (_, before, after, move) => {
    expect(moveOf(extended(before), extended(after))).toBeCloseTo(move, 12)
    expect(moveOf(extended(after), extended(after))).toBe(0)
  })

  test('a score of a ranking has no scale of its own', () => {
    expect(moveOf(answer({ score: 100 }), answer({ score: 90 }), 'ranking')).toBeCloseTo(0.1, 12)
    expect(moveOf(answer({ score: 100 }), answer({ score: 90 }), 'binary')).toBe(10)
  })
})

describe('what an answer means', () => {
  const reading = (given: Partial<Reading>): Reading => {
    return { task: 'binary', classes: ['no', 'yes'], positive: 'yes', threshold: 0.5, ...given }
  }
  const many = reading({ task: 'multiclass', classes: ['b', 'a'], positive: null, threshold: null })
  const several = reading({ task: 'multilabel', classes: ['a', 'b'], positive: null })

  test.each<[Partial<Answer>, Reading, string | null]>([
    [{ score: 0.5 }, reading({}), 'no'],
    [{ score: 0.5001 }, reading({}), 'yes'],
    [{ score: 0.4 }, reading({ threshold: 0.3 }), 'yes'],
    [{ probabilities: { yes: 0.9, no: 0.1 } }, reading({}), 'yes'],
    [{ label: 'no' }, reading({}), 'no'],
    // Ties go to the class that comes first.
    [{ probabilities: { a: 0.5, b: 0.5 } }, many, 'b'],
    [{ probabilities: { a: 0.6, b: 0.4 } }, many, 'a'],
    [{ label: 'c', probabilities: { a: 1 } }, many, 'c'],
    [{ probabilities: { b: 0.9, a: 0.6, c: 0.5 } }, several, 'a, b'],
    [{ labels: [] }, several, '(none)'],
    [{ value: 3 }, reading({ task: 'regression' }), null],
    [{ text: ' so ' }, reading({ task: 'text' }), 'so'],
  ])('label of %j', (given, how, label) => {
    expect(labelOf(extended(given), how)).toBe(label)
  })

  test.each<[Partial<Answer>, Reading, string | null, number | null]>([
    [{ score: 0.7 }, reading({}), null, 0.7],
    [{ score: 0.75 }, reading({}), 'no', 0.25],
    [{ label: 'yes' }, reading({}), null, null],
    [{ probabilities: { a: 0.2, b: 0.8 } }, many, 'b', 0.8],
    [{ value: 4 }, reading({ task: 'regression' }), null, 4],
    [{ quantiles: { '0.9': 9, '0.5': 5, '0.1': 1 } }, reading({ task: 'quantile' }), null, 5],
    [{ quantiles: { '0.45': 4, '0.9': 9 } }, reading({ task: 'quantile' }), null, 4],
    [{ score: 12 }, reading({ task: 'ranking' }), null, 12],
    [{ text: 'a' }, reading({ task: 'text' }), null, null],
  ])('number of %j', (given, how, name, number) => {
    expect(numberOf(extended(given), how, name)).toBe(number)
  })

  test('for people, with as many digits as tell two apart', () => {
    expect(answerText(answer({ label: 'yes', score: 0.123456789 }))).toBe('yes · 0.123457')
    expect(answerText(answer({ probabilities: { a: 0.1, b: 0.5, c: 0.2, d: 0.15, e: 0.05 } }))).toBe(
      'b 0.5, c 0.2, d 0.15, a 0.1, …',
    )
    expect(answerTexts(answer({ score: 0.1234561 }), answer({ score: 0.1234562 }))).toEqual({
      from: '0.1234561',
      to: '0.1234562',
    })
  })
})

describe('text', () => {
  test('accents of Latin, Greek and Cyrillic go, marks that other scripts need stay', () => {
    // Python 3: ''.join(c for c in unicodedata.normalize('NFD', 'Żółć naïve Ελλάδα ё') if not combining(c)); ł is a letter.
    expect(withoutAccents('Żółć naïve Ελλάδα ё')).toBe('Zołc naive Ελλαδα е')
    expect(withoutAccents('हिन्दी が 각')).toBe('हिन्दी が 각')
  })

  test('so many typing errors as the rate says', () => {
    const text = 'abcdefghij'.repeat(10)
    const mix = { insert: 0, delete: 0, replace: 1, swap: 0 }
    const made = Array.from({ length: 400 }, (_, i) => {
      const typed = withTypos(text, 0.05, mix, seededRandom(`typos ${i}`))
      return Array.from(text).filter((letter, at) => typed[at] !== letter).length
    })
    // Mean 100 × 0.05 = 5; a 26th of the replacements is the letter itself, and a few places are hit twice.
    expect(mean(made)).toBeGreaterThan(4.2)
    expect(mean(made)).toBeLessThan(5.2)
  })

  test.each([
    ['insert', 5],
    ['delete', -5],
    ['swap', 0],
  ] as const)('errors of the kind %s alone', (kind, longer) => {
    const mix = { insert: 0, delete: 0, replace: 0, swap: 0, [kind]: 1 }
    const lengths = Array.from({ length: 300 }, (_, i) => {
      return withTypos('x😀'.repeat(50), 0.05, mix, seededRandom(`${kind} ${i}`))
    }).map((text) => Array.from(text).length - 100)
    expect(Math.abs(mean(lengths) - longer)).toBeLessThan(0.5)
  })

  test('hostile words are words', () => {
    const groups = [['a.b', '(c)']]
    expect(withWordsSwapped('a.b axb (c) [a.b]', groups, seededRandom('s'))).toBe('(c) axb a.b [(c)]')
  })
})
