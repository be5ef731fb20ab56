import { join } from 'node:path'
import fc from 'fast-check'
import { pageHeader, valuesInPages } from '../../../shared/data/read/parquet-pages.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

describe('the header of a page', () => {
  // Written by hand after parquet.thrift and the compact protocol: a field is (step << 4 | type), i32 a zigzag varint.
  test.each<[string, number[], ReturnType<typeof pageHeader>]>([
    [
      'a data page of 1,000 values: type 0, 300 bytes, 200 packed, statistics with a text that is skipped',
      [
        0x15, 0x00, 0x15, 0xd8, 0x04, 0x15, 0x90, 0x03, 0x2c, 0x15, 0xd0, 0x0f, 0x15, 0x00, 0x15, 0x06, 0x15, 0x06,
        0x1c, 0x18, 0x02, 0x61, 0x62, 0x00, 0x00, 0x00,
      ],
      { headerBytes: 26, pageBytes: 200, values: 1000 },
    ],
    [
      'a data page of the second version of 5 values: type 3, 7 bytes, a truth value among its fields',
      [
        0x15, 0x06, 0x15, 0x0e, 0x15, 0x0e, 0x5c, 0x15, 0x0a, 0x15, 0x00, 0x15, 0x0a, 0x15, 0x00, 0x15, 0x02, 0x15,
        0x00, 0x12, 0x00, 0x00,
      ],
      { headerBytes: 22, pageBytes: 7, values: 5 },
    ],
    [
      'a dictionary has no values of the column: type 2, 4 entries',
      [0x15, 0x04, 0x15, 0x20, 0x15, 0x20, 0x4c, 0x15, 0x08, 0x15, 0x00, 0x00, 0x00],
      { headerBytes: 13, pageBytes: 16, values: null },
    ],
  ])('%s', (_, bytes, expected) => {
    expect(pageHeader(Buffer.from(bytes))).toEqual(expected)
    for (let end = 0; end < bytes.length; end++)
      expect(() => pageHeader(Buffer.from(bytes.slice(0, end)))).toThrow(RangeError)
  })

  test('other bytes are none, and end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          const { headerBytes, pageBytes } = pageHeader(Buffer.from(bytes))
          expect(headerBytes).toBeLessThanOrEqual(bytes.length)
          expect(pageBytes).toBeGreaterThanOrEqual(0)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

test('the pages of a file, with dictionaries, nulls and several row groups, hold its rows', async () => {
  const path = join(bench.root, 'pages.parquet')
  await bench.engine.run(
    `COPY (SELECT i AS a, CASE WHEN i % 3 <> 0 THEN 'v' || i % 10 END AS b, repeat('long ', 1000) || i % 2 AS c FROM range(10000) r(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 4096, COMPRESSION zstd)`,
  )
  const chunks = await bench.engine.all(
    `SELECT coalesce(dictionary_page_offset, data_page_offset) AS start, total_compressed_size AS bytes, num_values AS n FROM parquet_metadata('${path}')`,
  )
  expect(chunks).toHaveLength(9)
  const counts = await valuesInPages(
    path,
    chunks.map(({ start, bytes }) => ({ start: Number(start), bytes: Number(bytes) })),
  )
  expect(counts).toEqual(chunks.map(({ n }) => n))
  // Anywhere else are no pages.
  expect(await valuesInPages(path, [{ start: 0, bytes: 40 }])).toEqual([null])
  expect(await valuesInPages(path, [{ start: 10 ** 9, bytes: 40 }])).toEqual([null])
})
