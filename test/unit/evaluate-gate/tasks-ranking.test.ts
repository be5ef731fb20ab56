import fc from 'fast-check'
import type { Row } from '../../../actions/evaluate-gate/judged-rows.js'
import { Catalogue } from '../../../actions/evaluate-gate/tasks/catalogue.js'
import { readTruth } from '../../../actions/evaluate-gate/tasks/columns.js'
import { queryRows } from '../../../actions/evaluate-gate/tasks/query-rows.js'
import { lotOf } from '../../../actions/evaluate-gate/tasks/rank-order.js'
import { type RankedLists, RankingSink } from '../../../actions/evaluate-gate/tasks/ranking.js'
import { type Answered, samplesOfTask, type TaskSettings } from '../../../actions/evaluate-gate/tasks/samples.js'
import { readRankedLists } from '../../../actions/evaluate-gate/tasks/table.js'
import { trivialNameOfTask } from '../../../actions/evaluate-gate/tasks/trivial.js'
import { usualOfTask } from '../../../actions/evaluate-gate/tasks/usual.js'
import { describeProblems, UserError } from '../../../shared/core/errors.js'
import { findMetric } from '../../../shared/stats/metrics/index.js'
import type { RankingSample } from '../../../shared/stats/sample.js'
import { memoryRows } from './memory-rows.js'

const SETTINGS: TaskSettings = { threshold: 0.5, separator: '|', knownClasses: [], interactions: null }

/** Two queries: u1 has three items, u2 two; b is relevant to both. */
const ROWS: Row[] = [
  { id: '1', user: 'u1', item: 'a', rel: 0, country: 'de' },
  { id: '2', user: 'u2', item: 'b', rel: 1, country: 'fr' },
  { id: '3', user: 'u1', item: 'b', rel: 2, country: 'de' },
  { id: '4', user: 'u1', item: 'c', rel: 1, country: 'de' },
  { id: '5', user: 'u2', item: 'a', rel: 0, country: 'fr' },
]
const SCORES = [0.9, 0.2, 0.8, 0.1, 0.4]

function scored(name: string, scores: readonly (number | null)[]): Answered {
  const answers = new RankingSink(scores.length)
  scores.forEach((score, place) => {
    answers.put(place, { label: null, score, probabilities: null, value: null })
  })
  return { name, answers }
}

async function judge(
  rows: readonly Row[],
  models: readonly Answered[],
  options: { target?: string; weights?: number[]; settings?: Partial<TaskSettings> } = {},
) {
  const memory = memoryRows(rows)
  const { target = 'rel', weights = null, settings = {} } = options
  const keys = { target: target === '' ? undefined : target, targets: undefined, query: 'user', item: 'item' }
  const frame = {
    n: rows.length,
    blocks: Uint16Array.from(rows, (_, i) => i),
    weights: weights && Float64Array.from(weights),
    clustered: false,
  }
  const truth = await readTruth('ranking', keys, memory)
  return samplesOfTask(memory, frame, truth, models, { ...SETTINGS, ...settings })
}

async function problemsOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UserError)
  return describeProblems((error as UserError).problems)
}

const value = (name: string, sample: RankingSample) => findMetric(name, 'ranking')?.value(sample).value

