// Trains the model of model.mjs on data/train.csv and writes model/model.json and metrics.json.
// Parameters come from PLUMBLINE_PARAMS (JSON), by hand from a scenario file: node train.mjs scenarios/4-repaired.json
// The seed comes from PLUMBLINE_SEED.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseCsv } from './csv.mjs'
import { bin, isMissing, leaf, predict, sigmoid } from './model.mjs'

const DEFAULTS = {
  features: [],
  trees: 150,
  depth: 3,
  learning_rate: 0.08,
  min_leaf_rows: 20,
  row_share: 0.8,
  l2: 5,
  /** Categories with fewer rows than this are pooled into one. */
  min_category_rows: 20,
  /** How many rows of the average are mixed into the rate of a category. */
  smoothing: 10,
  bins: 16,
}

const params = { ...DEFAULTS, ...givenParams() }
const random = generator(Number(process.env.PLUMBLINE_SEED ?? 42))
const rows = parseCsv(readFileSync('data/train.csv', 'utf8'))
const labels = rows.map(({ damage }) => Number(damage))
const unknown = params.features.filter((name) => !(name in (rows[0] ?? {})))
if (rows.length === 0) fail('data/train.csv has no rows; run `node prepare.mjs`')
if (params.features.length === 0) fail('params.features is empty; name columns of data/train.csv')
if (unknown.length > 0) fail(`params.features names columns that data/train.csv does not have: ${unknown.join(', ')}`)
const model = train(rows, labels, params)

mkdirSync('model', { recursive: true })
writeFileSync('model/model.json', `${JSON.stringify(model)}\n`)
const scores = rows.map((row) => predict(model, row))
const metrics = {
  train_rows: rows.length,
  train_positives: sum(labels),
  train_log_loss: round(logLoss(labels, scores)),
}
writeFileSync('metrics.json', `${JSON.stringify(metrics, null, 2)}\n`)
console.log(`${model.trees.length} trees on ${params.features.join(', ')}: ${JSON.stringify(metrics)}`)

function givenParams() {
  const { PLUMBLINE_PARAMS: json } = process.env
  if (json !== undefined) return JSON.parse(json)
  const file = process.argv[2]
  if (file === undefined) fail('set PLUMBLINE_PARAMS or name a file, such as scenarios/4-repaired.json')
  return JSON.parse(readFileSync(file, 'utf8')).params
}

function fail(problem) {
  console.error(`train: ${problem}`)
  process.exit(2)
}

function train(rows, labels, params) {
  const rate = sum(labels) / labels.length
  const valuesOf = (name) => rows.map((row) => row[name])
  const encoders = params.features.map((name) => learnEncoder(valuesOf(name), labels, rate, params))
  const bins = rows.map((row) => params.features.map((name, i) => bin(encoders[i], row[name])))
  const bias = round(Math.log(rate / (1 - rate)))
  const scores = labels.map(() => bias)
  const trees = []
  for (let i = 0; i < params.trees; i++) {
    const gradients = scores.map((score, row) => labels[row] - sigmoid(score))
    const hessians = scores.map((score) => sigmoid(score) * (1 - sigmoid(score)))
    const sample = scores.map((_, row) => row).filter(() => random() < params.row_share)
    const tree = grow(sample, params.depth, { bins, gradients, hessians, params })
    trees.push(tree)
    for (const row of scores.keys()) scores[row] += leaf(tree, bins[row])
  }
  return { features: params.features, encoders, bias, trees }
}

/**
 * Numbers are cut at quantiles. Categories are put in the order of their smoothed rate of damage, rare ones together as
 * one, so that a split of the ordered bins is a split of the categories into a safer and a more dangerous group.
 */
function learnEncoder(values, labels, rate, { bins, min_category_rows: minRows, smoothing }) {
  const present = values.filter((value) => !isMissing(value))
  if (present.length > 0 && present.every((value) => Number.isFinite(Number(value)))) {
    const sorted = present.map(Number).sort((a, b) => a - b)
    const quantiles = Array.from({ length: bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bins)])
    return { kind: 'number', edges: [...new Set(quantiles)] }
  }
  const groups = new Map()
  const pooled = { names: [], n: 0, positives: 0 }
  values.forEach((value, row) => {
    const name = value.trim()
    const group = groups.get(name) ?? groups.set(name, { names: [name], n: 0, positives: 0 }).get(name)
    group.n += 1
    group.positives += labels[row]
  })
  const kept = []
  for (const group of groups.values()) {
    if (group.n >= minRows && group.names[0] !== '') kept.push(group)
    else for (const key of ['n', 'positives']) pooled[key] += group[key]
  }
  const risk = ({ n, positives }) => (positives + smoothing * rate) / (n + smoothing)
  const ordered = [...kept, pooled].sort(
    (a, b) => risk(a) - risk(b) || (String(a.names[0]) < String(b.names[0]) ? -1 : 1),
  )
  const names = ordered.flatMap((group, i) => group.names.map((name) => [name, i + 1]))
  return { kind: 'category', bins: Object.fromEntries(names), other: ordered.indexOf(pooled) + 1 }
}

/** Grows one tree by Newton's gain, G^2 / (H + l2), over every split of every column. */
function grow(rows, depth, data) {
  const { bins, gradients, hessians, params } = data
  const G = sum(rows.map((row) => gradients[row]))
  const H = sum(rows.map((row) => hessians[row]))
  const gain = (g, h) => (g * g) / (h + params.l2)
  let best = { gain: 1e-9 }
  for (let column = 0; depth > 0 && column < params.features.length; column++) {
    const histogram = []
    for (const row of rows) {
      histogram[bins[row][column]] ??= { g: 0, h: 0, n: 0 }
      const cell = histogram[bins[row][column]]
      cell.g += gradients[row]
      cell.h += hessians[row]
      cell.n += 1
    }
    let [g, h, n] = [0, 0, 0]
    for (const [split, cell] of histogram.entries()) {
      if (cell === undefined) continue
      ;[g, h, n] = [g + cell.g, h + cell.h, n + cell.n]
      if (n < params.min_leaf_rows || rows.length - n < params.min_leaf_rows) continue
      const gained = gain(g, h) + gain(G - g, H - h) - gain(G, H)
      if (gained > best.gain) best = { gain: gained, column, split }
    }
  }
  if (best.column === undefined) return { value: round((params.learning_rate * G) / (H + params.l2)) }
  const isLow = (row) => bins[row][best.column] <= best.split
  return {
    column: best.column,
    split: best.split,
    low: grow(rows.filter(isLow), depth - 1, data),
    high: grow(
      rows.filter((row) => !isLow(row)),
      depth - 1,
      data,
    ),
  }
}

function logLoss(labels, scores) {
  const clip = (p) => Math.min(Math.max(p, 1e-15), 1 - 1e-15)
  return -sum(labels.map((y, i) => Math.log(clip(y === 1 ? scores[i] : 1 - scores[i])))) / labels.length
}

/** Mulberry32: a small generator whose numbers are the same on every machine. */
function generator(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0)
}

/** Rounded so that the last bits of Math.exp and Math.log cannot differ between machines. */
function round(value) {
  return Number(value.toFixed(6))
}
