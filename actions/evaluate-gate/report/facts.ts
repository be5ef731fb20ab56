import type { CalibrationResult } from '../../../shared/contracts/evaluate-calibration.js'
import type { SelfTestResult } from '../../../shared/contracts/evaluate-self-test.js'
import type { Evaluation } from '../../../shared/contracts/evaluation.js'
import type { Assessment } from '../assess.js'
import type { Discovery } from '../slices/discover.js'

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
  /** What the search for weak slices found; null when nothing was searched. */
  readonly discovery?: Discovery | null
  /** Null without scores of classes. */
  readonly calibration?: CalibrationResult | null
  /** Null when none was asked for. */
  readonly selfTest?: SelfTestResult | null
}

/** What the baseline is called where there is little room. */
export function baselineTitle({ environment }: Pick<Facts, 'environment'>): string {
  return environment === null ? 'baseline' : 'deployed'
}
