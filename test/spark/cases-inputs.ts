import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Source } from '../../shared/contracts/config.js'
import { loadDataset } from '../../shared/data/dataset.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import { literal } from '../../shared/data/engine/sql.js'
import { profileTable } from '../../shared/data/profile.js'
import { DIGEST_OF } from '../../shared/data/spark/remote.js'
import { type FakeContext, fakeContext } from '../support/context.js'
import type { Both } from './support.js'

const ROWS = Array.from({ length: 40 }, (_, i) => ({
  n: i,
  x: i % 7 === 0 ? null : i / 8,
  s: ['Zürich', 'a "b"', 'é, ö', 'x'][i % 4] as string,
  big: 9007199254740993n + BigInt(i),
}))
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
const text = (ends = '\n') =>
  ['n,x,s,big', ...ROWS.map(({ n, x, s, big }) => `${n},${x ?? ''},${quoted(s)},${big}`)].join(ends) + ends
const json = ROWS.map(({ n, x, s, big }) => `{"n": ${n}, "x": ${x}, "in": {"s": ${JSON.stringify(s)}}, "big": ${big}}`)

export function inputCases(both: Both): void {
  let fake: FakeContext
  /** Away from the workspace. */
  let away: string
  beforeAll(async () => {
    fake = await fakeContext({})
    away = await mkdtemp(join(tmpdir(), 'plumbline away-'))
    for (const root of [fake.root, away]) {
      const put = (name: string, content: string | Uint8Array) => writeFile(join(root, name), content)
      await put('plain.csv', text())
      await put('packed.csv.gz', gzipSync(text()))
      await put('latin.csv', Buffer.from(text('\r\n'), 'latin1'))
      await put('noted.csv', `# made by hand\n${text()}`)
      await put('tabs.tsv', text().replaceAll(',', '\t'))
      await put('lines.jsonl', `${json.join('\n')}\n\n`)
      await put('list.json', `[${json.join(',\n')}]`)
      await put('after.json', json.join('\n'))
      for (const [i, part] of [ROWS.slice(0, 15), ROWS.slice(15)].entries()) {
        const values = part.map(({ n, x, s, big }) => `(${n}, ${x ?? 'NULL'}, ${literal(s)}, ${big})`).join(', ')
        const target = literal(join(root, `part-${i}.parquet`))
        await both.duckdb.run(`COPY (SELECT * FROM (VALUES ${values}) t(n, x, s, big)) TO ${target} (FORMAT parquet)`)
      }
    }
  })
  afterAll(async () => {
    await fake?.cleanup()
    await rm(away, { recursive: true, force: true })
  })

  const profiled = async (engine: DataEngine, source: Source) => {
    const dataset = await loadDataset(engine, fake.ctx.files, 'train', source)
    const { files, ...profile } = await profileTable(engine, dataset)
    return { files, profile, rows: dataset.parts.map(({ rows }) => rows) }
  }
  const at = (path: string) => `file://${away}/${path}`

  test.each<[string, Source]>([
    ['plain.csv', 'plain.csv'],
    ['JSON Lines with objects in objects', 'lines.jsonl'],
    ['an array of JSON', 'list.json'],
    ['JSON one after the other', 'after.json'],
    ['files by a pattern', 'part-*.parquet'],
    ['gz', 'packed.csv.gz'],
    ['tabs', 'tabs.tsv'],
    ['another encoding', { path: 'latin.csv', encoding: 'latin-1' }],
    ['comments', { path: 'noted.csv', comment: '#' }],
  ])('%s: by its path and by its address the profile is that of DuckDB', async (_, source) => {
    const expected = await profiled(both.duckdb, source)
    const path = typeof source === 'string' ? source : 'path' in source ? String(source.path) : ''
    const local = await profiled(both.spark, source)
    expect(local).toEqual(expected)
    const address = typeof source === 'object' && 'path' in source ? { ...source, path: at(path) } : at(path)
    const found = await profiled(both.spark, address)
    expect(found.profile).toEqual(expected.profile)
    expect(found.rows).toEqual(expected.rows)
    expect(found.files.map(({ digestOf }) => digestOf)).toEqual(expected.files.map(() => DIGEST_OF))
    expect(found.files.map(({ bytes }) => bytes)).toEqual(expected.files.map(({ bytes }) => bytes))
    expect(found.files.every(({ name }) => name.startsWith('file:/'))).toBe(true)
  })

  test('what Spark cannot read of an address is told before it is tried', async () => {
    const told = async (engine: DataEngine, source: Source) => {
      try {
        await loadDataset(engine, fake.ctx.files, 'train', source)
      } catch (error) {
        return (error as { problems?: { message: string }[] }).problems?.map(({ message }) => message)
      }
      return 'it was read'
    }
    expect(await told(both.spark, at('none.csv'))).toEqual([`${at('none.csv')} is not there`])
    expect(await told(both.spark, at('*.parq'))).toEqual([`no file matches ${JSON.stringify(at('*.parq'))}`])
    expect(await told(both.spark, 'nowhere9://bucket/a.csv')).toEqual([
      expect.stringMatching(/^nowhere9:\/\/bucket\/a\.csv cannot be read by Spark: No FileSystem for scheme/),
    ])
    expect(await told(both.spark, { path: at('plain.csv'), skip: 1 })).toEqual([
      '`skip` cannot be used where Spark reads files by their address',
    ])
    expect(await told(both.spark, [at('plain.csv'), 'plain.csv'])).toEqual([
      'addresses and paths of this machine stand in one source',
    ])
    expect(await told(both.duckdb, at('plain.csv'))).toEqual([
      `${at('plain.csv')} is an address, and this engine reads files of this machine`,
    ])
  })

  test('bad rows of JSON are told as with DuckDB', async () => {
    await writeFile(join(fake.root, 'broken.jsonl'), '{"a": 1}\n{"a": \n')
    const told = async (engine: DataEngine) => profiled(engine, 'broken.jsonl').catch((error) => String(error.message))
    expect(await told(both.spark)).toBe(await told(both.duckdb))
  })
}
