import { PANDERA_CHECKS } from '../../../../actions/validate-data/formats/pandera/checks.js'
import { pandera } from '../../../../actions/validate-data/formats/pandera/read.js'
import { UserError } from '../../../../shared/core/errors.js'

type Args = Readonly<Record<string, unknown>>

const schema = (columns: unknown, more: Args = {}) => JSON.stringify({ schema_type: 'dataframe', columns, ...more })
/** The checks without what is theirs by default. */
function read(text: string): Record<string, unknown>[] {
  return pandera.read(text, 'schema.yml', {}).contract.checks.map((check) => {
    const plain: Record<string, unknown> = { ...check }
    const silent = {
      level: 'fail',
      'strict-min': false,
      'strict-max': false,
      syntax: 'regex',
      of: 'any',
      not: false,
      'on-empty': 'pass',
    }
    for (const [key, value] of Object.entries(silent)) if (plain[key] === value) delete plain[key]
    return plain
  })
}
function problems(text: string): string[] {
  try {
    pandera.read(text, 'schema.yml', {})
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    for (const { cure } of error.problems) expect(cure ?? '').not.toBe('')
    return error.problems.map(({ where, message }) => `${where}: ${message}`)
  }
  return []
}

const a = { column: 'a' }
const THERE = { check: 'column', ...a, 'on-empty': 'inconclusive' }

/** Every built-in check of pandas schemas: what is written, by name, and what it means. */
const TABLE: Readonly<Record<string, readonly [written: unknown, named: Args, check: Args]>> = {
  equal_to: [5, { value: 5 }, { check: 'range', ...a, min: 5, max: 5 }],
  not_equal_to: ['x', { value: 'x' }, { check: 'forbidden', ...a, values: ['x'] }],
  greater_than: [0, { min_value: 0 }, { check: 'range', ...a, min: 0, 'strict-min': true }],
  greater_than_or_equal_to: [
    '2024-01-01 00:00:00',
    { min_value: '2024-01-01' },
    { check: 'range', ...a, min: '2024-01-01' },
  ],
  less_than: [0, { max_value: 0 }, { check: 'range', ...a, max: 0, 'strict-max': true }],
  less_than_or_equal_to: [0.5, { max_value: 0.5 }, { check: 'range', ...a, max: 0.5 }],
  in_range: [
    { min_value: 0, max_value: 5, include_min: false, include_max: true },
    { min_value: 0, max_value: 5, include_min: false },
    { check: 'range', ...a, min: 0, max: 5, 'strict-min': true },
  ],
  isin: [['x', 1], { allowed_values: ['x', 1] }, { check: 'values', ...a, values: ['x', '1'] }],
  notin: [['x'], { forbidden_values: ['x'] }, { check: 'forbidden', ...a, values: ['x'] }],
  str_matches: ['a|b', { pattern: 'a|b' }, { check: 'pattern', ...a, patterns: ['^(?:a|b)'], match: 'anywhere' }],
  str_contains: ['a|b', { pattern: 'a|b' }, { check: 'pattern', ...a, patterns: ['a|b'], match: 'anywhere' }],
  str_startswith: ['a.b', { string: 'a.b' }, { check: 'pattern', ...a, patterns: ['^a\\.b'], match: 'anywhere' }],
  str_endswith: ['$', { string: '$' }, { check: 'pattern', ...a, patterns: ['\\$\\z'], match: 'anywhere' }],
  str_length: [
    { min_value: 1, max_value: 3, exact_value: null },
    { min_value: 1, max_value: 3 },
    { check: 'length', ...a, min: 1, max: 3 },
  ],
  unique_values_eq: [
    ['x', 'y'],
    { values: ['x', 'y'] },
    { check: 'value-set', ...a, values: ['x', 'y'], relation: 'equal', 'on-empty': 'fail' },
  ],
}

