import fc from 'fast-check'
import type { Block, Inline, Report } from '../../support/report.js'
import * as r from '../../support/report.js'

const sketch: Report = {
  title: 'evaluate-gate',
  verdict: r.banner(
    'fail',
    [r.strong('do not replace'), ' ', r.code('birdstrikes@v1.0.0'), ', deployed in production'],
    ['Better on average, but ', r.strong('Phase of flight = Approach'), ' loses recall.'],
  ),
  blocks: [
    r.table(
      ['', r.column('candidate', 'right'), r.column('rule', 'center')],
      [
        ['ROC AUC', '0.874', r.verdictLabel('pass')],
        ['recall, Approach', '0.58', r.verdictLabel('fail')],
      ],
    ),
    r.details('What was not measured', [r.paragraph('No invariance rule is declared.')]),
    r.paragraph(r.link('https://example.org/report', 'Full report')),
  ],
}

const lineOf = (inline: Inline) =>
  r
    .renderMarkdown({ title: 'T', blocks: [r.paragraph(inline)] })
    .split('\n\n')[1]
    ?.trimEnd()

describe('renderMarkdown', () => {
  it('says the verdict first, in a sign and a word, then the reason, then the evidence', () => {
    expect(r.renderMarkdown(sketch)).toBe(
      `### ✗ fail · evaluate-gate: **do not replace** \`birdstrikes@v1.0.0\`, deployed in production

Better on average, but **Phase of flight = Approach** loses recall.

|  | candidate | rule |
| --- | --: | :-: |
| ROC AUC | 0.874 | ✓ pass |
| recall, Approach | 0.58 | ✗ fail |

<details><summary>What was not measured</summary>

No invariance rule is declared.

</details>

[Full report](https://example.org/report)
`,
    )
  })

  it.each<[string, Inline, string]>([
    ['mention', 'ask @octocat', 'ask @&#8203;octocat'],
    ['issue reference', 'see #12 and GH-12', 'see #&#8203;12 and GH-&#8203;12'],
    ['bare link', 'http://evil.example www.evil.example', 'http:&#8203;//evil.example www&#8203;.evil.example'],
    ['pipe and backtick', 'a|b`c`', 'a&#124;b&#96;c&#96;'],
    ['HTML and comments', '<b>x</b> <!-- y -->', '&lt;b&gt;x&lt;/b&gt; &lt;!-- y --&gt;'],
    ['emphasis', '*a* _b_ snake_case ~~c~~', '\\*a\\* \\_b\\_ snake_case \\~\\~c\\~\\~'],
    ['link and image', '![x](y)', '!\\[x\\](y)'],
    ['exclamation mark before a link', ['wow!', r.link('https://a.example', 'b')], 'wow\\![b](https://a.example)'],
    ['line breaks', 'a\r\nb\nc\u2028d', 'a b c d'],
    ['heading', '# no', '\\# no'],
    ['list', '1. no', '1\\. no'],
    ['workflow command', '::error::no', '\\::&#8203;error::no'],
    ['bidi control', 'a\u202eb\u200bc', 'a⟨U+202E⟩b⟨U+200B⟩c'],
    ['terminal colours', '\u001b[31mred\u001b[0m', 'red'],
    ['formula', 'costs $5 or $6', 'costs <span>$</span>5 or <span>$</span>6'],
    ['emoji code', ':white_check_mark:', ':&#8203;white_check_mark:'],
    ['entity', '&lt;', '&amp;lt;'],
    ['code with pipe', r.code('a|b'), '<code>a&#124;b</code>'],
    ['code with backticks', r.code('``'), '<code>&#96;&#96;</code>'],
    ['code with a line break', r.code('a\nb'), '`a↵b`'],
    ['two codes', [r.code('a'), r.code('b')], '`a`<code>b</code>'],
    ['strong beside punctuation', r.strong('(a)'), '<strong>(a)</strong>'],
    ['strong in strong', r.strong(['a ', r.strong('b')]), '**a b**'],
    ['script link', r.link('javascript:alert(1)', 'x'), 'x'],
    ['foreign host by stealth', r.link('//evil.example', 'x'), 'x'],
    ['link with a parenthesis', r.link('https://a.example/b) c', 'x'), '[x](https://a.example/b%29%20c)'],
    ['link in link', r.link('https://a.example', ['x', r.link('https://b.example', 'y')]), '[xy](https://a.example)'],
  ])('makes %s inert', (_, inline, expected) => {
    expect(lineOf(inline)).toBe(expected)
  })

  it('keeps the joiners that scripts and emoji need', () => {
    expect(lineOf('می‌خواهم 👩‍🔬')).toBe('می‌خواهم 👩‍🔬')
  })

  it('fences code with more backticks than the code has, and never lets data choose a drawn language', () => {
    const text = r.renderMarkdown({ title: 'T', blocks: [r.codeBlock('```\n::error::x', { language: 'mermaid' })] })
    expect(text).toBe('### T\n\n````text\n```\n:\u200b:error::x\n````\n')
  })

  it('takes no marker out of a log', () => {
    const text = r.renderMarkdown({ title: 'T', blocks: [r.codeBlock('<!-- plumbline:x -->')] })
    expect(text).not.toContain(r.markerComment('x'))
  })

  it.each([['a--b'], ['-->'], ['x\ny'], ['-'], ['z'.repeat(300)]])('makes a well-formed marker of %j', (name) => {
    expect(r.markerComment(name)).toMatch(/^<!-- plumbline:(?!.*--.*-->)[\w.:/@ -]{1,200} -->$/)
  })

  it('writes headings for a file that stands alone', () => {
    const report: Report = { title: 'Card', blocks: [r.heading(2, 'Data #'), r.paragraph('x')] }
    expect(r.renderMarkdown(report, { level: 1 })).toBe('# Card\n\n## Data \\#\n\nx\n')
  })
})

