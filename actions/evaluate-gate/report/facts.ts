import type { Evaluation } from '../../../shared/contracts/evaluation.js'
import type { Assessment } from '../assess.js'

type Body = Pick<
  Evaluation,
  | 'verdict'
  | 'summary'
  | 'checks'
  | 'rows'
  | 'rowsDigest'
  | 'changes'
  | 'notMeasured'
  | 'baselineStatus'
  | 'confidence'
  | 'threshold'
  | 'positive'
  | 'task'
  | 'candidate'
  | 'reliability'
  | 'slices'
>

/** What a report is made of. */
export interface Facts extends Body {
  readonly model: string
  readonly baselineName: string
  /** Where the baseline is deployed; null when it is not what is deployed. */
  readonly environment: string | null
  readonly testFiles: readonly string[]
  /** What the trivial model answers with. */
  readonly trivialName: string
  readonly htmlPath: string
  readonly came: Assessment
}

/** What the baseline is called where there is little room. */
export function baselineTitle({ environment }: Pick<Facts, 'environment'>): string {
  return environment === null ? 'baseline' : 'deployed'
}
