/** What a generated script has to know. It is written into its first lines, where its owner can change it. */
export interface ScriptFacts {
  readonly train: string
  /** Of a CSV file that is not separated by commas. */
  readonly delimiter: string | null
  readonly target: string
  readonly task: 'binary' | 'multiclass' | 'regression'
  readonly positive: string | null
  readonly features: readonly string[]
}

export interface SplitFacts {
  readonly source: string
  readonly delimiter: string | null
  /** Files to write; both in one folder. */
  readonly train: string
  readonly test: string
  readonly time: string | null
  readonly id: string
  /** Whether the table has no such column, so that rows are numbered. */
  readonly numbered: boolean
}

const constant = (name: string, value: unknown) => `const ${name} = ${JSON.stringify(value)}\n`
const delimiter = (value: string | null) => (value === null ? '' : `, ${JSON.stringify(value)}`)

/** Splits one table into training and test data. */
export function prepareScript(facts: SplitFacts): string {
  return `${header('Splits the source table: the newest fifth, or a fixed fifth by hash, becomes the test set.')}import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readTable, writeCsv } from './table.mjs'

${constant('SOURCE', facts.source)}${constant('TRAIN', facts.train)}${constant('TEST', facts.test)}${constant('TIME', facts.time)}${constant('ID', facts.id)}
${prepareRows(facts)}${PREPARE_BODY}`
}

/** Gradient-boosted trees without dependencies: numbers, categories and missing values; three tasks. */
export function trainScript(facts: ScriptFacts): string {
  return `${header('Trains gradient-boosted trees. PLUMBLINE_SEED and PLUMBLINE_PARAMS (JSON) come from plumbline.yml.')}import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { binOf, isMissing, leafOf, softmax } from './model.mjs'
import { readTable } from './table.mjs'

${constant('TRAIN', facts.train)}${constant('TARGET', facts.target)}${constant('TASK', facts.task)}${constant('POSITIVE', facts.positive)}${constant('FEATURES', facts.features)}
const table = readTable(TRAIN, readFileSync(TRAIN, 'utf8')${delimiter(facts.delimiter)})${TRAIN_BODY}`
}

export const PREDICT_SCRIPT = `${header('Answers one JSON object per line on stdin with one JSON value per line on stdout.')}import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { predict } from './model.mjs'

const model = JSON.parse(readFileSync('model/model.json', 'utf8'))
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') process.stdout.write(JSON.stringify(predict(model, JSON.parse(line))) + '\\n')
}
`

function header(purpose: string): string {
  return `// Written by \`plumbline init\`; it is yours to change.\n// ${purpose}\n`
}

export const TABLE_SCRIPT = String.raw`// Written by "plumbline init"; it is yours to change.
// Reads CSV, TSV and JSON Lines, and writes CSV.

export function readTable(path, text, delimiter = /\.tsv$/i.test(path) ? '\t' : ',') {
  if (/\.(jsonl|ndjson)$/i.test(path)) return text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line))
  const [head, ...lines] = cells(text.replace(/^\uFEFF/, ''), delimiter)
  return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i] ?? ''])))
}

export function writeCsv(rows) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const quote = (value) => (/[",\r\n]/.test(value) ? '"' + value.replaceAll('"', '""') + '"' : value)
  const text = (value) => quote(value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value))
  return [names.map(text), ...rows.map((row) => names.map((name) => text(row[name])))].map((line) => line.join(',') + '\n').join('')
}

function cells(text, delimiter) {
  const rows = []
  let row = []
  let cell = ''
  let quoted = false
  const endCell = () => {
    row.push(cell)
    cell = ''
  }
  const endRow = () => {
    endCell()
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (quoted) {
      if (c !== '"') cell += c
      else if (text[i + 1] === '"') cell += text[++i]
      else quoted = false
    } else if (c === '"' && cell === '') quoted = true
    else if (c === delimiter) endCell()
    else if (c === '\n') endRow()
    else if (c !== '\r') cell += c
  }
  if (cell !== '' || row.length > 0) endRow()
  return rows
}
`

