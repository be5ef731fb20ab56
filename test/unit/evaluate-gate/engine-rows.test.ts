import { engineRows } from '../../../actions/evaluate-gate/engine-rows.js'
import type { JudgedRows, Row } from '../../../actions/evaluate-gate/judged-rows.js'
import { openKeyed } from '../../../actions/evaluate-gate/test-data.js'
import { identifyRows, truthFacts } from '../../../actions/evaluate-gate/truth.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { memoryRows } from './memory-rows.js'

let current: FakeContext | null = null
afterEach(async () => {
  await current?.cleanup()
  current = null
})

const ROWS: Row[] = [
  { id: 'a', x: 1, size: 'L', ok: true, day: '2026-01-02' },
  { id: 'b', x: 2.5, size: 'S', ok: false, day: '2026-01-03' },
  { id: 'c', x: null, size: null, ok: true, day: null },
  { id: 'd', x: -3, size: "it's", ok: null, day: '2026-01-02' },
  { id: 'e', x: 1, size: 'L', ok: false, day: '2026-01-02' },
]

async function open(text: string, file = 'test.jsonl') {
  current = await fakeContext({ files: { [file]: text } })
  return openKeyed(current.ctx, 'test', file, 'data.test', 'id')
}

const jsonl = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row)).join('\n')

/** Everything that can be asked of rows. */
async function everything(rows: JudgedRows) {
  const batches: Row[][] = []
  for await (const batch of rows.batches(['x', 'size', 'ok'], 2)) batches.push(batch)
  const codes = async (column: string) => {
    const { codes, names } = await rows.codes(column)
    return { codes: [...codes], names }
  }
  return {
    n: rows.n,
    x: [...(await rows.numbers('x'))],
    size: await codes('size'),
    ok: await codes('ok'),
    day: await codes('day'),
    picked: await rows.pick(Uint32Array.of(2, 0), ['id', 'x']),
    names: await rows.namesOf(Uint32Array.of(1, 2)),
    holds: [...(await rows.holds("size = 'L' AND x > 0"))],
    batches,
  }
}

describe('rows in the engine answer like rows in memory', () => {
  const holds = { "size = 'L' AND x > 0": (row: Row) => row.size === 'L' && Number(row.x) > 0 }

  test('all of them', async () => {
    const { engine, dataset } = await open(jsonl(ROWS))
    const rows = engineRows(engine, dataset, { n: 5, places: null }, 'id')
    expect(await everything(rows)).toEqual(await everything(memoryRows(ROWS, holds)))
  })

  test('some of them, in the order of their places', async () => {
    const { engine, dataset } = await open(jsonl(ROWS))
    const chosen = [0, 2, 3].map((row) => ROWS[row] as Row)
    const rows = engineRows(engine, dataset, { n: 3, places: Int32Array.of(0, -1, 1, 2, -1) }, 'id')
    // What no judged row has is still a value of the data.
    const found = await everything(rows)
    const wanted = await everything(memoryRows(chosen, holds))
    expect({ ...found, size: null, ok: null, day: null }).toEqual({ ...wanted, size: null, ok: null, day: null })
    expect(found.size.codes.map((code) => found.size.names[code])).toEqual(['L', null, "it's"])
  })
})

test.each([
  ["size = 'L'; DROP TABLE x", 'is no SQL expression'],
  ['size = (SELECT 1)', 'contains a query'],
  ['nowhere > 1', 'names columns that the test data do not have: nowhere'],
  ["read_text('/etc/passwd') = 'x'", 'calls read_text()'],
  ['', 'is empty'],
  ["x > 'abc'", 'cannot be evaluated'],
])('the condition %p is refused: %s', async (condition, reason) => {
  const { engine, dataset } = await open(jsonl(ROWS))
  const rows = engineRows(engine, dataset, { n: 5, places: null }, 'id')
  await expect(rows.holds(condition)).rejects.toThrow(reason)
})

describe('who the rows are', () => {
  const identify = async (text: string, file?: string, clusters: string[] = [], places: Int32Array | null = null) => {
    const { engine, dataset } = await open(text, file)
    const n = places === null ? dataset.rows : places.filter((place) => place >= 0).length
    const identity = await identifyRows(engine, dataset, { id: 'id', clusters }, { n, places })
    await current?.cleanup()
    return { digest: identity.digest, blocks: [...identity.blocks] }
  }

  test('the digest does not depend on the order of rows or columns, nor on the kind of file', async () => {
    const { digest, blocks } = await identify(jsonl(ROWS))
    const backwards = await identify(jsonl([...ROWS].reverse().map(({ x, ...row }) => ({ ...row, x: x ?? null }))))
    expect(backwards.digest).toBe(digest)
    expect(backwards.blocks).toEqual([...blocks].reverse())
    const csv = ['id,x,size,ok,day', 'a,1,L,true,2026-01-02', 'b,2.50,S,false,2026-01-03', 'c,,,true,']
    const lines = [...csv, "d,-3,it's,,2026-01-02", 'e,1,L,false,2026-01-02']
    expect((await identify(lines.join('\n'), 'test.csv')).digest).toBe(digest)
  })

  test('another value, another row, a row twice: another digest', async () => {
    const { digest } = await identify(jsonl(ROWS))
    for (const rows of [
      ROWS.slice(1),
      [...ROWS, ROWS[0] as Row],
      ROWS.map((row, i) => (i === 0 ? { ...row, size: 'M' } : row)),
    ]) {
      expect((await identify(jsonl(rows))).digest).not.toBe(digest)
    }
  })

  test('rows that are not judged are as if they were not there', async () => {
    const judged = [0, 2, 3].map((row) => ROWS[row] as Row)
    const some = await identify(jsonl(ROWS), undefined, [], Int32Array.of(0, -1, 1, 2, -1))
    expect(some).toEqual(await identify(jsonl(judged)))
    expect(await identify(jsonl(ROWS), undefined, [], Int32Array.of(0, 1, 2, 3, 4))).toEqual(
      await identify(jsonl(ROWS)),
    )
  })

  test('rows of one cluster have one block, and few clusters each their own', async () => {
    const { blocks } = await identify(jsonl(ROWS), 'test.jsonl', ['day', 'size'])
    expect(blocks[0]).toBe(blocks[4])
    expect(new Set(blocks).size).toBe(4)
    expect(Math.max(...blocks)).toBe(3)
  })
})

test('the numbers of very many rows come in the order of the rows', async () => {
  const many = 300_000
  const { engine, dataset } = await open(
    `id,x\n${Array.from({ length: many }, (_, i) => `${i},${i / 4}`).join('\n')}`,
    'test.csv',
  )
  const numbers = await engineRows(engine, dataset, { n: many, places: null }, 'id').numbers('x')
  expect(numbers.findIndex((value, i) => value !== i / 4)).toBe(-1)
})

test('ids of more digits than a number keeps are read as texts', async () => {
  const { dataset } = await open('id,x\n9007199254740993.5,1\n9007199254740992.5,2', 'test.csv')
  expect(dataset.columns[0]?.type).toBe('string')
})

test('what is known of the column of true values', async () => {
  const { engine, dataset } = await open(jsonl(ROWS))
  expect(await truthFacts(engine, dataset, 'x')).toEqual({
    type: 'number',
    known: 4,
    distinct: 3,
    fraction: true,
    infinite: false,
    values: [
      [-3, 1],
      [1, 2],
      [2.5, 1],
    ],
  })
  expect(await truthFacts(engine, dataset, 'ok')).toMatchObject({ type: 'boolean', known: 4, distinct: 2 })
  expect(await truthFacts(engine, dataset, 'nowhere')).toBeNull()
})
