import fc from 'fast-check'
import { loadDataset } from '../../../shared/data/dataset.js'
import { chanceOfShare, correctedCramersV } from '../../../shared/data/leakage/association.js'
import { measureConflicts, measureCrossConflicts } from '../../../shared/data/leakage/conflicts.js'
import { measureCopies } from '../../../shared/data/leakage/copies.js'
import { measureLabels } from '../../../shared/data/leakage/labels.js'
import { bands, jaccard, normalisedText, shingles, signature } from '../../../shared/data/leakage/minhash.js'
import { chanceOfNear, measureNearRows } from '../../../shared/data/leakage/near-rows.js'
import { measureNearTexts } from '../../../shared/data/leakage/near-texts.js'
import {
  classSequence,
  expectedRuns,
  kendallTau,
  rankAutocorrelation,
  runsEffect,
} from '../../../shared/data/leakage/sequence.js'
import { measureSharedKeys } from '../../../shared/data/leakage/shared-keys.js'
import type { Side } from '../../../shared/data/leakage/sides.js'
import { measureTimes } from '../../../shared/data/leakage/times.js'
import { profileTable } from '../../../shared/data/profile.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))

async function side(name: string, content: string): Promise<Side> {
  await bench.write(`${name}.csv`, content)
  const dataset = await loadDataset(bench.engine, bench.files, name, `${name}.csv`)
  return { dataset, profile: await profileTable(bench.engine, dataset) }
}
const lines = (header: string, rows: readonly (readonly unknown[])[]) =>
  `${header}\n${rows.map((row) => row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(',')).join('\n')}\n`

describe('order of a sequence', () => {
  const values = times(40, (i) => ((i * 7) % 11) + Math.floor(i / 4))

  test('Kendall’s tau-b with ties', () => {
    // scipy 1.17.1: kendalltau(range(40), values, method='asymptotic')
    const found = kendallTau(values)
    expect(found?.tau).toBeCloseTo(0.4554208794161478, 14)
    expect(found?.pValue).toBeCloseTo(5.2115702317306835e-5, 14)
    expect(kendallTau([3, 3, 3])).toBeNull()
  })

  test('Bartels’ ratio of ranks', () => {
    // numpy and scipy 1.17.1: R = rankdata(values); 1 - sum(diff(R)**2) / sum((R - R.mean())**2) / 2, norm.cdf of its z
    const found = rankAutocorrelation(values)
    expect(found?.effect).toBeCloseTo(0.1890566037735849, 14)
    expect(found?.pValue).toBeCloseTo(0.11166069078480945, 12)
  })

  test('runs of two classes, and of more', () => {
    const labels = times(40, (i) => (i < 14 || i % 5 === 0 ? 0 : 1))
    // Wald and Wolfowitz: 12 runs, 1 + 2·19·21/40 = 20.95 expected with variance 9.693653846153847; scipy norm.cdf
    expect(expectedRuns([19, 21], 40)).toEqual({ expected: 20.95, variance: expect.closeTo(9.693653846153847, 12) })
    expect(runsEffect(labels)?.effect).toBeCloseTo(0.47229551451187335, 14)
    expect(runsEffect(labels)?.pValue).toBeCloseTo(0.0020226193331892048, 12)
    // Every order of the multiset {a, a, b, c}, counted by hand: of 12, six have two equal neighbours, (6·3 + 6·4)/12.
    expect(expectedRuns([2, 1, 1], 4).expected).toBe(3.5)
    expect(runsEffect([1, 1, 1])).toBeNull()
  })

  test('a rate that changes slowly shows by the place of its class', () => {
    // scipy 1.17.1: mannwhitneyu of the positions of 99 ones and 101 others gives U = 8397; 2·8397 / (99·101) − 1
    const found = classSequence(times(200, (i) => ((i * 83) % 200 < i ? 1 : 0)))
    expect(found?.statistic).toBe('trend of a class')
    expect(found?.effect).toBeCloseTo(0.6795679567956796, 12)
    // By runs alone there is no order: 96 of 100.99.
    expect(runsEffect(times(200, (i) => ((i * 83) % 200 < i ? 1 : 0)))?.effect).toBeCloseTo(0.0504091322355793, 12)
  })

  test('sorted is 1 either way, and a shuffle is near 0', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 300 }), fc.string(), (n, seed) => {
        const random = seededRandom(seed)
        const sorted = times(n, (i) => i)
        expect(kendallTau(sorted)?.tau).toBeCloseTo(1, 12)
        expect(kendallTau([...sorted].reverse())?.tau).toBeCloseTo(-1, 12)
        expect(runsEffect(sorted.map((i) => (2 * i < n ? 0 : 1)))?.effect).toBeCloseTo(1, 12)
        const shuffled = sorted.map(() => random.uniform())
        expect(Math.abs(kendallTau(shuffled)?.tau ?? 1)).toBeLessThan(0.5)
      }),
      { numRuns: 30 },
    )
  })
})

