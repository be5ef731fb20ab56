import type { TextSample } from '../../sample.js'
import { perSample } from '../estimators.js'
import type { Metric } from '../metric.js'
import { corpusScore } from './corpus.js'
import { Grams, takeMatches } from './grams.js'
import { splitAtSpace, strippedRight } from './words.js'

const ORDER = 4
/** Words of the output, of the reference of the nearest length, and for each order matching and all n-grams of the output. */
const TERMS = 2 + 2 * ORDER

const counted = perSample(({ n, references, output }: TextSample): Float64Array => {
  const terms = new Float64Array(TERMS * n)
  const grams = new Grams()
  for (let row = 0; row < n; row++) {
    const numbers = new Map<string, number>()
    const numberOf = (word: string) => {
      const number = numbers.get(word) ?? numbers.size
      numbers.set(word, number)
      return number
    }
    const said = Int32Array.from(tokens13a(output[row] as string), numberOf)
    const wanted = (references[row] as readonly string[]).map((text) => Int32Array.from(tokens13a(text), numberOf))
    terms.set(countsOf(grams, said, wanted), row * TERMS)
  }
  return terms
})

/** BLEU of the corpus on the scale 0 to 100, as sacreBLEU has it by default. */
export const BLEU: Metric = corpusScore({
  name: 'bleu',
  title: 'BLEU',
  definition:
    'Geometric mean of the clipped precisions of word n-grams, orders 1 to 4, times the brevity penalty, over the whole corpus, scale 0 to 100 (sacreBLEU case:mixed|eff:no|tok:13a|smooth:exp); every reference may give matches, the nearest length counts.',
  none: 'the references have no words',
  width: TERMS,
  counted,
  of: bleuOf,
})

/** BLEU of counts, 0 to 100. An order without a match counts 1 / (2, 4, … × its n-grams); one without n-grams makes it 0. */
function bleuOf(terms: Float64Array): number {
  const [said, wanted] = [terms[0] as number, terms[1] as number]
  let [logs, halves, anyMatch] = [0, 1, false]
  for (let n = 0; n < ORDER; n++) {
    const [matching, all] = [terms[2 + n] as number, terms[2 + ORDER + n] as number]
    if (all === 0) return 0
    if (matching > 0) anyMatch = true
    else halves *= 2
    logs += Math.log(matching > 0 ? (100 * matching) / all : 100 / (halves * all))
  }
  if (!anyMatch) return 0
  const brevity = said < wanted ? Math.exp(1 - wanted / said) : 1
  return brevity * Math.exp(logs / ORDER)
}

function countsOf(grams: Grams, said: Int32Array, wanted: readonly Int32Array[]): Float64Array {
  const lengths = wanted.map(({ length }) => length)
  const room = ORDER * lengths.reduce((sum, length) => sum + length, said.length)
  grams.clear(room)
  const terms = new Float64Array(TERMS)
  terms[0] = said.length
  terms[1] = nearest(said.length, lengths)
  const ofSaid = new Int32Array(said.length)
  const ofWanted = lengths.map((length) => new Int32Array(length))
  const most = new Int32Array(room + 1)
  const times = new Int32Array(room + 1)
  for (let n = 1; n <= ORDER; n++) {
    for (const [i, units] of wanted.entries()) {
      const numbers = ofWanted[i] as Int32Array
      const count = grams.lengthen(numbers, units, n)
      for (let k = 0; k < count; k++) {
        const gram = numbers[k] as number
        times[gram] = (times[gram] as number) + 1
        most[gram] = Math.max(most[gram] as number, times[gram] as number)
      }
      for (let k = 0; k < count; k++) times[numbers[k] as number] = 0
    }
    const all = grams.lengthen(ofSaid, said, n)
    terms[1 + n] = takeMatches(most, ofSaid, all)
    terms[1 + ORDER + n] = all
  }
  return terms
}

/** The nearest length, the smaller of two. */
function nearest(length: number, lengths: readonly number[]): number {
  return [...lengths].sort((a, b) => Math.abs(a - length) - Math.abs(b - length) || a - b)[0] ?? 0
}

/** Words by the rules of mteval-v13a, which sacreBLEU takes by default. */
function tokens13a(text: string): string[] {
  const plain = strippedRight(text).replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ')
  const decoded = plain
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
  return splitAtSpace(
    ` ${decoded} `
      .replace(/([{-~[-` -&(-+:-@/])/gu, ' $1 ')
      .replace(/([^0-9])([.,])/gu, '$1 $2 ')
      .replace(/([.,])([^0-9])/gu, ' $1 $2')
      .replace(/([0-9])(-)/gu, '$1 $2 '),
  )
}
