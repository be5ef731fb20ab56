import fc from 'fast-check'
import { renderHtml } from '../../../shared/report/html.js'
import * as r from '../../support/report.js'

const points = [
  { x: 0, y: 0 },
  { x: 0.3, y: 0.7 },
  { x: 1, y: 1 },
]
const counts = [1, 2]

/** Every chart, with `text` wherever data give a text. */
const charts = (text: string): r.ChartBlock[] => [
  r.histogramPair({
    title: text,
    variable: text,
    edges: [0, 1, 2],
    current: { name: text, counts },
    baseline: { name: 'b', counts },
  }),
  r.ranking({ title: text, measure: text, threshold: 1, items: [{ name: text, value: 2 }], note: text }),
  r.rateCurve({
    title: text,
    curve: 'roc',
    series: [
      { name: text, points },
      { name: 'deployed', points },
    ],
  }),
  r.reliabilityCurve({
    title: text,
    series: [{ name: text, bins: [{ predicted: 0.1, observed: 0.2, n: 5, low: 0.1, high: 0.3 }] }],
  }),
  r.confusionMatrix({ title: text, labels: [text, 'b'], counts: [counts, counts] }),
  r.forest({ title: text, measure: text, rows: [{ name: text, estimate: 1, low: 0, high: 2, limit: 0.5 }] }),
  r.scatter({ title: text, x: text, y: text, points, reference: 'diagonal' }),
  r.timeSeries({
    title: text,
    measure: text,
    target: { name: text, value: 1 },
    events: [{ time: '2026-01-01', label: text }],
    points: [
      { time: '2026-01-01', value: 1, low: 0.5, high: 1.5 },
      { time: '2026-01-02T10:00:00Z', value: null },
    ],
  }),
]

const everything = (text: string): r.Report => ({
  title: text,
  verdict: r.banner('inconclusive', [text, r.code(text), r.strong(text)], text),
  blocks: [
    r.heading(2, text),
    r.paragraph([text, r.link(text, text), r.link(`https://example.org/${text}`, text)]),
    r.table([text, r.column(text, 'right')], [[text, r.code(text)]], { caption: text }),
    r.list([text], { ordered: true }),
    r.codeBlock(text),
    r.details(text, [r.paragraph(text)]),
  ],
})

const voids = new Set(['meta', 'br'])

