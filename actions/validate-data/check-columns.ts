import type { Check } from '../../shared/contracts/common.js'
import type { ColumnRule } from '../../shared/contracts/data-contract.js'
import type { ColumnProfile } from '../../shared/contracts/data-profile.js'
import { checkOf } from '../../shared/core/check.js'
import { formatGiven, formatInteger, formatPercent, plural, shortList } from '../../shared/report/format.js'
import { fits, type TestName } from './column-tests.js'
import type { LoadedContract } from './contract.js'
import { type Evidence, testKey } from './evidence.js'

const quote = (name: string): string => JSON.stringify(name)
const LISTED = 10

/** Columns of one dataset against the contract: which are there, and what is in them. */
export function checkColumns(evidence: Evidence, loaded: LoadedContract): Check[] {
  const { contract } = loaded
  const { profile } = evidence
  const byName = new Map(profile.columns.map((column) => [column.name, column]))
  const declared = new Set(contract.columns.map(({ name }) => name))
  const extra = profile.columns.map(({ name }) => name).filter((name) => !declared.has(name))
  return [
    ...contract.columns.flatMap((rule, i) => {
      const column = byName.get(rule.name)
      return column === undefined
        ? missingColumn(rule, i, profile.name, loaded)
        : checkColumn(evidence, rule, i, column, loaded)
    }),
    ...extraColumns(extra, evidence, loaded),
    ...profile.columns
      .filter(({ name }) => !contract.columns.some((rule) => rule.name === name && rule.type !== undefined))
      .flatMap((column) => mixedTypes(column, profile.name)),
  ]
}

function missingColumn(rule: ColumnRule, i: number, dataset: string, loaded: LoadedContract): Check[] {
  if (!rule.required) return []
  return [
    checkOf(rule.level, {
      rule: 'missing-label',
      subject: `${dataset}: ${rule.name}`,
      message: `column ${quote(rule.name)} is not in the ${dataset} data`,
      expected: 'the column is there',
      cure: 'write the column again, or set `required: false` in the contract',
      where: loaded.place(['columns', i, 'name']),
    }),
  ]
}

function extraColumns(extra: readonly string[], { profile }: Evidence, loaded: LoadedContract): Check[] {
  const level = loaded.contract['extra-columns']
  if (level === 'allow' || loaded.ref === null) return []
  const facts = {
    rule: 'extra-label',
    subject: profile.name,
    expected: 'no column that the contract does not name',
    measured: extra.length,
  }
  if (extra.length === 0) return [checkOf('pass', { ...facts, message: 'every column is in the contract' })]
  return [
    checkOf(level, {
      ...facts,
      message: `${plural(extra.length, 'column is', 'columns are')} not in the contract: ${shortList(extra.map(quote), LISTED)}`,
      cure: 'add them to the contract, leave them out of the data, or write `extra-columns: allow`',
      where: loaded.place(['extra-columns']),
    }),
  ]
}

function mixedTypes({ name, mostly, rows, missing }: ColumnProfile, dataset: string): Check[] {
  if (mostly === null) return []
  const others = rows - missing - mostly.count
  return [
    checkOf('warn', {
      rule: 'mixed-types',
      subject: `${dataset}: ${name}`,
      message: `${formatInteger(mostly.count)} values of ${quote(name)} are written as ${mostly.type}, ${formatInteger(others)} are not`,
      measured: others,
      expected: 'all values written as one type',
      n: rows - missing,
      cure: `declare \`type: ${mostly.type}\` in the contract to see the others, or name their text under \`missing\` of the source`,
    }),
  ]
}

interface Asked {
  readonly test: TestName
  /** Keys of the contract below the column. */
  readonly key: string
  /** Values that are judged. */
  readonly n: number
  /** Share of them that may be bad. */
  readonly tolerated: number
  readonly expected: string
  /** Ends of the sentences `no value of "x" …`, `1 of 9 values of "x" …` and `2 of 9 values of "x" …`. */
  readonly words: readonly [none: string, one: string, many: string]
  readonly cure: string
}

function checkColumn(
  evidence: Evidence,
  rule: ColumnRule,
  i: number,
  column: ColumnProfile,
  loaded: LoadedContract,
): Check[] {
  const judged = questions(rule, column).map((asked) => judge(evidence, rule, i, asked, loaded))
  const present = column.rows - column.missing
  const misfits = (['range', 'outliers'] as const).filter(
    (key) => rule[key] !== undefined && !fits(rule, key, column.type) && present > 0,
  )
  return [...judged, ...misfits.map((key) => misfit(rule, i, column, key, evidence.profile.name, loaded))]
}