function prepareRows(facts: SplitFacts): string {
  const read = `readTable(SOURCE, readFileSync(SOURCE, 'utf8')${delimiter(facts.delimiter)})`
  return `const rows = ${read}${facts.numbered ? '.map((row, i) => ({ [ID]: i + 1, ...row }))' : ''}`
}

const PREPARE_BODY = `
const ordered = TIME === null ? rows : [...rows].sort((a, b) => (String(a[TIME]) < String(b[TIME]) ? -1 : 1))
const isTest = TIME === null ? (row) => hash(String(row[ID])) % 5 === 0 : (_, i) => i >= ordered.length * 0.8

const train = ordered.filter((row, i) => !isTest(row, i))
const test = ordered.filter(isTest)
if (train.length === 0 || test.length === 0) throw new Error(SOURCE + ' has ' + rows.length + ' rows, too few to keep a fifth for the test')

mkdirSync(dirname(TRAIN), { recursive: true })
writeFileSync(TRAIN, writeCsv(train))
writeFileSync(TEST, writeCsv(test))

// FNV-1a, then mixed: the same row always falls on the same side.
function hash(text) {
  let h = 0x811c9dc5
  for (const c of text) h = Math.imul(h ^ c.codePointAt(0), 0x01000193)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  return (h ^ (h >>> 12)) >>> 0
}
`

export const MODEL_SCRIPT = `// Written by "plumbline init"; it is yours to change.
// The model as train.mjs writes it: encoders turn cells into bins, trees turn bins into scores.

export function predict(model, row) {
  const bins = model.features.map((name, i) => binOf(model.encoders[i], row[name]))
  const scores = model.bias.map((bias, k) => model.trees.reduce((sum, round) => sum + leafOf(round[k], bins), bias))
  if (model.task === 'regression') return scores[0]
  if (model.task === 'binary') return 1 / (1 + Math.exp(-scores[0]))
  const probabilities = softmax(scores)
  return {
    label: model.classes[probabilities.indexOf(Math.max(...probabilities))],
    probabilities: Object.fromEntries(model.classes.map((name, k) => [name, probabilities[k]])),
  }
}

export const isMissing = (value) => value === null || value === undefined || String(value).trim() === ''

// Bin 0 is for missing and never seen values.
export function binOf(encoder, value) {
  if (isMissing(value)) return 0
  if (encoder.kind === 'category') return encoder.bins[String(value).trim()] ?? 0
  const number = Number(value)
  return Number.isFinite(number) ? 1 + encoder.edges.filter((edge) => number >= edge).length : 0
}

export function leafOf(tree, bins) {
  let node = tree
  while (node.value === undefined) node = bins[node.column] <= node.split ? node.low : node.high
  return node.value
}

export function softmax(scores) {
  const top = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - top))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / total)
}
`

