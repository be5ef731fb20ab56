import type { Check, Verdict } from '../contracts/common.js'
import { digestOf } from '../core/hash.js'
import { troubles } from '../core/verdict.js'
import { clip, visible } from './escape.js'
import { findingLines } from './finding-lines.js'
import { plural } from './format.js'

/** GitHub takes 25,000 results and shows the worst 5,000, so no more are written. */
const MOST_RESULTS = 5_000
/** Of 1,000 that GitHub takes: who looks at a finding looks at the first rows. */
const MOST_LOCATIONS = 10
/** GitHub takes 10 MB after gzip, which never makes a text longer than it was by more than a few bytes in a thousand. */
const MOST_BYTES = 9_500_000
const LONGEST_MESSAGE = 1_500
const LONGEST_NAME = 250

export interface SarifPlace {
  /** In the repository, with forward slashes. */
  readonly file: string
  readonly line: number
  /** What is there, such as `row 17`. */
  readonly note?: string
}

export interface SarifReport {
  /** The stage. */
  readonly name: string
  /** Of Plumbline. */
  readonly version: string
  /** Where the tool is described. */
  readonly informationUri: string
  readonly checks: readonly Check[]
  /** What `explain` says, by rule. A rule that is not there is described by its code. */
  readonly rules: Readonly<Record<string, { title: string; meaning: string; cure: string }>>
  /** Of a finding without a line of its own: GitHub shows no finding without one. */
  readonly fallback: SarifPlace
  /** Where else the finding stands, such as the first bad rows of a file. */
  readonly places?: (check: Check) => readonly SarifPlace[]
  /** Path in the repository of a path in the working directory. */
  readonly pathOf?: (file: string) => string
}

const LEVELS: Readonly<Record<Verdict, 'error' | 'warning' | 'none'>> = {
  error: 'error',
  fail: 'error',
  inconclusive: 'warning',
  warn: 'warning',
  pass: 'none',
}

/**
 * Findings as SARIF 2.1.0 in one run, for code scanning: the worst first and within GitHub's limits, with a notification
 * that says how many were left out. `fail` and `error` are errors, `warn` and `inconclusive` warnings. The fingerprint is
 * of rule and subject alone (`primaryLocationLineHash`, the one that GitHub reads), so that a finding stays the same alert
 * when lines move or its number changes. The same checks give the same bytes.
 */
export function renderSarif(report: SarifReport): string {
  const found = troubles(report.checks)
  const codes = [...new Set(found.map(({ rule }) => rule))].sort()
  const index = new Map(codes.map((code, i) => [code, i]))
  const rules = codes.map((code) => descriptor(code, report))
  const results: string[] = []
  let room = MOST_BYTES - Buffer.byteLength(JSON.stringify(rules)) - 10_000
  const seen = new Map<string, number>()
  for (const check of found.slice(0, MOST_RESULTS)) {
    const text = JSON.stringify(resultOf(check, index.get(check.rule) ?? 0, report, seen))
    room -= Buffer.byteLength(text) + 2
    if (room < 0) break
    results.push(text)
  }
  const run = {
    tool: {
      driver: {
        name: `Plumbline ${report.name}`,
        semanticVersion: report.version,
        informationUri: report.informationUri,
        rules,
      },
    },
    automationDetails: { id: `plumbline/${report.name}/` },
    columnKind: 'utf16CodeUnits',
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notes(found.length - results.length) }],
  }
  // The results are put in as they are, for they were measured as text.
  return `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[${JSON.stringify(run).slice(0, -1)},"results":[${results.length === 0 ? '' : `\n${results.join(',\n')}\n`}]}]}\n`
}

const notes = (left: number): object[] =>
  left === 0
    ? []
    : [
        {
          level: 'warning',
          message: { text: `${plural(left, 'more finding')} in data-validation.json: GitHub takes no more of them.` },
        },
      ]

function descriptor(id: string, { rules }: SarifReport): object {
  const text = Object.hasOwn(rules, id) ? rules[id] : undefined
  if (text === undefined) return { id, shortDescription: { text: id } }
  const help = `${text.meaning}\n\n${text.cure}`
  return {
    id,
    shortDescription: { text: clip(text.title, 1024) },
    fullDescription: { text: clip(text.meaning, 1024) },
    help: { text: help, markdown: help },
    properties: { tags: ['data', 'machine-learning'] },
  }
}

function resultOf(check: Check, ruleIndex: number, report: SarifReport, seen: Map<string, number>): object {
  const { pathOf = (file: string) => file, fallback, places } = report
  const primary = check.where === null ? fallback : { file: pathOf(check.where.file), line: check.where.line }
  const related = (places?.(check) ?? []).slice(0, MOST_LOCATIONS)
  return {
    ruleId: check.rule,
    ruleIndex,
    level: LEVELS[check.verdict],
    message: { text: clip(visible(messageOf(check)), LONGEST_MESSAGE) },
    locations: [locationOf(primary, check.subject)],
    ...(related.length === 0
      ? {}
      : { relatedLocations: related.map((place, id) => ({ id, ...locationOf(place, check.subject) })) }),
    partialFingerprints: { primaryLocationLineHash: fingerprint(check, seen) },
    properties: { verdict: check.verdict, subject: clip(visible(check.subject), LONGEST_NAME) },
  }
}

/**
 * The first line is what GitHub lists; the line of the rule is the location itself. What would be an embedded link
 * (SARIF 2.1.0 §3.11.6) is parted, for the text may come out of data.
 */
const messageOf = (check: Check): string =>
  findingLines({ ...check, where: null })
    .join('\n')
    .replaceAll('](', '] (')

function locationOf({ file, line, note }: SarifPlace, subject: string): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: relativeUri(file), uriBaseId: '%SRCROOT%' },
      region: { startLine: line },
    },
    ...(note === undefined
      ? { logicalLocations: [{ fullyQualifiedName: clip(visible(subject), LONGEST_NAME) }] }
      : { message: { text: clip(visible(note), LONGEST_NAME) } }),
  }
}

/** A relative reference of RFC 3986: each part of the path percent-encoded. */
const relativeUri = (path: string): string =>
  path
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/')

/** 16 hexadecimal digits and, as GitHub's own, which of several equal ones it is. */
function fingerprint({ rule, subject }: Check, seen: Map<string, number>): string {
  const hash = digestOf(JSON.stringify([rule, subject])).slice('sha256:'.length, 'sha256:'.length + 16)
  const times = (seen.get(hash) ?? 0) + 1
  seen.set(hash, times)
  return `${hash}:${times}`
}
