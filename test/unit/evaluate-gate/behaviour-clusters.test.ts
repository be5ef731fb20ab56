import { chooseApart, chooseRows } from '../../../actions/evaluate-gate/behaviour/choose.js'
import { behaviourComment, behaviourPage } from '../../../actions/evaluate-gate/behaviour/render.js'
import { runBehaviour } from '../../../actions/evaluate-gate/behaviour/run.js'
import { fakeModel } from '../../support/fake-models.js'
import { BINARY, evaluate } from './behaviour-support.js'
import { memoryRows } from './memory-rows.js'

const ROWS = Array.from({ length: 300 }, (_, i) => ({ id: `r${i}`, x: i + 0.25 }))
const rows = memoryRows(ROWS)
const blocksOf = (clusters: number) => Uint16Array.from(ROWS, (_, i) => i % clusters)

describe('rows of different clusters', () => {
  test('are chosen first, one of each, in the order of the hash', async () => {
    const blocks = blocksOf(40)
    const [all, chosen] = [await chooseRows(rows, 300, 's', 'id'), await chooseApart(rows, 100, 's', 'id', blocks)]
    const places = Array.from(chosen.rows, (row) => all.rows.indexOf(row))
    const sorted = (some: readonly number[]) => [...some].sort((a, b) => a - b)
    expect(chosen.apart).toBe(40)
    expect(chosen.names).toEqual(Array.from(chosen.rows, (row) => `r${row}`))
    expect(new Set(Array.from(chosen.rows.subarray(0, 40), (row) => blocks[row])).size).toBe(40)
    expect(places.slice(0, 40)).toEqual(sorted(places.slice(0, 40)))
    expect(places.slice(40)).toEqual(sorted(places.slice(40)))
    expect(new Set(places).size).toBe(100)
    expect((await chooseApart(rows, 7, 's', 'id', blocks)).names).toEqual(chosen.names.slice(0, 7))
    expect((await chooseApart(rows, 7, 's', 'id', blocks)).apart).toBe(7)
  })

  test('do not depend on the order of the rows', async () => {
    const turned = [...ROWS].reverse()
    const blocks = Uint16Array.from(turned, ({ x }) => Math.floor(x) % 40)
    const there = await chooseApart(rows, 100, 's', 'id', blocksOf(40))
    expect((await chooseApart(memoryRows(turned), 100, 's', 'id', blocks)).names).toEqual(there.names)
  })

  test.each([
    [200, []],
    [
      40,
      [
        'noise of 0.1 standard deviations on x: of 50 rows 40 are surely of different clusters (data.group); the interval takes all as independent, and is wider in truth.',
      ],
    ],
  ])('%d of them for 50 rows: what the notes say', async (clusters, expected) => {
    const declared = evaluate({ perturbation: { scale: 0.1, rows: 50 }, determinism: { rows: 60 } })
    const model = fakeModel((row) => Number(row.x) / 1000)
    const alone = { question: BINARY, rows, candidate: model, baseline: null, compared: false, cases: [] }
    const settings = { level: 0.95, seed: 'seed', placeOf: () => null }
    const report = await runBehaviour(declared, { ...alone, blocks: blocksOf(clusters) }, settings)
    const of = (notes: readonly string[]) => notes.filter((note) => note.includes('cluster'))
    expect(of(report.notes)).toEqual(expected)
    const asked = model.calls[0]?.filter((_, i) => i % 2 === 0) ?? []
    expect(new Set(asked.map(({ x }) => ROWS.findIndex((row) => row.x === x) % clusters)).size).toBe(
      Math.min(50, clusters),
    )
    expect(of((await runBehaviour(declared, { ...alone, blocks: null }, settings)).notes)).toEqual([])
  })
})

test('each table of the page says what it shows; in the comment its heading does', async () => {
  const model = fakeModel((row) => Number(Number(row.x) % 1 < 0.5))
  const settings = { level: 0.95, seed: 'seed', placeOf: () => null }
  const subjects = { question: BINARY, rows, candidate: model, baseline: null, compared: false, cases: [] }
  const report = await runBehaviour(
    evaluate({ directional: [{ column: 'x', by: 0.5, expect: 'increases' }] }),
    subjects,
    settings,
  )
  const captions = behaviourPage(report).flatMap((block) => (block.kind === 'table' ? [block.caption] : []))
  expect(captions).toEqual(['Behaviour tests', expect.stringMatching(/^x up by 0\.5: .*: 5 of \d+\.$/)])
  expect(behaviourComment(report).flatMap((block) => (block.kind === 'table' ? [block.caption] : []))).toEqual([
    undefined,
  ])
})