describe('every built-in check', () => {
  test('is in the table', () => {
    expect(Object.keys(TABLE).sort()).toEqual(Object.keys(PANDERA_CHECKS).sort())
  })

  test.each(Object.entries(TABLE))('%s, in the three forms that to_yaml has had', (name, [written, named, check]) => {
    const of = (column: Args) => read(schema({ a: { nullable: true, ...column } }))
    expect(of({ [name]: written })).toEqual([THERE, check])
    expect(of({ [name]: named })).toEqual([THERE, check])
    expect(of({ checks: { [name]: written } })).toEqual([THERE, check])
    expect(of({ checks: { [name]: { ...named, options: { raise_warning: true } } } })).toEqual([
      THERE,
      { ...check, level: 'warn' },
    ])
    const item = { ...named, options: { check_name: name, raise_warning: false, ignore_na: true } }
    expect(of({ checks: [item] })).toEqual([THERE, check])
  })

  test('a value without a name may be called `value`', () => {
    const checks = [{ value: 0, options: { check_name: 'greater_than' } }]
    expect(read(schema({ a: { nullable: true, checks } }))[1]).toMatchObject({
      check: 'range',
      min: 0,
      'strict-min': true,
    })
  })

  test('ignore_na: false fails a missing value, but not where a comparison with it is true', () => {
    const of = (check: Args) => read(schema({ a: { nullable: true, ...check } })).map(({ check }) => check)
    expect(of({ greater_than: { min_value: 0, ignore_na: false } })).toEqual(['column', 'range', 'missing'])
    expect(of({ not_equal_to: { value: 0, ignore_na: false } })).toEqual(['column', 'forbidden'])
  })
})

describe('columns', () => {
  test('are there, without missing values, of their type', () => {
    expect(read(schema({ a: { dtype: 'int64' } }))).toEqual([
      THERE,
      { check: 'type', ...a, types: ['integer'] },
      { check: 'missing', ...a },
    ])
  })

  test('that are not required are judged where they are there', () => {
    expect(read(schema({ a: { required: false, nullable: true, greater_than: 0 } }))).toEqual([
      { check: 'range', ...a, min: 0, 'strict-min': true, 'on-absent': 'pass' },
    ])
  })

  test('with a default have no missing values', () => {
    expect(read(schema({ a: { default: 0 } }))).toEqual([THERE])
  })

  test('that are unique count every member, or the copies', () => {
    const unique = (report?: string) =>
      read(schema({ a: { nullable: true, unique: true, report_duplicates: report } }))[1]
    const key = { check: 'key', columns: ['a'], 'pass-over': 'never' }
    expect(unique()).toEqual({ ...key, count: 'members' })
    expect(unique('exclude_first')).toEqual({ ...key, count: 'copies' })
  })

  test.each([
    ['datetime64[ns]', ['timestamp', 'date']],
    ['datetime64[ns, UTC]', ['timestamp', 'date']],
    ['string[python]', ['string', 'integer', 'number', 'boolean', 'date', 'timestamp']],
    ['Int64', ['integer']],
    ['Decimal(28, 0)', ['number', 'integer']],
    ['boolean', ['boolean']],
  ])('of type %s', (dtype, types) => {
    expect(read(schema({ a: { dtype, nullable: true } }))[1]).toEqual({ check: 'type', ...a, types })
  })
})

describe('the frame', () => {
  const TWO = { a: { nullable: true }, b: { nullable: true } }
  test.each<[Args, Args[]]>([
    [
      { strict: true },
      [{ check: 'columns', columns: ['a', 'b'], match: 'subset', ordered: false, 'on-empty': 'inconclusive' }],
    ],
    [
      { ordered: true },
      [{ check: 'columns', columns: ['a', 'b'], match: 'partial', ordered: true, 'on-empty': 'inconclusive' }],
    ],
    [{ strict: 'filter', coerce: true, name: 'n', title: null, version: '0.35.0', api: 'pandas' }, []],
    [{ unique: ['a', 'b'] }, [{ check: 'key', columns: ['a', 'b'], 'pass-over': 'never', count: 'members' }]],
    [
      { unique: [['a'], ['b']], report_duplicates: 'exclude_last' },
      [
        { check: 'key', columns: ['a'], 'pass-over': 'never', count: 'copies' },
        { check: 'key', columns: ['b'], 'pass-over': 'never', count: 'copies' },
      ],
    ],
    [{ index: [{ dtype: 'int64', nullable: false, checks: null, name: null }] }, []],
    [{ checks: null, index: null, dtype: null }, []],
  ])('%j', (more, checks) => {
    expect(read(schema(TWO, more)).slice(2)).toEqual(checks)
  })

  test('an index with a name is a column of the file, and one type may hold for all', () => {
    const found = read(schema({ a: { nullable: true } }, { index: [{ name: 'i', nullable: true }], dtype: 'float' }))
    expect(found.map(({ check, column }) => [check, column])).toEqual([
      ['column', 'a'],
      ['type', 'a'],
      ['column', 'i'],
      ['type', 'i'],
    ])
  })
})

