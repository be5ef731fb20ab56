import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Check } from '../../../shared/contracts/common.js'
import { literal } from '../../../shared/data/engine/sql.js'
import { fakeContext } from '../../support/context.js'
import { again, contract, validate } from './support.js'

/** A row of every type, each value of which may be missing. */
interface Row {
  readonly n: number | null
  readonly x: number | null
  readonly b: boolean | null
  readonly d: string | null
  readonly t: string | null
}
const NAMES = ['n', 'x', 'b', 'd', 't'] as const
type Name = (typeof NAMES)[number]

// NUL and byte order marks inside a text are refused by name; half surrogates are no text.
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
    fc.constantFrom(
      '"',
      '""',
      'a,b',
      "it's",
      'a\nb',
      '=1+1',
      'NULL',
      ' ',
      '–',
      '東京',
      'é',
      '🐦',
      '0042',
      'true',
      '\\N',
      '$1',
    ),
  )
  .filter((value) => !/[\0\uFEFF\r]/.test(value))
const or = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 4 })
const row: fc.Arbitrary<Row> = fc.record({
  n: or(fc.integer({ min: -50, max: 50 })),
  x: or(fc.integer({ min: -400, max: 400 }).map((eighths) => eighths / 8)),
  b: or(fc.boolean()),
  d: or(fc.integer({ min: 1, max: 28 }).map((day) => `2024-02-${String(day).padStart(2, '0')}`)),
  t: or(text),
})
const table = fc.array(row, { minLength: 1, maxLength: 25 })

const cell = (value: Row[Name]): string => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`)
const csvOf = (rows: readonly Row[], names: readonly Name[] = NAMES): string =>
  `${names.join(',')}\n${rows.map((one) => names.map((name) => cell(one[name])).join(',')).join('\n')}\n`
const jsonlOf = (rows: readonly Row[]): string => rows.map((one) => JSON.stringify(one)).join('\n')

async function parquetOf(rows: readonly Row[]): Promise<Buffer> {
  const fake = await fakeContext()
  try {
    const sql = (value: Row[Name], type: string) =>
      `CAST(${value === null ? 'NULL' : literal(String(value))} AS ${type})`
    const values = rows.map(
      ({ n, x, b, d, t }) =>
        `(${sql(n, 'INTEGER')}, ${sql(x, 'DOUBLE')}, ${sql(b, 'BOOLEAN')}, ${sql(d, 'DATE')}, ${sql(t, 'VARCHAR')})`,
    )
    const path = join(fake.root, 'x.parquet')
    await (await fake.ctx.data()).run(
      `COPY (SELECT * FROM (VALUES ${values.join(', ')}) v(${NAMES.join(', ')})) TO ${literal(path)} (FORMAT parquet)`,
    )
    return await readFile(path)
  } finally {
    await fake.cleanup()
  }
}

/** Rules of values: what they say of a row hangs on that row alone. */
const VALUE_RULES = `
extra-columns: allow
columns:
  - { name: n, type: integer, range: { min: -20, max: 20, strict-max: true }, max-unknown: 0.25, missing: { max-share: 0.3 } }
  - { name: x, type: number, range: { min: -10.5 }, forbidden: [0, "12.5"] }
  - { name: b, type: boolean, values: ["true"], max-unknown: 0.5 }
  - { name: d, type: date, range: { min: "2024-02-05", max: "2024-02-20" }, max-unknown: 0.4 }
  - { name: t, type: string, length: { min: 1, max: 3 }, pattern: "[^,]*" }
