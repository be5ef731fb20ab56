import type { TextSample } from '../../sample.js'
import { ofSums, perSample, type SumsOfRows } from '../estimators.js'
import { type Metric, type MetricInfo, metric } from '../metric.js'
import { alignWords, characterEdits, type Edits } from './edits.js'
import { jiwerWords, TEXT } from './words.js'

const SEVERAL = 'of several references the one with the lowest rate counts, the first of equal ones'
const WORDS = `over the whole corpus, words between spaces as they stand (jiwer); ${SEVERAL}`

const rate = {
  tasks: TEXT,
  direction: 'lower-is-better',
  range: [0, Number.POSITIVE_INFINITY],
  needs: 'values',
} as const
const share = { ...rate, range: [0, 1] } as const

const TERMS = 4

/** Hits, substitutions, deletions and insertions of each document. */
const wordEdits = perSample(({ n, references, output }: TextSample): Float64Array => {
  const terms = new Float64Array(TERMS * n)
  for (let row = 0; row < n; row++) {
    const said = jiwerWords(output[row] as string)
    let best: Edits | null = null
    let lowest = Number.POSITIVE_INFINITY
    for (const reference of references[row] as readonly string[]) {
      const edits = alignWords(jiwerWords(reference), said)
      const own = rateOf(editsOf(edits), edits.hits + edits.substitutions + edits.deletions)
      if (best === null || own < lowest) [best, lowest] = [edits, own]
    }
    if (best !== null) terms.set([best.hits, best.substitutions, best.deletions, best.insertions], row * TERMS)
  }
  return terms
})

/** Edits and reference length of each document, by characters. */
const characters = perSample(({ n, references, output }: TextSample): Float64Array => {
  const terms = new Float64Array(2 * n)
  for (let row = 0; row < n; row++) {
    let lowest = Number.POSITIVE_INFINITY
    for (const [i, reference] of (references[row] as readonly string[]).entries()) {
      const { edits, length } = characterEdits(reference, output[row] as string)
      const own = rateOf(edits, length)
      if (i > 0 && !(own < lowest)) continue
      lowest = own
      terms[2 * row] = edits
      terms[2 * row + 1] = length
    }
  }
  return terms
})

export const ERROR_METRICS: readonly Metric[] = [
  ofWords({
    ...rate,
    name: 'wer',
    title: 'word error rate',
    definition: `(substitutions + deletions + insertions) / words of the references, ${WORDS}.`,
    of: ({ hits, substitutions, deletions, insertions }) =>
      (substitutions + deletions + insertions) / (hits + substitutions + deletions),
  }),
  metric(
    {
      ...rate,
      name: 'cer',
      title: 'character error rate',
      definition: `Edits / characters of the references over the whole corpus; a character is a code point, white space counts but at the ends (jiwer); ${SEVERAL}.`,
    },
    ofSums<TextSample>({
      none: 'the references have no characters',
      sums: (sample) => termsOf(characters(sample), 2, ([edits, length]) => (edits as number) / (length as number)),
    }),
  ),
  ofWords({
    ...share,
    name: 'mer',
    title: 'match error rate',
    definition: `(substitutions + deletions + insertions) / (hits + substitutions + deletions + insertions), ${WORDS}.`,
    of: ({ hits, substitutions, deletions, insertions }) => {
      const edits = substitutions + deletions + insertions
      return edits / (hits + edits)
    },
  }),
  ofWords({
    ...share,
    name: 'wil',
    title: 'word information lost',
    definition: `1 − hits² / (words of the references × words of the outputs), ${WORDS}.`,
    of: (edits) => 1 - preserved(edits),
  }),
  ofWords({
    ...share,
    name: 'wip',
    title: 'word information preserved',
    direction: 'higher-is-better',
    definition: `hits² / (words of the references × words of the outputs), ${WORDS}.`,
    of: preserved,
  }),
]

function ofWords({ of, ...info }: MetricInfo & { of(edits: Edits): number }): Metric {
  return metric(
    info,
    ofSums<TextSample>({
      none: 'the references have no words',
      sums: (sample) =>
        termsOf(wordEdits(sample), TERMS, ([hits, substitutions, deletions, insertions]) => {
          const edits = { hits, substitutions, deletions, insertions } as Edits
          return edits.hits + edits.substitutions + edits.deletions > 0 ? of(edits) : Number.NaN
        }),
    }),
  )
}

function termsOf(terms: Float64Array, width: number, of: SumsOfRows['of']): SumsOfRows {
  return {
    width,
    terms: (out, at, row) => {
      for (let k = 0; k < width; k++) out[at + k] = terms[row * width + k] as number
    },
    of: (totals) => finite(of(totals)),
  }
}

function preserved({ hits, substitutions, deletions, insertions }: Edits): number {
  const said = hits + substitutions + insertions
  return said === 0 ? 0 : (hits / (hits + substitutions + deletions)) * (hits / said)
}

const editsOf = ({ substitutions, deletions, insertions }: Edits) => substitutions + deletions + insertions

function rateOf(edits: number, length: number): number {
  return edits === 0 ? 0 : edits / length
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN
}
