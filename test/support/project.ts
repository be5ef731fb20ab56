import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { workspace } from './run-bundle.js'

/** A small repository with a real model: rates by size and speed, learnt and asked with Node alone. */
export interface Project {
  readonly path: string
  /** Replaces keys of plumbline.yml, one level deep. */
  configure(changes: Record<string, Record<string, unknown>>): void
  write(path: string, content: string): void
  append(path: string, content: string): void
  // biome-ignore lint/suspicious/noExplicitAny: a document as a test reads it
  readJson(path: string): any
  read(path: string): string
  has(path: string): boolean
  /** Paths of all files below a folder with their content, to see whether anything changed. */
  snapshot(folder: string): Record<string, string>
  copy(): Project
  remove(): void
}

const CONFIG: Record<string, unknown> = {
  model: 'strikes',
  task: 'binary',
  data: { train: 'data/train.csv', test: 'data/test.csv', target: 'hit', positive: '1', id: 'id', time: 'day' },
  train: {
    command: 'node train.mjs',
    params: { features: ['size', 'speed'] },
    code: ['train.mjs'],
    metrics: 'metrics.json',
  },
  predict: { command: 'node predict.mjs' },
  evaluate: {
    slices: ['size'],
    rules: [
      { metric: 'roc_auc', min: 0.6 },
      { metric: 'roc_auc', 'max-loss': 0.02 },
    ],
  },
  package: { files: ['predict.mjs', 'model'], license: 'Apache-2.0', description: 'Rates of hits by size and speed.' },
}

const CELL = `export const cell = (row, features) =>
  features.map((name) => (name === 'speed' ? Math.min(9, Math.floor(Number(row.speed) / 10)) : row[name])).join('/')
`

const TRAIN = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cell } from './model/cell.mjs'
const { features } = JSON.parse(process.env.PLUMBLINE_PARAMS)
const [head, ...lines] = readFileSync('data/train.csv', 'utf8').trim().split('\\n').map((line) => line.split(','))
const rows = lines.map((values) => Object.fromEntries(head.map((name, index) => [name, values[index]])))
const cells = {}
for (const row of rows) {
  const entry = (cells[cell(row, features)] ??= { n: 2, hits: 0.6 })
  entry.n += 1
  entry.hits += Number(row.hit)
}
mkdirSync('model', { recursive: true })
writeFileSync('model/model.json', JSON.stringify({ features, cells }))
writeFileSync('metrics.json', JSON.stringify({ rows: rows.length, cells: Object.keys(cells).length }))
console.log('trained on', rows.length, 'rows')
`

const PREDICT = `import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { cell } from './model/cell.mjs'
const { features, cells } = JSON.parse(readFileSync(new URL('model/model.json', import.meta.url), 'utf8'))
createInterface({ input: process.stdin }).on('line', (line) => {
  const { n, hits } = cells[cell(JSON.parse(line), features)] ?? { n: 10, hits: 3 }
  console.log(hits / n)
})
`

export function project(): Project {
  const { path } = workspace({
    'plumbline.yml': stringify(CONFIG),
    'data/train.csv': rows(3000, 1),
    'data/test.csv': rows(1500, 2),
    'model/cell.mjs': CELL,
    'train.mjs': TRAIN,
    'predict.mjs': PREDICT,
  })
  return at(path)
}

function at(path: string): Project {
  const file = (name: string) => join(path, name)
  const read = (name: string) => readFileSync(file(name), 'utf8')
  return {
    path,
    configure(changes) {
      const current = existsSync(file('config.json')) ? JSON.parse(read('config.json')) : CONFIG
      const next = { ...current }
      for (const [key, value] of Object.entries(changes)) next[key] = { ...next[key], ...value }
      writeFileSync(file('config.json'), JSON.stringify(next))
      writeFileSync(file('plumbline.yml'), stringify(next))
    },
    write: (name, content) => writeFileSync(file(name), content),
    append: (name, content) => appendFileSync(file(name), content),
    read,
    readJson: (name) => JSON.parse(read(name)),
    has: (name) => existsSync(file(name)),
    snapshot: (folder) =>
      Object.fromEntries(
        readdirSync(file(folder), { recursive: true, encoding: 'utf8' })
          .filter((name) => statSync(join(path, folder, name)).isFile())
          .sort()
          .map((name) => [name, readFileSync(join(path, folder, name), 'base64')]),
      ),
    copy() {
      const { path: target } = workspace()
      // The link to the deployed version must point into the copy.
      cpSync(path, target, { recursive: true, verbatimSymlinks: true })
      return at(target)
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** Rows whose hits depend on size and speed; the same for the same seed. */
function rows(n: number, seed: number): string {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const lines = ['id,day,size,speed,hit']
  for (let index = 0; index < n; index++) {
    const size = random() < 0.4 ? 'large' : 'small'
    const speed = random() * 100
    const rate = size === 'large' ? 0.15 + 0.007 * speed : 0.05 + 0.003 * speed
    const day = new Date(Date.UTC(2024, 0, 1 + Math.floor((index * 300) / n))).toISOString().slice(0, 10)
    lines.push(`${seed}-${index},${day},${size},${speed.toFixed(2)},${random() < rate ? 1 : 0}`)
  }
  return `${lines.join('\n')}\n`
}