describe('scores of the judged rows', () => {
  test('queries with their items by score, and relevances', async () => {
    const { samples, ranking, notes } = await judge(ROWS, [scored('candidate', SCORES)])
    const [sample] = samples as [RankingSample]
    expect(ranking?.queries).toEqual(['u1', 'u2'])
    expect([...sample.offsets]).toEqual([0, 3, 5])
    expect([...sample.score]).toEqual([0.9, 0.8, 0.1, 0.4, 0.2])
    expect([...sample.relevance]).toEqual([0, 2, 1, 0, 1])
    expect([...sample.item].map((item) => ranking?.catalogue.names[item])).toEqual(['a', 'b', 'c', 'a', 'b'])
    expect([...sample.idealOffsets]).toEqual([0, 2, 3])
    expect([...sample.ideal]).toEqual([2, 1, 1])
    expect(sample.catalogue).toBe(3)
    expect(sample.popularity).toBeNull()
    expect(notes).toEqual([])
    expect(value('mrr_at_10', sample)).toBe(0.5)
  })

  test('without a target every row is relevant', async () => {
    const { samples } = await judge(ROWS, [scored('candidate', SCORES)], { target: '' })
    expect([...(samples[0] as RankingSample).relevance]).toEqual([1, 1, 1, 1, 1])
  })

  test('queries without a relevant item are told', async () => {
    const rows = ROWS.map((row) => ({ ...row, rel: row.user === 'u2' ? 0 : row.rel })) as Row[]
    const { notes } = await judge(rows, [scored('candidate', SCORES)])
    expect(notes).toEqual([
      '1 of 2 queries have no relevant item: measures of where relevant items are leave them out.',
    ])
  })

  test('faults of the truth, all at once', async () => {
    const rows: Row[] = [
      ...ROWS,
      { id: '6', user: 'u1', item: 'a', rel: 0, country: 'de' },
      { id: '7', user: 'u1', item: null, rel: -1, country: 'de' },
      { id: '8', user: null, item: 'a', rel: 1, country: 'de' },
    ]
    const weights = [1, 1, 2, 1, 1, 1, 1, 1]
    const problems = await problemsOf(judge(rows, [scored('candidate', [...SCORES, 0, 0, 0])], { weights }))
    expect(problems).toContain('has a query and item of another row on 1 of 8 rows: 6')
    expect(problems).toContain('has no item on 1 of 8 rows: 7')
    expect(problems).toContain('has a relevance that is no number of 0 or more on 1 of 8 rows: 7')
    expect(problems).toContain('has no query on 1 of 8 rows: 8')
    expect(problems).toContain('has a weight other than that of its query on 1 of 8 rows: 3')
  })

  test('a row without a score is a fault', async () => {
    const problems = await problemsOf(judge(ROWS, [scored('candidate', [1, null, 1, 1, 1])]))
    expect(problems).toMatch(/^candidate: answered with no score on 1 of 5 rows: 2/)
  })

  test('the weight of a query is that of its rows', async () => {
    const { samples } = await judge(ROWS, [scored('candidate', SCORES)], { weights: [2, 3, 2, 2, 3] })
    expect([...((samples[0] as RankingSample).weights as Float64Array)]).toEqual([2, 3])
  })

  test('equal scores are ordered by lot: the order of rows says nothing, and no name is better', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), async (order) => {
        const shuffled = order.map((i) => ROWS[i] as Row)
        const [a, b] = await Promise.all(
          [ROWS, shuffled].map(async (rows) => {
            const { samples, ranking } = await judge(rows, [scored('candidate', [1, 1, 1, 1, 1])])
            const { item, relevance } = samples[0] as RankingSample
            return { items: [...item].map((place) => ranking?.catalogue.names[place]), relevance: [...relevance] }
          }),
        )
        expect(b).toEqual(a)
      }),
    )
    const lots = Array.from({ length: 1000 }, (_, query) => Number(lotOf(query, 1) < lotOf(query, 2)))
    const first = lots.reduce((sum, lot) => sum + lot, 0)
    expect(first).toBeGreaterThan(440)
    expect(first).toBeLessThan(560)
  })

  test('the most popular items: of training, else by relevance in the judged rows', async () => {
    const interactions = new Map([
      ['a', 10],
      ['c', 5],
      ['z', 50],
    ])
    const known = await judge(ROWS, [scored('candidate', SCORES)], { settings: { interactions } })
    const trivial = known.trivial as RankingSample
    expect(trivial.catalogue).toBe(4)
    expect([...trivial.score]).toEqual([10, 5, 0, 10, 0])
    expect([...trivial.relevance]).toEqual([0, 1, 2, 0, 1])
    expect(trivialNameOfTask(trivial)).toBe('the most popular items of the training data')
    expect(usualOfTask(trivial)).toContain('novelty_at_10')
    expect(value('popularity_at_1', trivial)).toBeCloseTo(10 / 65, 12)
    const unknown = (await judge(ROWS, [scored('candidate', SCORES)])).trivial as RankingSample
    expect([...unknown.score]).toEqual([3, 1, 0, 3, 0])
    expect([...unknown.relevance]).toEqual([2, 1, 0, 1, 0])
    expect(trivialNameOfTask(unknown)).toBe('the items of most relevance in the judged rows')
    for (const name of usualOfTask(unknown)) expect(findMetric(name, 'ranking')?.name).toBe(name)
    expect(usualOfTask(unknown)[0]).toBe('ndcg_at_10')
  })
})

