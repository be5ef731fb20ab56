import fc from 'fast-check'
import * as f from '../../../shared/report/format.js'

describe('numbers for people', () => {
  it.each<[number | null, number, string]>([
    [0.87412, 3, '0.874'],
    [0.5, 3, '0.500'],
    [1, 3, '1'],
    [1204, 3, '1,204'],
    [1234567.8, 3, '1,234,568'],
    [12.345, 3, '12.3'],
    [9.996, 3, '10.0'],
    [999.9, 3, '1,000'],
    [0.00000123, 3, '1.23e−6'],
    [0.0001, 2, '0.00010'],
    [-0.13, 2, '−0.13'],
    [-0, 3, '0'],
    [6.02214e23, 3, '6.02e23'],
    [Number.NaN, 3, '–'],
    [null, 3, '–'],
    [-Infinity, 3, '−∞'],
  ])('formatNumber(%p, %p) is %s', (value, digits, text) => expect(f.formatNumber(value, digits)).toBe(text))

  it.each<[number, string]>([
    [0.0131, '+0.0131'],
    [-0.009, '−0.0090'],
    [0, '0.0000'],
    [Infinity, '+∞'],
  ])('formatSignedFixed(%p, 4) is %s', (value, text) => expect(f.formatSignedFixed(value, 4)).toBe(text))

  it.each<[number | null, number | null, { signed?: boolean; decimals?: number }, string]>([
    [0.8541, 0.8923, {}, '0.854 … 0.892'],
    [-0.1812, -0.0822, { signed: true }, '−0.181 … −0.082'],
    [-0.006, 0.0101, { signed: true }, '−0.006 … +0.010'],
    [-0.00001, 0.5, { signed: true, decimals: 2 }, '0.00 … +0.50'],
    [1200, 3400, {}, '1,200 … 3,400'],
    [null, 0.5, {}, '– … 0.500'],
  ])('formatInterval(%p, %p, %p) is %s', (low, high, options, text) =>
    expect(f.formatInterval(low, high, options)).toBe(text),
  )

  it.each<[number | null, string]>([
    [0.15342, '15.3 %'],
    [0.07, '7 %'],
    [1, '100 %'],
    [0.000012, '0.00120 %'],
    [null, '–'],
  ])('formatPercent(%p) is %s', (value, text) => expect(f.formatPercent(value)).toBe(text))

  it.each<[number, string]>([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1536000, '1.54 MB'],
    [999_999, '1.00 MB'],
    [2147483648, '2.15 GB'],
  ])('formatBytes(%p) is %s', (value, text) => expect(f.formatBytes(value)).toBe(text))

  it.each<[number, string]>([
    [0.123, '0.123 ms'],
    [850, '850 ms'],
    [999.7, '1.00 s'],
    [12345, '12.3 s'],
    [59_960, '1 min'],
    [125_000, '2 min 5 s'],
    [4_320_000, '1 h 12 min'],
    [3_599_999, '1 h'],
    [273_600_000, '3 d 4 h'],
    [-850, '−850 ms'],
  ])('formatDuration(%p) is %s', (value, text) => expect(f.formatDuration(value)).toBe(text))

  it('shows a threshold as it was written', () => {
    expect([0.2, -0.005, 15, 1e-7, 0.1 + 0.2, null].map((value) => f.formatGiven(value))).toEqual([
      '0.2',
      '−0.005',
      '15',
      '1e−7',
      '0.3',
      '–',
    ])
  })

  it('shortens digests and keeps their algorithm', () => {
    expect(f.formatDigest(`sha256:${'3f'.repeat(32)}`)).toBe('sha256:3f3f3f3f3f3f')
    expect(f.formatDigest('3fab12cd34ef5678')).toBe('3fab12cd34ef')
  })

  it('counts with the noun', () => {
    expect([f.plural(1, 'row'), f.plural(2000, 'row'), f.plural(2, 'index', 'indices')]).toEqual([
      '1 row',
      '2,000 rows',
      '2 indices',
    ])
    expect(f.formatInteger(12345678901234567890n)).toBe('12,345,678,901,234,567,890')
  })

  it('says a number that reads back within its digits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (value) => {
        const read = Number(f.formatNumber(value, 3).replaceAll(',', '').replaceAll('−', '-'))
        expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.abs(value) * 0.00501 + 1e-300)
      }),
      { numRuns: 2000 },
    )
  })
})

test.each([
  [1, 9, '1 of 9 rows stands'],
  [2, 1204, '2 of 1,204 rows stand'],
  [1, 1, '1 of 1 row stands'],
  [0, 3, '0 of 3 rows stand'],
])('%i of %i: the noun agrees with the whole, the verb with the part', (part, whole, text) => {
  expect(`${f.partOf(part, whole, 'row')} ${f.agree(part, 'stands', 'stand')}`).toBe(text)
})
