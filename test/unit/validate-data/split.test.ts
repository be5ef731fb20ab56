import { DEFAULT_CONTRACT, type LoadedContract } from '../../../actions/validate-data/contract.js'
import { explainLeakage } from '../../../actions/validate-data/explain/leakage.js'
import { checkSplit } from '../../../actions/validate-data/split/check.js'
import type { Check } from '../../../shared/contracts/common.js'
import { DataContract } from '../../../shared/contracts/data-contract.js'
import { loadDataset } from '../../../shared/data/dataset.js'
import { dropRows } from '../../../shared/data/engine/row-store.js'
import { measureSplit } from '../../../shared/data/leakage/measure-split.js'
import type { SplitRoles } from '../../../shared/data/leakage/sides.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Random, seededRandom } from '../../../shared/stats/sampling/rng.js'
import { type Bench, openBench } from '../data/support.js'
import { csv, times } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

type Row = Record<string, string | number | null | undefined>
interface Split {
  train: Row[]
  test: Row[]
}

const TRAIN = 400
const TEST = 150
const DAY = 86_400_000
const timeOf = (day: number) => new Date(Date.UTC(2024, 0, 1) + Math.round(day * DAY)).toISOString().slice(0, 19)

/** Words of a language of 2,000 words. */
const sentence = (random: Random): string =>
  times(8 + random.below(7), () => `w${random.below(2000).toString(36)}x`).join(' ')

function row(random: Random, i: number, day: number): Row {
  const score = random.normal()
  const city = `city ${Math.floor(30 * random.uniform() ** 2)}`
  const chance = 1 / (1 + Math.exp(-score))
  return {
    id: `case-${1_000_000 + Math.floor(random.uniform() * 1e9)}-${i}`,
    patient: `p${i}`,
    at: timeOf(day),
    score: score.toFixed(4),
    amount: Math.exp(3 + random.normal()).toFixed(2),
    age: 18 + random.below(70),
    city,
    member: random.below(2) === 1 ? 'yes' : 'no',
    note: sentence(random),
    y: random.uniform() < chance ? 'ill' : 'well',
    cost: (20 * score + 5 * random.normal()).toFixed(2),
  }
}

/** Cases of 100 days to learn from, and of 40 days after them to be tested on; every case a patient of its own. */
function cleanSplit(seed: string, tests = TEST): Split {
  const random = seededRandom(seed)
  return {
    train: times(TRAIN, (i) => row(random, i, 100 * random.uniform())),
    test: times(tests, (i) => row(random, TRAIN + i, 100.01 + 40 * random.uniform())),
  }
}

const FEATURES = ['score', 'amount', 'age', 'city', 'member', 'note']
const ROLES: SplitRoles = {
  label: { name: 'y', kind: 'class' },
  id: 'id',
  time: 'at',
  group: ['patient'],
  features: FEATURES,
}

const loadedOf = (contract: DataContract): LoadedContract => ({
  contract,
  path: '',
  ref: null,
  source: {},
  place: () => null,
})
const contractWith = (sections: object): LoadedContract =>
  loadedOf(DataContract.parse({ schema: 'plumbline.data-contract/1', ...sections }))

async function checksOf(
  { train, test }: { train: Row[]; test: Row[] | null },
  roles: Partial<SplitRoles> = {},
  loaded: LoadedContract = loadedOf(DEFAULT_CONTRACT),
): Promise<Check[]> {
  const side = async (name: string, rows: Row[]) => {
    const header = Object.keys(rows[0] ?? {})
    await bench.write(
      `${name}.csv`,
      csv(
        header.join(','),
        rows.map((one) => header.map((column) => one[column] ?? null)),
      ),
    )
    const dataset = await loadDataset(bench.engine, bench.files, name, `${name}.csv`)
    return { dataset, profile: await profileTable(bench.engine, dataset) }
  }
  const [a, b] = [await side('train', train), test === null ? null : await side('test', test)]
  const evidence = await measureSplit(bench.engine, a, b, { ...ROLES, ...roles })
  for (const one of [a, b])
    if (one !== null) await dropRows(bench.engine, one.dataset.table, one.dataset.columns.length)
  return checkSplit(evidence, [], loaded)
}