describe('ranked lists', () => {
  const lists = (rows: readonly Row[]): Promise<RankedLists> =>
    readRankedLists(memoryRows(rows), { query: 'user', item: 'item' }, 'ranked.csv')
  const LISTS: Row[] = [
    { user: 'u2', item: 'new', rank: 1 },
    { user: 'u1', item: 'b', rank: 1 },
    { user: 'u2', item: 'b', rank: 2 },
    { user: 'u1', item: 'x', rank: 2 },
    { user: 'u9', item: 'a', rank: 1 },
  ]

  test('items besides the judged rows are not relevant, and are of the catalogue', async () => {
    const { samples, notes, ranking } = await judge(ROWS, [
      { name: 'candidate', answers: await lists(LISTS) },
      { name: 'old', answers: await lists([...LISTS.slice(0, 2), { user: 'u1', item: 'other', rank: 3 }]) },
    ])
    const [sample, old] = samples as [RankingSample, RankingSample]
    expect([...sample.item].map((place) => ranking?.catalogue.names[place])).toEqual(['b', 'x', 'new', 'b'])
    expect([...sample.relevance]).toEqual([2, 0, 0, 1])
    expect([...sample.ideal]).toEqual([2, 1, 1])
    expect(sample.catalogue).toBe(6)
    expect(old.catalogue).toBe(6)
    expect(value('recall_at_10', sample)).toBe(0.75)
    expect(notes).toEqual(['1 row of candidate rank items for queries that are not judged.'])
  })

  test('the trivial model ranks the most popular items for every query', async () => {
    const { trivial } = await judge(ROWS, [{ name: 'candidate', answers: await lists(LISTS) }])
    const { item, score, relevance, offsets } = trivial as RankingSample
    expect([...offsets]).toEqual([0, 2, 4])
    expect([...score]).toEqual([3, 1, 3, 1])
    expect([...relevance]).toEqual([2, 1, 1, 0])
    expect(item).toHaveLength(4)
  })

  test('faults of lists, all at once', async () => {
    const answers = await lists([
      { user: 'u1', item: 'b', rank: 1 },
      { user: 'u1', item: 'b', rank: 2 },
      { user: 'u1', item: null, rank: 3 },
      { user: 'u1', item: 'c', rank: null },
    ])
    const problems = await problemsOf(judge(ROWS, [{ name: 'candidate', answers }]))
    expect(problems).toContain('candidate: has a query and item of another row on 1 of 4 rows: row 2')
    expect(problems).toContain('candidate: has no item on 1 of 4 rows: row 3')
    expect(problems).toContain('candidate: has no score or rank on 1 of 4 rows: row 4')
    expect(problems).toContain('candidate: has no ranked item on 1 of 2 rows: query u2')
  })

  test('columns that a file lacks', async () => {
    expect(await problemsOf(lists([{ user: 'u1', thing: 'b' }]))).toBe(
      [
        'ranked.csv: has no column "item"',
        '    → it has: user, thing',
        'ranked.csv: has neither "score" nor "rank"',
        '    → it has: user, thing',
      ].join('\n'),
    )
    expect([...(await lists([{ user: 'u', item: 'i', score: 2, rank: 1 }])).score]).toEqual([2])
  })
})

test('queries are rows to those who cut them into slices', async () => {
  const memory = memoryRows(ROWS, { 'country = fr': ({ country }) => country === 'fr' })
  const { ranking } = await judge(ROWS, [scored('candidate', SCORES)])
  const rows = queryRows(memory, ranking as NonNullable<typeof ranking>)
  expect(rows.n).toBe(2)
  const { codes, names } = await rows.codes('country')
  expect(Array.from(codes, (code) => names[code])).toEqual(['de', 'fr'])
  expect([...(await rows.numbers('rel'))]).toEqual([0, 1])
  expect([...(await rows.holds('country = fr'))]).toEqual([0, 1])
  expect(await rows.namesOf(Uint32Array.of(1, 0))).toEqual(['u2', 'u1'])
  expect(await rows.pick(Uint32Array.of(1), ['country'])).toEqual([{ country: 'fr' }])
  const batches: number[] = []
  for await (const batch of rows.batches(['user'], 1)) batches.push(batch.length)
  expect(batches).toEqual([1, 1])
})

test('an item has one place, whoever names it', () => {
  const catalogue = new Catalogue(new Map([['a', 3]]))
  expect([...catalogue.places({ codes: Uint16Array.of(1, 0, 1), names: ['b', 'a', 'never'] })]).toEqual([0, 1, 0])
  expect(catalogue.place('b')).toBe(1)
  expect(catalogue.names).toEqual(['a', 'b'])
  expect([...(catalogue.popularity() as Float64Array)]).toEqual([3, 0])
})
