import { readdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import fc from 'fast-check'
import { InputRef } from '../../../shared/contracts/common.js'
import type { Source } from '../../../shared/contracts/config.js'
import type { DataEngine, RemoteFile } from '../../../shared/data/engine/engine.js'
import { EngineError } from '../../../shared/data/engine/engine.js'
import { resolveSource } from '../../../shared/data/read/source.js'
import { scratchFolder } from '../../../shared/data/read/stage.js'
import { filesFor, isAddress } from '../../../shared/data/spark/remote.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

let fake: FakeContext
let duckdb: DataEngine
beforeAll(async () => {
  fake = await fakeContext({ files: { 'a.csv': 'a\n1\n' } })
  duckdb = await fake.ctx.data()
})
afterAll(() => fake.cleanup())

/** DuckDB that says of itself what Spark does of files elsewhere. */
function engineWith(files: readonly RemoteFile[], asked: unknown[] = []): DataEngine {
  return {
    version: 'Spark 3.5.6',
    all: (sql) => duckdb.all(sql),
    columns: (sql) => duckdb.columns(sql),
    numbers: (sql, each) => duckdb.numbers(sql, each),
    chunks: (sql) => duckdb.chunks(sql),
    run: (sql) => duckdb.run(sql),
    close: () => undefined,
    remote: {
      list: async (patterns) =>
        files.filter(({ path }) => patterns.some((one) => path.startsWith(one.replace('*', '')))),
      standIn: async (wanted) => {
        asked.push(wanted)
        return wanted.files.map((_, i) => `${wanted.folder}/${i}`)
      },
    },
  }
}

test('addresses have a scheme; paths of this machine have none', () => {
  const addresses = [
    's3a://bucket/a.csv',
    'hdfs://nn:8020/a',
    'gs://b/a*',
    'abfss://c@a.dfs.core.windows.net/x',
    'dbfs:/a',
    'file:/a',
    'FILE:///a',
    'wasbs://x',
    'viewfs:///a',
  ]
  const paths = [
    'a.csv',
    './a.csv',
    '/data/a.csv',
    '../a',
    'C:/data/a.csv',
    'c:\\a.csv',
    'a:b.csv',
    'data/s3a://x',
    'x=1/a.csv',
    '',
    '://a',
    'year=2024/s3:/a',
  ]
  expect(addresses.filter((path) => !isAddress(path))).toEqual([])
  expect(paths.filter(isAddress)).toEqual([])
  fc.assert(fc.property(fc.string(), (rest) => !isAddress(`./${rest}`) && isAddress(`s3a://${rest}`)))
})

test('files of the workspace stay what they are', async () => {
  const own = await filesFor(engineWith([]), fake.ctx.files, 'a.csv', 'data.train')
  expect(own.files).toBe(fake.ctx.files)
  expect(own.digestOf).toBeUndefined()
})

test('what stands for the digest changes with name, size and time alone', async () => {
  const path = 's3a://b/part-1.csv'
  const digest = async (file: RemoteFile) => {
    const own = await filesFor(engineWith([file]), fake.ctx.files, file.path, 'data.train')
    await own.files.list([file.path])
    const found = await own.files.digest(file.path)
    await own.close()
    return InputRef.parse({ kind: 'file', name: file.path, ...found, digestOf: own.digestOf }).digest
  }
  const base = { path, bytes: 10, modified: 1700000000000 }
  // printf '["s3a://b/part-1.csv",10,1700000000000]' | sha256sum
  expect(await digest(base)).toBe('sha256:859cdd7eb12536baecc2dacf4a055c40a004a872156cc98546f3668e0d2d7bb2')
  const others = [
    { ...base, bytes: 11 },
    { ...base, modified: 1700000000001 },
    { ...base, path: 's3a://b/part-2.csv' },
  ]
  const digests = new Set(await Promise.all([base, ...others].map(digest)))
  expect(digests.size).toBe(4)
})

test('how a file is written goes to Spark, and the stand-in is read as plain text', async () => {
  const asked: unknown[] = []
  const path = 'hdfs://nn/a.csv'
  const engine = engineWith([{ path, bytes: 1, modified: 1 }], asked)
  const source = { path, encoding: 'latin-1', comment: '#' } as Source
  const own = await filesFor(engine, fake.ctx.files, source, 'data.train')
  const resolved = await own.prepared(await resolveSource(own.files, source, 'data.train'))
  expect(resolved).toMatchObject({ files: [path], encoding: null, dialect: { comment: null } })
  expect(asked).toMatchObject([{ files: [path], kind: 'csv', encoding: 'latin-1', comment: '#' }])
  const folder = dirname(own.files.resolve(path))
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  await own.close()
  expect((await readdir(await scratchFolder(duckdb))).filter((name) => name.includes('stand-in'))).toEqual([])
})

test('what cannot be read is an error with a cure, whatever the address holds', async () => {
  const told = async (engine: DataEngine, source: Source) => {
    try {
      const own = await filesFor(engine, fake.ctx.files, source, 'data.train')
      await own.prepared(await resolveSource(own.files, source, 'data.train'))
    } catch (error) {
      const [problem] = (error as { problems: { message: string; where?: string; cure?: string }[] }).problems
      expect(problem).toMatchObject({ where: 'data.train', cure: expect.any(String) })
      return problem?.message
    }
    return 'it was read'
  }
  const file = (path: string): RemoteFile => ({ path, bytes: 1, modified: 1 })
  const hostile = 's3a://b/<b>%0A::set-output name=x::y.csv'
  expect(await told(duckdb, hostile)).toBe(`${hostile} is an address, and this engine reads files of this machine`)
  expect(await told(engineWith([]), ['s3a://b/a.csv', 'a.csv'])).toBe(
    'addresses and paths of this machine stand in one source',
  )
  expect(await told(engineWith([]), 's3a://b/a.csv')).toBe('s3a://b/a.csv is not there')
  expect(await told(engineWith([file('s3a://b/a.csv.zst')]), 's3a://b/a.csv.zst')).toBe(
    'archives of Zstandard cannot be read where Spark reads files by their address',
  )
  expect(await told(engineWith([file('s3a://b/a.csv')]), { path: 's3a://b/a.csv', skip: 2 } as Source)).toBe(
    '`skip` cannot be used where Spark reads files by their address',
  )
  expect(
    await told(engineWith([file('s3a://b/a.jsonl')]), { path: 's3a://b/a.jsonl', encoding: 'utf-16' } as Source),
  ).toBe('JSON in another encoding than UTF-8 cannot be read where Spark reads files by their address')
  const refusing = engineWith([])
  const refused = {
    ...refusing,
    remote: {
      ...refusing.remote,
      list: () => Promise.reject(new EngineError('No FileSystem for scheme "s3a"\n\tat java')),
    },
  } as DataEngine
  expect(await told(refused, 's3a://b/a.csv')).toBe(
    's3a://b/a.csv cannot be read by Spark: No FileSystem for scheme "s3a"',
  )
})