const findingsOf = (checks: readonly Check[]): string[] =>
  checks
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ verdict, rule, subject }) => `${verdict} ${rule} ${subject}`)

describe('a clean split', () => {
  // Fifty splits, ten at a time.
  test.each([0, 10, 20, 30, 40])('gives no finding, from seed %i on', async (from) => {
    const found: string[] = []
    for (const seed of times(10, (i) => `clean ${from + i}`)) {
      const isValue = seed.endsWith('5')
      const label = isValue ? ({ name: 'cost', kind: 'value' } as const) : ROLES.label
      const checks = await checksOf(cleanSplit(seed, 250), { label })
      found.push(...findingsOf(checks).map((finding) => `${seed}: ${finding}`))
    }
    expect(found).toEqual([])
  })

  test('a random split that is said to be one has none either', async () => {
    for (const seed of times(5, (i) => `random ${i}`)) {
      const random = seededRandom(seed)
      const split = {
        train: times(TRAIN, (i) => row(random, i, 100 * random.uniform())),
        test: times(TEST, (i) => row(random, TRAIN + i, 100 * random.uniform())),
      }
      expect(findingsOf(await checksOf(split, {}, contractWith({ split: { by: 'random' } })))).toEqual([])
    }
  })

  test('every check says what it measured, and has its words', async () => {
    const checks = await checksOf(cleanSplit('words', 250))
    expect(checks.map(({ rule }) => rule)).toEqual([
      'conflicting-labels',
      'ordered-rows',
      'id-order',
      'id-overlap',
      'group-overlap',
      'conflicting-split',
      'near-duplicate-row',
      'similar-text',
      'date-overlap',
      'same-time',
      'test-size',
      'label-drift',
      'new-label',
      'new-category',
      'power-change',
    ])
    for (const { rule, measured, expected, n } of checks) {
      expect(typeof measured).toBe('number')
      expect(expected).not.toBe('')
      expect(n).toBeGreaterThan(0)
      expect(explainLeakage[rule]?.meaning ?? '').not.toBe('')
    }
  })
})

