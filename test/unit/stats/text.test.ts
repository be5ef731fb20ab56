import fc from 'fast-check'
import { alignWords, characterEdits } from '../../../shared/stats/metrics/text/edits.js'
import { METRICS } from '../../../shared/stats/metrics/text/index.js'
import { tokenF1 } from '../../../shared/stats/metrics/text/matches.js'
import { jiwerWords, splitAtSpace, squadWords, stripped } from '../../../shared/stats/metrics/text/words.js'
import { selectRows } from '../../../shared/stats/sample.js'
import { named, SETTINGS, text, valueBy } from './task-fixtures.js'

const REFERENCES = ['The cat sat on the mat.', 'An apple a day', 'Grüße aus Köln', '2.5 percent of 1,000']
const OUTPUT = ['the cat sat on mat', 'apple day a day', 'Gruesse aus Köln 😀', '3.5 percent of 1,000 -- really']
const ONE = text(
  REFERENCES.map((reference) => [reference]),
  OUTPUT,
)

// jiwer 4.0.0 process_words(refs, hyp) (10 hits, 6 substitutions, 1 deletion, 3 insertions) and cer(refs, hyp);
// sacrebleu 2.6.0 corpus_chrf(hyp, [refs]) and corpus_bleu(hyp, [refs]); the formula of SQuAD's evaluate-v1.1.py.
test.each([
  ['wer', 0.5882352941176471],
  ['mer', 0.5],
  ['wil', 0.6904024767801857],
  ['wip', 0.3095975232198142],
  ['cer', 0.4225352112676056],
  ['chrf', 64.19459924096603],
  ['bleu', 24.41685669990165],
  ['token_f1', (1 + 0.8 + 0.5714285714285715 + 0.6666666666666665) / 4],
  ['exact_match', 0.25],
  ['exact_match_strict', 0],
])('%s equals jiwer, sacreBLEU and SQuAD', (name, expected) => {
  expect(valueBy(name, ONE)).toBeCloseTo(expected, 10)
})

// The same calls on lists in which the rows stand once, twice, never and three times.
test.each([
  ['wer', 0.6153846153846154],
  ['mer', 0.5],
  ['wil', 0.6823821339950372],
  ['cer', 0.4774774774774775],
  ['chrf', 70.76697390008664],
  ['bleu', 21.38037577118789],
])('%s of weighted documents equals that of repeated ones', (name, expected) => {
  expect(valueBy(name, { ...ONE, weights: Float64Array.of(1, 2, 0, 3) })).toBeCloseTo(expected, 10)
})

// sacrebleu 2.6.0 corpus_chrf(hyp, refs) and corpus_bleu(hyp, refs) with
// refs = [['one two three four', 'x y z', 'the end'], ['one two 3 four', 'x y', 'an end']], hyp as below.
test('several references: the best of chrF, all of BLEU, the best of F1 and of error rates', () => {
  const references = [
    ['one two three four', 'one two 3 four'],
    ['x y z', 'x y'],
    ['the end', 'an end'],
  ]
  const sample = text(references, ['one two 3 four five', 'x y', 'end'])
  expect(valueBy('chrf', sample)).toBeCloseTo(83.41564412216805, 10)
  expect(valueBy('bleu', sample)).toBeCloseTo(69.50150297221265, 10)
  expect(valueBy('token_f1', sample)).toBeCloseTo((8 / 9 + 1 + 1) / 3, 12)
  // One insertion in 4 words, none in 2, one deletion in 2.
  expect(valueBy('wer', sample)).toBeCloseTo(2 / 8, 12)
  expect(valueBy('exact_match_strict', sample)).toBeCloseTo(1 / 3, 12)
})

// rouge-score 0.1.2 RougeScorer(['rouge1', 'rouge2', 'rougeL']): means of score(reference, output).fmeasure, plain and with
// the weights 1, 2, 0, 3; of score_multi(references, output).fmeasure for the several references of above.
test.each([
  ['rouge1', 0.7737470862470862, 0.7861305361305361, 0.8518518518518517],
  ['rouge2', 0.5746753246753246, 0.5858585858585857, 0.6190476190476191],
  ['rouge_l', 0.7737470862470862, 0.7861305361305361, 0.8518518518518517],
])('%s equals rouge-score', (name, plain, weighted, several) => {
  expect(valueBy(name, ONE)).toBeCloseTo(plain, 12)
  expect(valueBy(name, { ...ONE, weights: Float64Array.of(1, 2, 0, 3) })).toBeCloseTo(weighted, 12)
  const references = [
    ['one two three four', 'one two 3 four'],
    ['x y z', 'x y'],
    ['the end', 'an end'],
  ]
  expect(valueBy(name, text(references, ['one two 3 four five', 'x y', 'end']))).toBeCloseTo(several, 12)
})

// rouge-score 0.1.2: rougeL of ('', 'a'), ('a', '') and ('a b c d', 'b c d a').
test('ROUGE-L keeps the order of words; without words it is 0', () => {
  expect(valueBy('rouge_l', text([[''], ['a'], ['a b c d']], ['a', '', 'b c d a']))).toBeCloseTo(0.75 / 3, 14)
  expect(valueBy('rouge1', text([['a b c d']], ['b c d a']))).toBe(1)
})

// jiwer 4.0.0 process_words(reference, output): hits, substitutions, deletions, insertions.
test.each([
  ['a b c d', 'b c d a', [3, 0, 1, 1]],
  ['x a b', 'a b y z', [2, 0, 1, 2]],
  ['a b c', 'x y', [0, 2, 1, 0]],
  ['a a b b', 'b b a a', [2, 0, 2, 2]],
  ['one two three four five', 'one three two five four six', [3, 2, 0, 1]],
  ['', 'a b', [0, 0, 0, 2]],
  ['a b', '', [0, 0, 2, 0]],
])('the alignment of %j with %j is that of jiwer', (reference, output, expected) => {
  const { hits, substitutions, deletions, insertions } = alignWords(jiwerWords(reference), jiwerWords(output))
  expect([hits, substitutions, deletions, insertions]).toEqual(expected)
})

