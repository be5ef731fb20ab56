import type { BiasResult } from '../../../shared/contracts/bias.js'
import type { Check } from '../../../shared/contracts/common.js'
import { isClassSample } from '../../../shared/stats/sample.js'
import type { Subjects } from '../compare.js'
import type { Grouping } from './groups.js'
import { type JudgedRate, judgeBias } from './judge.js'
import { type Measured, measureBias } from './measure.js'
import { biasResult } from './result.js'
import { biasChecks, designText, smallText } from './words.js'

/** What came of `evaluate.bias`; empty when nothing was declared. */
export interface BiasReport {
  readonly measured: readonly Measured[]
  readonly judged: readonly JudgedRate[]
  /** One for each of `judged`, in its order. */
  readonly checks: readonly Check[]
  readonly results: readonly BiasResult[]
  readonly notes: readonly string[]
  /** How weights and clusters are taken into account; null when every row counts once. */
  readonly design: string | null
  /** Whether there is more than one class to tell apart. */
  readonly tellsClasses: boolean
}

/** Measures candidate and baseline by group, and judges the candidate. `placeOf` is the line of the i-th part. */
export function runBias(
  groupings: readonly Grouping[],
  { candidate, baseline }: Pick<Subjects, 'candidate' | 'baseline'>,
  level: number,
  placeOf: (index: number) => Check['where'],
): BiasReport {
  if (groupings.length === 0 || !isClassSample(candidate)) {
    return { measured: [], judged: [], checks: [], results: [], notes: [], design: null, tellsClasses: false }
  }
  const tellsClasses = candidate.task === 'multiclass'
  const models = { candidate, baseline: baseline !== null && isClassSample(baseline) ? baseline : null }
  const measured = groupings.map((grouping) => measureBias(grouping, models, level))
  const judged = judgeBias(measured, level)
  return {
    measured,
    judged,
    checks: biasChecks(judged, tellsClasses, placeOf),
    results: measured.map((one) => biasResult(one, judged)),
    notes: groupings.flatMap((grouping) => {
      const small = smallText(grouping)
      return small === null ? [] : [`${small}.`]
    }),
    design: designText(candidate),
    tellsClasses,
  }
}