describe('two samples', () => {
  test('Cramér’s V with the correction of Bergsma', () => {
    // scipy 1.17.1: chi2_contingency([[30, 20], [10, 25], [5, 9]], correction=False), and Bergsma's formula on it
    const found = correctedCramersV([30, 10, 5], [20, 25, 9])
    expect(found?.effect).toBeCloseTo(0.26354124928091766, 12)
    expect(found?.pValue).toBeCloseTo(0.012117613325201544, 12)
    expect(correctedCramersV([5, 0], [7, 0])).toEqual({ effect: 0, pValue: 1 })
    expect(correctedCramersV([0], [7])).toBeNull()
  })

  test('the chance of a share is never below the binomial one', () => {
    // scipy 1.17.1: binom.sf(8, 150, 0.01) = 2.339e-05, binom.sf(29, 100, 0.2) = 0.01125
    expect(chanceOfShare(9, 150, 0.01)).toBeGreaterThan(2.338796e-5)
    expect(chanceOfShare(9, 150, 0.01)).toBeLessThan(1e-3)
    expect(chanceOfShare(30, 100, 0.2)).toBeGreaterThan(0.011248)
    expect(chanceOfShare(1, 100, 0.2)).toBe(1)
    expect(chanceOfShare(1, 100, 0)).toBe(0)
    expect(chanceOfShare(0, 0, 0.5)).toBe(1)
  })

  test('numbers are compared by the exact statistic, ties and all', async () => {
    const train = await side(
      'train',
      lines(
        'y',
        times(100, (i) => [((i * 37) % 101) ** 2]),
      ),
    )
    const now = await side(
      'test',
      lines(
        'y',
        times(60, (i) => [((i * 29) % 97) ** 2 - 300]),
      ),
    )
    const found = await measureLabels(bench.engine, train, now, { name: 'y', kind: 'value' })
    // scipy 1.17.1: ks_2samp(train, test), located at -11
    expect(found).toMatchObject({
      effect: 0.183333333333,
      most: { value: 'at most -11' },
      trainRows: 100,
      testRows: 60,
    })
    expect(found.pValue).toBeCloseTo(0.14402121469736956, 10)
  })

  test('classes beyond those that a profile lists are counted too', async () => {
    const train = await side(
      'train',
      lines(
        'y',
        times(600, (i) => [`class ${i % 150}`]),
      ),
    )
    const now = await side(
      'test',
      lines(
        'y',
        times(151, (i) => [`class ${i}`]),
      ),
    )
    const found = await measureLabels(bench.engine, train, now, { name: 'y', kind: 'class' })
    expect(found).toMatchObject({ newRows: 1, newLabels: [{ value: 'class 150', rows: 1 }], testRows: 151 })
    expect(found.examples).toEqual([{ where: 'test.csv row 151', value: 'class 150' }])
  })
})

