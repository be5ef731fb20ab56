import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { requireWholeArchive } from '../../../shared/data/read/archive.js'
import { walkZstd } from '../../../shared/data/read/zstd.js'
import { type Bench, openBench, typesOf } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

/** Packs with the engine, which writes Zstandard frames with a checksum. */
async function zstd(path: string, sql: string, options = 'HEADER'): Promise<Buffer> {
  await bench.write(path, '')
  const file = join(bench.root, path)
  await bench.engine.run(`COPY (${sql}) TO '${file}' (FORMAT csv, COMPRESSION zstd, ${options})`)
  return readFileSync(file)
}

const ROWS = 'SELECT i AS a, md5(i::VARCHAR) AS b FROM range(100000) r(i)'
/** RFC 8878, made by hand: magic, descriptor 0x20 (single segment, one byte of size), 8 bytes, last raw block of 8 bytes. */
const RAW = Buffer.concat([Buffer.from('28b52ffd20084100'.concat('00'), 'hex'), Buffer.from('a,b\n1,2\n')])
/** A skippable frame of three bytes. */
const SKIPPED = Buffer.from('502a4d1803000000616263', 'hex')

describe('Zstandard', () => {
  test('CSV, JSON Lines and JSON; frames one after the other; frames to skip', async () => {
    await bench.write('raw.csv.zst', RAW)
    expect((await bench.load('raw.csv.zst')).rows).toBe(1)
    const more = Buffer.concat([Buffer.from('28b52ffd2004210000', 'hex'), Buffer.from('3,4\n')])
    await bench.write('two.csv.zst', Buffer.concat([SKIPPED, RAW, more]))
    const dataset = await bench.load('two.csv.zst')
    expect(await bench.engine.columns(`SELECT c0, c1 FROM ${dataset.table}`)).toEqual({ c0: [1, 3], c1: [2, 4] })
    await zstd('z.csv.zst', ROWS)
    expect(await bench.load('z.csv.zst')).toMatchObject({ rows: 100_000 })
    await zstd(
      'z.jsonl.zst',
      `SELECT '{"a":' || i || '}' AS x FROM range(1000) r(i)`,
      "HEADER false, QUOTE '', ESCAPE '', DELIM '\t'",
    )
    expect(typesOf(await bench.load('z.jsonl.zst'))).toEqual({ a: 'integer' })
  })

  test('one that was cut off is never a shorter dataset, wherever it was cut', async () => {
    const bytes = await zstd('z.csv.zst', ROWS)
    for (const length of [0, 3, 7, 20, 70_000, 131_075, bytes.length >> 1, bytes.length - 5, bytes.length - 1]) {
      await bench.write('cut.csv.zst', bytes.subarray(0, length))
      expect(await bench.problems('cut.csv.zst')).toEqual([
        `cut.csv.zst: cut.csv.zst cannot be unpacked: ${length === 0 ? 'it is empty' : 'unexpected end of file'}`,
      ])
    }
  })

  test('one whose content was changed, also when a copy is made of it', async () => {
    const bytes = Buffer.from(await zstd('z.csv.zst', ROWS))
    bytes[bytes.length - 2] = (bytes[bytes.length - 2] as number) ^ 1
    await bench.write('changed.csv.zst', bytes)
    // printf 'a,b\n1,2\n' | zstd --check: the digest of the content is its last four bytes.
    const checked = Buffer.from('28b52ffd0458410000612c620a312c320a35e7cace', 'hex')
    await bench.write('checked.csv.zst', checked)
    expect((await bench.load('checked.csv.zst')).rows).toBe(1)
    checked[checked.length - 1] = 0
    await bench.write('checked.csv.zst', checked)
    for (const path of ['changed.csv.zst', 'checked.csv.zst']) {
      for (const source of [path, { path, encoding: 'latin-1' as const }]) {
        expect((await bench.problems(source))[0]).toMatch(
          new RegExp(`^${path}: ${path} cannot be unpacked: .*(checksum|corrupt|invalid)`),
        )
      }
    }
  })

  test('in another encoding, and with comments', async () => {
    const body = Buffer.from('# c\nt\ncaf\xe9\n', 'latin1')
    const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, body.length, (body.length << 3) | 1, 0, 0])
    await bench.write('l.csv.zst', Buffer.concat([head, body]))
    const dataset = await bench.load({ path: 'l.csv.zst', encoding: 'latin-1', comment: '#' })
    expect(await bench.engine.all(`SELECT c0 FROM ${dataset.table}`)).toEqual([{ c0: 'café' }])
  })

  test.each<[what: string, bytes: Buffer | string, reason: string]>([
    ['no Zstandard', 'a,b\n1,2\n', 'it is not a Zstandard file'],
    [
      'something behind the last frame',
      Buffer.concat([RAW, Buffer.from('more')]),
      'something else follows its last frame',
    ],
    ['a dictionary', Buffer.from('28b52ffd2107084100', 'hex'), 'it was packed with a dictionary'],
    ['a huge window', Buffer.from('28b52ffd0098010000', 'hex'), 'it needs a window of more than 128 MB'],
    ['a block that cannot be', Buffer.from('28b52ffd2008470000', 'hex'), 'a block has a type that does not exist'],
  ])('%s', async (_, bytes, reason) => {
    await bench.write('x.csv.zst', bytes)
    expect(await bench.problems('x.csv.zst')).toEqual([`x.csv.zst: x.csv.zst cannot be unpacked: ${reason}`])
  })

  test('what it unpacks to is known without unpacking', async () => {
    writeFileSync(join(bench.root, 'raw.zst'), RAW)
    expect(await walkZstd(join(bench.root, 'raw.zst'))).toEqual({ unpacked: 8 })
  })
})

