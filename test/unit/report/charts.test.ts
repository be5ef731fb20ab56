import fc from 'fast-check'
import { mermaidXy } from '../../../shared/report/mermaid.js'
import * as r from '../../support/report.js'

const markdown = (chart: r.Block) =>
  r
    .renderMarkdown({ title: 'T', blocks: [chart] })
    .split('\n')
    .slice(2)
    .join('\n')
const rowsOf = (chart: r.ChartBlock) => chart.data.rows.map((row) => row.map((cell) => r.inlineText(cell)))

describe('mermaidXy', () => {
  it('names both series in the title, because Mermaid has no legend', () => {
    expect(
      mermaidXy({
        x: { title: 'age', categories: ['0', '10'] },
        y: { title: 'share' },
        bar: { name: 'now', values: [0.25, 1e-7] },
        line: { name: 'before', values: [0.5, 0.5] },
      }),
    ).toBe(`%%{init: {"xyChart": {"height": 340}, "themeVariables": {"xyChart": {"plotColorPalette": "#90b8e0, #c9531a"}}}}%%
xychart-beta
  title "bar: now · line: before"
  x-axis "age" ["0", "10"]
  y-axis "share" 0 --> 0.525
  bar [0.25, 0.0000001]
  line [0.5, 0.5]`)
  })

  const xy = (values: number[], categories = values.map(String)) =>
    mermaidXy({ x: { title: 'x', categories }, y: { title: 'y' }, bar: { name: 'b', values } })

  it.each([
    ['thirteen categories', Array(13).fill(1)],
    ['no categories', []],
    ['not a number', [1, Number.NaN]],
    ['an infinite value', [Infinity]],
    ['a bar below zero', [-1]],
  ])('leaves %s to the table', (_, values) => expect(xy(values)).toBeUndefined())

  it('leaves series of another length than the axis to the table', () => expect(xy([1, 2], ['a'])).toBeUndefined())

  it('turns the chart when the labels would collide, and widens an axis without extent', () => {
    expect(xy([1, 2, 3, 4, 5], Array(5).fill('a rather long label'))).toContain('xychart-beta horizontal')
    expect(xy([0, 0])).toContain('0 --> 1')
  })

  it('keeps its grammar whatever the labels say', () => {
    const label = fc
      .array(fc.constantFrom('"', '`', '\n', ';', '#quot;', '%%{init}', ']', '\\', '<b>', 'a'))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(label, fc.array(label, { minLength: 1, maxLength: 12 }), (title, categories) => {
        const lines = mermaidXy({
          x: { title, categories },
          y: { title },
          line: { name: title, values: categories.map(() => 1) },
        })?.split('\n')
        expect(lines).toHaveLength(5)
        expect(lines?.[2]).toMatch(/^ {2}x-axis "[^"`;#\\<{]+" \[(?:"[^"`;#\\<{]+"(?:, )?)+\]$/)
      }),
    )
  })
})

