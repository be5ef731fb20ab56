import type { Check } from '../../shared/contracts/common.js'
import { checkOf } from '../../shared/core/check.js'
import type { GoldenMismatch } from '../../shared/predict/golden.js'
import { formatDigest, plural } from '../../shared/report/format.js'
import { describeServing } from './plan.js'
import type { Serving, Version } from './targets/target.js'

/** What the golden rows gave, or why they could not be asked. */
export type GoldenResult =
  | { readonly rows: number; readonly mismatches: readonly GoldenMismatch[] }
  | { readonly rows: number; readonly error: string }

/** Whether the target itself reports the wanted version; `wanted` null: that nothing serves. */
export function isConfirmed(serving: Serving | null, wanted: Version | null): boolean {
  if (serving === null) return false
  if (wanted === null) return serving.state === 'nothing'
  return serving.state === 'serving' && serving.version.digest === wanted.digest && serving.ready
}

/** The proof of a deployment: the digest that the target itself reports. */
export function judgeDigest(serving: Serving | { readonly error: string }, wanted: Version, target: string): Check {
  const facts = { rule: 'digest-confirmed', subject: target, expected: wanted.digest }
  if ('error' in serving) {
    return checkOf('error', {
      ...facts,
      message: `the target could not be asked what it serves: ${serving.error}`,
      cure: 'see that the target is up and reachable from here, then run the step again',
    })
  }
  const measured = serving.state === 'serving' ? serving.version.digest : null
  if (isConfirmed(serving, wanted)) {
    const message = `the target itself reports ${wanted.tag} (${formatDigest(wanted.digest)})`
    return checkOf('pass', { ...facts, measured, message })
  }
  const reason =
    serving.state === 'damaged' ? ` (${serving.reason})` : measured === null ? '' : ` (${formatDigest(measured)})`
  return checkOf('fail', {
    ...facts,
    measured,
    message: `the target reports ${describeServing(serving)}${reason}, wanted is ${wanted.tag} (${formatDigest(wanted.digest)})`,
    cure: 'see whether another deployment runs, and whether the target takes its versions from the same registry',
  })
}

/** Whether the golden rows are answered as they were when the model was packaged. */
export function judgeGolden(
  rule: 'golden-before' | 'golden-after',
  result: GoldenResult | null,
  subject: string,
  tolerance: number,
): Check {
  const facts = { rule, subject, expected: `every answer within ${tolerance} of the recorded one` }
  if (result === null) {
    return checkOf('warn', {
      ...facts,
      message: 'the package has no golden rows, so nothing shows that it still answers as it did',
      cure: 'set package.golden above 0, with data.test and predict in plumbline.yml, and package the model again',
    })
  }
  if ('error' in result) {
    return checkOf('fail', {
      ...facts,
      n: result.rows,
      message: `the golden rows could not be asked: ${result.error}`,
      cure: 'install here what the model needs to run, in the versions that it was packaged with',
    })
  }
  const { rows, mismatches } = result
  const bad = new Set(mismatches.map(({ row }) => row)).size
  const counts = { measured: rows - bad, n: rows, details: { rows, asRecorded: rows - bad } }
  if (bad === 0) {
    return checkOf('pass', { ...facts, ...counts, message: `${plural(rows, 'golden row')} answered as recorded` })
  }
  return checkOf('fail', {
    ...facts,
    ...counts,
    message: `${bad} of ${plural(rows, 'golden row')} ${bad === 1 ? 'was' : 'were'} not answered as recorded`,
    examples: mismatches.slice(0, 5).map(({ row, field, expected, answered }) => ({
      where: `golden row ${row}, ${field}: recorded ${expected ?? 'nothing'}`,
      value: answered,
    })),
    cure: 'compare the versions of language and libraries with those that packaged the model; raise deploy.tolerance only for rounding',
  })
}
