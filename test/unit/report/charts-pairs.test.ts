import { barPanels } from '../../../shared/report/charts/bars.js'
import { confusionPair } from '../../../shared/report/charts/confusion.js'
import { reliabilityCurve } from '../../../shared/report/charts/curves.js'
import { scatter } from '../../../shared/report/charts/scatter.js'
import { renderHtml } from '../../../shared/report/html.js'
import { mermaidXy } from '../../../shared/report/mermaid.js'

const drawn = (block: Parameters<typeof renderHtml>[0]['blocks'][number]) => renderHtml({ title: 't', blocks: [block] })

describe('confusion matrices side by side', () => {
  const chart = confusionPair({
    title: 'Confusion',
    labels: ['no', 'yes'],
    matrices: [
      {
        name: 'candidate',
        counts: [
          [90, 10],
          [4, 6],
        ],
      },
      {
        name: 'deployed',
        counts: [
          [95, 5],
          [0, 0],
        ],
      },
    ],
  })

  test('say in words how many are on the diagonal', () => {
    expect(chart.description).toBe(
      'Candidate: 110 rows by actual and predicted class, 87.3 % on the diagonal. deployed: 100 rows by actual and predicted class, 95 % on the diagonal.',
    )
  })

  test('have their numbers beside each other, with recalls; none where a class has no row', () => {
    expect(chart.data.columns.map(({ title }) => title)).toEqual([
      'actual ↓ predicted →',
      'candidate: no',
      'candidate: yes',
      'candidate: recall',
      'deployed: no',
      'deployed: yes',
      'deployed: recall',
    ])
    expect(chart.data.rows).toEqual([
      ['no', '90', '10', '90 %', '95', '5', '95 %'],
      ['yes', '4', '6', '60 %', '0', '0', '–'],
    ])
  })

  test('are one picture with a name, and no bars in Mermaid', async () => {
    const html = await drawn(chart)
    expect(html.match(/<svg/g)).toHaveLength(1)
    expect(html).toContain('<title id="chart1-title">Confusion</title>')
    for (const text of ['>candidate<', '>deployed<', '>90<', '>95<']) expect(html).toContain(text)
    expect(chart.xy).toBeUndefined()
  })
})

describe('histograms in panels', () => {
  const panels = (counts: readonly number[]) =>
    barPanels({
      title: 'Scores',
      variable: 'score',
      edges: [0, 0.5, 1],
      write: (value) => value.toFixed(1),
      pairs: true,
      panels: [
        { name: 'candidate, no', counts, rows: 4, tone: 'main' },
        { name: 'deployed, no', counts: [0, 0], rows: 0, tone: 'other' },
      ],
    })

  test('are shares of their own rows, weighted or not', () => {
    expect(panels([1, 3]).data.rows).toEqual([
      ['0.0 … 0.5', '25 %', '0 %'],
      ['0.5 … 1.0', '75 %', '0 %'],
    ])
    expect(panels([0.25, 0.75]).data.rows).toEqual(panels([1, 3]).data.rows)
  })

  test('each have a name and the highest bar in words', async () => {
    const html = await drawn(panels([1, 3]))
    expect(html).toContain('<div class="panels pairs">')
    expect(html).toContain('<desc id="chart1-1-desc">Most rows, 75 %, from 0.5 … 1.0.</desc>')
    expect(html).toContain('<desc id="chart1-2-desc">0 rows.</desc>')
  })
})

test('a reliability curve of more bins than Mermaid can label joins neighbours by their rows', () => {
  const bins = Array.from({ length: 15 }, (_, i) => ({ predicted: i / 15, observed: i / 30, n: i === 0 ? 300 : 100 }))
  const { xy } = reliabilityCurve({ title: 'Calibration', series: [{ name: 'candidate', bins }] })
  expect(xy?.line?.values).toHaveLength(8)
  // (0 · 300 + 1/15 · 100) / 400
  expect(xy?.bar?.values[0]).toBeCloseTo(1 / 60, 12)
  expect(xy?.line?.values[7]).toBeCloseTo(14 / 30, 12)
  expect(xy && mermaidXy(xy)).toContain('["0.02", ')
})

test('points that were chosen say from how many rows', () => {
  const points = Array.from({ length: 20 }, (_, i) => ({ x: i, y: -i }))
  const chart = scatter({
    title: 'Errors',
    x: 'prediction',
    y: 'error',
    points,
    rows: 10_000_000,
    tone: 'other',
    domain: { x: [0, 100], y: [-50, 50] },
  })
  expect(chart.description).toBe(
    'Error against prediction, 20 of 10,000,000 rows. The numbers are medians by tenth of prediction of 20 rows.',
  )
  expect(JSON.stringify(chart.spec)).toContain('"domain":[-50,50]')
  expect(JSON.stringify(chart.spec)).toContain('var(--chart-2)')
})
