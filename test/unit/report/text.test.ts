import fc from 'fast-check'
import * as r from '../../../shared/report/index.js'

const report: r.Report = {
  title: 'validate-data',
  verdict: r.banner(
    'inconclusive',
    ['no label in ', r.code('train.csv')],
    'The column is declared and was not found in any of the four files that match.',
  ),
  blocks: [
    r.heading(2, 'Columns'),
    r.table(
      ['column', r.column('missing', 'right')],
      [
        ['Flight Phase', '12.3 %'],
        ['日本', '0 %'],
      ],
    ),
    r.list(['one', 'two two two two two two']),
    r.details('What was not measured', [r.paragraph('hidden')]),
    r.codeBlock('::error::x\n  y'),
  ],
}

describe('renderText', () => {
  it('is one line where one line is wanted', () => {
    expect(r.renderLine(report)).toBe('? inconclusive · validate-data: no label in train.csv')
    expect(r.renderLine({ title: 'Model card', blocks: [] })).toBe('Model card')
  })

  it('wraps, aligns by terminal columns and names what is folded', () => {
    expect(r.renderText(report, { width: 30 })).toBe(`? inconclusive · validate-data: no label in train.csv

The column is declared and was
not found in any of the four
files that match.

Columns

column        missing
Flight Phase   12.3 %
日本              0 %

- one
- two two two two two two

+ What was not measured

  :\u200b:error::x
    y
`)
  })

  it('clips wide tables to the terminal', () => {
    const wide = r.table(['a', 'b'], [['x'.repeat(200), 'y'.repeat(30)]])
    const lines = r
      .renderText({ title: 'T', blocks: [wide] }, { width: 60 })
      .trimEnd()
      .split('\n')
      .slice(2)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60)
    expect(lines[1]).toBe(`${'x'.repeat(28)}…  ${'y'.repeat(28)}…`)
  })

  it('never prints an escape sequence or a workflow command', () => {
    const nasty = fc
      .array(fc.constantFrom('::error::', '##[group]', '\u001b[2J', '\u001b]0;t\u0007', '\n', '\r', 'a', ' '))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(nasty, nasty, (a, b) => {
        const text = r.renderText({
          title: a,
          blocks: [r.paragraph(b), r.codeBlock(a), r.table([a], [[b]]), r.list([a, b])],
        })
        expect(text.includes('\u001b')).toBe(false)
        expect(text).not.toMatch(/^\s*::|##\[|\r/m)
      }),
    )
  })
})
