import { printCounts } from './counts.js'
import { plain, type Strikes, strikes } from './support.js'

/** tune-matrix.yml: the parameters of the file are handed to a training that heeds them. */
let it: Strikes

/** A tree of depth 4 and more sees both columns, a flatter one the speed alone; judged on the last rows it was given. */
const TRAIN = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cell } from './model/cell.mjs'
const { depth = 4 } = JSON.parse(process.env.PLUMBLINE_PARAMS)
if (depth === 8) throw new Error('diverged')
const features = depth < 4 ? ['speed'] : ['size', 'speed']
const [head, ...lines] = readFileSync('data/train.csv', 'utf8').trim().split('\\n').map((line) => line.split(','))
const rows = lines.map((values) => Object.fromEntries(head.map((name, index) => [name, values[index]])))
const learnt = rows.slice(0, 2000)
const cells = {}
for (const row of learnt) {
  const entry = (cells[cell(row, features)] ??= { n: 2, hits: 0.6 })
  entry.n += 1
  entry.hits += Number(row.hit)
}
const scored = rows.slice(2000).map((row) => {
  const { n, hits } = cells[cell(row, features)] ?? { n: 10, hits: 3 }
  return { score: hits / n, hit: row.hit === '1' }
})
const hits = scored.filter(({ hit }) => hit)
const misses = scored.filter(({ hit }) => !hit)
const wins = hits.flatMap((a) => misses.map((b) => (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0)))
mkdirSync('model', { recursive: true })
writeFileSync('model/model.json', JSON.stringify({ features, cells }))
writeFileSync('metrics.json', JSON.stringify({ validation_auc: wins.reduce((a, b) => a + b, 0) / wins.length }))
`

beforeAll(async () => {
  it = await strikes()
  it.code.write('train.mjs', TRAIN)
  it.repository.push(it.code.path)
})
afterAll(() => it.close())
afterEach(() => expect(it.repository.github.violations).toEqual([]))

test('each trial leaves its model, the best one is judged and released, and one that fails stops none', async () => {
  const run = await it.repository.run('tune-matrix.yml', { event: 'workflow_dispatch', inputs: {} })
  // A trial has failed, and the run says so.
  expect(run.conclusion).toBe('failure')
  expect(run.jobs.filter(({ id }) => id === 'trial')).toHaveLength(3)
  expect(run.conclusions).toMatchObject({
    validate: 'success',
    trial: 'failure',
    compare: 'success',
    release: 'success',
  })
  expect(run.step('compare', 'best').outputs).toMatchObject({ best: 'medium' })
  expect(run.step('compare', 'best').summary).toMatch(/\| medium \| 0\.\d+ .*\n\| shallow \|/)

  const artifacts = it.repository.state.artifacts.map(({ name }) => name)
  expect(artifacts).toEqual(
    expect.arrayContaining(['shallow', 'medium', 'deep'].map((name) => `plumbline-train-${name}`)),
  )
  expect(run.step('release', 'actions/package-model').outputs).toMatchObject({
    outcome: 'published',
    tag: 'strikes@v1.0.0',
  })
  expect(it.repository.state.releases.map(({ tag, draft }) => [tag, draft])).toEqual([['strikes@v1.0.0', false]])
  expect(plain(run)).toContain('diverged')
  printCounts('tune-matrix.yml (trials together)', run)
})
