import { explain } from '../../../actions/validate-data/explain.js'
import { problemsOf, validate } from './support.js'

const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
/** 25 groups: `v0` with 40 of 520 rows, each of the others with 20. */
const group = (i: number) => `v${Math.max(0, Math.floor(i / 20) - 1)}`
const rows = (of: (i: number) => string = group) =>
  `g,x,y\n${times(520, (i) => `${of(i)},${(i * 37) % 101},${i % 2 ? 'yes' : 'no'}`).join('\n')}\n`
const contract = 'schema: plumbline.data-contract/1\nextra-columns: allow\n'
const files = { 'train.csv': rows(), 'base.csv': rows((i) => group(519 - i)), 'data-contract.yml': contract }
const data = { train: 'train.csv', target: 'y' }

test('a slicing column that is not there is told, not passed over', async () => {
  const { findings, check } = await validate(files, { ...data, slices: ['goup'], baseline: { data: 'base.csv' } })
  expect(findings).toEqual(['inconclusive slice-drift train: goup'])
  expect(check('slice-drift').message).toBe('the train data are not sliced by "goup": there is no such column')
})

test('rarer values are compared with nothing, and the check says so', async () => {
  const { check } = await validate(files, { ...data, slices: ['g'], baseline: { data: 'base.csv' } })
  expect(check('slice-drift')).toMatchObject({
    verdict: 'pass',
    // 20 slices, two other columns.
    message:
      '40 comparisons within slices: none has drifted; 5 rarer values of "g" with 19.2 % of the rows not compared: the 20 commonest of each side are',
    details: { compared: 40, valuesNotCompared: 5 },
  })
  expect(check('joint-drift').verdict).toBe('pass')
})

test('a baseline that does not know the slices yet is no fault of the data, and is told', async () => {
  const { fake } = await validate({ ...files, 'train.csv': rows() }, data)
  const profile = await fake.ctx.files.readText('.plumbline/data-profile.json')
  const next = await validate(
    { ...files, 'train.csv': rows((i) => group(i + 1)), 'base.json': profile },
    { ...data, slices: ['g'], baseline: 'base.json' },
  )
  expect(next.check('slice-drift')).toMatchObject({
    verdict: 'pass',
    message: 'slices by "g" were not compared: the profile of the baseline tells no slices of it',
  })
  expect(next.markdown).toMatch(/its columns .*, as a profile holds no rows: /)
  expect(() => next.check('joint-drift')).toThrow('no check')
})

test('the volume is held against the mean of the profiles that the baseline is put together from', async () => {
  const first = await validate({ ...files, 'data-contract.yml': `${contract}volume: { max-decrease: 0.1 }\n` }, data)
  const profile = await first.fake.ctx.files.readText('.plumbline/data-profile.json')
  const found = await validate(
    {
      'train.csv': `${rows()}v1,5,yes\n`,
      'data-contract.yml': `${contract}volume: { max-decrease: 0.1 }\n`,
      'profiles/a.json': profile,
      'profiles/b.json': profile,
    },
    { ...data, baseline: { files: 'profiles/*.json' } },
  )
  expect(found.check('row-volume')).toMatchObject({
    verdict: 'pass',
    measured: expect.closeTo(1 / 520, 12),
    message: 'the train data have 521 rows, 0.192 % more than the baseline (520, the mean of 2 profiles)',
  })
})

test('a dataset where a profile is expected is told from a damaged one', async () => {
  expect(await problemsOf(files, { ...data, baseline: 'base.csv' })).toEqual([
    'data.baseline: base.csv is no profile, and a path alone names one → for a dataset write in plumbline.yml:  data: { baseline: { data: base.csv } }',
  ])
})

test('a pattern is no path, and the cure says where patterns stand', async () => {
  expect(await problemsOf(files, { ...data, baseline: 'profiles/*.json' })).toEqual([
    'data.baseline: profiles/*.json is not there → several profiles, other data and earlier runs are named in plumbline.yml:  data: { baseline: { files: … } }, { data: … } or { runs: … }',
  ])
})

test.each(['blank-header', 'duplicate-label'])('%s, an error of reading, is explained', (code) => {
  expect(explain[code]?.cure).toMatch(/name/)
})
