import { readFileSync } from 'node:fs'
import { inferFromData } from '../../../actions/validate-data/infer/data.js'
import { loadDataset } from '../../../shared/data/dataset.js'
import { profileTable } from '../../../shared/data/profile.js'
import { fakeContext } from '../../support/context.js'
import { contract, validate } from './support.js'

/** Every finding of two public tables, judged by hand: none is false, and none is left out. */
const read = (name: string): string => readFileSync(new URL(`./real/${name}`, import.meta.url), 'utf8')
const linesOf = (text: string): { header: string; rows: string[] } => {
  const [header = '', ...rows] = text.trimEnd().split(/\r?\n/)
  return { header, rows }
}
const table = (header: string, rows: readonly string[]): string => `${header}\n${rows.join('\n')}\n`

/** The contract that a table suggests. */
async function inferred(text: string, options: { readonly target: string; readonly time?: string }): Promise<string> {
  const fake = await fakeContext({ files: { 'train.csv': text } })
  try {
    const engine = await fake.ctx.data()
    const dataset = await loadDataset(engine, fake.ctx.files, 'train', 'train.csv')
    return await inferFromData(engine, dataset, await profileTable(engine, dataset, options), options)
  } finally {
    await fake.cleanup()
  }
}

describe('penguins', () => {
  const penguins = read('penguins.csv')
  const data = { train: 'train.csv', target: 'Species' }

  test('that one species has a short beak is no leak; the file is sorted by species', async () => {
    const { findings, check } = await validate({ 'train.csv': penguins }, data)
    expect(findings).toEqual(['warn no-contract data-contract.yml', 'warn ordered-rows train: Species'])
    // 152 Adelie, 68 Chinstrap, 124 Gentoo, in three blocks.
    expect(check('ordered-rows').measured).toBeGreaterThan(0.99)
    expect(check('label-balance')).toMatchObject({ verdict: 'pass', measured: 68 / 344 })
    expect(check('duplicate-row')).toMatchObject({ verdict: 'pass', measured: 0 })
  })

  test('its contract is kept, and tells of the one penguin whose sex is a dot', async () => {
    const text = await inferred(penguins, data)
    expect(text).toContain('"." (1 row) was seen: name it under `missing` of the source')
    expect(text).toContain('type: integer # all 342 values are written so')
    const { findings } = await validate({ 'train.csv': penguins, 'data-contract.yml': text }, data)
    expect(findings).toEqual(['warn ordered-rows train: Species'])
  })

  test('what is planted is found: a copy of the species in another code, one row of test in train, a wrong unit', async () => {
    const { header, rows } = linesOf(penguins)
    // Rows stand in pairs of a nest, one of each sex.
    const [even, odd] = [0, 1].map((side) => rows.filter((_, i) => (i >> 1) % 2 === side)) as [string[], string[]]
    const text = await inferred(table(header, even), data)
    const files = (train: readonly string[], test: readonly string[]) => ({
      'train.csv': table(header, train),
      'test.csv': table(header, test),
      'data-contract.yml': text,
    })
    const both = { ...data, test: 'test.csv' }
    const rest = (findings: readonly string[]) =>
      findings.filter((finding) => !/ordered-rows| Species = /.test(finding))
    // The two penguins that nobody measured lie in test alone.
    const unmeasured = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'].map(
      (name) => `fail missing-value test: ${name}`,
    )
    expect(rest((await validate(files(even, odd), both)).findings)).toEqual(unmeasured)

    const shared = await validate(files(even, [...odd, even[7] as string]), both)
    expect(rest(shared.findings)).toEqual([...unmeasured, 'fail row-overlap train and test'])
    const inKilograms = odd.map((row, i) => {
      const cells = row.split(',')
      return i === 3 ? [...cells.slice(0, 5), '3.75', cells[6]].join(',') : row
    })
    expect(rest((await validate(files(even, inKilograms), both)).findings)).toContain(
      'fail type-error test: Body Mass (g)',
    )
    const coded = even.map((row) => `${row},${row.startsWith('A') ? 3 : row.startsWith('C') ? 7 : 1}`)
    const leaked = await validate({ 'train.csv': table(`${header},code`, coded) }, data)
    expect(leaked.findings).toContain('fail label-leak code')
    expect(leaked.findings.filter((finding) => /^fail label-leak/.test(finding))).toHaveLength(1)
  })
})

describe('weather of Seattle', () => {
  const weather = read('seattle-weather.csv')
  const { header, rows } = linesOf(weather)
  const data = { train: 'train.csv', target: 'weather', time: 'date' }

  test('as a whole: the share of its classes moves with the years', async () => {
    const { findings, check } = await validate({ 'train.csv': weather }, data)
    expect(findings).toEqual(['warn no-contract data-contract.yml', 'warn ordered-rows train: weather'])
    // 26 days of snow of 1,461.
    expect(check('label-balance')).toMatchObject({ verdict: 'pass', measured: 26 / 1461 })
  })

  test('its contract is kept', async () => {
    const text = await inferred(weather, data)
    expect(text).toContain('order: strictly-increasing')
    const { findings } = await validate({ 'train.csv': weather, 'data-contract.yml': text }, data)
    expect(findings).toEqual(['warn ordered-rows train: weather'])
  })

  test('the later part against the earlier one: days that go on are no mistake; snow became rare, fog common', async () => {
    const at = Math.floor(rows.length * 0.7)
    const train = table(header, rows.slice(0, at))
    const { findings } = await validate(
      {
        'train.csv': train,
        'test.csv': table(header, rows.slice(at)),
        'data-contract.yml': await inferred(train, data),
      },
      { ...data, test: 'test.csv' },
    )
    expect(findings).toEqual([
      'fail label-balance test: weather',
      'warn ordered-rows train: weather',
      'warn label-drift train and test',
    ])
  })

  test('2014 and 2015 against the years before: the label is now made of the rain alone', async () => {
    const [old, now] = [rows.filter((row) => row < '2014'), rows.filter((row) => row >= '2014')]
    expect([old.length, now.length]).toEqual([731, 730])
    // In both years each day with rain is called rain or snow, and no day without.
    const wet = (row: string) => Number(row.split(',')[1]) > 0
    expect(now.filter((row) => /,(?:rain|snow)$/.test(row) !== wet(row))).toEqual([])
    const { findings, check } = await validate(
      {
        'old.csv': table(header, old),
        'train.csv': table(header, now),
        'data-contract.yml': contract('extra-columns: allow'),
      },
      { ...data, baseline: { data: 'old.csv' } },
    )
    expect(findings).toEqual([
      'warn label-leak weather = rain',
      'warn ordered-rows train: weather',
      'fail label-drift train: weather',
      'fail joint-drift train',
    ])
    expect(check('label-leak').message).toBe(
      'one feature tells weather = rain from all other classes: "precipitation" (1.00)',
    )
  })
})