test('edits of the alignment are the least there are, and add up', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 9 })
  fc.assert(
    fc.property(words, words, (reference, output) => {
      const { hits, substitutions, deletions, insertions } = alignWords(reference, output)
      // One letter a word: the distance by characters is that by words.
      const { edits } = characterEdits(reference.join(''), output.join(''))
      expect(substitutions + deletions + insertions).toBe(edits)
      expect(hits + substitutions + deletions).toBe(reference.length)
      expect(hits + substitutions + insertions).toBe(output.length)
    }),
  )
})

// jiwer 4.0.0: cer('a😀b', 'a😁b') == 1/3, cer('naïve', 'naïve' with a combining mark) == 0.4.
test('a character is a code point', () => {
  expect(characterEdits('a😀b', 'a😁b')).toEqual({ edits: 1, length: 3 })
  expect(characterEdits('na\u00efve', 'nai\u0308ve')).toEqual({ edits: 2, length: 5 })
  expect(characterEdits('  a b ', 'ab')).toEqual({ edits: 1, length: 3 })
  expect(characterEdits('😀'.repeat(40), '😁'.repeat(45))).toEqual({ edits: 45, length: 40 })
})

// By the formula of normalize_answer in SQuAD's evaluate-v1.1.py, run in Python 3: ['theatre', 'ateam'], ['l’', '“', '”', 'thé'].
test('words are those of SQuAD, jiwer and Python', () => {
  expect(squadWords('The  Theatre, an A-team!')).toEqual(['theatre', 'ateam'])
  expect(squadWords('l’a “the” thé')).toEqual(['l’', '“', '”', 'thé'])
  expect(jiwerWords(' a\tb  c \n d ')).toEqual(['a\tb', 'c', 'd'])
  expect(splitAtSpace('\u0085a\u001cb\u3000c\ufeff')).toEqual(['a', 'b', 'c\ufeff'])
  expect(stripped('\u00a0 x \u2003')).toBe('x')
  expect(tokenF1([], [])).toBe(0)
})

test('what is undefined says why', () => {
  const empty = text([['']], ['a'])
  const reasonOf = (name: string) => named(name, 'text').value(empty).reason
  expect(reasonOf('wer')).toBe('the references have no words')
  expect(reasonOf('mer')).toBe('the references have no words')
  expect(reasonOf('cer')).toBe('the references have no characters')
  expect(reasonOf('chrf')).toBe('the references have no characters')
  expect(reasonOf('bleu')).toBe('the references have no words')
})

// jiwer 4.0.0: wer('a b', '') == 1, wip == 0; sacrebleu: 0 for an empty output.
test('an empty output loses everything', () => {
  const silent = text([['a b']], [''])
  expect(METRICS.map(({ name }) => [name, valueBy(name, silent)])).toEqual([
    ['exact_match', 0],
    ['exact_match_strict', 0],
    ['token_f1', 0],
    ['wer', 1],
    ['cer', 1],
    ['mer', 1],
    ['wil', 1],
    ['wip', 0],
    ['chrf', 0],
    ['bleu', 0],
    ['rouge1', 0],
    ['rouge2', 0],
    ['rouge_l', 0],
  ])
})

describe.each(METRICS.map((metric) => [metric.name, metric] as const))('%s', (name, metric) => {
  const WORDS = 'the model answers some of these questions with words that are not quite right today'.split(' ')
  const corpus = (drop: number) =>
    text(
      Array.from({ length: 60 }, (_, i) => [WORDS.slice(i % 4, 5 + (i % 9)).join(' ')]),
      Array.from({ length: 60 }, (_, i) =>
        WORDS.slice(i % 4, 5 + (i % 9))
          .filter((_, k) => (i * 7 + k) % drop !== 0)
          .join(' '),
      ),
    )
  const [better, worse] = [corpus(13), corpus(5)]

  test('intervals, swapped models, any order of documents', () => {
    const { value, interval, reason } = metric.estimate(better, SETTINGS)
    expect(reason).toBeNull()
    expect(interval?.low).toBeLessThan(value)
    expect(interval?.high).toBeGreaterThan(value)
    const forward = metric.difference(better, worse, SETTINGS)
    expect(metric.difference(worse, better, SETTINGS).value).toBeCloseTo(-forward.value, 10)
    expect(forward.value * (metric.direction === 'higher-is-better' ? 1 : -1)).toBeGreaterThan(0)
    const reversed = selectRows(
      better,
      Uint32Array.from({ length: 60 }, (_, i) => 59 - i),
    )
    expect(metric.value(reversed).value).toBeCloseTo(value, 12)
    expect(metric.title).not.toBe(name)
  })
})

test('hostile texts give numbers', () => {
  const any = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\ud800', '<skipped>', '-\n', '&amp;&lt;', '.,-1-'),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(any, any, any), { minLength: 1, maxLength: 4 }), (rows) => {
      const sample = text(
        rows.map(([a, b]) => [a, b]),
        rows.map(([, , output]) => output),
      )
      for (const metric of METRICS) {
        const { value, reason } = metric.value(sample)
        if (reason !== null) expect(value).toBeNaN()
        else {
          expect(value).toBeGreaterThanOrEqual(metric.range[0])
          expect(value).toBeLessThanOrEqual(metric.range[1] + 1e-9)
        }
      }
    }),
    { numRuns: 60 },
  )
})