describe('a report that is too long', () => {
  const rows = Array.from({ length: 500 }, (_, index) => [`row ${index}`, '0.5'])
  const long: Report = {
    ...sketch,
    blocks: [
      r.table(['a', 'b'], rows, { caption: 'Rules' }),
      r.heading(2, 'More'),
      r.details('Slices that moved', [r.table(['a', 'b'], rows)]),
      r.heading(2, 'Log'),
      r.codeBlock('line\n'.repeat(500), { importance: 5 }),
    ],
  }

  it('loses the least important first and says what and where the whole is', () => {
    const text = r.renderMarkdown(long, { limit: 12_000, whole: r.link('report.html', 'report.html') })
    expect(text.length).toBeLessThanOrEqual(12_000)
    expect(text).toContain('row 499')
    expect(text).not.toContain('Log\n')
    expect(text).toMatch(
      /\*\*Shortened to fit.\*\*|<strong>Shortened to fit\.<\/strong> Left out: \d+ of 500 rows of a table, a text block of “Log”\. The whole report: \[report\.html\]\(report\.html\)\n$/,
    )
  })

  it('drops the heading of a section that is gone', () => {
    const text = r.renderMarkdown(long, { limit: 1500 })
    expect(text).not.toContain('#### ')
    expect(text).toMatch(/Left out: \d+ of 500 rows of the table “Rules”, “Slices that moved”/)
    expect(text).toContain('The whole report is in the files of this run.')
  })

  it('keeps what is declared important', () => {
    const report = {
      ...sketch,
      blocks: [r.paragraph('a'.repeat(900)), r.details('Keep', [r.paragraph('kept')], { importance: 95 })],
    }
    expect(r.renderMarkdown(report, { limit: 900 })).toContain('kept')
  })

  it('keeps at least the verdict when even the headline is too long', () => {
    const report: Report = {
      title: 'x'.repeat(5000),
      verdict: r.banner('error', 'y'.repeat(5000), 'z'.repeat(5000)),
      blocks: [],
    }
    expect(r.renderMarkdown(report, { limit: 1200 })).toMatch(/^### ⊗ error · x+…: y+…\n\nz+…\n\n/)
    expect(r.renderMarkdown(report, { limit: 20 })).toBe('⊗ error\n')
  })

  it('measures bytes for a step summary', () => {
    const report: Report = {
      title: 'T',
      blocks: [
        r.table(
          ['a'],
          rows.map(() => ['–'.repeat(20)]),
        ),
      ],
    }
    const text = r.renderMarkdown(report, { limit: 5000, unit: 'bytes' })
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(5000)
    expect(Buffer.byteLength(text)).toBeGreaterThan(4000)
  })
})

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '`',
          '```',
          '|',
          '\\',
          '\n',
          '\r',
          '<',
          '>',
          '<!--',
          '-->',
          '<script>',
          '@octocat',
          '#1',
          'GH-1',
          '&',
          ';',
          '$',
          '*',
          '_',
          '~',
        ],
        ...[
          '[',
          ']',
          '(',
          ')',
          '!',
          'http://',
          'www.',
          '::error::',
          '##[error]',
          '# ',
          '- ',
          '1. ',
          '---',
          '\u202e',
          '\u200b',
          '\u001b[1m',
          'a',
          ' ',
        ],
      ),
    )
    .map((parts) => parts.join('')),
)
const { inline } = fc.letrec<{ inline: Inline }>((tie) => ({
  inline: fc.oneof(
    { maxDepth: 3 },
    nasty,
    nasty.map((text) => ({ code: text })),
    tie('inline').map((text) => ({ strong: text })),
    fc.tuple(nasty, tie('inline')).map(([link, text]) => ({ link, text })),
    fc.array(tie('inline'), { maxLength: 3 }),
  ),
}))

