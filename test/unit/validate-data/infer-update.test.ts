import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { inferFromData, updateFromData } from '../../../actions/validate-data/infer/data.js'
import { unifiedDiff } from '../../../actions/validate-data/infer/unified-diff.js'
import { UserError } from '../../../shared/core/errors.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Bench, openBench } from '../data/support.js'
import { breachesOf } from './infer-support.js'
import { csv, times, validate } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench({ threads: 1 })
})
afterAll(() => bench.close())

let files = 0
async function loaded(text: string) {
  files += 1
  const dataset = await bench.load(await bench.write(`d${files}.csv`, text))
  return { dataset, profile: await profileTable(bench.engine, dataset) }
}

async function update(contract: string, data: string, options: { tighten?: boolean; target?: string } = {}) {
  const { dataset, profile } = await loaded(data)
  return updateFromData(bench.engine, dataset, profile, { text: contract, path: 'data-contract.yml' }, options)
}

async function inferred(data: string, options: { target?: string; key?: string[] } = {}) {
  const { dataset, profile } = await loaded(data)
  return inferFromData(bench.engine, dataset, profile, options)
}

const WRITTEN = `# Ours. Do not touch.
schema:   plumbline.data-contract/1
version: 1.2.0

rows: {min: 100}   # agreed with sales
columns:
    -   name: "age"   # years
        type: integer
        range: {min: 18, max: 60} # seen: 19 to 58
        missing:
            max-share: 0 # never


    -   {name: color, values: [red, 'green'], level: warn}
    -   name: code
        pattern: '[A-Z]{2}#[0-9]'
        # they come from the shop
        description: |
            two letters
            one digit
    -   name: size
        values:
            - S
            - M   # the usual one
checks:
    - {check: rows, condition: "age > 0"}
`

const row = (i: number) =>
  [20 + (i % 40), i % 2 ? 'red' : 'green', `AB#${i % 10}`, i % 3 ? 'S' : 'M'] as (string | number | null)[]