/** What the contract asks of a column. */
function questions(rule: ColumnRule, column: ColumnProfile): Asked[] {
  const present = column.rows - column.missing - column.invalid - column.nonFinite
  const tolerated = rule['max-unknown']
  const share = tolerated === 0 ? '' : `, at most ${formatPercent(tolerated)} other`
  const asked: Asked[] = []
  if (rule.type !== undefined) {
    asked.push({
      test: 'type-error',
      key: 'type',
      n: column.rows - column.missing,
      tolerated: 0,
      expected: `values written as ${rule.type}`,
      words: [
        `is written otherwise than as ${rule.type}`,
        `is not written as ${rule.type}`,
        `are not written as ${rule.type}`,
      ],
      cure: 'mend the values, declare another type, or name their text under `missing` of the source',
    })
  }
  if (rule.missing !== undefined) {
    const most = rule.missing['max-share']
    asked.push({
      test: 'missing-value',
      key: 'missing',
      n: column.rows,
      tolerated: most,
      expected: `at most ${formatPercent(most)} missing`,
      words: ['is missing', 'is missing', 'are missing'],
      cure: 'find out why they are empty, or raise `missing.max-share`',
    })
  }
  if (rule.unique) {
    asked.push({
      test: 'unique-error',
      key: 'unique',
      n: present,
      tolerated: 0,
      expected: 'each value once',
      words: ['stands twice', 'is a copy of another row’s', 'are copies of another row’s'],
      cure: 'remove the copies, or drop `unique`',
    })
  }
  if (rule.values !== undefined) {
    const few =
      rule.values.length <= LISTED ? rule.values.map(quote).join(', ') : `${formatInteger(rule.values.length)} values`
    asked.push({
      test: 'allowed-values',
      key: 'values',
      n: present,
      tolerated,
      expected: `one of ${few}${share}`,
      words: ['is outside the allowed ones', 'is not an allowed one', 'are not among the allowed ones'],
      cure: 'mend the values, or add the new ones to `values`',
    })
  }
  if (rule.range !== undefined && fits(rule, 'range', column.type)) {
    const { min, max } = rule.range
    const bounds = [
      ...(min === undefined ? [] : [`at least ${bound(min)}`]),
      ...(max === undefined ? [] : [`at most ${bound(max)}`]),
    ]
    asked.push({
      test: 'value-range',
      key: 'range',
      n: present,
      tolerated,
      expected: `${bounds.join(', ')}${share}`,
      words: ['is outside the range', 'is outside the range', 'are outside the range'],
      cure: 'mend the values, or widen the range',
    })
  }
  if (rule.length !== undefined) {
    const { min = 0, max } = rule.length
    asked.push({
      test: 'value-length',
      key: 'length',
      n: present,
      tolerated,
      expected: `${max === undefined ? `${min} characters or more` : `${min} to ${max} characters`}${share}`,
      words: ['is too short or too long', 'is too short or too long', 'are too short or too long'],
      cure: 'mend the values, or widen the length',
    })
  }
  if (rule.outliers !== undefined && fits(rule, 'outliers', column.type)) {
    const { z, 'max-share': most } = rule.outliers
    const far = `further than ${formatGiven(z)} standard deviations from the mean`
    asked.push({
      test: 'deviated-value',
      key: 'outliers',
      n: present,
      tolerated: most,
      expected: `at most ${formatPercent(most)} ${far}`,
      words: [`is ${far}`, `is ${far}`, `are ${far}`],
      cure: 'look at these rows: wrong units, typing errors, stand-ins such as 999999',
    })
  }
  return asked
}

const bound = (value: number | string): string => (typeof value === 'number' ? formatGiven(value) : value)

/** Compares counts, not shares, so that no rounding decides. */
function judge(evidence: Evidence, rule: ColumnRule, i: number, asked: Asked, loaded: LoadedContract): Check {
  const { test, key, n, tolerated, words } = asked
  const { bad, examples } = evidence.tests.get(testKey(rule.name, test)) ?? { bad: 0, examples: [] }
  const allowed = Math.floor(tolerated * n + 1e-9)
  const name = quote(rule.name)
  const facts = {
    rule: test,
    subject: `${evidence.profile.name}: ${rule.name}`,
    measured: bad,
    expected: asked.expected,
    n,
    where: loaded.place(['columns', i, key]),
  }
  if (n === 0) {
    const mayBeEmpty = rule.missing?.['max-share'] === 1
    return checkOf(mayBeEmpty ? 'pass' : 'inconclusive', {
      ...facts,
      message: `column ${name} has no value to judge`,
      cure: 'fill the column, or take the rule out of the contract',
    })
  }
  const some = `${formatInteger(bad)} of ${formatInteger(n)} values of ${name} (${formatPercent(bad / n)})`
  return checkOf(bad <= allowed ? 'pass' : rule.level, {
    ...facts,
    message: bad === 0 ? `no value of ${name} ${words[0]}` : `${some} ${bad === 1 ? words[1] : words[2]}`,
    details: { share: bad / n, allowed },
    examples: [...examples],
    cure: asked.cure,
  })
}

function misfit(
  rule: ColumnRule,
  i: number,
  column: ColumnProfile,
  key: 'range' | 'outliers',
  dataset: string,
  loaded: LoadedContract,
): Check {
  const kind = key === 'outliers' || typeof (rule.range?.min ?? rule.range?.max) === 'number' ? 'numbers' : 'dates'
  return checkOf(rule.level, {
    rule: 'type-error',
    subject: `${dataset}: ${rule.name}`,
    message: `the ${key} of ${quote(rule.name)} ${key === 'range' ? 'needs' : 'need'} ${kind}, and the column is ${column.type}`,
    measured: column.type,
    expected: kind,
    n: column.rows - column.missing,
    cure: 'declare the type of the column in the contract to see the values that are not written so',
    where: loaded.place(['columns', i, key]),
  })
}
