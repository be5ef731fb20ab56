import type { TextSample } from '../../sample.js'
import { meanLoss, perSample, proportion } from '../estimators.js'
import { type Metric, metric } from '../metric.js'
import { squadWords, TEXT } from './words.js'

const SQUAD = 'lower case, without ASCII punctuation and the articles a, an, the, white space as one (SQuAD 1.1)'
const share = { tasks: TEXT, direction: 'higher-is-better', range: [0, 1], needs: 'values' } as const

interface Match {
  readonly exact: Uint8Array
  readonly f1: Float64Array
}

const matches = perSample(({ n, references, output }: TextSample): Match => {
  const exact = new Uint8Array(n)
  const f1 = new Float64Array(n)
  for (let row = 0; row < n; row++) {
    const said = squadWords(output[row] as string)
    for (const reference of references[row] as readonly string[]) {
      const wanted = squadWords(reference)
      if (said.join(' ') === wanted.join(' ')) exact[row] = 1
      f1[row] = Math.max(f1[row] as number, tokenF1(said, wanted))
    }
  }
  return { exact, f1 }
})

export const MATCH_METRICS: readonly Metric[] = [
  metric(
    {
      ...share,
      name: 'exact_match',
      title: 'exact match',
      definition: `Share of documents that equal one of their references, ${SQUAD}.`,
    },
    proportion<TextSample>({
      counts: () => true,
      hit: (sample, row) => matches(sample).exact[row] === 1,
      none: 'there are no documents',
    }),
  ),
  metric(
    {
      ...share,
      name: 'exact_match_strict',
      title: 'exact match, strict',
      definition: 'Share of documents that equal one of their references character by character.',
    },
    proportion<TextSample>({
      counts: () => true,
      hit: ({ references, output }, row) => (references[row] as readonly string[]).includes(output[row] as string),
      none: 'there are no documents',
    }),
  ),
  metric(
    {
      ...share,
      name: 'token_f1',
      title: 'token F1',
      definition: `Mean over documents of the F1 of the words shared with the best of their references, ${SQUAD}; 0 when no word is shared, also where both have none.`,
    },
    meanLoss<TextSample>({ loss: (sample, row) => matches(sample).f1[row] as number }),
  ),
]

/** Token F1 of each document with the best of its references, between 0 and 1. */
export function tokenF1s(sample: TextSample): Float64Array {
  return matches(sample).f1
}

/** F1 of two bags of words; 0 when they share none. */
export function tokenF1(said: readonly string[], wanted: readonly string[]): number {
  const left = new Map<string, number>()
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of said) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    shared += 1
    left.set(word, count - 1)
  }
  if (shared === 0) return 0
  const [precision, recall] = [shared / said.length, shared / wanted.length]
  return (2 * precision * recall) / (precision + recall)
}