describe('charts', () => {
  it('compares a histogram by shares, and joins bins until Mermaid can label them', () => {
    const chart = r.histogramPair({
      title: 'Age',
      variable: 'age',
      edges: Array.from({ length: 21 }, (_, index) => index * 5),
      current: { name: 'current', counts: Array(20).fill(10) },
      baseline: { name: 'baseline', counts: [...Array(10).fill(3), ...Array(10).fill(0)] },
    })
    expect(chart.description).toBe('Share of rows in 20 bins of age: current (200 rows), baseline (30 rows).')
    expect(chart.xy?.x.categories).toEqual(['0', '10', '20', '30', '40', '50', '60', '70', '80', '90'])
    expect(chart.xy?.bar?.values).toEqual(Array(10).fill(10))
    expect(chart.xy?.line?.values).toEqual([20, 20, 20, 20, 20, 0, 0, 0, 0, 0])
    expect(rowsOf(chart)[0]).toEqual(['0 … 5', '10', '5 %', '3', '10 %'])
  })

  it('shows an empty sample as zero, not as NaN', () => {
    const chart = r.histogramPair({
      title: 'T',
      variable: 'v',
      edges: [0, 1],
      current: { name: 'now', counts: [0] },
    })
    expect(rowsOf(chart)).toEqual([['0 … 1', '0', '0 %']])
    expect(chart.xy?.bar?.values).toEqual([0])
  })

  it('reads ROC points off between thresholds, and precision from the next recall that was reached', () => {
    const roc = r.rateCurve({
      title: 'ROC',
      curve: 'roc',
      series: [
        {
          name: 'candidate',
          points: [
            { x: 0, y: 0 },
            { x: 0, y: 0.4 },
            { x: 0.5, y: 0.8 },
            { x: 1, y: 1 },
          ],
        },
      ],
    })
    expect(roc.xy?.line?.values.map((y) => Number(y.toFixed(10)))).toEqual([
      0.4, 0.48, 0.56, 0.64, 0.72, 0.8, 0.84, 0.88, 0.92, 0.96, 1,
    ])
    const pr = r.rateCurve({
      title: 'PR',
      curve: 'pr',
      series: [
        {
          name: 'candidate',
          points: [
            { x: 0, y: 1 },
            { x: 0.25, y: 1 },
            { x: 0.55, y: 0.7 },
            { x: 1, y: 0.4 },
          ],
        },
      ],
    })
    expect(pr.xy?.line?.values).toEqual([1, 1, 1, 0.7, 0.7, 0.7, 0.4, 0.4, 0.4, 0.4, 0.4])
  })

  it('leaves three curves to the table, and a curve that does not reach an x blank', () => {
    const points = [
      { x: 1, y: 1 },
      { x: 2, y: 2 },
    ]
    const chart = r.lineChart({
      title: 'T',
      x: { title: 'epoch' },
      y: { title: 'loss' },
      series: [
        { name: 'a', points },
        { name: 'b', points: points.slice(1) },
        { name: 'c', points },
      ],
    })
    expect(chart.xy).toBeUndefined()
    expect(rowsOf(chart)).toEqual([
      ['1', '1', '–', '1'],
      ['2', '2', '2', '2'],
    ])
    expect(markdown(chart)).not.toContain('mermaid')
  })

  it('gives the confusion matrix as a table with recall, undefined where the class does not occur', () => {
    const chart = r.confusionMatrix({
      title: 'Confusion',
      labels: ['no', 'yes', 'never'],
      counts: [
        [90, 10, 0],
        [5, 15, 0],
        [0, 0, 0],
      ],
    })
    expect(markdown(chart)).toBe(`**Confusion**

120 rows by actual and predicted class; 87.5 % on the diagonal.

| actual ↓ predicted → | no | yes | never | recall |
| --- | --: | --: | --: | --: |
| no | 90 | 10 | 0 | 90 % |
| yes | 5 | 15 | 0 | 75 % |
| never | 0 | 0 | 0 | – |
`)
  })

  it('lists a slice without an estimate and aligns the decimals of the others', () => {
    const chart = r.forest({
      title: 'Slices',
      measure: 'difference of recall',
      signed: true,
      rows: [
        {
          name: 'Approach',
          estimate: -0.13,
          low: -0.18,
          high: -0.08,
          n: 1204,
          limit: -0.02,
          verdict: r.verdictLabel('fail'),
        },
        { name: 'Parked', estimate: null, n: 0, verdict: r.verdictLabel('inconclusive') },
        { name: 'Climb', estimate: 0.02, low: -0.01, high: 0.05, n: 840 },
      ],
    })
    expect(rowsOf(chart)).toEqual([
      ['Approach', '−0.130', '−0.180 … −0.080', '1,204', '−0.020', '✗ fail'],
      ['Parked', '–', '–', '0', '–', '? inconclusive'],
      ['Climb', '+0.020', '−0.010 … +0.050', '840', '–', ''],
    ])
    expect(chart.description).toBe('Difference of recall of 3 rows with 95 % intervals. 1 row without an estimate.')
    expect(chart.xy).toBeUndefined()
  })

  it('shows the last twelve points in Mermaid and says so; the numbers have all', () => {
    const points = Array.from({ length: 30 }, (_, index) => ({
      time: `2026-04-${String(index + 1).padStart(2, '0')}`,
      value: 0.16,
      n: 10,
    }))
    const chart = r.timeSeries({
      title: 'CTR',
      measure: 'click-through rate',
      percent: true,
      target: { value: 0.15, name: 'objective' },
      points,
    })
    expect(chart.xy?.x).toEqual({
      title: 'last 12 of 30 points',
      categories: points.slice(-12).map((point) => point.time.slice(5)),
    })
    expect(chart.xy?.line).toEqual({ name: 'objective', values: Array(12).fill(15) })
    expect(chart.data.rows).toHaveLength(30)
    expect(chart.description).toBe(
      'Click-through rate, 30 points, from 16 % (2026-04-01) to 16 % (2026-04-30). Objective: 15 %.',
    )
  })

  it('does not draw over a gap in Mermaid', () => {
    const chart = r.timeSeries({
      title: 'CTR',
      measure: 'ctr',
      points: [
        { time: '2026-04-01', value: null },
        { time: '2026-04-02', value: 1 },
      ],
    })
    expect(chart.xy).toBeUndefined()
    expect(chart.description).toContain('1 point without data.')
  })

  it('ranks, counts what is above the threshold, and keeps a negative value out of the bars', () => {
    const chart = r.ranking({
      title: 'Drift',
      measure: 'PSI',
      threshold: 0.2,
      items: [
        { name: 'a', value: 0.1 },
        { name: 'b', value: 0.3 },
      ],
    })
    expect(chart.description).toBe('PSI, 2 items, largest first. 1 above the threshold of 0.2.')
    expect(rowsOf(chart).map(([name]) => name)).toEqual(['b', 'a'])
    expect(markdown(chart)).toContain('```mermaid\n%%{init')
    expect(markdown(r.ranking({ title: 'I', measure: 'gain', items: [{ name: 'a', value: -1 }] }))).not.toContain(
      'mermaid',
    )
  })

  it('gives the quantiles of numpy by tenth of a scatter', () => {
    // numpy 2.4: np.quantile(np.arange(10.), [.1, .5, .9]) == [0.9, 4.5, 8.1]
    const points = Array.from({ length: 100 }, (_, index) => ({ x: Math.floor(index / 10), y: index % 10 }))
    const chart = r.scatter({ title: 'R', x: 'predicted', y: 'residual', points, reference: 'zero' })
    expect(rowsOf(chart)).toEqual(Array.from({ length: 10 }, (_, x) => [String(x), '0.900', '4.50', '8.10', '10']))
  })

  it('draws nothing of no points', () => {
    expect(r.scatter({ title: 'R', x: 'x', y: 'y', points: [] }).xy).toBeUndefined()
    expect(r.timeSeries({ title: 'R', measure: 'm', points: [] }).description).toBe('M, 0 points, no value.')
    expect(r.ranking({ title: 'R', measure: 'm', items: [] }).description).toBe('M, 0 items, largest first.')
  })
})
