import type { TextSample } from '../../sample.js'
import { ofSums } from '../estimators.js'
import { type Metric, metric } from '../metric.js'
import { TEXT } from './words.js'

/** A score of the whole corpus, on the scale 0 to 100, from counts of each document that are added up. */
export function corpusScore(spec: {
  readonly name: string
  readonly title: string
  readonly definition: string
  /** Why it is undefined when the references are empty. */
  readonly none: string
  /** Counts of a document; the second is that of its reference. */
  readonly width: number
  /** Documents × `width`, row-major. */
  counted(sample: TextSample): Float64Array
  of(totals: Float64Array): number
}): Metric {
  const { name, title, definition, none, width } = spec
  return metric(
    {
      name,
      title,
      tasks: TEXT,
      direction: 'higher-is-better',
      range: [0, 100],
      needs: 'values',
      definition,
    },
    ofSums<TextSample>({
      none,
      sums: (sample) => {
        const terms = spec.counted(sample)
        return {
          width,
          terms: (out, at, row) => {
            for (let k = 0; k < width; k++) out[at + k] = terms[row * width + k] as number
          },
          of: (totals) => (totals[1] === 0 ? Number.NaN : spec.of(totals)),
        }
      },
    }),
  )
}
