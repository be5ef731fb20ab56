import fc from 'fast-check'
import { columnPicture, recut } from '../../../actions/validate-data/report/charts-columns.js'
import { missingChart } from '../../../actions/validate-data/report/charts-missing.js'
import { summaryCharts } from '../../../actions/validate-data/report/charts-summary.js'
import type { BarPanels, ChartBlock, TableBlock } from '../../../shared/report/blocks.js'
import { aCheck } from '../../support/checks.js'
import { aColumn, aNumber, aProfile } from '../../support/profiles.js'

const numeric = (edges: number[], counts: number[]) => {
  const base = aNumber().numeric as NonNullable<ReturnType<typeof aNumber>['numeric']>
  return { numeric: { ...base, histogram: { kind: 'equal-mass' as const, edges, counts } } }
}

describe('bins of equal width out of bins of equal mass', () => {
  test.each([
    ['even', [0, 10], [8], [0.25, 0.25, 0.25, 0.25]],
    // 6 values over [0, 3): 5 in [0, 2.5), 1 in [2.5, 3); 2 over [3, 10): 4/7 of a value in [3, 5), 5/7 in each of the last.
    ['uneven', [0, 3, 10], [6, 2], [5 / 8, (1 + 4 / 7) / 8, 5 / 7 / 8, 5 / 7 / 8]],
    ['one value', [5, 5, 10], [3, 1], [0, 0, 3 / 4 + 1 / 8, 1 / 8]],
    ['beyond the ends', [-10, 0, 20], [1, 1], [1 / 2 + 1 / 16, 1 / 16, 1 / 16, 5 / 16]],
  ])('%s', (_, edges, counts, shares) => {
    const cut = recut(numeric(edges, counts), { low: 0, high: 10 }, 4)
    expect(cut).toHaveLength(4)
    for (const [i, share] of shares.entries()) expect(cut[i]).toBeCloseTo(share, 12)
  })

  test('no value is lost or made', () => {
    const steps = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(steps, fc.array(fc.nat(100), { minLength: 20, maxLength: 20 }), fc.nat(30), (widths, given, low) => {
        const edges = [0]
        for (const width of widths) edges.push((edges.at(-1) as number) + width)
        const counts = given.slice(0, edges.length - 1).map((count) => count + 1)
        const cut = recut(numeric(edges, counts), { low, high: low + 40 })
        expect(cut.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
        expect(Math.min(...cut)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('the picture of a column', () => {
  test('of numbers: the baseline and these data, on one axis, with their numbers', () => {
    const chart = columnPicture('train', aNumber(), aNumber({ rows: 50 })) as ChartBlock
    const picture = chart.picture as BarPanels
    expect(picture.panels.map(({ name, tone }) => [name, tone])).toEqual([
      ['baseline, 50 values', 'other'],
      ['these data, 100 values', 'main'],
    ])
    expect([picture.low, picture.high]).toEqual(['0', '100'])
    expect(picture.panels[0]?.description).toMatch(/^From 0 to 100; most values, 4\.17 %, from /)
    expect(chart.data.columns.map(({ title }) => title)).toEqual(['age', 'baseline', 'these data'])
    expect(chart.data.rows).toHaveLength(24)
    expect(chart.data.rows[0]).toEqual(['0 … 4.17', '4.17 %', '4.17 %'])
  })

  test('one far value does not press all others into one bar, and the picture says so', () => {
    const far = aNumber()
    const chart = columnPicture(
      'train',
      { ...far, numeric: { ...(far.numeric as object), max: 1e9 } as never },
      null,
    ) as ChartBlock
    const picture = chart.picture as BarPanels
    // 1 … 99, and a quarter of 98 around it; no lower than the smallest value.
    expect([picture.low, picture.high]).toEqual(['≤ 0', '≥ 124'])
    expect(chart.description).toContain('Values beyond the ends are in the first and the last bar.')
  })

  test('of text: a table with bars, the commonest of both first, the rest and the missing named', () => {
    const now = aColumn({
      missing: 10,
      top: [
        { value: 'Oslo', count: 50 },
        { value: 'new', count: 30 },
      ],
      otherCount: 10,
    })
    const before = aColumn({
      top: [
        { value: 'Bergen', count: 60 },
        { value: 'Oslo', count: 40 },
      ],
      otherCount: 0,
    })
    const table = columnPicture('train', now, before) as TableBlock
    expect(table.caption).toBe('city, train data')
    expect(table.rows).toEqual([
      ['Bergen', '60 %', '0 %'],
      ['Oslo', '40 %', '50 %'],
      ['new', '0 %', '30 %'],
      ['other values', '0 %', '10 %'],
      ['missing or not of the type', '0 %', '10 %'],
    ])
    expect(table.columns.slice(1).map(({ bar }) => bar)).toEqual([
      { values: [0.6, 0.4, 0, 0, 0], most: 0.6, tone: 'other' },
      { values: [0, 0.5, 0.3, 0.1, 0.1], most: 0.6, tone: 'main' },
    ])
  })

  test('there is none of identifiers, of sensitive columns, and none beside a baseline of another kind', () => {
    const sensitive = { how: 'hash', by: 'values', kind: 'email', reason: '' } as const
    expect(columnPicture('train', aColumn({ top: [] }), null)).toBeNull()
    expect(columnPicture('train', aColumn({ sensitive }), null)).toBeNull()
    expect(columnPicture('train', aNumber({ sensitive }), aNumber())).toBeNull()
    expect(columnPicture('train', aNumber(), aNumber({ sensitive }))).toBeNull()
    expect(((columnPicture('train', aNumber(), aColumn()) as ChartBlock).picture as BarPanels).panels).toHaveLength(1)
  })

  test('of extreme numbers has no NaN in it', () => {
    const base = aNumber().numeric as NonNullable<ReturnType<typeof aNumber>['numeric']>
    const at = (value: number) => ({
      p01: value,
      p05: value,
      p25: value,
      p50: value,
      p75: value,
      p95: value,
      p99: value,
    })
    const cases = [
      { min: 5, max: 5, quantiles: at(5), edges: [5, 5, 5] },
      {
        min: -1.7e308,
        max: 1.7e308,
        quantiles: { ...at(0), p01: -1.7e308, p99: 1.7e308 },
        edges: [-1.7e308, 0, 1.7e308],
      },
      { min: 0, max: 1e-320, quantiles: { ...at(0), p99: 1e-320 }, edges: [0, 5e-321, 1e-320] },
    ]
    for (const { min, max, quantiles, edges } of cases) {
      const column = aNumber({
        numeric: { ...base, min, max, quantiles, histogram: { kind: 'equal-mass', edges, counts: [1, 1] } },
      })
      const picture = (columnPicture('train', column, null) as ChartBlock).picture as BarPanels
      for (const share of picture.panels[0]?.shares ?? []) expect(Number.isFinite(share)).toBe(true)
      expect(picture.panels[0]?.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
    }
  })
})

describe('the map of missing values', () => {
  test('says in numbers what it draws', () => {
    const chart = missingChart('train', 10, {
      blocks: [
        { first: 1, rows: 4 },
        { first: 5, rows: 6 },
      ],
      columns: [
        { name: 'age', missing: 5, counts: [2, 3] },
        { name: 'city', missing: 1, counts: [1, 0] },
      ],
      more: 3,
    }) as ChartBlock
    expect(chart.picture).toEqual({
      kind: 'heat',
      low: 'row 1',
      high: 'row 10',
      rows: [
        { name: 'age', shares: [0.5, 0.5], total: '50 %' },
        { name: 'city', shares: [0.25, 0], total: '10 %' },
      ],
    })
    expect(chart.data.rows).toEqual([
      ['age', '50 %', '2', 'rows 1 to 4: 50 %'],
      ['city', '10 %', '1', 'rows 1 to 4: 25 %'],
    ])
    expect(chart.description).toContain('3 more columns with fewer missing values are not drawn.')
  })

  test('is absent where nothing is missing', () => {
    expect(missingChart('train', 10, { blocks: [{ first: 1, rows: 10 }], columns: [], more: 0 })).toBeNull()
  })
})

describe('the pictures of the summary', () => {
  const drift = (name: string, measured: number | null, method: string) =>
    aCheck({ rule: 'drift', subject: `train: ${name}`, measured, details: { method } })

  test('are a ranking of features and one for each kind of drift, where there are two to rank', () => {
    const power = [
      { feature: 'a', power: 0.2, n: 1, reason: null },
      { feature: 'b', power: 0.4, n: 1, reason: null },
    ]
    const checks = [
      drift('a', 0.1, 'PSI'),
      drift('b', 0.3, 'PSI'),
      drift('c', null, 'PSI'),
      drift('d', 1, 'Wasserstein'),
      aCheck(),
    ]
    const charts = summaryCharts(checks, [aProfile({ power })], { power: 0.95 })
    expect(charts.map(({ title, data }) => [title, data.rows.map((row) => row[0])])).toEqual([
      ['What each feature alone tells about the label', ['b', 'a']],
      ['Drift by column', ['train: b', 'train: a']],
    ])
    expect(summaryCharts([], [], { power: 1 })).toEqual([])
  })
})
