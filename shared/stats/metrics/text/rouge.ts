import type { TextSample } from '../../sample.js'
import { meanLoss, perSample } from '../estimators.js'
import { type Metric, metric } from '../metric.js'
import { tokenF1 } from './matches.js'
import { TEXT } from './words.js'

const TOKENS = 'lower case, words of a–z and 0–9, without stemming (rouge-score)'

const rouge1 = perSample((sample: TextSample) => bestOf(sample, (said, wanted) => tokenF1(said, wanted)))
const rouge2 = perSample((sample: TextSample) =>
  bestOf(sample, (said, wanted) => tokenF1(pairsOf(said), pairsOf(wanted))),
)
const rougeL = perSample((sample: TextSample) => bestOf(sample, longestF1))

export const ROUGE_METRICS: readonly Metric[] = [
  rougeMetric('rouge1', 'ROUGE-1', 'words', rouge1),
  rougeMetric('rouge2', 'ROUGE-2', 'pairs of neighbouring words', rouge2),
  rougeMetric('rouge_l', 'ROUGE-L', 'words of the longest common subsequence', rougeL),
]

function rougeMetric(name: string, title: string, what: string, scores: (sample: TextSample) => Float64Array): Metric {
  return metric(
    {
      name,
      title,
      tasks: TEXT,
      direction: 'higher-is-better',
      range: [0, 1],
      needs: 'values',
      definition: `Mean over documents of the F1 of the ${what} shared with the best of their references, ${TOKENS}; 0 when none is shared.`,
    },
    meanLoss<TextSample>({ loss: (sample, row) => scores(sample)[row] as number }),
  )
}

/** The highest score of each document over its references. */
function bestOf(
  { n, references, output }: TextSample,
  score: (said: readonly string[], wanted: readonly string[]) => number,
): Float64Array {
  const best = new Float64Array(n)
  for (let row = 0; row < n; row++) {
    const said = tokensOf(output[row] as string)
    for (const reference of references[row] as readonly string[]) {
      best[row] = Math.max(best[row] as number, score(said, tokensOf(reference)))
    }
  }
  return best
}

function tokensOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? []
}

function pairsOf(words: readonly string[]): string[] {
  return words.slice(1).map((word, i) => `${words[i]} ${word}`)
}

/** F1 of the longest common subsequence of words. */
function longestF1(said: readonly string[], wanted: readonly string[]): number {
  const shared = longestCommon(said, wanted)
  return shared === 0 ? 0 : (2 * shared) / (said.length + wanted.length)
}

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Int32Array(b.length + 1)
  let above = new Int32Array(b.length + 1)
  for (const word of a) {
    ;[row, above] = [above, row]
    for (let k = 1; k <= b.length; k++) {
      row[k] = word === b[k - 1] ? (above[k - 1] as number) + 1 : Math.max(above[k] as number, row[k - 1] as number)
    }
  }
  return row[b.length] as number
}