describe('keys and conflicts', () => {
  test('keys of several columns; missing ones are none', async () => {
    const train = await side('train', 'a,b,x\n1,u,1\n1,v,1\n1,v,2\n,,3\n2,,4\n')
    const now = await side('test', 'a,b,x\n1,v,9\n,,9\n2,,9\n1,w,9\n')
    expect(await measureSharedKeys(bench.engine, train.dataset, now.dataset, ['a', 'b'])).toEqual({
      columns: ['a', 'b'],
      keys: 2,
      shared: 2,
      rows: 3,
      repeated: 2,
      trainRows: 4,
      examples: [
        { where: 'test.csv row 1', value: 'the same as train.csv row 2' },
        { where: 'test.csv row 3', value: 'the same as train.csv row 5' },
      ],
    })
    expect(await measureSharedKeys(bench.engine, train.dataset, now.dataset, ['a', 'gone'])).toBeNull()
  })

  test('conflicting labels, within and across; rows without label or features do not count', async () => {
    const train = await side('train', 'a,b,y\n1,p,no\n1,p,yes\n1,p,no\n2,q,no\n2,q,no\n,,no\n,,yes\n3,r,\n')
    expect(await measureConflicts(bench.engine, train.dataset, ['a', 'b', 'y'], 'y')).toEqual({
      columns: 2,
      conflicting: 3,
      groups: 1,
      repeated: 5,
      rows: 5,
      examples: [{ where: 'train.csv row 2', value: 'the features of train.csv row 1, and another label' }],
    })
    const now = await side('test', 'a,b,y\n2,q,yes\n2,q,no\n1,p,no\n3,r,no\n')
    expect(await measureCrossConflicts(bench.engine, train.dataset, now.dataset, ['a', 'b'], 'y')).toEqual({
      columns: 2,
      conflicting: 2,
      sameFeatures: 3,
      rows: 4,
      examples: [
        { where: 'test.csv row 1', value: 'the features of train.csv row 4, and another label' },
        { where: 'test.csv row 3', value: 'the features of train.csv row 2, and another label' },
      ],
    })
  })

  test('copies of the label in another code, however rare the classes; identifiers are none', async () => {
    const rows = times(90, (i) => [i % 30, `K${(i % 30) * 7}`, i, i % 29, `class ${i % 30}`])
    const train = await side('train', lines('code,text,id,other,y', rows))
    const found = await measureCopies(bench.engine, train, 'y', ['code', 'text', 'id', 'other', 'y'])
    expect(found).toEqual([
      { feature: 'code', values: 30, n: 90 },
      { feature: 'text', values: 30, n: 90 },
    ])
    expect(await measureCopies(bench.engine, train, 'id', ['code', 'text'])).toEqual([])
  })
})

test('times: strictly before the latest of train; a date is its midnight', async () => {
  const train = await side('train', 'at\n2024-01-01\n2024-01-02\n2024-01-05\n')
  const now = await side('test', 'at\n2024-01-04T12:00:00\n2024-01-05T00:00:00\n2024-01-06T00:00:00\n')
  expect(await measureTimes(bench.engine, train, now, 'at')).toMatchObject({
    reason: null,
    rows: 3,
    before: 1,
    trainAfter: 1,
    examples: [{ where: 'test.csv row 1', value: 'older than train.csv row 3' }],
  })
  expect((await measureTimes(bench.engine, train, await side('test', 'at\nsoon\n'), 'at'))?.reason).toBe(
    'it is read as string, neither a time nor a number',
  )
  expect(await measureTimes(bench.engine, train, now, 'gone')).toBeNull()
})