describe('plumbline infer --update', () => {
  test('leaves a contract that the data keep as it is, to the byte', async () => {
    const updated = await update(WRITTEN, csv('age,color,code,size', times(200, row)))
    expect(updated).toEqual({ text: WRITTEN, diff: '', changes: [], left: [] })
  })

  test('widens what is broken, adds what is new, marks both, and touches nothing else', async () => {
    const rows = times(90, (i) => {
      const one = row(i)
      if (i < 30) one[0] = 71
      if (i === 31) one[0] = null
      if (i < 6) one[1] = i < 5 ? 'blue, sky' : 'yellow'
      if (i < 4) one[2] = 'x'
      if (i === 7) one[3] = 'L'
      return [...one, i % 3]
    })
    const updated = await update(WRITTEN, csv('age,color,code,size,shop', rows))
    expect(updated.diff).toBe(`--- a/data-contract.yml
+++ b/data-contract.yml
@@ -2,18 +2,19 @@
 schema:   plumbline.data-contract/1
 version: 1.2.0
 
-rows: {min: 100}   # agreed with sales
+rows: {min: 45}   # agreed with sales; was min 100
 columns:
     -   name: "age"   # years
         type: integer
-        range: {min: 18, max: 60} # seen: 19 to 58
+        range: {min: 18, max: 77} # seen: 19 to 71; slack above: 10 % of the width; was max 60
         missing:
-            max-share: 0 # never
+            max-share: 0.106 # never; was max-share 0
 
 
-    -   {name: color, values: [red, 'green'], level: warn}
+    -   {name: color, values: [red, 'green', "blue, sky", yellow], level: warn} # was without 2 values
     -   name: code
         pattern: '[A-Z]{2}#[0-9]'
+        max-unknown: 0.067 # was 0: 4 of 90 values are outside
         # they come from the shop
         description: |
             two letters
@@ -22,5 +23,11 @@
         values:
             - S
             - M   # the usual one
+            - L # was without 1 value
+
+    - name: shop
+      type: integer # all 90 values are written so
+      missing: { max-share: 0 } # never missing
+      values: [ "0", "1", "2" ] # 3 values, the rarest 30 times
 checks:
     - {check: rows, condition: "age > 0"}
`)
    expect(updated.left).toEqual([])
    expect(updated.changes).toHaveLength(7)
    const again = await update(updated.text, csv('age,color,code,size,shop', rows))
    expect(again).toMatchObject({ text: updated.text, diff: '' })
    // Later data break the same bounds: the comment tells of the last change.
    const later = await update(
      updated.text,
      csv(
        'age,color,code,size,shop',
        rows.map(([, ...rest]) => [200, ...rest]),
      ),
    )
    expect(later.text).toMatch(/max: \d+\} # seen: 19 to 200; was max 77\n/)
  })

  test('renews its own comments with the bounds, and leaves those of people', async () => {
    const before = csv(
      'id,n,mail,word,kind,day',
      times(100, (i) => [
        i,
        i % 50,
        `a${i}@example.org`,
        'x'.repeat(1 + (i % 37)),
        ['a', 'b'][i % 2] as string,
        `2024-01-${10 + (i % 9)}`,
      ]),
    )
    const first = await inferred(before, { target: 'kind' })
    const after = csv(
      'id,n,mail,word,kind,day',
      times(40, (i) => [
        i === 7 ? 5 : i,
        i === 3 ? null : (i % 50) + 90,
        i === 9 ? 'nobody' : `b${i}@example.org`,
        'x'.repeat(3 + i * 2),
        i < 2 ? 'c' : 'a',
        `2019-01-${10 + (i % 9)}`,
      ]),
    )
    const updated = await update(first, after, { target: 'kind' })
    const line = (start: string) =>
      updated.text
        .split('\n')
        .find((one) => one.trim().startsWith(start))
        ?.trim()
    expect(line('min: ')).toBe('min: 20 # half of the 40 rows seen; was min 50')
    expect(line('unique: ')).toBe('unique: false # was unique true')
    expect(line('# order: ')).toBe('# order: strictly-increasing # 1 value is out of order')
    expect(line('missing: { max-share: 0.2')).toBe(
      'missing: { max-share: 0.224 } # missing in 2.50 % of the rows; was max-share 0',
    )
    expect(line('range: { min: 0,')).toBe(
      'range: { min: 0, max: 165 } # seen: 0 to 129; slack: for the tail of 39 values; was max 102',
    )
    expect(line('statistics: ')).toContain('# seen: mean 110, sd 11.5; was mean.max 36')
    expect(line('format: ')).toBe('format: email')
    expect(line('length: ')).toBe('length: { min: 1, max: 170 } # seen: 1 to 81 characters; was max 74')
    expect(line('values: [ a')).toBe('values: [ a, b, c ] # 3 values; was without 1 value')
    expect(line('range: { min: "2')).toBe(
      'range: { min: "2019-01-09", max: "2025-01-18" } # seen: 2019-01-10 to 2024-01-18; slack below: 12.5 % of the width, above: a year; was min 2024-01-10',
    )
    expect(line('min-share: ')).toBe('min-share: 0 # the rarest class has 5 %; slack for 40 labels; was min-share 0.25')
    // Which of two columns is wrong is for a person to say.
    expect(await breachesOf(bench, (await loaded(after)).dataset, updated.text)).toEqual(['n <= id'])

    // The same contract with words of people in and around the comments: not one of them is lost.
    const edited = first
      .replace('# seen: 0 to 49', '# seen: 0 to 49 by Anna; ask her')
      .replace('# seen: 1 to 37 characters', '# the shop: seen: 1 to 37 characters')
      .replace('# 2 values, the rarest 50 times', '# 2 values, the rarest 50 times; never c!')
    const kept = await update(edited, after, { target: 'kind' })
    expect(kept.text).toContain(
      '# seen: 0 to 49 by Anna; ask her; seen: 90 to 129; slack: for the tail of 39 values; was max 102\n',
    )
    expect(kept.text).toContain('# the shop: seen: 1 to 37 characters; was max 74\n')
    expect(kept.text).toContain('# 3 values; never c!; was without 1 value\n')
  })

  test('renews a comment above a list', async () => {
    const names = times(30, (i) => `a value of some length ${String.fromCharCode(65 + (i % 6))}`)
    const first = await inferred(
      csv(
        'c',
        names.map((name) => [name]),
      ),
    )
    expect(first).toContain('    # 6 values, the rarest 5 times\n    values:\n')
    const { text } = await update(
      first.replace('    # 6 values', '    # agreed\n    # 6 values'),
      csv(
        'c',
        [...names, 'B', 'C'].map((name) => [name]),
      ),
    )
    expect(text).toContain('    # agreed\n    # 8 values\n    values:\n')
    expect(text).toMatch(/ {6}- B # was without 2 values\n {6}- C\n/)
  })

  test('never narrows but with --tighten, and then says what was', async () => {
    const data = csv(
      'n,t',
      times(200, (i) => [i + 0.5, `word ${i % 150}`]),
    )
    const loose = `schema: plumbline.data-contract/1\nrows: { min: 1 }\ncolumns:\n  - name: n\n    range: { min: -1000000, max: 1e9 }\n    missing: { max-share: 0.5 }\n  - name: t\n    length: { max: 500 }\n`
    expect((await update(loose, data)).diff).toBe('')
    const tight = await update(loose, data, { tighten: true })
    expect(tight.text).toBe(
      'schema: plumbline.data-contract/1\nrows: { min: 100 } # was min 1\ncolumns:\n  - name: n\n    range: { min: 0, max: 220 } # was min -1000000; was max 1000000000\n    missing: { max-share: 0 } # was max-share 0.5\n  - name: t\n    length: { max: 16 } # was max 500\n',
    )
    expect((await update(tight.text, data, { tighten: true })).diff).toBe('')
  })

  test('types, keys, orders and formats that no longer hold', async () => {
    const before = `schema: plumbline.data-contract/1
columns:
  - name: n
    type: integer
  - name: id
    unique: true # all differ
  - name: at
    order: strictly-increasing
  - name: seq
    type: integer
    order: increasing # as they come
  - name: mail
    format: email
    max-unknown: 0.01 # typing errors
  - name: gone
  - { name: may, required: false }
  - name: word
    forbidden: [ "?" ]
`
    const rows = times(40, (i) => [
      i === 3 ? '1.5' : i,
      i < 2 ? 0 : i,
      `2024-01-${String(Math.min(31, i + 1)).padStart(2, '0')}`,
      i === 9 ? 0 : i,
      i < 4 ? 'nobody' : `a${i}@b.org`,
      i === 0 ? '?' : `w${i % 5}`,
    ])
    const updated = await update(before, csv('n,id,at,seq,mail,word', rows))
    expect(updated.text).toBe(`schema: plumbline.data-contract/1
columns:
  - name: n
    type: number # was type integer
  - name: id
    unique: false # all differ; was unique true
  - name: at
    order: increasing # was order strictly-increasing
  - name: seq
    type: integer
    # order: increasing # as they come; 1 value is out of order
  - name: mail
    format: email
    max-unknown: 0.15 # typing errors; was max-unknown 0.01
  - name: gone
  - { name: may, required: false }
  - name: word
    forbidden: [ "?" ]
`)
    expect(updated.left).toEqual(['column "gone" is not in the data', '"word": 1 row holds a forbidden value'])
    expect((await update(updated.text, csv('n,id,at,seq,mail,word', rows))).diff).toBe('')
  })

  test('a type that most values still have is left to a person', async () => {
    const before = await inferred(
      csv(
        'n',
        times(60, (i) => [i * 3]),
      ),
    )
    const dirty = csv(
      'n',
      times(60, (i) => [i === 7 ? 'rotary' : i * 3]),
    )
    const updated = await update(before, dirty)
    expect([updated.diff, updated.left]).toEqual(['', ['"n": 1 of 60 values is not written as integer']])
  })

  test('a type that no value has any more goes with what is not of the new one', async () => {
    const before = await inferred(
      csv(
        'n',
        times(200, (i) => [(i * 37) % 101]),
      ),
    )
    const words = csv(
      'n',
      times(200, (i) => [`w${(i * 37) % 101}`]),
    )
    const updated = await update(before, words)
    expect(updated.text).toContain(`    type: string # all 200 values; was type integer
    missing: { max-share: 0 } # never missing
    # range: { min: 0, max: 100 } # not of string
    # statistics: `)
    expect(updated.text).toMatch(/# statistics: .* # not of string\n/)
    expect(updated.changes).toEqual([
      '"n": type integer became string, the values are written so',
      '"n": range was taken out of force: it is not of string',
      '"n": statistics was taken out of force: it is not of string',
    ])
    const { findings } = await validate({ 'train.csv': words, 'data-contract.yml': updated.text })
    expect(findings.filter((finding) => finding.startsWith('fail'))).toEqual([])
    expect((await update(updated.text, words)).diff).toBe('')

    const block = before
      .replace(/^ {4}range: \{ (.*), (.*) \}/m, '    range:\n      $1\n\n      $2')
      .replace(/^ {4}statistics.*\n?/m, '')
    expect((await update(block, words)).text).toMatch(
      /\n {4}# range:\n {4}# {3}min: 0\n\n {4}# {3}max: \d+ # .*not of string\n/,
    )
    const flow = 'schema: plumbline.data-contract/1\ncolumns:\n  - { name: n, type: integer, range: { min: 0 } }\n'
    expect(await update(flow, words)).toMatchObject({
      diff: '',
      left: ['"n": the values are written as string, and what is said of integer stands in the same line'],
    })
  })

  test('dates, strict bounds, statistics, duplicates and labels', async () => {
    const before = `schema: plumbline.data-contract/1
duplicates: { max-share: 0 }
columns:
  - name: day
    range: { min: "2024-01-05", max: "2024-02-20" } # by order
  - name: x
    range: { min: 0, strict-min: true }
    statistics: { mean: { min: 0, max: 1 }, distinct: { max: 3 } }
  - name: y
label: { min-share: 0.4 }
`
    const rows = times(60, (i) => [
      `2024-0${1 + Math.floor(i / 20)}-${String((i % 20) + 1).padStart(2, '0')}`,
      i % 20,
      i % 10 === 0 ? 1 : 0,
    ])
    const updated = await update(before, csv('day,x,y', [...rows, ...rows.slice(0, 3)]), { target: 'y' })
    expect(updated.text.split('\n').slice(1)).toEqual([
      'duplicates: { max-share: 0.192 } # was max-share 0',
      'columns:',
      '  - name: day',
      expect.stringMatching(
        /^ {4}range: \{ min: "20\d\d-\d\d-\d\d", max: "2025-03-\d\d" \} # by order; was min 2024-01-05; was max 2024-02-20$/,
      ),
      '  - name: x',
      expect.stringMatching(/^ {4}range: \{ min: 0, strict-min: true \}$/),
      expect.stringMatching(
        /^ {4}statistics: \{ mean: \{ min: 0, max: \d+(\.\d+)? \}, distinct: \{ max: 20 \} \} # was mean\.max 1; was distinct\.max 3$/,
      ),
      '  - name: y',
      'label: { min-share: 0.007 } # was min-share 0.4',
      '',
    ])
    expect(updated.left).toEqual(['"x": 4 values are outside, and no wider bound would let them in'])
  })

  test('adds columns to a contract that has none, or an empty list of them', async () => {
    const data = csv(
      'a',
      times(30, (i) => [i % 3]),
    )
    const item =
      '  - name: a\n    type: integer # all 30 values are written so\n    missing: { max-share: 0 } # never missing\n    values: [ "0", "1", "2" ] # 3 values, the rarest 10 times\n'
    for (const [before, after] of [
      ['schema: plumbline.data-contract/1', `schema: plumbline.data-contract/1\ncolumns:\n${item}`],
      ['schema: plumbline.data-contract/1\ncolumns: []\n', `schema: plumbline.data-contract/1\ncolumns: \n${item}`],
    ] as const) {
      const updated = await update(before, data)
      expect(updated.text).toBe(after)
      expect((await update(updated.text, data)).diff).toBe('')
    }
    const flow = await update('schema: plumbline.data-contract/1\ncolumns: [{ name: b, required: false }]\n', data)
    expect(flow.text).toBe(
      'schema: plumbline.data-contract/1\ncolumns: [{ name: b, required: false }, { name: a, type: integer, missing: { max-share: 0 }, values: [ "0", "1", "2" ] }] # new columns\n',
    )
  })

  test('a file that is no contract is refused with its lines', async () => {
    const data = csv('a', [[1]])
    await expect(update('schema: plumbline.data-contract/1\ncolums: []\n', data)).rejects.toThrow(UserError)
    await expect(update('a: [', data)).rejects.toThrow(UserError)
  })

  test('lines end as they did, also with CRLF and without a last line break', async () => {
    const data = csv(
      'a',
      times(30, (i) => [i % 3 ? 1 : 7]),
    )
    const before =
      'schema: plumbline.data-contract/1\r\ncolumns:\r\n  - name: a\r\n    range: { max: 5 } # "top" it\'s # 1'
    const { text, diff } = await update(before, data)
    expect(text).toMatch(
      /^schema: plumbline\.data-contract\/1\r\ncolumns:\r\n {2}- name: a\r\n {4}range: \{ max: \d+ \} # "top" it's # 1; was max 5$/,
    )
    expect(diff).toContain('\\ No newline at end of file')
  })

  test('is idempotent, and what it gives is kept by the data', async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        null,
        'a',
        'b',
        'true',
        '2024-02-29',
        '2023-01-01T01:02:03Z',
        '# no',
        '- y',
        '"q"',
        "it's: {x}",
        'null',
        '~',
        '1e300',
        '?',
      ),
      fc.integer({ min: -50, max: 50 }).map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    )
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 2, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(table, table, fc.boolean(), async (first, second, tighten) => {
        const text = (rows: typeof first, header: string) =>
          csv(
            header,
            rows.map((one, i) => [...one.slice(0, 2), one[2] ?? `v${i % 3}`]),
          )
        const contract = await inferred(text(first, 'a,"b: #",c'))
        const data = text(second, 'a,"b: #",new')
        const updated = await update(contract, data)
        expect(await update(updated.text, data)).toMatchObject({ text: updated.text, diff: '' })
        const tight = await update(updated.text, data, { tighten })
        expect((await update(tight.text, data, { tighten })).diff).toBe('')
        const { dataset } = await loaded(data)
        const broken = await breachesOf(bench, dataset, tight.text)
        expect(broken.filter((name) => !/: forbidden$|^c: |type$/.test(name))).toEqual([])
      }),
      { numRuns: 10 },
    )
  })
})