/** What is done to a clean split, and what has to be found, and nothing else. */
const PLANTED: readonly {
  name: string
  plant: (split: Split, random: Random) => Split
  roles?: Partial<SplitRoles>
  contract?: object
  findings: string[]
  says: string
}[] = [
  {
    name: 'ids of train in test',
    plant: ({ train, test }) => ({
      train,
      test: test.map((one, i) => (i < 6 ? { ...one, id: train[i]?.id ?? '' } : one)),
    }),
    findings: ['fail id-overlap id'],
    says: '6 of 150 test rows (4 %) have an id "id" that stands in train',
  },
  {
    name: 'both files number their rows',
    plant: ({ train, test }) => ({
      train: train.map((one, i) => ({ ...one, id: i })),
      test: test.map((one, i) => ({ ...one, id: i })),
    }),
    findings: ['warn id-overlap id'],
    says: 'both files number their rows from the start, so the same id may be another case',
  },
  {
    name: 'patients on both sides',
    plant: ({ train, test }) => ({
      train,
      test: test.map((one, i) => (i % 3 === 0 ? { ...one, patient: `p${i}` } : one)),
    }),
    findings: ['fail group-overlap patient'],
    says: '50 of patient stand in train and in test, with 50 of 150 test rows (33.3 %): the model can know them again',
  },
  {
    name: 'the same cases with another label',
    plant: ({ train, test }) => ({
      train,
      test: test.map((one, i) => {
        const twin = train[i] as Row
        return i < 12
          ? { ...twin, id: one.id, patient: one.patient, at: one.at, y: twin.y === 'ill' ? 'well' : 'ill' }
          : one
      }),
    }),
    // Their texts are those of train, letter for letter.
    findings: ['warn conflicting-split train and test', 'fail similar-text note'],
    says: '12 of 150 test rows (8 %) have the features of a training row and another label',
  },
  {
    name: 'labels that contradict each other',
    plant: ({ train, test }) => ({
      train: train.map((one, i) => {
        const twin = train[i - 20] as Row
        return i >= 20 && i < 40
          ? { ...twin, id: one.id, patient: one.patient, at: one.at, y: twin.y === 'ill' ? 'well' : 'ill' }
          : one
      }),
      test,
    }),
    findings: ['warn conflicting-labels train'],
    says: '40 rows of the train data (10 %) have the features of another row and another label',
  },
  {
    name: 'test rows before the end of train',
    plant: ({ train, test }) => ({
      train,
      test: test.map((one, i) => (i < 9 ? { ...one, at: timeOf(50 + i / 7) } : one)),
    }),
    findings: ['fail date-overlap at'],
    says: '9 of 150 test rows (6 %) are older than the latest training row',
  },
  {
    name: 'a random split of dated rows',
    plant: ({ train, test }, random) => ({
      train,
      test: test.map((one) => ({ ...one, at: timeOf(99 * random.uniform()) })),
    }),
    findings: ['warn date-overlap at'],
    says: 'it was not split by time. Innocent only if a case says nothing about later ones',
  },
  {
    name: 'records of the same moments',
    plant: ({ train, test }) => ({
      train,
      test: test.map((one, i) => (i < 12 ? { ...one, at: train[i]?.at ?? '' } : one)),
    }),
    contract: { split: { by: 'random' } },
    findings: ['warn same-time at'],
    says: '12 of 150 test rows (8 %) have exactly the time of a training row',
  },
  {
    name: 'rows that differ in spelling and rounding',
    plant: ({ train, test }) => ({
      train,
      test: test.map((one, i) => {
        const twin = train[i] as Row
        if (i >= 9) return one
        const score = Number(twin.score)
        const nudged = Number(score.toPrecision(3)) + 1e-9
        return {
          ...twin,
          id: one.id,
          patient: one.patient,
          at: one.at,
          score: nudged,
          city: String(twin.city).toUpperCase().replace(' ', '-'),
          note: `${twin.note}.`,
        }
      }),
    }),
    roles: { features: ['score', 'amount', 'age', 'member', 'note'] },
    findings: ['fail near-duplicate-row train and test', 'fail similar-text note'],
    says: '9 of 150 test rows (6 %) are nearly a training row: 9 but for spelling and rounding, 0 in all features but one',
  },
  {
    name: 'rows that differ in one feature',
    plant: ({ train, test }) => ({
      train,
      test: test.map((one, i) => (i < 9 ? { ...one, ...featuresOf(train[i] as Row), amount: 4242 + i } : one)),
    }),
    roles: { features: ['score', 'amount', 'age', 'city', 'member'] },
    findings: ['fail near-duplicate-row train and test'],
    says: '9 of 150 test rows (6 %) are nearly a training row: 0 but for spelling and rounding, 9 in all features but one',
  },
  {
    name: 'texts with a word changed',
    plant: ({ train, test }) => ({
      train,
      test: test.map((one, i) => (i < 9 ? { ...one, note: String(train[i]?.note).replace(/^\S+ /, 'Oh, ') } : one)),
    }),
    findings: ['fail similar-text note'],
    says: '9 of 150 test rows (6 %) have a text in "note" that is nearly one of train, 0 of them letter for letter',
  },
  {
    name: 'the label in another code',
    plant: ({ train, test }) => ({
      train: train.map((one) => ({ ...one, code: one.y === 'ill' ? 7 : 3 })),
      test: test.map((one) => ({ ...one, code: one.y === 'ill' ? 7 : 3 })),
    }),
    roles: { features: [...FEATURES, 'code'] },
    findings: ['fail label-copy code'],
    says: 'feature "code" is the label "y" in another code: each of its 2 values stands for one label',
  },
  {
    name: 'rows sorted by the label',
    plant: ({ train, test }) => ({ train: [...train].sort((a, b) => (String(a.y) < String(b.y) ? -1 : 1)), test }),
    findings: ['warn ordered-rows train: y'],
    says: 'the rows of train stand in the order of the label "y"',
  },
  {
    name: 'rows sorted by a label that is a number',
    plant: ({ train, test }) => ({ train: [...train].sort((a, b) => Number(b.cost) - Number(a.cost)), test }),
    roles: { label: { name: 'cost', kind: 'value' } },
    findings: ['warn ordered-rows train: cost'],
    says: 'the rows of train stand in the order of the label "cost" (1.00 by',
  },
  {
    name: 'rows of a random split sorted by time',
    plant: ({ train, test }) => ({ train: [...train].sort((a, b) => (String(a.at) < String(b.at) ? -1 : 1)), test }),
    contract: { split: { by: 'random' } },
    findings: ['warn ordered-rows train: at'],
    says: 'the rows of train stand in the order of the time "at"',
  },
  {
    name: 'ids in the order of the label',
    plant: ({ train, test }) => {
      const sorted = [...train].sort((a, b) => (String(a.y) < String(b.y) ? -1 : 1))
      const rank = new Map(sorted.map((one, i) => [one, i]))
      return { train: train.map((one) => ({ ...one, id: `user-${rank.get(one)}` })), test }
    },
    findings: ['warn id-order id'],
    says: 'the order of the ids "id" tells the label',
  },
  {
    name: 'the index of a data frame',
    plant: ({ train, test }) => ({
      train: train.map((one, i) => ({ 'Unnamed: 0': i, ...one })),
      test: test.map((one, i) => ({ 'Unnamed: 0': TRAIN + i, ...one })),
    }),
    roles: { features: [...FEATURES, 'Unnamed: 0'] },
    findings: ['warn index-feature Unnamed: 0'],
    says: 'feature "Unnamed: 0" counts the rows: the place of a row in a file is nothing that a new case has',
  },
  {
    name: 'labels spread otherwise',
    plant: ({ train, test }) => ({
      train,
      test: test.map((one, i) => (i % 5 > 0 ? { ...one, y: 'ill', score: 2 + i / 100 } : one)),
    }),
    roles: { features: ['amount', 'age', 'city', 'member', 'note'] },
    findings: ['warn label-drift train and test'],
    says: 'the labels of test are not spread as those of train',
  },
  {
    name: 'a numeric label spread otherwise',
    plant: ({ train, test }) => ({ train, test: test.map((one) => ({ ...one, cost: Number(one.cost) + 30 })) }),
    roles: { label: { name: 'cost', kind: 'value' } },
    findings: ['warn label-drift train and test'],
    says: '(Kolmogorov–Smirnov statistic)',
  },
  {
    name: 'a label that train lacks',
    plant: ({ train, test }) => ({ train, test: test.map((one, i) => (i < 6 ? { ...one, y: 'dead' } : one)) }),
    findings: ['warn label-drift train and test', 'fail new-label test'],
    // (150 / 550)^6 = 0.0004.
    says: '6 of 150 test rows (4 %) have a label that train lacks: "dead"',
  },
  {
    name: 'a label so rare that chance may leave it out of train',
    plant: ({ train, test }) => ({ train, test: test.map((one, i) => (i < 2 ? { ...one, y: 'dead' } : one)) }),
    findings: ['warn new-label test'],
    // (150 / 550)^2 = 0.07.
    says: '2 of 150 test rows (1.33 %) have a label that train lacks: "dead"; so rare, a random split may leave train without them',
  },
  {
    name: 'the same against a contract that allows none',
    plant: ({ train, test }) => ({ train, test: test.map((one, i) => (i < 2 ? { ...one, y: 'dead' } : one)) }),
    contract: { split: { 'max-new-labels': 0 } },
    findings: ['fail new-label test'],
    says: '2 of 150 test rows (1.33 %) have a label that train lacks: "dead"',
  },
  {
    name: 'cities that train lacks',
    plant: ({ train, test }) => ({
      train,
      test: test.map((one, i) => (i < 20 ? { ...one, city: i % 2 ? 'Ulm' : 'ULM' } : one)),
    }),
    findings: ['warn new-category city'],
    says: '20 of 150 test rows (13.3 %) have one of 2 values of "city" that train lacks: "ULM", "Ulm"',
  },
  {
    name: 'a test that is smaller than asked for',
    plant: (split) => split,
    contract: { split: { 'min-size': 0.5 } },
    findings: ['warn test-size train and test'],
    says: 'there are 150 test rows for 400 training rows (37.5 %)',
  },
  {
    name: 'a feature that tells the label in train alone',
    plant: ({ train }, random) => {
      const told = (one: Row, knows: boolean): Row => ({
        ...one,
        hint: knows && random.uniform() < 0.9 ? String(one.y).length : random.below(9),
      })
      return {
        train: train.map((one) => told(one, true)),
        test: times(400, (i) => told(row(random, 5000 + i, 101 + 40 * random.uniform()), false)),
      }
    },
    roles: { features: [...FEATURES, 'hint'] },
    findings: ['warn power-change hint'],
    says: 'on as many rows: it does not mean the same there',
  },
]

