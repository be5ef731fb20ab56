import { loadDataset } from '../../../shared/data/dataset.js'
import { measureDrift } from '../../../shared/data/drift/columns.js'
import { chanceIndex, indexOf } from '../../../shared/data/drift/psi.js'
import { interpolate, ranksOfCounts } from '../../../shared/data/order-statistics.js'
import { measureOverlap } from '../../../shared/data/overlap.js'
import {
  aucOfGroups,
  type CellCount,
  classPower,
  rareValuePower,
  valuePower,
} from '../../../shared/data/power/measures.js'
import { measurePower } from '../../../shared/data/power/power.js'
import { profileTable } from '../../../shared/data/profile.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const table = (header: string, rows: readonly (readonly (string | number | null)[])[]) =>
  `${header}\n${rows.map((row) => row.map((value) => value ?? '').join(',')).join('\n')}\n`
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))

describe('drift', () => {
  async function driftOf(before: string, after: string, names: string[]) {
    await bench.write('before.csv', before)
    await bench.write('after.csv', after)
    return measureDrift(bench.engine, await bench.load('after.csv'), await bench.profile('before.csv'), names)
  }

  // numpy 2.4.6: sum((q - p) * log(q / p)) for b = [100, 200, 300, 400], c = [120, 180, 260, 440]
  test('the index equals its formula, and what chance reaches that of chi-square', () => {
    const cells = [100, 200, 300, 400].map((baseline, i) => ({
      label: '',
      baseline,
      current: [120, 180, 260, 440][i] ?? 0,
    }))
    expect(indexOf(cells).psi).toBeCloseTo(0.015290082386835538, 14)
    // scipy 1.17.1: chi2.ppf(.99, 3) * (1/1000 + 1/1000)
    expect(indexOf(cells).chance).toBeCloseTo(0.022689733460288748, 12)
    expect(chanceIndex(1, 10, 10)).toBe(0)
  })

  test('the same rows have none, whatever their order', async () => {
    const rows = times(500, (i) => [i % 97, `v${i % 30}`, (i * 31) % 503])
    const drifts = await driftOf(table('a,b,c', rows), table('a,b,c', [...rows].reverse()), ['a', 'b', 'c'])
    expect(drifts.map(({ psi }) => psi)).toEqual([0, 0, 0])
    for (const { cells } of drifts) for (const cell of cells) expect(cell.current).toBe(cell.baseline)
  })

  test('numbers outside the old range, new categories and missing values all show', async () => {
    const before = table(
      'x,c,m',
      times(1000, (i) => [i, i % 2 ? 'a' : 'b', i]),
    )
    const after = table(
      'x,c,m',
      times(1000, (i) => [i + 5000, i % 2 ? 'a' : 'new', i % 2 ? i : null]),
    )
    const [x, c, m] = await driftOf(before, after, ['x', 'c', 'm'])
    expect(x?.cells.at(-2)).toMatchObject({ current: 1000 })
    expect(c?.cells.find(({ label }) => label === 'values not listed in the baseline')).toMatchObject({
      baseline: 0,
      current: 500,
    })
    expect(m?.cells.at(-1)).toEqual({ label: 'missing', baseline: 0, current: 500 })
    for (const drift of [x, c, m]) expect(drift?.psi).toBeGreaterThan(0.5)
  })

  test('samples of one long-tailed distribution have not drifted', async () => {
    // A third of the rows is v0, the share of v<k> falls with k; most values are seen once or twice.
    const sample = (seed: string, n: number) => {
      const random = seededRandom(seed)
      return table(
        'c',
        times(n, () => [`v${Math.floor(1 / random.uniform() ** 2) % 300}`]),
      )
    }
    for (const [n, m] of [
      [500, 500],
      [300, 3000],
      [2000, 200],
    ] as const) {
      const [drift] = await driftOf(sample(`before ${n}`, n), sample(`after ${m}`, m), ['c'])
      expect(drift?.psi).toBeLessThan(Math.max(0.1, drift?.chance as number))
      expect(drift?.cells.reduce((sum, cell) => sum + cell.current, 0)).toBe(m)
      expect(drift?.cells.reduce((sum, cell) => sum + cell.baseline, 0)).toBe(n)
    }
  })

  test('newcomers show among rare values too; the same rows and more of them have none', async () => {
    const users = (seed: string, n: number, prefix = 'u') => {
      const random = seededRandom(seed)
      return times(n, () => [`${prefix}${random.below(300)}`])
    }
    // Five rows a value on average: none has a cell of its own, and hardly any stands there only once.
    const before = users('before', 1500)
    const [others] = await driftOf(table('c', before), table('c', users('after', 1500, 'other ')), ['c'])
    expect(others?.psi).toBeGreaterThan(1)
    expect(others?.cells.find(({ label }) => label === 'values not listed in the baseline')?.current).toBe(1500)
    const [grown] = await driftOf(table('c', before), table('c', [...before, ...users('more', 150)]), ['c'])
    expect(grown?.psi).toBeLessThan(0.01)
  })

  // numpy 2.4.6, 200,000 pairs of Poisson draws with means 2000 p and 200 p, p = 1/50: np.quantile(psi, .99) is 0.685
  test('what chance reaches in cells of few rows is simulated', () => {
    const cells = times(50, () => ({ label: '', baseline: 40, current: 4 }))
    const { chance } = indexOf(cells)
    expect(chance).toBeGreaterThan(0.6)
    expect(chance).toBeLessThan(0.77)
    expect(indexOf(cells).chance).toBe(chance)
  })

  test('what cannot be compared says why', async () => {
    const before = table(
      'x,id,gone',
      times(60, (i) => [i, `id-${i}`, 1]),
    )
    const after = table(
      'x,id',
      times(60, (i) => [i === 0 ? 'n/a' : i, `id-${i}`]),
    )
    expect((await driftOf(before, after, ['x', 'id', 'gone', 'never'])).map(({ reason }) => reason)).toEqual([
      'the type was integer and is string',
      'its values are identifiers or free text',
      'the data have no such column',
      'the baseline has no such column',
    ])
  })
})

