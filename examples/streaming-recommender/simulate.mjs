// A simulated streaming service. Nothing here was observed: users, items and clicks come out of this program.
//
//   node simulate.mjs history      60 days of items shown at random -> data/train.csv, data/test.csv
//   node simulate.mjs production   60 days of items chosen by model/model.json -> production-log.jsonl
//
// Planted truth: on DRIFT_DAY two of three users change their taste, and one of three sessions from then on belongs to a
// newcomer whom the model has never seen. Options: --seed N (default 7), --model-version TEXT (default 1.0.0).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { predict, sigmoid } from './model.mjs'
import { randomSource } from './random.mjs'

const FIRST_DAY = '2026-01-05'
const TEST_DAY = '2026-02-19'
const PRODUCTION_DAY = '2026-03-06'
const DRIFT_DAY = '2026-04-05'
const END_DAY = '2026-05-04'

const GENRES = ['crime', 'comedy', 'nature', 'space']
const USERS = 150
const NEWCOMERS = 75
const ITEMS = 48
const SESSIONS_A_DAY = 50
const SLOTS = 5
/** Share of slots that production fills at random, so that later training sees more than the model's own choice. */
const EXPLORATION = 0.1

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '7' }, 'model-version': { type: 'string', default: '1.0.0' } },
})
const seed = Number(options.seed)
const modes = { history, production }
const mode = modes[positionals[0]]
if (mode === undefined || positionals.length > 1 || !Number.isSafeInteger(seed)) {
  console.error('usage: node simulate.mjs history|production [--seed N] [--model-version TEXT]')
  process.exit(2)
}
mode(makeWorld(randomSource(seed, 'world')))

function history(world) {
  const random = randomSource(seed, 'history')
  const rows = impressions(world, random, FIRST_DAY, PRODUCTION_DAY, {
    choose: () => random.shuffle([...world.items]).slice(0, SLOTS),
    prefix: 'h',
  })
  mkdirSync('data', { recursive: true })
  writeCsv(
    'data/train.csv',
    rows.filter(({ time }) => time < TEST_DAY),
  )
  writeCsv(
    'data/test.csv',
    rows.filter(({ time }) => time >= TEST_DAY),
  )
}

function production(world) {
  const random = randomSource(seed, 'production')
  if (!existsSync('model/model.json')) {
    console.error('simulate: model/model.json is not there; run `node train.mjs` first')
    process.exit(2)
  }
  const model = JSON.parse(readFileSync('model/model.json', 'utf8'))
  const rows = impressions(world, random, PRODUCTION_DAY, END_DAY, {
    choose(user) {
      const scored = world.items.map((item) => ({
        item,
        score: predict(model, { user: user.id, item: item.id, rank: 1 }),
      }))
      const best = scored.sort((a, b) => b.score - a.score).map(({ item }) => item)
      const shown = []
      while (shown.length < SLOTS) {
        const at = random.uniform() < EXPLORATION ? random.below(best.length) : 0
        shown.push(...best.splice(at, 1))
      }
      return shown
    },
    prefix: 'p',
  })
  const log = rows.map(({ clicked, ...row }) => ({
    ...row,
    score: predict(model, row),
    clicked,
    model_version: options['model-version'],
  }))
  writeFileSync('production-log.jsonl', log.map((row) => `${JSON.stringify(row)}\n`).join(''))
  console.log(`production-log.jsonl: ${summary(log)}`)
}

/** Users and items with their true tastes and qualities: one factor per genre. */
function makeWorld(random) {
  const items = Array.from({ length: ITEMS }, (_, i) => {
    const genre = i % GENRES.length
    const factors = GENRES.map((_, k) => (k === genre ? 1.5 : 0) + 0.3 * random.normal())
    return {
      id: `item-${String(i + 1).padStart(2, '0')}`,
      genre: GENRES[genre],
      factors,
      popularity: 0.5 * random.normal(),
    }
  })
  const users = Array.from({ length: USERS + NEWCOMERS }, (_, i) => {
    const favourite = random.below(GENRES.length)
    const tasteFor = (genre) => GENRES.map((_, k) => (k === genre ? 1.1 : -0.4) + 0.2 * random.normal())
    return {
      id: `user-${String(i + 1).padStart(3, '0')}`,
      newcomer: i >= USERS,
      before: tasteFor(favourite),
      after:
        random.uniform() < 2 / 3 ? tasteFor((favourite + 1 + random.below(GENRES.length - 1)) % GENRES.length) : null,
    }
  })
  return { items, users }
}

function impressions(world, random, from, to, { choose, prefix }) {
  const known = world.users.filter(({ newcomer }) => !newcomer)
  const newcomers = world.users.filter(({ newcomer }) => newcomer)
  const rows = []
  for (let day = Date.parse(from); day < Date.parse(to); day += 86_400_000) {
    const drifted = day >= Date.parse(DRIFT_DAY)
    const starts = Array.from({ length: SESSIONS_A_DAY }, () => random.below(86_400)).sort((a, b) => a - b)
    for (const start of starts) {
      const group = drifted && random.uniform() < 1 / 3 ? newcomers : known
      const user = group[random.below(group.length)]
      const taste = (drifted && user.after) || user.before
      const time = new Date(day + start * 1000).toISOString().slice(0, 19)
      for (const [slot, item] of choose(user).entries()) {
        const agreement = item.factors.reduce((sum, factor, k) => sum + factor * taste[k], 0)
        const clicked = random.uniform() < sigmoid(-2.5 + item.popularity + agreement - 0.25 * slot) ? 1 : 0
        const id = `${prefix}-${String(rows.length + 1).padStart(5, '0')}`
        rows.push({ id, time: `${time}Z`, user: user.id, item: item.id, genre: item.genre, rank: slot + 1, clicked })
      }
    }
  }
  return rows
}

function writeCsv(file, rows) {
  const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))].map((cells) => `${cells.join(',')}\n`)
  writeFileSync(file, lines.join(''))
  console.log(`${file}: ${summary(rows)}`)
}

function summary(rows) {
  const clicks = rows.filter(({ clicked }) => clicked === 1).length
  return `${rows.length} simulated impressions, ${clicks} clicks (${((100 * clicks) / rows.length).toFixed(1)} %)`
}
