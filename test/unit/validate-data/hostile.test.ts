import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { literal } from '../../../shared/data/engine/sql.js'
import { fakeContext } from '../../support/context.js'
import { contract, problemsOf, times, validate } from './support.js'

/** Bytes of a Parquet file of this query. */
async function parquet(query: string): Promise<Buffer> {
  const fake = await fakeContext()
  try {
    const path = join(fake.root, 'x.parquet')
    await (await fake.ctx.data()).run(`COPY (${query}) TO ${literal(path)} (FORMAT parquet)`)
    return await readFile(path)
  } finally {
    await fake.cleanup()
  }
}

/** What is said of a file: its problems, or its rows and verdict when it can be read. */
async function saidOf(name: string, content: Uint8Array): Promise<string> {
  try {
    const { validation } = await validate({ [name]: content }, { train: name })
    return `${validation.counts.rows} rows`
  } catch (error) {
    const { problems } = error as { problems?: { message: string }[] }
    if (problems === undefined) throw error
    return problems.map(({ message }) => message).join('; ')
  }
}

describe('a file that was cut off at any tenth is never a shorter dataset', () => {
  const rows = times(3000, (i) => `k${i},${(i * 7919) % 1000}`).join('\n')
  const tenths = times(9, (i) => (i + 1) / 10)

  test('.csv.gz', async () => {
    const whole = gzipSync(`id,x\n${rows}\n`)
    for (const share of tenths) {
      expect(await saidOf('x.csv.gz', whole.subarray(0, Math.floor(whole.length * share)))).toBe(
        'x.csv.gz cannot be unpacked: unexpected end of file',
      )
    }
    expect(await saidOf('x.csv.gz', whole)).toBe('3000 rows')
  })

  test('.parquet', async () => {
    const whole = await parquet("SELECT 'k' || i AS id, i * 7919 % 1000 AS x FROM range(3000) r(i)")
    for (const share of tenths) {
      expect(await saidOf('x.parquet', whole.subarray(0, Math.floor(whole.length * share)))).toBe(
        'x.parquet is cut off: the end of a Parquet file is missing',
      )
    }
    expect(await saidOf('x.parquet', whole)).toBe('3000 rows')
  })

  test('.jsonl, in the middle of a line', async () => {
    const whole = Buffer.from(times(300, (i) => `${JSON.stringify({ id: `k${i}`, x: i })}\n`).join(''))
    for (const share of tenths) {
      const cut = whole.subarray(0, Math.floor(whole.length * share))
      const said = await saidOf('x.jsonl', cut)
      if (!/\}\s*$/.test(cut.toString())) expect(said).toMatch(/x\.jsonl: line \d+ is not JSON|x\.jsonl cannot be read/)
    }
  })
})