describe('power of a feature', () => {
  // scikit-learn 1.9.1: roc_auc_score([1,1,1,0,0,0,0,1,0,0], [.9,.8,.8,.8,.2,.2,.1,.2,.5,.1])
  test('the area under the curve of grouped scores', () => {
    const groups = [
      { score: 0.9, hits: 1, misses: 0 },
      { score: 0.8, hits: 2, misses: 1 },
      { score: 0.2, hits: 1, misses: 2 },
      { score: 0.1, hits: 0, misses: 2 },
      { score: 0.5, hits: 0, misses: 1 },
    ]
    expect(aucOfGroups(groups)).toBeCloseTo(0.8333333333333333, 14)
  })

  const rows = times(2000, (i) => {
    const label = (i * 7919) % 10 < 3 ? 1 : 0
    const noise = (i * 104_729) % 1009
    return {
      label,
      copy: label === 1 ? 'yes' : 'no',
      shifted: label * 5000 + noise,
      absent: label === 1 ? null : noise,
      user: `user-${i}`,
      noise,
      town: `town ${noise % 40}`,
      constant: 1,
      rare: label === 1 && i % 100 === 0 ? 100 + noise : 0,
      value: noise * 2 + 1,
    }
  })
  const columns = Object.keys(rows[0] ?? {}) as (keyof (typeof rows)[number])[]

  async function powers(label: string, kind: 'class' | 'value') {
    await bench.write(
      'power.csv',
      table(
        columns.join(','),
        rows.map((row) => columns.map((column) => row[column])),
      ),
    )
    const dataset = await bench.load('power.csv')
    const measured = await measurePower(
      bench.engine,
      dataset,
      await profileTable(bench.engine, dataset),
      { name: label, kind },
      columns,
    )
    return Object.fromEntries(measured.map(({ feature, power, rare }) => [feature, { power, rare }]))
  }

  test('copies, numbers that part the classes and missing values that tell are near 1; identifiers, noise and constants near 0', async () => {
    const found = await powers('label', 'class')
    for (const leak of ['copy', 'shifted', 'absent']) expect(found[leak]?.power).toBeGreaterThan(0.99)
    for (const honest of ['user', 'noise', 'town', 'constant']) expect(found[honest]?.power).toBeLessThan(0.1)
    expect(found).not.toHaveProperty('label')
  })

  test('a column that speaks in few rows and is right there has little power over all, and much where it speaks', async () => {
    const { rare } = await powers('label', 'class')
    expect(rare?.power).toBeLessThan(0.2)
    expect(rare?.rare).toMatchObject({ common: '0', class: '1', part: 'all', base: 0.3 })
    expect(rare?.rare?.hits).toBe(rare?.rare?.n)
    // Wilson 95 % lower bound of 20 in 20 is 0.8388 (scipy binomtest(20, 20).proportion_ci(method='wilson')).
    expect(rare?.rare?.n).toBe(20)
    expect(rare?.rare?.power).toBeCloseTo((0.83887484 - 0.3) / 0.7, 5)
  })

  test('a numeric label is told by R²', async () => {
    const found = await powers('value', 'value')
    expect(found.noise?.power).toBeGreaterThan(0.95)
    for (const honest of ['user', 'copy', 'constant']) expect(found[honest]?.power).toBeLessThan(0.05)
    expect(found.noise?.rare).toBeNull()
  })

  describe('by the order of values', () => {
    const data = times(50, (i) => {
      const [tied, cube, label] = [Math.floor(((i * 37) % 50) / 2), ((i * 11) % 50) ** 3, Number((i * 7) % 10 < 4)]
      return { tied, cube, near: ((i * 11) % 50) + ((i * 13) % 7), label, apart: tied + 20 * label, copy: cube }
    })

    async function orders(label: 'cube' | 'label', kind: 'class' | 'value') {
      const names = Object.keys(data[0] ?? {}) as (keyof (typeof data)[number])[]
      await bench.write(
        'order.csv',
        table(
          names.join(','),
          data.map((row) => names.map((name) => row[name])),
        ),
      )
      const dataset = await bench.load('order.csv')
      const profile = await profileTable(bench.engine, dataset)
      const measured = await measurePower(bench.engine, dataset, profile, { name: label, kind }, names)
      return Object.fromEntries(measured.map(({ feature, power }) => [feature, power]))
    }

    // scipy 1.17.1: spearmanr(x, cube).statistic ** 2
    test('a copy of a label with few large values is a leak, however few cells there are', async () => {
      const found = await orders('cube', 'value')
      expect(found.copy).toBe(1)
      expect(found.near).toBeCloseTo(0.982592475418073, 11)
    })

    // scikit-learn 1.9.1: abs(2 * roc_auc_score(label, apart) - 1)
    test('classes that a number parts inside a cell', async () => {
      expect((await orders('label', 'class')).apart).toBeCloseTo(0.92, 11)
    })
  })

  test('what cannot be measured says why', async () => {
    await bench.write(
      'few.csv',
      table(
        'x,y',
        times(30, (i) => [i, i === 0 ? 1 : 0]),
      ),
    )
    const dataset = await bench.load('few.csv')
    const profile = await profileTable(bench.engine, dataset)
    const reason = async (name: string, kind: 'class' | 'value') =>
      (await measurePower(bench.engine, dataset, profile, { name, kind }, ['x']))[0]?.reason
    expect(await reason('y', 'class')).toBe('no class has 20 rows inside and 20 outside of it')
    expect(await reason('z', 'class')).toBe('there is no column "z"')
  })

  const cells = (counts: [cell: number, fold: number, name: string, n: number][]): CellCount[] =>
    counts.map(([cell, fold, name, n]) => ({ cell, fold, class: name, n, total: 0, squares: 0 }))

  test('rates come from other folds: a value seen once tells nothing of its own row', () => {
    const own = times(100, (i): [number, number, string, number] => [i, i % 5, i % 2 ? 'a' : 'b', 1])
    expect(classPower(cells(own), 5)).toMatchObject({ value: 0, reason: null })
    expect(valuePower([{ cell: 1, fold: 0, class: '', n: 30, total: 60, squares: 120 }], 5)).toEqual({
      value: null,
      reason: 'the label has no spread',
    })
  })

  test('parts below twenty rows are not looked at', () => {
    const rest = times(19, (i) => ({ value: i, class: '1', n: 1 }))
    expect(
      rareValuePower(
        rest,
        cells([
          [1, 0, '1', 100],
          [1, 0, '0', 900],
        ]),
        '0',
      ),
    ).toBeNull()
  })
})

