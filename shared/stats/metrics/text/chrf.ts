import type { TextSample } from '../../sample.js'
import { perSample } from '../estimators.js'
import type { Metric } from '../metric.js'
import { corpusScore } from './corpus.js'
import { Grams, takeMatches } from './grams.js'
import { withoutSpace } from './words.js'

const ORDER = 6
const BETA = 2
/** For each order the n-grams of the output, those of the reference, and those that match. */
const TERMS = 3 * ORDER

const counted = perSample(({ n, references, output }: TextSample): Float64Array => {
  const terms = new Float64Array(TERMS * n)
  const grams = new Grams()
  const own = new Float64Array(TERMS)
  for (let row = 0; row < n; row++) {
    const said = codePoints(output[row] as string)
    let best = -1
    for (const reference of references[row] as readonly string[]) {
      countMatches(grams, said, codePoints(reference), own)
      const score = chrfOf(own)
      if (!(score > best)) continue
      best = score
      terms.set(own, row * TERMS)
    }
  }
  return terms
})

/** chrF2 of the corpus on the scale 0 to 100, as sacreBLEU has it by default. */
export const CHRF: Metric = corpusScore({
  name: 'chrf',
  title: 'chrF2',
  definition:
    'Character n-gram F-score with β = 2 over the whole corpus, orders 1 to 6, case kept, without white space, effective order, scale 0 to 100 (sacreBLEU chrF2|nc:6|nw:0|space:no|case:mixed|eff:yes); of several references the best counts.',
  none: 'the references have no characters',
  width: TERMS,
  counted,
  of: chrfOf,
})

/** The F-score of counts, 0 to 100: mean precision and mean recall over the orders that both texts have. */
function chrfOf(terms: Float64Array): number {
  let [precision, recall, orders] = [0, 0, 0]
  for (let k = 0; k < TERMS; k += 3) {
    const [said, wanted, matching] = [terms[k] as number, terms[k + 1] as number, terms[k + 2] as number]
    if (!(said > 0 && wanted > 0)) continue
    precision += matching / said
    recall += matching / wanted
    orders += 1
  }
  if (precision + recall === 0) return 0
  const [p, r] = [precision / orders, recall / orders]
  return (100 * (1 + BETA ** 2) * p * r) / (BETA ** 2 * p + r)
}

function countMatches(grams: Grams, said: Int32Array, wanted: Int32Array, terms: Float64Array): void {
  grams.clear(ORDER * (said.length + wanted.length))
  const ofSaid = new Int32Array(said.length)
  const ofWanted = new Int32Array(wanted.length)
  const left = new Int32Array(ORDER * (said.length + wanted.length) + 1)
  for (let n = 1; n <= ORDER; n++) {
    const [inSaid, inWanted] = [grams.lengthen(ofSaid, said, n), grams.lengthen(ofWanted, wanted, n)]
    for (let i = 0; i < inSaid; i++) left[ofSaid[i] as number] = (left[ofSaid[i] as number] as number) + 1
    // Hits are not counted where the reference has no n-gram of the order.
    terms[3 * n - 3] = inWanted > 0 ? inSaid : 0
    terms[3 * n - 2] = inWanted
    terms[3 * n - 1] = takeMatches(left, ofWanted, inWanted)
  }
}

function codePoints(text: string): Int32Array {
  const plain = withoutSpace(text)
  const points = new Int32Array(plain.length)
  let length = 0
  for (let i = 0; i < plain.length; length++) {
    const point = plain.codePointAt(i) as number
    points[length] = point
    i += point > 0xffff ? 2 : 1
  }
  return points.subarray(0, length)
}
