import fc from 'fast-check'
import { literalList } from '../../../shared/data/engine/sql.js'
import {
  measureNullSpellings,
  measureVariants,
  NULL_SPELLINGS,
  nullSpellingCondition,
  variantCondition,
  variantKey,
} from '../../../shared/data/variants.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench({ threads: 1 })
})
afterAll(() => bench.close())

const table = (texts: readonly string[]) => `(SELECT unnest(${literalList(texts)}) AS t)`
async function keys(texts: readonly string[]): Promise<unknown[]> {
  const { k } = await bench.engine.columns(`SELECT ${variantKey('t')} AS k FROM ${table(texts)}`)
  return k ?? []
}

describe('the key of a text', () => {
  test.each([
    [['Ok', 'ok!', ' OK', 'Ök', 'O\u0308k', 'ok', 'o.k.', '"OK"', '(ok)', 'o-k', 'o_k', 'ok\u00a0', 'o–k'], 'ok'],
    [['New York', 'new-york', 'NEW  YORK', 'New_York', 'newyork', 'New York.'], 'newyork'],
    [['Zürich', 'Zu\u0308rich', 'ZURICH'], 'zurich'],
    [['a-b-c-d', 'abcd', 'A B C D'], 'abcd'],
    [["O'Neil", 'O’Neil', 'ONeil'], 'oneil'],
  ])('is the same for %j', async (texts, key) => {
    expect(await keys(texts)).toEqual(texts.map(() => key))
  })

  test('keeps what has a meaning', async () => {
    const texts = [
      ...[
        'A',
        'A+',
        'A-',
        'A*',
        'C#',
        'C',
        '<5',
        '>5',
        '5',
        '-5',
        '5 %',
        '5',
        '€5',
        'R&D',
        'RD',
        '1.5',
        '15',
        '1,5',
        '1-5',
      ],
      ...['1.2.3', '12.3', '1/2', '12:30', '1 5', 'ß', 'ss', '中文', '中'],
    ]
    const found = await keys(texts)
    expect(found).toEqual([
      ...[
        'a',
        'a+',
        'a-',
        'a*',
        'c#',
        'c',
        '<5',
        '>5',
        '5',
        '-5',
        '5 %',
        '5',
        '€5',
        'r&d',
        'rd',
        '1.5',
        '15',
        '1,5',
        '1-5',
      ],
      ...['1.2.3', '12.3', '1/2', '12:30', '1 5', 'ß', 'ss', '中文', '中'],
    ])
  })

  test('is none where nothing is left', async () => {
    expect(await keys(['', ' ', '...', '?!', '\t'])).toEqual([null, null, null, null, null])
    expect((await bench.engine.all(`SELECT ${variantKey('NULL::VARCHAR')} AS k`))[0]?.k).toBeNull()
  })

  test('does not change when it is taken again, nor by case and white space around', async () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 30, maxLength: 30 }), async (words) => {
        const texts = words.map((text) => text.replaceAll('\0', ''))
        const once = await keys(texts)
        const present = once.filter((key) => key !== null).map(String)
        expect(await keys(present)).toEqual(present)
        expect(await keys(texts.map((text) => ` ${text}\t`))).toEqual(once)
      }),
      { numRuns: 30 },
    )
  })
})

describe('variants of a column', () => {
  const rows = ['Ok', 'Ok', 'Ok', 'ok!', ' OK', ' OK', 'no', 'No', '', '?', 'other']

  test('are the values that differ from a more frequent one', async () => {
    const from = table(rows)
    const { t, bad } = await bench.engine.columns(`SELECT t, ${variantCondition('t', from)} AS bad FROM ${from}`)
    expect(rows.filter((_, i) => bad?.[i] === true)).toEqual(['ok!', ' OK', ' OK', 'no'])
    expect(t).toEqual(rows)
    const missing = await bench.engine.all(
      `SELECT count(*) AS n FROM (SELECT NULL::VARCHAR AS t UNION ALL SELECT 'a') WHERE ${variantCondition('t', table(rows))}`,
    )
    expect(missing[0]?.n).toBe(0)
  })

  test('are counted, with the spelling that is usual', async () => {
    await bench.write('v.csv', `t,n\n${rows.map((row, i) => `"${row}",${i}`).join('\n')}\n`)
    const dataset = await bench.load('v.csv')
    const [text, number] = dataset.columns
    expect(await measureVariants(bench.engine, dataset, text as never)).toEqual({
      values: 3,
      rows: 4,
      examples: [
        { value: ' OK', count: 2, usual: 'Ok', usualCount: 3 },
        { value: 'no', count: 1, usual: 'No', usualCount: 1 },
        { value: 'ok!', count: 1, usual: 'Ok', usualCount: 3 },
      ],
    })
    expect((await measureVariants(bench.engine, dataset, text as never, 1)).examples).toHaveLength(1)
    expect(await measureVariants(bench.engine, dataset, number as never)).toEqual({ values: 0, rows: 0, examples: [] })
  })

  test('do not depend on the order of the rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: rows.length }), async (shuffled) => {
        const from = table(shuffled)
        const { t } = await bench.engine.columns(
          `SELECT t FROM ${from} WHERE ${variantCondition('t', from)} ORDER BY t`,
        )
        expect(t).toEqual([' OK', ' OK', 'no', 'ok!'])
      }),
      { numRuns: 10 },
    )
  })
})

describe('null spellings', () => {
  test('are found in any case, with white space around', async () => {
    const nothing = [
      'None',
      'NULL',
      'NaN',
      'n/a',
      ' NA ',
      '-',
      '?',
      '#N/A',
      '\\N',
      '',
      ' ',
      'Unknown',
      '<NA>',
      '\u0000',
    ]
    const something = ['0', 'nano', 'Nona', 'nulla', 'no', 'x', 'Null Island', '-1', 'a-', 'false']
    const { ok } = await bench.engine.columns(
      `SELECT ${nullSpellingCondition('t')} AS ok FROM ${table([...nothing, ...something])}`,
    )
    expect(ok).toEqual([...nothing.map(() => true), ...something.map(() => false)])
    expect(new Set(NULL_SPELLINGS).size).toBe(NULL_SPELLINGS.length)
  })

  test('are counted as they are written', async () => {
    await bench.write('n.csv', 't,x\n"a",1\n"N/A",2\n"N/A",3\n" n/a",4\n"?",5\n"",6\n')
    const dataset = await bench.load('n.csv')
    const [text, number] = dataset.columns
    const found = await measureNullSpellings(bench.engine, dataset, text as never)
    expect(found.filter(({ value }) => value !== '')).toEqual([
      { value: 'N/A', count: 2 },
      { value: ' n/a', count: 1 },
      { value: '?', count: 1 },
    ])
    expect(await measureNullSpellings(bench.engine, dataset, number as never)).toEqual([])
  })
})
