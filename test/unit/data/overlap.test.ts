import { measureOverlap } from '../../../shared/data/overlap.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const overlap = async (train: string, test: string, names: readonly string[]) =>
  measureOverlap(
    bench.engine,
    await bench.load(await bench.write('train.csv', train)),
    await bench.load(await bench.write('test.csv', test)),
    names,
  )

describe('rows that chance makes equal, though none repeats in train', () => {
  const row = (i: number) => `${i % 3},v${i % 4},${i % 5},${i}\n`
  const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => row(from + i)).join('')

  test('by the values of the columns, as if independent', async () => {
    const found = await overlap(`a,b,c,id\n${rows(0, 60)}`, `a,b,c,id\n${rows(120, 130)}`, ['a', 'b', 'c'])
    // Python: p = (3*20*19 * 4*15*14 * 5*12*11) / (60*59)**3; 1 - math.exp(-60*p) = 0.5746359498
    expect(found).toMatchObject({ shared: 10, rows: 10, repeated: 0, trainRows: 60 })
    expect(found.alike).toBeCloseTo(0.5746359498, 9)
  })

  test('a column of different values leaves nothing to chance, and where none is shared nothing is counted', async () => {
    const all = ['a', 'b', 'c', 'id']
    expect(await overlap(`a,b,c,id\n${rows(0, 60)}`, `a,b,c,id\n${rows(0, 10)}`, all)).toMatchObject({
      shared: 10,
      alike: 0,
    })
    expect(await overlap(`a,b,c,id\n${rows(0, 60)}`, `a,b,c,id\n${rows(60, 70)}`, all)).toMatchObject({
      shared: 0,
      alike: 0,
    })
  })

  test('by the repeated rows of test where it is the larger of the two', async () => {
    const found = await overlap('x,y\n1,p\n2,q\n', 'x,y\n1,p\n1,p\n3,r\n3,r\n4,s\n5,t\n6,u\n7,v\n', ['x', 'y'])
    // Four of eight rows repeat: 1 - (1 - 4/8) ** (2/8) of Python
    expect(found).toMatchObject({ shared: 2, repeated: 0 })
    expect(found.alike).toBeCloseTo(0.1591035847, 9)
  })
})
