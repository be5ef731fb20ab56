import type { Check, Verdict } from '../contracts/common.js'
import { troubles } from '../core/verdict.js'
import { clip, oneLine, withoutCommands } from './escape.js'
import { findingLines } from './finding-lines.js'
import { formatInteger, plural } from './format.js'
import { escapeXml, escapeXmlAttribute } from './xml.js'

/** Readers show every test case, and their pages do not open beyond this; those that did not pass come before those that did. */
export const MOST_CASES = 20_000
/** Test cases whose words are written out; the rest has its message. */
const MOST_TEXTS = 2_000
const LONGEST_NAME = 250
const LONGEST_MESSAGE = 1_000
const LONGEST_TEXT = 4_000

export interface JunitSuite {
  /** The dataset, or what concerns all of them: the same in every run, for readers keep a history by name. */
  readonly name: string
  readonly checks: readonly Check[]
}

export interface JunitReport {
  /** The stage: first part of the class of every test case. */
  readonly name: string
  /** ISO 8601 with Z. */
  readonly createdAt: string
  readonly suites: readonly JunitSuite[]
}

/**
 * Checks as JUnit XML, the shape that GitHub's, GitLab's and Jenkins' readers share (junit-10.xsd of Jenkins' xUnit
 * plugin): a suite per dataset, a test case per check. `fail` is a failure and `error` an error; `inconclusive` is skipped
 * with its reason, so that it is never green; `warn` passes and says its words in system-out, for JUnit knows no warning.
 * Names and order are the same in every run over the same checks.
 */
export function renderJunit({ name, createdAt, suites }: JunitReport): string {
  const kept = keepWorst(suites)
  const all = suites.flatMap(({ checks }) => checks)
  const body = suites.map((suite, index) => renderSuite(name, createdAt, suite, kept[index] ?? new Set()))
  const counts = countsOf(all)
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${escapeXmlAttribute(name)}" tests="${all.length}" failures="${counts.fail}" errors="${counts.error}" time="0">
${body.join('\n')}
</testsuites>
`
}

/** Which checks of each suite are written: the worst of all suites together. */
function keepWorst(suites: readonly JunitSuite[]): Set<Check>[] {
  const total = suites.reduce((sum, { checks }) => sum + checks.length, 0)
  if (total <= MOST_CASES) return suites.map(({ checks }) => new Set(checks))
  const all = suites.flatMap(({ checks }) => checks)
  const passed = all.filter(({ verdict }) => verdict === 'pass')
  const kept = new Set([...troubles(all), ...passed].slice(0, MOST_CASES))
  return suites.map(({ checks }) => new Set(checks.filter((check) => kept.has(check))))
}

function countsOf(checks: readonly Check[]): Record<Verdict, number> {
  const counts = { pass: 0, warn: 0, inconclusive: 0, fail: 0, error: 0 }
  for (const { verdict } of checks) counts[verdict] += 1
  return counts
}

function renderSuite(stage: string, createdAt: string, { name, checks }: JunitSuite, kept: ReadonlySet<Check>): string {
  const counts = countsOf(checks)
  const names = new Map<string, number>()
  const written = new Set(troubles(checks).slice(0, MOST_TEXTS))
  const cases = checks
    .filter((check) => kept.has(check))
    .map((check) => renderCase(`${stage}.${className(name)}`, nameOf(check, names), check, written.has(check)))
  const left = checks.length - cases.length
  const note =
    left === 0
      ? []
      : [`<system-out>${formatInteger(left)} of ${plural(checks.length, 'check')} are left out here.</system-out>`]
  const attributes = {
    name: `${stage}.${name}`,
    tests: checks.length,
    failures: counts.fail,
    errors: counts.error,
    skipped: counts.inconclusive,
    timestamp: createdAt.slice(0, 19),
    time: 0,
  }
  const head = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXmlAttribute(String(value))}"`)
  return [`<testsuite${head.join('')}>`, ...cases, ...note, '</testsuite>'].join('\n')
}

/** Jenkins takes what stands before the last full stop for the package. */
const className = (name: string): string => name.replaceAll('.', '_')

/** `rule: subject`, with a number where that stands twice. */
function nameOf({ rule, subject }: Check, seen: Map<string, number>): string {
  const name = clip(oneLine(`${rule}: ${subject}`), LONGEST_NAME)
  const times = (seen.get(name) ?? 0) + 1
  seen.set(name, times)
  return times === 1 ? name : `${name} (${times})`
}

function renderCase(classname: string, name: string, check: Check, wordy: boolean): string {
  const head = `<testcase classname="${escapeXmlAttribute(classname)}" name="${escapeXmlAttribute(name)}" time="0"`
  if (check.verdict === 'pass') return `${head}/>`
  const type = escapeXmlAttribute(check.rule)
  const message = escapeXmlAttribute(clip(oneLine(check.message), LONGEST_MESSAGE))
  const text = wordy ? withoutCommands(escapeXml(clip(findingLines(check).join('\n'), LONGEST_TEXT))) : ''
  const inside: Readonly<Record<Exclude<Verdict, 'pass'>, string>> = {
    fail: `<failure type="${type}" message="${message}">${text}</failure>`,
    error: `<error type="${type}" message="${message}">${text}</error>`,
    inconclusive: `<skipped type="${type}" message="inconclusive: ${message}">${text}</skipped>`,
    warn: `<system-out>${text === '' ? message : `warning: ${text}`}</system-out>`,
  }
  return `${head}>${inside[check.verdict]}</testcase>`
}
