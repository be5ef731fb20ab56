import { problemsOf, validate } from './support.js'

const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
const day = (i: number) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)
const rows = (from: number, at: (i: number) => string = day) =>
  `at,x,y\n${times(600, (i) => `${at(from + i)},${((i * 37) % 1009) / 7},${i % 2 ? 'yes' : 'no'}`).join('\n')}\n`
const files = { 'train.csv': rows(0), 'data-contract.yml': 'schema: plumbline.data-contract/1\nextra-columns: allow\n' }
const data = { train: 'train.csv', target: 'y', baseline: 'none' }

test.each([
  [{ time: 'a' }, ['inconclusive missing-label data.time: a']],
  [
    { id: 'a', group: ['b', 'x'] },
    ['inconclusive missing-label data.id: a', 'inconclusive missing-label data.group: b'],
  ],
  [{ features: ['x', 'z'] }, ['fail missing-label data.features: z']],
  [{ exclude: ['at', 'ad'] }, ['warn missing-label data.exclude: ad']],
  [{ time: 'at', id: 'x', exclude: ['at'] }, []],
])('a role of a column that is not there is told: %j', async (roles, expected) => {
  const { findings, validation } = await validate(files, { ...data, ...roles })
  expect(findings.filter((finding) => finding.includes('missing-label'))).toEqual(expected)
  if (expected.length > 0) expect(validation.verdict).not.toBe('pass')
})

test('what was likely meant is said, and else which columns there are', async () => {
  const { validation } = await validate(files, { ...data, exclude: ['ad', 'temperature'] })
  expect(
    validation.checks.filter(({ rule }) => rule === 'missing-label').map(({ message, cure }) => [message, cure]),
  ).toEqual([
    [
      '`data.exclude` names "ad", which is no column of the data',
      'correct `data.exclude`, or write the column; did you mean "at"?',
    ],
    [
      '`data.exclude` names "temperature", which is no column of the data',
      'correct `data.exclude`, or write the column; the columns are at, x, y',
    ],
  ])
})

test('bins of a drift are written as a person writes them: days, minutes, six digits', async () => {
  const labels = async (train: string, base: string) => {
    const found = await validate(
      { ...files, 'train.csv': train, 'base.csv': base },
      { ...data, baseline: { data: 'base.csv' } },
    )
    return found.validation.checks.flatMap(({ rule, subject, message }) =>
      rule === 'drift' && message.includes('has drifted')
        ? [`${subject} ${/"([^"]*(?: … | or later)[^"]*)"/.exec(message)?.[1]}`]
        : [],
    )
  }
  // Twelve bins. numpy 2.4.6: np.quantile(range(600), 11 / 12) is 549.083 and np.quantile of x, 1 / 12, 12.107142857142856
  expect(await labels(rows(600), rows(0))).toEqual(['train: at 2025-07-03 or later'])
  // From minute 599 · 84 · 11 / 12 = 46,123 on; later than the baseline the bin is open.
  const hours = (i: number) => new Date(Date.UTC(2024, 0, 1, 0, i * 84)).toISOString().slice(0, 19)
  expect(await labels(rows(600, hours), rows(0, hours))).toEqual(['train: at 2024-02-02 00:43 or later'])
  expect(await labels(rows(0).replaceAll(/,\d+\.?\d*,/g, ',3.5,'), rows(0))).toEqual(['train: x 0 … 12.1071'])
})

test('columns without a name', async () => {
  expect(await problemsOf({ 'train.csv': ',a\n0,1\n' }, { train: 'train.csv' })).toEqual([
    expect.stringContaining('(blank-header)'),
  ])
})
