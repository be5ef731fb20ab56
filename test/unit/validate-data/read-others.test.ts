import { contract, csv, problemsOf, validate } from './support.js'

const TRAIN = csv('color,n', [
  ['red', 1],
  ['blue', 2],
])

test('data that checks name and that cannot be read are told with their lines, beside all other mistakes', async () => {
  const text = contract(`checks:
  - { check: foreign-key, columns: [color], to: { data: ../colors.csv, columns: [name] } }
  - { check: foreign-key, columns: [color], to: { data: nope.csv, columns: [name] } }
  - { check: row-count, equals-rows-of: nope.csv }
  - { check: foreign-key, columns: [color], to: { data: colors.xls, columns: [name] } }
  - { check: foreign-key, columns: [color], to: { data: torn.csv, columns: [name] } }
  - { check: rows, condition: "n <" }
  - { check: foreign-key, columns: [color], to: { data: "lost/*.csv" } }
`)
  const files = { 'train.csv': TRAIN, 'colors.xls': 'x', 'torn.csv': 'name,n\nred\n', 'data-contract.yml': text }
  const problems = await problemsOf(files, { train: 'train.csv' })
  expect(problems.map((problem) => problem.split(' → ')[0])).toEqual([
    'data-contract.yml:3: ../colors.csv lies outside the working directory',
    'data-contract.yml:4: nope.csv is not there',
    'data-contract.yml:5: nope.csv is not there',
    'data-contract.yml:6: the format of colors.xls is not clear from its name',
    expect.stringMatching(/^torn\.csv:2: /),
    'data-contract.yml:9: no file matches "lost/*.csv"',
    expect.stringMatching(/^data-contract\.yml:8: of the check "rows", `condition` is no SQL expression/),
  ])
})

test.each(['../\n::set-output name=x::y.csv', '../<script>.csv', `../${'x'.repeat(5000)}.csv`])(
  'a hostile path is no more than a problem: %#',
  async (path) => {
    const text = contract(`checks: [{ check: foreign-key, columns: [color], to: { data: ${JSON.stringify(path)} } }]`)
    const [problem, ...others] = await problemsOf(
      { 'train.csv': TRAIN, 'data-contract.yml': text },
      { train: 'train.csv' },
    )
    expect(problem).toMatch(/^data-contract\.yml:2: .* lies outside the working directory/s)
    expect(others).toEqual([])
  },
)

test('those that can be read are read once, whatever names them', async () => {
  const text = contract(`extra-columns: allow
checks:
  - { check: foreign-key, columns: [color], to: { data: colors.csv, columns: [name] } }
  - { check: row-count, equals-rows-of: colors.csv }
`)
  const { findings } = await validate({
    'train.csv': TRAIN,
    'colors.csv': 'name\nred\nblue\n',
    'data-contract.yml': text,
  })
  expect(findings.filter((finding) => /foreign-key|row-count/.test(finding))).toEqual([])
})