checks:
  - { check: compare, columns: [n, x], operator: <=, mostly: 0.5 }
  - { check: values, column: t, values: [a, "\\"", "東京", "true"], mostly: 0.1 }
  - { check: range, column: x, max: 20, where: "b AND n > 0" }
  - { check: missing, column: d, mostly: 0.75 }
  - { check: rows, condition: "n IS NULL OR n <> 7" }
  - { check: statistic, column: x, statistic: mean, min: -10, max: 10 }
  - { check: statistic, column: n, statistic: min, min: -40 }
  - { check: statistic, column: t, statistic: max-length, max: 5 }
  - { check: statistic, column: d, statistic: missing-share, max: 0.5 }`

/** Rules that hang on all rows together, besides. */
const ALL_RULES = `${VALUE_RULES}
  - { check: unique, column: n }
  - { check: key, columns: [n, d] }
  - { check: statistic, column: x, statistic: sd, max: 25 }
  - { check: statistic, column: t, statistic: distinct, min: 3 }
  - { check: statistic, column: x, statistic: quantile, quantile: 0.25, min: -30 }
  - { check: outliers, column: n, limit: 2 }
  - { check: most-common, column: b, values: ["true"] }`

type Verdict = readonly [rule: string, subject: string, verdict: string, measured: unknown, n: unknown]
const round = (value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(10)) : value)
const verdictOf = ({ rule, subject, verdict, measured, n }: Check): Verdict => [
  rule,
  subject,
  verdict,
  round(measured),
  n,
]

async function verdicts(name: string, content: string | Uint8Array, rules: string): Promise<Verdict[]> {
  const { validation, fake } = await validate(
    { [name]: content, 'data-contract.yml': contract(rules) },
    { train: name },
  )
  await fake.cleanup()
  return validation.checks.map(verdictOf)
}
const judged = (all: readonly Verdict[]) => all.filter(([rule]) => !/duplicate-row|row-count|volume/.test(rule))
const runs = (numRuns: number) => ({ numRuns, seed: 4 })

test('CSV, JSON Lines and Parquet of the same rows have the same verdicts, measurements and counts', async () => {
  await fc.assert(
    fc.asyncProperty(table, async (rows) => {
      const asCsv = await verdicts('x.csv', csvOf(rows), ALL_RULES)
      expect(await verdicts('x.jsonl', jsonlOf(rows), ALL_RULES)).toEqual(asCsv)
      expect(await verdicts('x.parquet', await parquetOf(rows), ALL_RULES)).toEqual(asCsv)
    }),
    runs(12),
  )
}, 300_000)

test('neither the order of rows nor that of columns shows', async () => {
  const shuffled = table.chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      other: fc.shuffledSubarray(rows, { minLength: rows.length }),
      names: fc.shuffledSubarray([...NAMES], { minLength: NAMES.length }),
    }),
  )
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ rows, other, names }) => {
      const first = await verdicts('x.csv', csvOf(rows), ALL_RULES)
      expect(await verdicts('x.csv', csvOf(other, names), ALL_RULES)).toEqual(first)
    }),
    runs(10),
  )
}, 300_000)

test('every row twice: verdicts of values stay, counts are twice as many', async () => {
  await fc.assert(
    fc.asyncProperty(table, async (rows) => {
      const once = judged(await verdicts('x.csv', csvOf(rows), VALUE_RULES))
      const twice = judged(await verdicts('x.csv', csvOf([...rows, ...rows]), VALUE_RULES))
      const doubled = once.map(([rule, subject, verdict, measured, n]): Verdict => {
        const isCount = rule !== 'statistic-range' && typeof measured === 'number'
        return [rule, subject, verdict, isCount ? 2 * measured : measured, typeof n === 'number' ? 2 * n : n]
      })
      expect(twice).toEqual(doubled)
    }),
    runs(12),
  )
}, 300_000)

test('rows without any value are passed over by every rule but those of missing values', async () => {
  const nothing: Row = { n: null, x: null, b: null, d: null, t: null }
  // A condition decides itself what it says of NULL, and the share of missing values is the one statistic of `d`.
  const about = new Set([
    'missing-value train: d',
    'missing-value train: n',
    'row-constraint train',
    'statistic-range train: d',
  ])
  const ofValues = (all: readonly Verdict[]) =>
    judged(all).filter(([rule, subject]) => !about.has(`${rule} ${subject}`))
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 9 }), async (rows, more) => {
      const few = ofValues(await verdicts('x.csv', csvOf(rows), VALUE_RULES))
      const padded = [...rows, ...Array.from({ length: more }, () => nothing)]
      expect(ofValues(await verdicts('x.csv', csvOf(padded), VALUE_RULES))).toEqual(few)
    }),
    runs(10),
  )
}, 300_000)

test('what is said of one file is said of its parts together', async () => {
  const parted = table
    .filter((rows) => rows.length > 1)
    .chain((rows) => fc.record({ rows: fc.constant(rows), at: fc.integer({ min: 1, max: rows.length - 1 }) }))
  await fc.assert(
    fc.asyncProperty(parted, async ({ rows, at }) => {
      const whole = await verdicts('x.csv', csvOf(rows), ALL_RULES)
      const { validation, fake } = await validate(
        {
          'p/1.csv': csvOf(rows.slice(0, at)),
          'p/2.csv': csvOf(rows.slice(at)),
          'data-contract.yml': contract(ALL_RULES),
        },
        { train: 'p/*.csv' },
      )
      await fake.cleanup()
      expect(validation.checks.map(verdictOf)).toEqual(whole)
    }),
    runs(8),
  )
}, 300_000)

test('the same data give the same document to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(table, async (rows) => {
      const first = await validate({ 'train.csv': csvOf(rows), 'data-contract.yml': contract(ALL_RULES) })
      const second = await again(first.fake)
      await first.fake.cleanup()
      expect(JSON.stringify(second.validation)).toBe(JSON.stringify(first.validation))
      expect(second.html).toBe(first.html)
    }),
    runs(4),
  )
}, 300_000)