describe('whatever the data say', () => {
  it('one line of text stays one line without HTML, fence, cell, mention, reference or command', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const line = r.guardLineStart(r.escapeMarkdown(text))
        const plain = line.replaceAll('<span>$</span>', 'S').replaceAll('&#8203;', '\0')
        expect(plain).not.toMatch(/[\n\r\u2028\u2029<>|`$]/)
        expect(plain).not.toMatch(/@\w|(?<!&)#\d|\bGH-\d|:\/\/|www\.|^\s*::|##\[/)
        expect(plain).not.toMatch(/(?<!\\)(?:\\\\)*[*[\]~]/)
        expect(plain).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]/)
        expect(plain.includes('\u001b')).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  it('a table keeps its rows and cells', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(inline, inline), { maxLength: 5 }), (rows) => {
        const text = r.renderMarkdown({ title: 'T', blocks: [r.table(['a', 'b'], rows)] }, { limit: 1e6 })
        const lines = text.trimEnd().split('\n').slice(2)
        expect(lines).toHaveLength(rows.length + 2)
        for (const line of lines) expect(line.match(/\|/g)).toHaveLength(3)
      }),
      { numRuns: 500 },
    )
  })

  it('a code block ends where it should', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const lines = r
          .renderMarkdown({ title: 'T', blocks: [r.codeBlock(text)] }, { limit: 1e6 })
          .trimEnd()
          .split('\n')
        const fence = /^`{3,}/.exec(lines[2] ?? '')?.[0] ?? 'none'
        expect(lines.at(-1)).toBe(fence)
        for (const line of lines.slice(3, -1)) {
          expect(line.includes(fence)).toBe(false)
          expect(line).not.toMatch(/^\s*::|##\[/)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('the result is within the limit and starts with the verdict if that fits at all', () => {
    const block: fc.Arbitrary<Block> = fc.oneof(
      inline.map((text) => r.paragraph(text)),
      inline.map((text) => r.heading(2, text)),
      fc.array(inline).map((items) => r.list(items)),
      fc.array(fc.array(inline, { maxLength: 3 })).map((rows) => r.table(['a', 'b'], rows)),
      nasty.map((text) => r.codeBlock(text)),
      fc.tuple(inline, fc.array(nasty)).map(([summary, texts]) =>
        r.details(
          summary,
          texts.map((text) => r.paragraph(text)),
        ),
      ),
    )
    fc.assert(
      fc.property(fc.array(block), inline, fc.integer({ min: 0, max: 2000 }), (blocks, headline, limit) => {
        const report: Report = { title: 'T', verdict: r.banner('inconclusive', headline, headline), blocks }
        const text = r.renderMarkdown(report, { limit, whole: headline })
        expect(text.length).toBeLessThanOrEqual(limit)
        if (limit > 400) expect(text).toMatch(/^(### )?\? inconclusive/)
      }),
      { numRuns: 1000 },
    )
  })
})