/** Throws unless every tag is closed in order and every attribute is quoted. */
function tagsOf(html: string): string[] {
  const open: string[] = []
  const seen: string[] = []
  const rest = html.replace(/<!doctype html>/, '').replace(/<style>[^<]*<\/style>/, '')
  for (const [tag] of rest.matchAll(/<[^>]*>?/g)) {
    const parsed = /^<(\/?)([a-z][A-Za-z0-9]*)((?: [\w:-]+(?:="[^"<]*")?)*)(\/?)>$/.exec(tag)
    if (parsed === null) throw new Error(`not a tag: ${tag}`)
    const [, closing, name = '', , self] = parsed
    seen.push(tag)
    if (closing === '/' && open.pop() !== name) throw new Error(`${tag} closes another element`)
    if (closing === '' && self === '' && !voids.has(name)) open.push(name)
  }
  expect(open).toEqual([])
  return seen
}

describe('renderHtml', () => {
  it('is one page that loads nothing, runs nothing, and says the verdict in word and sign', async () => {
    const html = await renderHtml({
      ...everything('Approach'),
      blocks: [...everything('Approach').blocks, ...charts('Approach')],
    })
    const tags = tagsOf(html)
    expect(html).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    )
    expect(html).toContain('prefers-color-scheme:dark')
    expect(html).toContain('@media print')
    expect(html).toContain('<span aria-hidden="true">?</span> inconclusive</span>')
    expect(tags.filter((tag) => /^<(script|img|link|iframe|object|image|foreignObject)\b/i.test(tag))).toEqual([])
    expect(tags.filter((tag) => / (src|xlink:href|on\w+)=/.test(tag))).toEqual([])
    expect(html).not.toMatch(/@import|url\((?!#)/)
    for (const landmark of ['<header>', '<main>', '<footer>', '<h1>', '<html lang="en">'])
      expect(html).toContain(landmark)
    expect(html).toContain('<th scope="row">Approach</th>')
    expect(html).toContain('<caption>Approach</caption>')
  })

  it('draws every chart as an SVG with a name, a description, its numbers, and colours of the theme', async () => {
    const html = await renderHtml({ title: 'T', blocks: charts('Approach') })
    const pictures = html.match(/<svg role="img" aria-labelledby="chart\d+-title chart\d+-description"/g)
    expect(pictures).toHaveLength(8)
    expect(html.match(/<figcaption>/g)).toHaveLength(8)
    expect(html.match(/Numbers of this chart/g)).toHaveLength(8)
    expect(html).toContain('var(--chart-1)')
    // Black or white that Vega would put in by itself is unreadable in one of the themes.
    expect(html.match(/(?:fill|stroke)="(?!none|transparent|var\()[^"]*"/g) ?? []).toEqual([])
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('lets a picture that is wider than the page be moved by keyboard', async () => {
    const html = await renderHtml({ title: 'T', blocks: charts('Anflug "1"').slice(0, 2) })
    const regions = html.match(/<div class="wide"[^>]*>(?=<svg)/g)
    expect(regions).toEqual(
      new Array(2).fill('<div class="wide" tabindex="0" role="group" aria-label="Anflug &#34;1&#34;">'),
    )
  })

  it('keeps a name that is read from right to left from taking the numbers beside it along', async () => {
    const html = await renderHtml({
      title: 'T',
      blocks: [r.paragraph('14 of 600 values of "שלום" (2.33 %) and "a<b"')],
    })
    expect(html).toContain(
      '<p>14 of 600 values of <bdi>&#34;שלום&#34;</bdi> (2.33 %) and <bdi>&#34;a&#60;b&#34;</bdi></p>',
    )
    expect(await renderHtml({ title: 'T', blocks: [r.paragraph('values of "plan"')] })).toContain(
      '<p>values of &#34;plan&#34;</p>',
    )
  })

  it('gives the same bytes for the same report', async () => {
    const report: r.Report = { title: 'T', blocks: charts('a') }
    expect(await renderHtml(report)).toBe(await renderHtml(report))
  })

  it('refuses a chart that reaches outside itself', async () => {
    const chart = (spec: Record<string, unknown>): r.ChartBlock => ({ ...(charts('a')[0] as r.ChartBlock), spec })
    const draw = (spec: Record<string, unknown>) => renderHtml({ title: 'T', blocks: [r.details('d', [chart(spec)])] })
    const encoding = { x: { field: 'a', type: 'quantitative' } }
    await expect(draw({ data: { url: 'https://evil.example/x.csv' }, mark: 'point', encoding })).rejects.toThrow(
      'spec.data.url: a chart of a report carries its data inside',
    )
    await expect(draw({ data: { values: [] }, mark: { type: 'image' }, encoding })).rejects.toThrow(
      'spec.mark.type: an image is not allowed',
    )
    await expect(draw({ data: { values: [] }, mark: 'point', encoding: { href: { value: 'x' } } })).rejects.toThrow(
      'spec.encoding.href',
    )
    await expect(draw({ data: { values: [{ a: 1, url: 'fine' }] }, mark: 'point', encoding })).resolves.toContain(
      '<svg',
    )
  })

  it('stays under 2 MB and says what was left out', async () => {
    const rows = Array.from({ length: 60_000 }, (_, index) => [`row ${index}`, 'x'.repeat(60)])
    const html = await renderHtml({
      title: 'T',
      blocks: [r.paragraph('first'), r.table(['a', 'b'], rows, { caption: 'Rows' })],
    })
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000)
    expect(Buffer.byteLength(html)).toBeGreaterThan(1_900_000)
    expect(html).toMatch(
      /<strong>Shortened to fit 2 MB\.<\/strong> Left out: [\d,]+ of 60,000 rows of the table “Rows”\./,
    )
    tagsOf(html)
  })

  const nasty = fc.array(
    fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '</title>',
      '</style>',
      '<script>',
      '-->',
      '<!--',
      ']]>',
      '\n',
      '\u202e',
      '\ud800',
      'javascript:',
      'url(#x)',
      ' id="a"',
      'a',
      '{{',
      '`',
      '.',
      '[0]',
      '\\',
    ),
    { maxLength: 8 },
  )

  it('stays well-formed whatever the data say', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (parts) => {
        const html = await renderHtml(everything(parts.join('')))
        const tags = tagsOf(html)
        expect(tags.some((tag) => /^<script/i.test(tag))).toBe(false)
        for (const [, target = ''] of html.matchAll(/ href="([^"]*)"/g)) {
          expect(new URL(target, 'https://example.org/').origin).toBe('https://example.org')
        }
        expect(html).not.toContain('\u202e')
      }),
      { numRuns: 150 },
    )
  })

  it('draws charts of any names', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (parts) => {
        tagsOf(await renderHtml({ title: 'T', blocks: charts(parts.join('')) }))
      }),
      { numRuns: 4 },
    )
  })
})
