import fc from 'fast-check'
import { dbt } from '../../../../actions/validate-data/formats/dbt/read.js'
import { DBT_TEST_NAMES } from '../../../../actions/validate-data/formats/dbt/tests.js'
import type { ContractFormat } from '../../../../actions/validate-data/formats/format.js'
import { EXPECTATION_NAMES } from '../../../../actions/validate-data/formats/great-expectations/expectation.js'
import { greatExpectations } from '../../../../actions/validate-data/formats/great-expectations/read.js'
import { PANDERA_CHECKS } from '../../../../actions/validate-data/formats/pandera/checks.js'
import { pandera } from '../../../../actions/validate-data/formats/pandera/read.js'
import { UserError } from '../../../../shared/core/errors.js'

/** Reads, or is told what is wrong, where, and what to do: never anything else. */
function tame(format: ContractFormat, value: unknown, path: string): void {
  const text = JSON.stringify(value)
  expect(typeof format.detect(path, text)).toBe('boolean')
  try {
    const { contract, line } = format.read(text, path, {})
    for (const i of contract.checks.keys()) expect(line(['checks', i])).toBeGreaterThan(0)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    for (const { where, message, cure } of error.problems) {
      expect(where).toMatch(/:\d+$/)
      expect(message.length).toBeLessThan(2000)
      expect(cure ?? '').not.toBe('')
    }
  }
}

const keys =
  `column column_A column_B column_list column_set value value_set value_pairs_set min_value max_value strict_min mostly regex
  regex_list like_pattern like_pattern_list escape match_on type_ type_list strictly threshold double_sided quantile_ranges
  partition_object sum_total ignore_row_if row_condition condition_parser json_schema strftime_format unexpected_rows_query
  other_table_name config arguments values to field where severity error_if warn_if limit expression interval datepart
  group_by_columns combination_of_columns gaps partition_by checks options dtype nullable unique required regex default`.split(
    /\s+/,
  )
const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    'a',
    '2024-01-01',
    'pandas',
    'a > 1',
    "x' OR 1=1 --",
    '{{ x }}',
    '::set-output',
    '\0',
    '<b>',
    null,
    true,
    0,
    -1,
    1e300,
  ),
  fc.string(),
  fc.double(),
)
const value = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.array(scalar, { maxLength: 4 }),
  fc.jsonValue({ maxDepth: 3 }),
)
const args = fc.dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...keys) }, fc.string()), value, {
  maxKeys: 6,
})

test('a suite of anything', () => {
  const item = fc.record(
    { type: fc.constantFrom(...EXPECTATION_NAMES), kwargs: args, severity: fc.constantFrom('info', 'x') },
    { requiredKeys: ['type'] },
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 9, arbitrary: item }, fc.jsonValue()), { maxLength: 5 }),
      (expectations) => {
        tame(greatExpectations, { name: 's', expectations }, 's.json')
      },
    ),
    { numRuns: 150 },
  )
})

test('properties of anything', () => {
  const one = fc
    .tuple(fc.constantFrom(...DBT_TEST_NAMES), fc.oneof(args, value))
    .map(([name, given]) => ({ [name]: given }))
  const tests = fc.array(fc.oneof({ weight: 9, arbitrary: one }, fc.jsonValue()), { maxLength: 4 })
  fc.assert(
    fc.property(tests, tests, args, (at, own, more) => {
      tame(dbt, { models: [{ name: 'm', ...more, columns: [{ name: 'a', tests: at }], tests: own }] }, 's.yml')
    }),
    { numRuns: 150 },
  )
})

test('a schema of anything', () => {
  const names = [...Object.keys(PANDERA_CHECKS), 'checks', 'dtype', 'unique', 'required']
  const column = fc.dictionary(fc.constantFrom(...names), fc.oneof(args, value), { maxKeys: 5 })
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(column, value), { maxKeys: 4 }), args, (columns, more) => {
      tame(pandera, { ...more, schema_type: 'dataframe', columns }, 's.json')
    }),
    { numRuns: 150 },
  )
})

test.each([greatExpectations, dbt, pandera])('$name: texts that are no such file', (format) => {
  for (const text of [
    '',
    '[]',
    'null',
    '5',
    '"x"',
    '{',
    '&a [*a]',
    '{"a": 1, "a": 2}',
    '---\n---\n',
    'a: *b',
    `${'['.repeat(500)}`,
  ]) {
    expect(typeof format.detect('x.yml', text)).toBe('boolean')
    try {
      format.read(text, 'x.yml', {})
    } catch (error) {
      if (!(error instanceof UserError)) throw error
    }
  }
})
