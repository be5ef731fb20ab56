import type { Check } from '../../../shared/contracts/common.js'
import { type JunitSuite, renderJunit } from '../../../shared/report/junit.js'
import type { Assessment } from '../assess.js'

/** Kinds of checks, in the order of their suites. */
const SUITES = ['rules', 'slices', 'rates by group', 'behaviour', 'performance', 'models'] as const
type Suite = (typeof SUITES)[number]

const OF_RULE: Readonly<Record<string, Suite>> = {
  'metric-min': 'rules',
  'metric-max': 'rules',
  'metric-loss': 'rules',
  'metric-gain': 'rules',
  'better-than-trivial': 'rules',
  'slice-too-small': 'rules',
  'weak-slice': 'slices',
  'slice-regression': 'slices',
  'slice-search': 'slices',
}

/** A suite for each kind of check that there is; what concerns the models themselves, such as an override, comes last. */
export function suitesOf(
  checks: readonly Check[],
  { behaviour, bias, performance }: Pick<Assessment, 'behaviour' | 'bias' | 'performance'>,
): JunitSuite[] {
  const codes = (some: readonly Check[]) => new Set(some.map(({ rule }) => rule))
  const [ofBehaviour, ofBias, ofPerformance] = [behaviour, bias, performance].map((part) => codes(part.checks))
  const suiteOf = ({ rule }: Check): Suite => {
    if (ofBehaviour?.has(rule)) return 'behaviour'
    if (ofBias?.has(rule)) return 'rates by group'
    if (ofPerformance?.has(rule)) return 'performance'
    return OF_RULE[rule] ?? 'models'
  }
  return SUITES.map((name) => ({ name, checks: checks.filter((check) => suiteOf(check) === name) })).filter(
    (suite) => suite.checks.length > 0,
  )
}

/** `evaluation.junit.xml`. `createdAt` is ISO 8601 with Z. */
export const junitOf = (checks: readonly Check[], came: Assessment, createdAt: string): string =>
  renderJunit({ name: 'evaluate-gate', createdAt, suites: suitesOf(checks, came) })