describe('rows common to train and test', () => {
  async function overlap(train: string, test: string, names: string[]) {
    await bench.write('train.csv', train)
    await bench.write('test.csv', test)
    const load = (name: string) => loadDataset(bench.engine, bench.files, name, `${name}.csv`)
    return measureOverlap(bench.engine, await load('train'), await load('test'), names)
  }

  test('are found whatever type each side has, missing equals missing, and the id does not count', async () => {
    const found = await overlap('id,x,t\n1,1,a\n2,2.5,\n3,7,c\n', 'id,x,t\n9,1,a\n8,2,b\n7,7,\n', ['x', 't'])
    expect(found).toEqual({
      columns: ['x', 't'],
      shared: 1,
      rows: 3,
      repeated: 0,
      trainRows: 3,
      // Every value of train is another.
      alike: 0,
      examples: [{ where: 'test.csv row 1', value: 'equals train.csv row 1' }],
    })
  })

  test('and how often rows repeat by nature is told beside', async () => {
    expect(await overlap('x\n1\n1\n2\n2\n3\n', 'x\n1\n2\n', ['x', 'gone'])).toMatchObject({
      columns: ['x'],
      shared: 2,
      repeated: 4,
      trainRows: 5,
    })
    expect(await overlap('x\n1\n', 'y\n1\n', ['x', 'y'])).toMatchObject({ columns: [], shared: 0 })
  })
})

test('ranks of counted values', () => {
  const at = ranksOfCounts([1, 5, 9], [2, 1, 3])
  expect([0, 1, 2, 3, 4, 5].map(at)).toEqual([1, 1, 5, 9, 9, 9])
  // numpy 2.4.6: np.quantile([1, 1, 5, 9, 9, 9], [0, .3, .5, 1]) = [1, 3, 7, 9]
  expect([0, 0.3, 0.5, 1].map((p) => interpolate(6, p, at))).toEqual([1, 3, 7, 9])
})