describe('bombs', () => {
  test('a .gz of nothing but zeros, in constant memory', async () => {
    const limits = { bytes: 10_000_000, ratio: 250 }
    await bench.write('bomb.csv.gz', gzipSync(Buffer.alloc(50_000_000)))
    const path = join(bench.root, 'bomb.csv.gz')
    await expect(requireWholeArchive(path, 'bomb.csv.gz', limits)).rejects.toThrow(
      'bomb.csv.gz unpacks to more than 250 times its size',
    )
    await bench.write('small.csv.gz', gzipSync(Buffer.alloc(5_000_000)))
    await expect(requireWholeArchive(join(bench.root, 'small.csv.gz'), 'small', limits)).resolves.toBeUndefined()
    // One line of 50 MB, which is too long whatever the limits of bombs are.
    expect(await bench.problems('bomb.csv.gz')).toEqual(['bomb.csv.gz:1: bomb.csv.gz: line 1 is longer than 8 MB'])
  })

  test('a .zst of blocks of one byte', async () => {
    // A frame without a size, and 20,000 blocks that repeat a byte 131,072 times each: 80 kB for 2.6 GB.
    const block = Buffer.from([0x02, 0x00, 0x10, 0x61])
    const last = Buffer.from([0x03, 0x00, 0x10, 0x61])
    const head = Buffer.from('28b52ffd0038', 'hex')
    await bench.write('bomb.csv.zst', Buffer.concat([head, ...Array.from({ length: 20_000 }, () => block), last]))
    expect(await bench.problems('bomb.csv.zst')).toEqual([
      'bomb.csv.zst: bomb.csv.zst unpacks to more than 250 times its size',
    ])
  })
})

test('gzip members one after the other are all read', async () => {
  await bench.write('two.csv.gz', Buffer.concat([gzipSync('a\n1\n'), gzipSync('2\n')]))
  expect((await bench.load('two.csv.gz')).rows).toBe(2)
  const cut = Buffer.concat([gzipSync('a\n1\n'), gzipSync('2\n').subarray(0, 15)])
  await bench.write('cut.csv.gz', cut)
  expect(await bench.problems('cut.csv.gz')).toEqual([
    'cut.csv.gz: cut.csv.gz cannot be unpacked: unexpected end of file',
  ])
})