describe('a unified diff', () => {
  test('is empty for equal texts, and has three lines of context', () => {
    expect(unifiedDiff('a\n', 'a\n', 'f')).toBe('')
    expect(unifiedDiff('', 'a\n', 'f')).toBe('--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+a\n')
    expect(unifiedDiff('1\n2\n3\n4\n5\n6\n7\n8\n9\n', '1\n2\n3\n4\nx\n6\n7\n8\n9\n', 'f')).toBe(
      '--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n',
    )
  })

  test('is one that `git apply` turns into the other text', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', '# x'), { maxLength: 30 })
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-diff-'))
    try {
      fc.assert(
        fc.property(lines, lines, fc.boolean(), (a, b, ends) => {
          const text = (all: string[]) => all.join('\n') + (ends && all.length > 0 ? '\n' : '')
          const [before, after] = [text(a), text(b)]
          fc.pre(before !== '' && after !== '')
          writeFileSync(join(folder, 'f'), before)
          const diff = unifiedDiff(before, after, 'f')
          if (diff !== '')
            execFileSync('git', ['apply', '--unidiff-zero', '-'], {
              cwd: folder,
              input: diff,
              stdio: ['pipe', 'ignore', 'pipe'],
            })
          expect(readFileSync(join(folder, 'f'), 'utf8')).toBe(after)
        }),
        { numRuns: 40 },
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
