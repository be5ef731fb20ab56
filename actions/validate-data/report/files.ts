import type { Check } from '../../../shared/contracts/common.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { type JunitSuite, renderJunit } from '../../../shared/report/junit.js'
import { renderSarif, type SarifPlace } from '../../../shared/report/sarif.js'
import { explain } from '../explain.js'

const STAGE = 'validate-data'
const HOME = 'https://github.com/plumbline-ml/plumbline'

/** A suite per dataset, in the order of the datasets, then one for what concerns all of them, where there is such a check. */
export function suitesOf(checks: readonly Check[], datasets: readonly string[]): JunitSuite[] {
  const datasetOf = ({ subject }: Check) =>
    datasets.find((name) => subject === name || subject.startsWith(`${name}: `)) ?? null
  const general = checks.filter((check) => datasetOf(check) === null)
  return [
    ...datasets.map((name) => ({ name, checks: checks.filter((check) => datasetOf(check) === name) })),
    ...(general.length === 0 ? [] : [{ name: datasets.includes('all') ? 'all of them' : 'all', checks: general }]),
  ]
}

/** `data-validation.junit.xml`. `createdAt` is ISO 8601 with Z. */
export const junitOf = (checks: readonly Check[], profiles: readonly DatasetProfile[], createdAt: string): string =>
  renderJunit({
    name: STAGE,
    createdAt,
    suites: suitesOf(
      checks,
      profiles.map(({ name }) => name),
    ),
  })

export interface SarifFacts {
  readonly checks: readonly Check[]
  readonly profiles: readonly DatasetProfile[]
  readonly version: string
  /** Path of the configuration file in the working directory: where findings without a line stand. */
  readonly config: string
  /** Path in the repository of a path in the working directory. */
  readonly pathOf?: (file: string) => string
}

/** `data-validation.sarif`: findings at the line of their rule in the contract, and beside it the first bad rows. */
export function sarifOf({ checks, profiles, version, config, pathOf = (file) => file }: SarifFacts): string {
  const files = new Set(profiles.flatMap((profile) => profile.files.map(({ name }) => name)))
  return renderSarif({
    name: STAGE,
    version,
    informationUri: HOME,
    checks,
    rules: explain,
    fallback: { file: pathOf(config), line: 1 },
    places: ({ examples }) => examples.flatMap(({ where }) => placeOf(where, files, pathOf) ?? []),
    pathOf,
  })
}

/**
 * Where `data/train.csv row 17` is: line 18 of a CSV file, for the first is the header, and line 17 of JSON Lines. A cell with
 * a line break moves the rows after it, so that the row is named too. Packed and binary files have no lines.
 */
function placeOf(where: string, files: ReadonlySet<string>, pathOf: (file: string) => string): SarifPlace | null {
  const [, file = '', row = ''] = /^(.+) row (\d+)(?:, .*)?$/s.exec(where) ?? []
  if (!files.has(file)) return null
  const header = /\.[ct]sv$/i.test(file) ? 1 : /\.(?:jsonl|ndjson)$/i.test(file) ? 0 : null
  return { file: pathOf(file), line: header === null ? 1 : Number(row) + header, note: `row ${row}` }
}
