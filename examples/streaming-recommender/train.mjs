// Trains the model of model.mjs on data/train.csv by stochastic gradient descent; writes model/model.json and metrics.json.
// Parameters come from PLUMBLINE_PARAMS (JSON), the seed from PLUMBLINE_SEED.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { logit, predict, sigmoid } from './model.mjs'
import { randomSource } from './random.mjs'

const DEFAULTS = { factors: 4, epochs: 40, learning_rate: 0.05, l2: 0.02 }

const params = { ...DEFAULTS, ...JSON.parse(process.env.PLUMBLINE_PARAMS ?? '{}') }
const random = randomSource(Number(process.env.PLUMBLINE_SEED ?? 42), 'train')
const rows = readCsv('data/train.csv')
const model = train(rows)

mkdirSync('model', { recursive: true })
writeFileSync('model/model.json', `${JSON.stringify(rounded(model))}\n`)
const loss = rows.reduce(
  (sum, row) => sum - Math.log(row.clicked === 1 ? predict(model, row) : 1 - predict(model, row)),
  0,
)
const metrics = { train_rows: rows.length, train_log_loss: Number((loss / rows.length).toFixed(6)) }
writeFileSync('metrics.json', `${JSON.stringify(metrics, null, 2)}\n`)
console.log(`${params.factors} factors, ${params.epochs} epochs: ${JSON.stringify(metrics)}`)

function train(rows) {
  const rate = rows.reduce((sum, { clicked }) => sum + clicked, 0) / rows.length
  const factors = () => Array.from({ length: params.factors }, () => 0.1 * random.normal())
  const table = (name, make) =>
    Object.fromEntries([...new Set(rows.map((row) => row[name]))].sort().map((key) => [key, make()]))
  const model = {
    bias: Math.log(rate / (1 - rate)),
    users: table('user', () => ({ bias: 0, factors: factors() })),
    items: table('item', () => ({ bias: 0, factors: factors() })),
    ranks: table('rank', () => 0),
  }
  const order = [...rows]
  for (let epoch = 0; epoch < params.epochs; epoch++) {
    const step = params.learning_rate / (1 + epoch / 10)
    for (const row of random.shuffle(order)) update(model, row, step)
  }
  return model
}

/** One step down the gradient of the log loss, with the parameters of this row drawn towards 0. */
function update(model, row, step) {
  const error = row.clicked - sigmoid(logit(model, row))
  const moved = (value, gradient) => value + step * (error * gradient - params.l2 * value)
  const [user, item] = [model.users[row.user], model.items[row.item]]
  user.bias = moved(user.bias, 1)
  item.bias = moved(item.bias, 1)
  model.ranks[row.rank] = moved(model.ranks[row.rank], 1)
  for (let k = 0; k < params.factors; k++) {
    const [u, v] = [user.factors[k], item.factors[k]]
    user.factors[k] = moved(u, v)
    item.factors[k] = moved(v, u)
  }
}

function readCsv(file) {
  const [header, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
  const names = header.split(',')
  return lines.map((line) => {
    const row = Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell]))
    return { user: row.user, item: row.item, rank: row.rank, clicked: Number(row.clicked) }
  })
}

/** Rounded so that the last bits of Math.exp and Math.log cannot differ between machines. */
function rounded(value) {
  if (typeof value === 'number') return Number(value.toFixed(5))
  if (Array.isArray(value)) return value.map(rounded)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rounded(part)]))
}
