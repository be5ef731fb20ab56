import { measurePower } from '../../../shared/data/power/power.js'
import { profileTable } from '../../../shared/data/profile.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const N = 600
const random = seededRandom('copies')
const rows = Array.from({ length: N }, (_, i) => {
  const kind = ['low', 'mid', 'high'][random.below(3)] as string
  const flag = random.below(2)
  const price = Math.round(Math.exp(5 + random.normal()) * 100) / 100
  return {
    kind,
    flag,
    price,
    // The label of three classes in other codes.
    upper: kind.toUpperCase(),
    code: { low: 4, mid: 9, high: -1 }[kind] as number,
    sentence: `class is ${kind}!`,
    idOfKind: `${kind.slice(0, 1)}-${1000 + i}`,
    lotOfKind: `${5000 + i}${kind.slice(0, 1)}`,
    // The binary one.
    negated: 1 - flag,
    word: flag === 1 ? 'Yes' : 'No',
    idOfFlag: flag === 1 ? `AB${i}` : `CD${i}`,
    noisyFlag: flag * 100 + random.normal(),
    // The numeric one.
    shifted: price + 7,
    scaled: -2.5 * price,
    logged: Math.log(price),
    euros: `EUR ${price.toLocaleString('en', { minimumFractionDigits: 2 })}`,
    rounded: Math.round(price),
    // None of them.
    noise: random.normal(),
    serial: `S${10_000 + ((i * 7919) % N)}`,
    comment: `${random.below(1e6).toString(36)} ${random.below(1e6).toString(36)}`,
  }
})
type Column = keyof (typeof rows)[number]
const names = Object.keys(rows[0] ?? {}) as Column[]

async function powersOf(label: Column, kind: 'class' | 'value'): Promise<Map<string, number | null>> {
  await bench.write(
    'copies.csv',
    `${names.join(',')}\n${rows.map((row) => names.map((name) => `"${row[name]}"`).join(',')).join('\n')}\n`,
  )
  const dataset = await bench.load('copies.csv')
  const profile = await profileTable(bench.engine, dataset)
  const powers = await measurePower(bench.engine, dataset, profile, { name: label, kind }, names)
  return new Map(powers.map(({ feature, power }) => [feature, power]))
}

const HONEST = ['noise', 'serial', 'comment'] as const

test.each([
  ['kind', 'class', ['upper', 'code', 'sentence', 'idOfKind', 'lotOfKind']],
  ['flag', 'class', ['negated', 'word', 'idOfFlag', 'noisyFlag']],
  ['price', 'value', ['shifted', 'scaled', 'logged', 'euros', 'rounded']],
] as const)('copies of %s under other names and in other codes tell it, others do not', async (label, kind, copies) => {
  const found = await powersOf(label, kind)
  expect(copies.filter((copy) => !((found.get(copy) ?? 0) > 0.95))).toEqual([])
  for (const honest of HONEST) expect(found.get(honest)).toBeLessThan(0.2)
})
