import { createHash } from 'node:crypto'
import { Script } from 'node:vm'
import fc from 'fast-check'
import { renderHtml } from '../../../shared/report/html.js'
import { drawPicture } from '../../../shared/report/svg-plain.js'
import { PAYLOADS } from '../../support/hostile.js'
import * as r from '../../support/report.js'

const tools = { choose: [0], find: [1] }
const withTools = (rows: readonly (readonly r.Inline[])[]): r.Report => ({
  title: 'T',
  blocks: [
    r.details('d', [r.table([{ ...r.column('verdict'), order: ['✗ fail', '✓ pass'] }, 'name'], rows, { tools })]),
  ],
})
const scriptsOf = (html: string) => [...html.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)]

describe('tables with tools', () => {
  test('bring the one script of the page, which its policy names by digest', async () => {
    const html = await renderHtml(withTools([['✗ fail', 'a']]))
    const [script, ...others] = scriptsOf(html)
    expect(others).toEqual([])
    const digest = createHash('sha256')
      .update(script?.[1] as string)
      .digest('base64')
    expect(html).toContain(
      `content="default-src 'none'; script-src 'sha256-${digest}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    )
    expect(html).toContain('its one script sorts and filters tables')
    expect(() => new Script(script?.[1] as string)).not.toThrow()
    expect(script?.[1]).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(|fetch|XMLHttp|https?:|localStorage|cookie/,
    )
  })

  test('hold all their rows and say what they offer without a script', async () => {
    const html = await renderHtml(
      withTools([
        ['✗ fail', 'a'],
        ['✓ pass', 'b'],
      ]),
    )
    expect(html).toContain('<table data-tools="{&#34;choose&#34;:[0],&#34;find&#34;:[1]}">')
    expect(html).toContain('<th scope="col" data-order="[&#34;✗ fail&#34;,&#34;✓ pass&#34;]">verdict</th>')
    expect(html.match(/<tr>/g)).toHaveLength(3)
    expect(html).not.toMatch(/<t[rhd][^>]* hidden/)
  })

  test('are absent where none is asked for', async () => {
    const html = await renderHtml({ title: 'T', blocks: [r.table(['a'], [['b']])] })
    expect(scriptsOf(html)).toEqual([])
    expect(html).toContain("content=\"default-src 'none'; style-src 'unsafe-inline'")
    expect(html).toContain('loads nothing and runs no script')
  })

  test.each(PAYLOADS.map((text) => [text]))('no other script with %j', async (text) => {
    const html = await renderHtml(withTools([[text, text]]))
    expect(scriptsOf(html)).toHaveLength(1)
    expect(html).not.toContain('<img')
  })
})

test('a bar says what its cell says, and is hidden from screen readers', async () => {
  const bar = { values: [0.5, null, 2, Number.NaN, -1], most: 1, tone: 'main' as const }
  const html = await renderHtml({
    title: 'T',
    blocks: [r.table([{ ...r.column('x'), bar }], [['1/2'], ['none'], ['2'], ['nan'], ['-1']])],
  })
  const meter = (width: number) =>
    `<span class="meter" aria-hidden="true"><span class="bar main" style="width:${width}%"></span></span>`
  expect(html).toContain(`<th scope="row" data-value="0.5">${meter(50)}1/2</th>`)
  expect(html).toContain('<th scope="row">none</th>')
  expect(html).toContain(`data-value="2">${meter(100)}2<`)
  expect(html).toContain('<th scope="row">nan</th>')
  expect(html).toContain(`data-value="-1">${meter(0)}-1<`)
})

test('the sections are listed with links that lead to them', async () => {
  const blocks = [r.heading(2, 'One <b>'), r.paragraph('p'), r.heading(3, 'Within'), r.heading(2, 'Two')]
  const html = await renderHtml({ title: 'T', contents: true, blocks })
  expect(html).toContain(
    '<nav aria-label="Sections"><ul><li><a href="#section1">One &#60;b&#62;</a></li><li><a href="#section2">Two</a></li></ul></nav>',
  )
  expect(html).toContain('<h2 id="section1">One &#60;b&#62;</h2>')
  expect(html).toContain('<h3>Within</h3>')
  expect(await renderHtml({ title: 'T', blocks })).not.toContain('<nav')
})

describe('plain pictures', () => {
  const chart = (picture: r.Picture): r.ChartBlock => ({
    kind: 'chart',
    title: 'T',
    description: 'D',
    spec: {},
    picture,
    data: { columns: [r.column('a')], rows: [['b']] },
  })
  const panels: r.Picture = {
    kind: 'panels',
    low: '0',
    high: '9',
    panels: [
      { name: 'baseline', description: 'first', shares: [0, 0.5, 1], tone: 'other' },
      { name: 'these data', description: 'second', shares: [0.25, 0, 0], tone: 'main' },
    ],
  }

  test('panels share their axes: the same share is as high in each', () => {
    const svg = drawPicture(panels, 'c', 'T', 'D')
    const paths = [...svg.matchAll(/<path d="([^"]*)" class="fill-/g)].map((match) => match[1])
    // 322 wide in three steps of 107.3; 90 high at most (150 − 20 − 40).
    expect(paths).toEqual(['M111.3 130v-45h106.3v45zM218.7 130v-90h106.3v90z', 'M4 130v-22.5h106.3v22.5z'])
    expect(svg).toContain('highest bar here and beside: 100 %')
    expect(svg.match(/role="img"/g)).toHaveLength(2)
    expect(svg).toContain('aria-labelledby="c-1-title c-1-desc"')
    expect(svg).toContain('<desc id="c-2-desc">second</desc>')
  })

  test('a share that is little is seen, none is not drawn', () => {
    const svg = drawPicture(
      {
        kind: 'panels',
        low: '',
        high: '',
        panels: [{ name: 'n', description: '', shares: [1e-6, 1, 0], tone: 'main' }],
      },
      'c',
      '',
      '',
    )
    expect(svg).toContain('d="M4 130v-1h106.3v1zM111.3 130v-90h106.3v90z"')
  })

  test('a map joins neighbours of one shade', () => {
    const svg = drawPicture(
      {
        kind: 'heat',
        low: 'row 1',
        high: 'row 90',
        rows: [
          { name: 'a', shares: [0, 1, 1], total: '67 %' },
          { name: 'b', shares: [0.01, 0, 0], total: '0 %' },
        ],
      },
      'm',
      'T',
      'D',
    )
    // 466 wide in three steps of 155.3, from 190; rows of 18.
    expect(svg).toContain('d="M345.3 1h310.7v16h-310.7z" class="fill-other" fill-opacity="1"')
    expect(svg).toContain('d="M190 19h155.3v16h-155.3z" class="fill-other" fill-opacity="0.16"')
    expect(svg).toContain('<title id="m-title">T</title><desc id="m-desc">D</desc>')
  })

  test('sixty columns by fifty blocks, none like its neighbour, are small', () => {
    const shares = Array.from({ length: 50 }, (_, i) => ((i * 7) % 50) / 50 + 0.01)
    const rows = Array.from({ length: 60 }, (_, i) => ({ name: `column ${i}`, shares, total: '50 %' }))
    expect(drawPicture({ kind: 'heat', low: '', high: '', rows }, 'm', 'T', 'D').length).toBeLessThan(120_000)
  })

  test('stand in the page with their numbers, and their names are escaped', async () => {
    const html = await renderHtml({ title: 'T', blocks: [chart(panels)] })
    expect(html).toContain('<figcaption>T</figcaption>')
    expect(html).toContain('Numbers of this chart (1 rows)')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const svg = drawPicture(
          { kind: 'heat', low: text, high: text, rows: [{ name: text, shares: [0.5], total: text }] },
          'm',
          text,
          text,
        )
        expect(svg.match(/<(?!\/?(?:svg|title|desc|path|text)\b)/g)).toBeNull()
      }),
    )
  })
})