describe('near rows', () => {
  test('spelling, white space and three significant digits; one feature left out; equal rows are not near', async () => {
    const train = await side('train', 'a,b,c,d\nNew York,1234,0.00123449,x\nUlm,5,1,y\nRom,6,2,z\nBern,7,3,w\n')
    const now = await side('test', 'a,b,c,d\n new-york ,1231,0.0012341,X!\nUlm,5,1,other\nRom,6,2,z\nOslo,9,9,v\n')
    const found = await measureNearRows(bench.engine, train, now, ['a', 'b', 'c', 'd'])
    expect(found).toMatchObject({
      reason: null,
      features: 4,
      leftOut: 4,
      rows: 4,
      normalised: 1,
      allButOne: 1,
      inTrain: 0,
    })
    expect(found.examples).toEqual([
      { where: 'test.csv row 1', value: 'but for spelling and rounding train.csv row 1' },
      { where: 'test.csv row 2', value: 'in all features but one train.csv row 2' },
    ])
    expect((await measureNearRows(bench.engine, train, now, ['a', 'b'])).reason).not.toBeNull()
  })

  test('the order of rows and columns does not matter, and hostile values are values', async () => {
    const hostile = ["'; DROP TABLE x; --", '"', '<script>', '::set-output name=x::', 'a\nb', '🙂', '\\', '%s', '']
    const rows = times(60, (i) => [hostile[i % 9], hostile[(i * 7) % 9], i, i * i])
    const near = rows.map(([a, b, c]) => [a, b, c, 'else'])
    const header = 'a,b,c,d'
    const one = await measureNearRows(
      bench.engine,
      await side('train', lines(header, rows)),
      await side('test', lines(header, near)),
      ['a', 'b', 'c', 'd'],
    )
    const other = await measureNearRows(
      bench.engine,
      await side('train', lines(header, [...rows].reverse())),
      await side('test', lines(header, [...near].reverse())),
      ['d', 'b', 'a', 'c'],
    )
    expect(one.allButOne).toBe(60)
    expect({ ...other, examples: [] }).toEqual({ ...one, examples: [] })
  })

  test('coarse features agree by chance, as often as counted', async () => {
    const random = seededRandom('coarse')
    const coarse = (n: number) =>
      lines(
        'a,b,c,d,e',
        times(n, () => times(5, () => random.below(6))),
      )
    const found = await measureNearRows(
      bench.engine,
      await side('train', coarse(500)),
      await side('test', coarse(1000)),
      ['a', 'b', 'c', 'd', 'e'],
    )
    // Those that are equal in all are no near rows; of the rest 1 − exp(−500 · 5 · 5/6 · 6⁻⁴) = 0.80 have a near one.
    expect(found.byChance).toBeGreaterThan(0.75)
    expect(found.allButOne / found.rows).toBeGreaterThan(0.4)
    expect(found.inTrain / found.trainRows).toBeGreaterThan(0.4)
    // numpy: 1 - exp(-1000 * (0.5**3 + 3 * 0.5**3)) is 1 to twelve digits; of 10 rows and p = 0.01: 0.002975564207314707 = 1 - exp(-10 * (1e-6 + 3 * .99e-4))
    expect(chanceOfNear([0.5, 0.5, 0.5], 1000)).toBeCloseTo(1, 12)
    expect(chanceOfNear([0.01, 0.01, 0.01], 10)).toBeCloseTo(0.002975564207314707, 12)
  })
})

describe('near texts', () => {
  test('pieces, their share, and the signature that estimates it', () => {
    expect(normalisedText('  Größe:\tXL — “neu”!! ')).toBe('größe xl neu')
    expect(shingles('abcdefg')).toHaveLength(3)
    expect(shingles('abc')).toHaveLength(1)
    expect(jaccard(shingles('abcdefgh'), shingles('abcdefgx'))).toBeCloseTo(3 / 5, 12)
    expect(jaccard(new Uint32Array(), new Uint32Array())).toBe(0)
    expect(bands(signature(shingles('one text')))).toEqual(bands(signature(shingles('one text'))))
  })

  test('signatures agree in as many parts as texts have pieces in common', () => {
    const random = seededRandom('signatures')
    const [agree, share] = [[] as number[], [] as number[]]
    for (let i = 0; i < 300; i++) {
      const common = times(80 + random.below(80), () => random.uint32())
      const a = Uint32Array.from([...common, ...times(40, () => random.uint32())]).sort()
      const b = Uint32Array.from([...common, ...times(40, () => random.uint32())]).sort()
      const [p, q] = [signature(a), signature(b)]
      agree.push(p.filter((part, at) => part === q[at]).length / p.length)
      share.push(jaccard(a, b))
    }
    const mean = (list: number[]) => list.reduce((sum, x) => sum + x, 0) / list.length
    expect(mean(agree)).toBeCloseTo(mean(share), 1)
  })

  test('copies are found among more rows than are looked at', async () => {
    const random = seededRandom('texts')
    const text = () => times(12, () => `word${random.below(5000)}`).join(' ')
    const train = times(41_000, text)
    const copies = times(600, (i) => (i % 2 ? `${train[i * 60]} indeed` : text()))
    const found = await measureNearTexts(
      bench.engine,
      await side(
        'train',
        lines(
          't',
          train.map((one) => [one]),
        ),
      ),
      await side(
        'test',
        lines(
          't',
          copies.map((one) => [one]),
        ),
      ),
      ['t'],
    )
    expect(found[0]?.trainRows).toBeLessThan(25_000)
    expect(found[0]?.inTrain).toBe(0)
    const share = (found[0]?.similar ?? 0) / (found[0]?.rows ?? 1)
    expect(share).toBeGreaterThan(0.3)
    expect(share).toBeLessThan(0.6)
  })
})