const TRAIN_BODY = String.raw`
const params = { trees: 100, depth: 3, learning_rate: 0.1, min_rows: 20, row_share: 0.8, l2: 5, bins: 16, ...JSON.parse(process.env.PLUMBLINE_PARAMS ?? '{}') }
const random = generator(Number(process.env.PLUMBLINE_SEED ?? 42))
const rows = table.filter((row) => !isMissing(row[TARGET]))
const classes = TASK === 'multiclass' ? [...new Set(rows.map((row) => String(row[TARGET])))].sort() : null
// One column of numbers per class to tell apart, one in all for the other tasks.
const wanted =
  TASK === 'regression' ? [rows.map((row) => Number(row[TARGET]))]
  : TASK === 'binary' ? [rows.map((row) => Number(String(row[TARGET]) === POSITIVE))]
  : classes.map((name) => rows.map((row) => Number(String(row[TARGET]) === name)))

const mean = wanted.map((values) => sum(values) / values.length)
const bias = mean.map((m) => round(TASK === 'regression' ? m : TASK === 'binary' ? Math.log(m / (1 - m)) : Math.log(m)))
const encoders = FEATURES.map((name) => learnEncoder(rows.map((row) => row[name]), wanted.at(-1), mean.at(-1)))
const bins = rows.map((row) => FEATURES.map((name, i) => binOf(encoders[i], row[name])))
const scores = bias.map((b) => rows.map(() => b))
const trees = []
for (let t = 0; t < params.trees; t++) {
  const sample = rows.map((_, i) => i).filter(() => random() < params.row_share)
  const slopes = slopesOf(scores)
  const fitted = slopes.map(({ g, h }) => grow(sample, params.depth, g, h))
  fitted.forEach((tree, k) => bins.forEach((row, i) => (scores[k][i] += leafOf(tree, row))))
  trees.push(fitted)
}

mkdirSync('model', { recursive: true })
writeFileSync('model/model.json', JSON.stringify({ task: TASK, classes, features: FEATURES, encoders, bias, trees }) + '\n')
writeFileSync('metrics.json', JSON.stringify({ train_rows: rows.length, trees: trees.length }, null, 2) + '\n')
console.log('trained ' + trees.length + ' rounds on ' + rows.length + ' rows')

// Gradient and curvature of the loss, for each column of scores.
function slopesOf(scores) {
  if (TASK === 'regression') return [{ g: wanted[0].map((y, i) => y - scores[0][i]), h: wanted[0].map(() => 1) }]
  const shares = rows.map((_, i) => (TASK === 'binary' ? [1 / (1 + Math.exp(-scores[0][i]))] : softmax(scores.map((column) => column[i]))))
  return wanted.map((values, k) => ({ g: values.map((y, i) => y - shares[i][k]), h: shares.map((p) => Math.max(p[k] * (1 - p[k]), 1e-6)) }))
}

function learnEncoder(values, labels, rate) {
  const present = values.filter((value) => !isMissing(value))
  if (present.length > 0 && present.every((value) => Number.isFinite(Number(value)))) {
    const sorted = present.map(Number).sort((a, b) => a - b)
    const cuts = Array.from({ length: params.bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / params.bins)])
    return { kind: 'number', edges: [...new Set(cuts)] }
  }
  const groups = new Map()
  values.forEach((value, i) => {
    if (isMissing(value)) return
    const name = String(value).trim()
    const group = groups.get(name) ?? { n: 0, total: 0 }
    groups.set(name, { n: group.n + 1, total: group.total + labels[i] })
  })
  const level = ({ n, total }) => (total + 10 * rate) / (n + 10)
  const kept = [...groups].filter(([, group]) => group.n >= params.min_rows)
  kept.sort(([a, x], [b, y]) => level(x) - level(y) || (a < b ? -1 : 1))
  return { kind: 'category', bins: Object.fromEntries(kept.map(([name], i) => [name, i + 1])) }
}

function grow(sample, depth, g, h) {
  const total = { g: sum(sample.map((i) => g[i])), h: sum(sample.map((i) => h[i])) }
  const gain = ({ g, h }) => (g * g) / (h + params.l2)
  let best = { gain: 1e-9 }
  for (let column = 0; depth > 0 && column < FEATURES.length; column++) {
    const cells = []
    for (const i of sample) {
      const cell = (cells[bins[i][column]] ??= { g: 0, h: 0, n: 0 })
      cell.g += g[i]
      cell.h += h[i]
      cell.n += 1
    }
    const low = { g: 0, h: 0, n: 0 }
    cells.forEach((cell, split) => {
      low.g += cell.g
      low.h += cell.h
      low.n += cell.n
      if (low.n < params.min_rows || sample.length - low.n < params.min_rows) return
      const gained = gain(low) + gain({ g: total.g - low.g, h: total.h - low.h }) - gain(total)
      if (gained > best.gain) best = { gain: gained, column, split }
    })
  }
  if (best.column === undefined) return { value: round((params.learning_rate * total.g) / (total.h + params.l2)) }
  const isLow = (i) => bins[i][best.column] <= best.split
  return {
    column: best.column,
    split: best.split,
    low: grow(sample.filter(isLow), depth - 1, g, h),
    high: grow(sample.filter((i) => !isLow(i)), depth - 1, g, h),
  }
}

// Mulberry32: the same numbers on every machine.
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

// Rounded, so that the last bits of Math.exp cannot differ between machines.
function round(value) {
  return Number(value.toFixed(6))
}
`
