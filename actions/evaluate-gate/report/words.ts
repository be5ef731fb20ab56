import type { Check, Verdict } from '../../../shared/contracts/common.js'
import type { Evaluation } from '../../../shared/contracts/evaluation.js'
import { troubles } from '../../../shared/core/verdict.js'
import { code, type Inline, strong } from '../../../shared/report/blocks.js'
import { formatDigest, formatFixed, formatPercent, plural } from '../../../shared/report/format.js'
import type { Judged } from '../judge.js'
import type { Measurement } from '../measure.js'
import type { Facts } from './facts.js'
import { cellText, changeText } from './labels.js'

/** Characters of the reason under the verdict: a message may hold names of any length. */
const LONGEST_REASON = 1200
const MOST_FILES = 4

/** The decision in a few words. */
export function headlineOf({ verdict, baselineStatus, baselineName, model, environment }: Facts): Inline {
  const name = code(cellText(baselineName))
  const other: Inline =
    environment !== null ? [name, `, deployed in ${cellText(environment)}`] : baselineStatus === 'compared' ? name : []
  if (baselineStatus === 'same-as-candidate') return ['the candidate is ', name, ' itself']
  const compared = baselineStatus === 'compared'
  const own = code(cellText(model))
  const words: Record<Verdict, Inline> = {
    pass: compared ? ['may replace ', other] : ['good enough to be a version of ', own],
    warn: compared ? ['may replace ', other, ', with warnings'] : ['good enough, with warnings'],
    inconclusive: compared ? [strong('not proven'), ' fit to replace ', other] : [strong('not proven'), ' good enough'],
    fail: compared ? [strong('do not replace'), ' ', other] : [strong('not good enough'), ' to be a version of ', own],
    error: 'could not be judged',
  }
  return words[verdict]
}

/** What stands under the headline. */
export function reasonOf({ summary }: Facts): string {
  return cellText(summary, LONGEST_REASON)
}

/** The reason in one sentence: the worst finding, or what holds. */
export function summaryOf(
  checks: readonly Check[],
  judged: readonly Judged[],
  main: Measurement,
  override: Evaluation['override'],
): string {
  if (override !== undefined) {
    const gate = summaryOf(
      checks.filter(({ rule }) => rule !== 'override'),
      judged,
      main,
      undefined,
    )
    return `${override.actor} sets the verdict "${override.verdict}" aside (${override.reason}). The gate said: ${gate}`
  }
  const [worst, ...others] = troubles(checks)
  if (worst !== undefined) {
    const more = others.filter(({ verdict }) => verdict === worst.verdict).length
    const isPart = judged.some(({ check, demand }) => check === worst && demand.measurement.slice !== null)
    const average =
      isPart && isBetter(main) ? `Better on average (${main.metric.title} ${changeText(main.difference)}), but: ` : ''
    return `${average}${worst.message}${more === 0 ? '' : ` And ${plural(more, 'more finding')} of this kind.`}`
  }
  const same = checks.find(({ rule }) => rule === 'same-model')
  if (same !== undefined) return same.message
  const told = judged.find(({ demand }) => demand.code === 'metric-loss') ?? judged[judged.length - 1]
  const first = told?.check.message.split('; ')[0] ?? ''
  return `${first}; ${checks.length === 1 ? 'the one check holds' : `all ${checks.length} checks hold`}`
}

function isBetter({ difference, metric }: Measurement): boolean {
  if (!difference?.interval) return false
  return metric.direction === 'higher-is-better' ? difference.interval.low > 0 : difference.interval.high < 0
}

/** What was judged on, and how many examples moved. */
export function scopeOf({ rows, testFiles, changes, baselineStatus, task }: Facts): Inline {
  const asked = baselineStatus === 'compared' ? ' on which both models answered' : ''
  const files = testFiles
    .slice(0, MOST_FILES)
    .flatMap((file, i): Inline[] => [...(i === 0 ? [] : [', ']), code(cellText(file))])
  const more = testFiles.length > MOST_FILES ? ` and ${testFiles.length - MOST_FILES} more` : ''
  return [plural(rows, 'row'), ' of ', files, more, asked, changes === null ? '' : ` · ${movedText(changes, task)}`]
}

/** How likely so many are when both models are right equally often. */
function chanceText(test: NonNullable<Facts['changes']>['mcnemar']): string {
  if (test === null) return ''
  const p = test.p < 0.001 ? 'p < 0.001' : `p = ${formatFixed(test.p, 3)}`
  return ` (McNemar, ${test.method}: ${p})`
}

function movedText({ improved, worsened, mcnemar }: NonNullable<Facts['changes']>, task: Facts['task']): string {
  switch (task) {
    case 'binary':
    case 'multiclass':
      return `${plural(improved, 'label')} became right, ${plural(worsened, 'label')} became wrong${chanceText(mcnemar)}`
    case 'regression':
      return `${plural(improved, 'value')} nearer to the truth, ${plural(worsened, 'value')} further from it`
    case 'ranking':
      return `${plural(improved, 'query', 'queries')} ranked better, ${plural(worsened, 'query', 'queries')} ranked worse`
    default:
      return `${plural(improved, 'example')} improved, ${plural(worsened, 'example')} got worse`
  }
}

/** The last line: where everything is, and what exactly was judged. */
export function whereToLook({ htmlPath, candidate, rowsDigest, confidence }: Facts): Inline {
  const digest = candidate.digest === null ? [] : [' · candidate ', code(formatDigest(candidate.digest))]
  return [
    'Full report with charts and definitions: ',
    code(htmlPath),
    digest,
    ' · rows ',
    code(formatDigest(rowsDigest)),
    ` · intervals ${formatPercent(confidence)}`,
  ]
}