describe('a Parquet file whose footer lies', () => {
  const ROWS = 300
  /** The footer of a file: its place and its bytes (parquet-format, File Format). */
  const footerOf = (bytes: Buffer) => {
    const length = bytes.readUInt32LE(bytes.length - 8)
    return { start: bytes.length - 8 - length, length }
  }
  let whole: Buffer
  beforeAll(async () => {
    whole = await parquet(`SELECT 'k' || i AS id, i * 7919 % 1000 AS x FROM range(${ROWS}) r(i)`)
  })

  /** Where a sequence of bytes stands in the footer. */
  function placesOf(sequence: readonly number[]): number[] {
    const places: number[] = []
    for (let at = footerOf(whole).start - 1; ; places.push(at)) {
      at = whole.indexOf(Buffer.from(sequence), at + 1)
      if (at < 0) return places
    }
  }

  // Thrift compact: 0x16 is the next field, an i64 as zigzag varint. 300 → 600 → d8 04.
  test.each([
    ['more', [0x16, 0xd0, 0x0f]],
    ['fewer', [0x16, 0xd8, 0x01]],
  ])('%s rows in any one place', async (_, to) => {
    const places = placesOf([0x16, 0xd8, 0x04])
    // Of the file, its row group and both columns of it.
    expect(places).toHaveLength(4)
    for (const place of places) {
      const bytes = Buffer.from(whole)
      Buffer.from(to).copy(bytes, place)
      expect(await saidOf('x.parquet', bytes)).toMatch(
        /^its footer says [\d,]+ rows?, its row groups have [\d,]+$|^its columns have another number of values than the footer says$/,
      )
    }
  })

  test.each([
    ['longer than the file', 0x7fff_ffff],
    ['as long as the file', 1_000_000],
    ['without length', 0],
    ['of all ones', 0xffff_ffff],
  ])('a footer %s', async (_, length) => {
    const bytes = Buffer.from(whole)
    bytes.writeUInt32LE(length, bytes.length - 8)
    expect(await saidOf('x.parquet', bytes)).toMatch(/^x\.parquet cannot be read/)
  })

  test('any byte of it turned over: it is read as it is, or refused by name', async () => {
    const { start, length } = footerOf(whole)
    for (let i = 0; i < 60; i++) {
      const bytes = Buffer.from(whole)
      const at = start + Math.floor((i * length) / 60)
      bytes[at] = (bytes[at] as number) ^ 0xff
      const said = await saidOf('x.parquet', bytes)
      expect({ at: at - start, said: /^(?:300 rows$|.*x\.parquet)/.test(said) ? '' : said }).toEqual({
        at: at - start,
        said: '',
      })
    }
  })
})

describe('a contract that is a trap', () => {
  const data = { 'train.csv': `x,y\n${times(50, (i) => `${'a'.repeat(40)}!,${i}`).join('\n')}\n` }

  test('aliases that unfold to billions of lists', async () => {
    const bomb = times(12, (i) => `a${i}: &a${i} [${times(10, () => (i === 0 ? 'x' : `*a${i - 1}`)).join(', ')}]`)
    const problems = await problemsOf(
      { ...data, 'data-contract.yml': contract(bomb.join('\n')) },
      { train: 'train.csv' },
    )
    expect(problems.join('\n')).toMatch(/data-contract\.yml/)
    expect(problems.join('\n').length).toBeLessThan(20_000)
  })

  test.each(['(a+)+$', '(a|aa)+$', '(.*a){20}', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'the pattern %s, which takes other engines for ever',
    async (pattern) => {
      const rules = contract(`columns: [{ name: x, pattern: ${JSON.stringify(pattern)} }]`)
      const { check } = await validate({ ...data, 'data-contract.yml': rules })
      expect(check('value-pattern')).toMatchObject({ verdict: 'fail', measured: 50 })
    },
  )

  test('10,000 columns that are not there: all are judged, and what is written stays small', async () => {
    const columns = times(10_000, (i) => `  - { name: c${i}, type: integer, range: { min: 0 } }`).join('\n')
    const { validation, markdown, html, outcome } = await validate({
      ...data,
      'data-contract.yml': contract(`extra-columns: allow\ncolumns:\n${columns}`),
    })
    expect(validation.verdict).toBe('fail')
    expect(validation.checks.filter(({ rule }) => rule === 'missing-label')).toHaveLength(10_000)
    expect(outcome.outputs.failed).toBe(validation.counts.failed)
    expect(Buffer.byteLength(markdown)).toBeLessThan(1_000_000)
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000)
  })

  test('very long names, and as many checks of one column as there can be', async () => {
    const name = 'n'.repeat(3000)
    const checks = times(1000, (i) => `  - { check: range, column: ${name}, min: ${i} }`).join('\n')
    const { validation, markdown, html } = await validate({
      'train.csv': `${name},y\n${times(30, (i) => `${i},1`).join('\n')}\n`,
      'data-contract.yml': contract(`extra-columns: allow\nchecks:\n${checks}`),
    })
    expect(validation.checks.filter(({ rule, verdict }) => rule === 'value-range' && verdict === 'fail')).toHaveLength(
      999,
    )
    expect(Buffer.byteLength(markdown)).toBeLessThan(1_000_000)
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000)
  })
})
