import { chooseGoldenRows } from '../../../actions/package-model/golden.js'
import type { Row } from '../../../shared/predict/predictor.js'
import { fakeContext } from '../../support/context.js'

/** 400 rows: one rare class, one rare slice value, extremes and missing values in single rows. */
function table(): string[] {
  const rows = Array.from(
    { length: 400 },
    (_, i) => `r${i},${i % 50},${(i % 7) / 10},${i % 2 ? 'a' : 'b'},${i % 3 ? 'no' : 'yes'}`,
  )
  rows[37] = 'r37,-999,0.1,a,no'
  rows[91] = 'r91,999,0.2,b,yes'
  rows[133] = 'r133,,0.3,a,no'
  rows[200] = 'r200,5,0.4,rare,no'
  rows[301] = 'r301,6,0.5,b,maybe'
  return rows
}

async function choose(rows: readonly string[], config: Record<string, unknown> = {}): Promise<readonly Row[]> {
  const fake = await fakeContext({
    files: { 'test.csv': `id,x,z,color,y\n${rows.join('\n')}\n` },
    config: {
      task: 'multiclass',
      data: { test: 'test.csv', target: 'y', id: 'id' },
      evaluate: { slices: ['color'] },
      package: { golden: 24 },
      ...config,
    },
  })
  try {
    return await chooseGoldenRows(fake.ctx, null)
  } finally {
    await fake.cleanup()
  }
}

describe('golden rows', () => {
  it('hold every class, every slice value, the edges of features and missing values', async () => {
    const rows = await choose(table())
    expect(rows).toHaveLength(24)
    expect(Object.keys(rows[0] ?? {})).toEqual(['x', 'z', 'color'])
    expect(rows).toContainEqual({ x: 6, z: 0.5, color: 'b' })
    expect(rows).toContainEqual({ x: 5, z: 0.4, color: 'rare' })
    expect(rows).toContainEqual({ x: -999, z: 0.1, color: 'a' })
    expect(rows).toContainEqual({ x: 999, z: 0.2, color: 'b' })
    expect(rows).toContainEqual({ x: null, z: 0.3, color: 'a' })
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(24)
  })

  it('are the same whatever the order of the data', async () => {
    expect(await choose(table().reverse())).toEqual(await choose(table()))
  })

  it('are as many as there are different rows when those are fewer', async () => {
    expect(await choose(['1,1,1,a,x', '2,1,1,a,y', '3,2,2,b,x', '4,2,2,b,y'])).toHaveLength(2)
  })

  it('have the features that are named, in their order', async () => {
    const data = { test: 'test.csv', target: 'y', id: 'id', features: ['color', 'x'] }
    const [row] = await choose(table(), { data })
    expect(Object.keys(row ?? {})).toEqual(['color', 'x'])
  })

  it('are none when none are wanted or there are no test data', async () => {
    expect(await choose(table(), { package: { golden: 0 } })).toEqual([])
    expect(await choose(table(), { data: { target: 'y' } })).toEqual([])
  })

  it('survive names and values that look like SQL', async () => {
    const fake = await fakeContext({
      files: { 'test.csv': `"a""; DROP TABLE x; --",b'c,X,x,y\n"'; --",1,1,2,0\n"""",2,3,4,1\n` },
      config: {
        task: 'binary',
        data: { test: 'test.csv', target: 'y' },
        evaluate: { slices: ['a"; DROP TABLE x; --'] },
      },
    })
    const rows = await chooseGoldenRows(fake.ctx, null).finally(() => fake.cleanup())
    expect(rows).toHaveLength(2)
    expect(rows).toContainEqual({ 'a"; DROP TABLE x; --': "'; --", "b'c": 1, X: 1, x: 2 })
  })
})