const featuresOf = (one: Row): Row => Object.fromEntries(FEATURES.map((name) => [name, one[name] ?? null]))

describe('planted in a clean split', () => {
  test.each(PLANTED.map((one) => [one.name, one] as const))(
    '%s',
    async (_, { plant, roles, contract, findings, says }) => {
      const split = plant(cleanSplit('planted'), seededRandom('plants'))
      const checks = await checksOf(split, roles, contract === undefined ? undefined : contractWith(contract))
      expect(findingsOf(checks)).toEqual(findings)
      const found = checks.filter(({ verdict }) => verdict !== 'pass')
      expect(found.map(({ message }) => message).join('\n')).toContain(says)
      for (const { cure, rule } of found) {
        expect(cure ?? '').not.toBe('')
        expect(explainLeakage[rule]).toBeDefined()
      }
    },
  )
})

describe('without evidence', () => {
  test('nothing is judged without its column, nor between datasets when there is one', async () => {
    const bare: Partial<SplitRoles> = { label: null, id: undefined, time: undefined, group: [] }
    const { train, test } = cleanSplit('bare')
    const rules = (await checksOf({ train, test }, bare)).map(({ rule }) => rule)
    expect(rules).toEqual(['near-duplicate-row', 'similar-text', 'test-size', 'new-category'])
    const alone = await checksOf({ train, test: null })
    expect(alone.map(({ rule }) => rule)).toEqual(['conflicting-labels', 'ordered-rows', 'id-order'])
  })

  test('a column that one side lacks is inconclusive, and so are fewer than thirty rows', async () => {
    const { train, test } = cleanSplit('few')
    const without = test.map(({ id: _id, patient: _patient, at: _at, ...rest }) => rest)
    expect(findingsOf(await checksOf({ train, test: without }))).toEqual([
      'inconclusive id-overlap id',
      'inconclusive group-overlap patient',
      'inconclusive date-overlap at',
    ])
    const few = await checksOf(
      { train: train.slice(0, 20), test: test.slice(0, 20) },
      { features: ['score', 'amount'] },
    )
    expect(findingsOf(few)).toEqual(['inconclusive ordered-rows train: y', 'inconclusive label-drift train and test'])
  })
})