describe('mistakes', () => {
  test('come all at once, each with its line', () => {
    const text = `schema_type: dataframe
columns:
  a:
    dtype: category
    greater_then: 0
    isin: x
  ^x_:
    regex: true
  b:
    str_matches: (?=x)
    checks:
    - options: { check_name: my_own_check }
  c:
    checks:
    - options: { check_name: my_own_check }
    - value: 1
  d:
    drop_invalid_rows: true
    in_range: { min_value: 5, max_value: 1 }
    less_than: { max_value: 1, groupby: a }
    greater_than: tomorrow
  e: 5
checks:
  my_frame_check: {}
index:
- { dtype: int64, greater_than: 0 }
strict: maybe
add_missing_columns: true
surprise: 1
`
    expect(problems(text)).toEqual([
      'schema.yml:26: an index without a name cannot be honoured: a file has no row labels',
      'schema.yml:4: "a": the type "category" cannot be honoured: it does not say how values are written',
      'schema.yml:5: "a": the check greater_then is not known',
      'schema.yml:6: a: isin: `allowed_values` has to be a list of texts, numbers or booleans, not "x"',
      'schema.yml:8: "^x_": `regex` cannot be honoured: a column is checked by its name',
      'schema.yml:12: "b": the check my_own_check is not known',
      'schema.yml:10: "b": `str_matches` stands beside `checks`, where Pandera does not read it',
      'schema.yml:15: "c": the check my_own_check is not known',
      'schema.yml:16: "c": a check has no name',
      'schema.yml:18: "d": `drop_invalid_rows` cannot be honoured: rows are judged, not dropped',
      'schema.yml:19: d: in_range: `min_value` is larger than `max_value`',
      'schema.yml:20: d: less_than: `groupby` cannot be honoured: built-in checks look at all values',
      'schema.yml:21: d: greater_than: `min_value` has to be a number or an ISO date, not "tomorrow"',
      'schema.yml:22: column "e" is 5',
      'schema.yml:27: `strict` is "maybe"',
      'schema.yml:24: a check of the whole frame cannot be honoured: its code is not in the file, or it means every column',
      'schema.yml:28: `add_missing_columns` cannot be honoured: data are judged, not changed',
      'schema.yml:29: `surprise` is not known in a schema of Pandera',
    ])
  })
})

describe('the file', () => {
  test('is told by its contents', () => {
    expect(pandera.detect('s.yaml', 'schema_type: dataframe\nversion: 0.35.0\n')).toBe(true)
    expect(pandera.detect('s.json', '{"schema_type": "dataframe", "columns": {}}')).toBe(true)
    expect(pandera.detect('s.yaml', 'schema_type: dataset\n')).toBe(false)
    expect(pandera.detect('s.txt', 'schema_type: dataframe\n')).toBe(false)
    expect(pandera.detect('s.yml', '\0')).toBe(false)
  })

  // pandera 0.35.0: DataFrameSchema(...).to_yaml().
  test('as Pandera writes it', () => {
    const text = `schema_type: dataframe
api: pandas
columns:
  a:
    dtype: int64
    nullable: true
    unique: true
    required: false
    report_duplicates: exclude_first
    greater_than: 0
    isin:
      allowed_values:
      - 1
      - 2
      raise_warning: true
    less_than:
      max_value: 9
      ignore_na: false
  s:
    dtype: string[python]
    coerce: true
    str_length:
      min_value: 1
      max_value: 3
      exact_value: null
    unique_values_eq:
      values:
      - a
      - b
      error: unique_values_eq(['a', 'b'])
  n: {}
index:
- dtype: int64
  name: i
  greater_than_or_equal_to: 0
strict: true
ordered: true
unique:
- a
- s
`
    const { contract, line } = pandera.read(text, 'schema.yml', {})
    expect(contract.checks.map(({ check, level }, i) => `${check} ${level} ${line(['checks', i])}`)).toEqual([
      'type fail 5',
      'key fail 7',
      'range fail 10',
      'values warn 11',
      'range fail 16',
      'missing fail 16',
      'column fail 19',
      'type fail 20',
      'missing fail 19',
      'length fail 22',
      'value-set fail 26',
      'column fail 31',
      'missing fail 31',
      'column fail 33',
      'type fail 33',
      'missing fail 33',
      'range fail 35',
      'columns fail 36',
      'key fail 38',
    ])
  })
})
