/**
 * evaluate-gate as the runner starts it (two models, intervals, paired tests, 680 slices, page) on generated files, beside
 * what nobody can do without, in the same run: a join and sums in DuckDB, and a radix sort of both models' scores. The bars:
 * 10,000,000 rows within 10 s and 1 GB on two cores; intervals of 1,000 replicates within 0.5 s, whatever the rows.
 *
 * BENCH_GATE_ROWS rows, separated by commas; default 1000000,10000000
 * BENCH_TURNS     processes of each task; default 3
 * BENCH_STAGE     a module to start in the place of dist/evaluate-gate.js
 * BENCH_PYTHON    the Python of a virtual environment, for gate/peers.py, whose header tells how to make one
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at } from '../scripts/tools.mjs'
import { scan } from './gate/floors.mjs'
import { twoModels } from './gate/inputs.mjs'
import { median, runScript, runSql, runStage, runToEnd } from './measure.mjs'

const SIZES = (process.env.BENCH_GATE_ROWS ?? '1000000,10000000').split(',').map(Number)
const TURNS = Number(process.env.BENCH_TURNS ?? 3)
const STAGE = process.env.BENCH_STAGE ?? at('dist', 'evaluate-gate.js')
const PYTHON = process.env.BENCH_PYTHON

export const title = `two models, 680 slices, median of ${TURNS} processes; the bar is 10 s and 1,000 MB at 10,000,000 rows`

/** Rows of the table, for each number of rows. */
export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-gate-'))
  try {
    return SIZES.flatMap((rows) => ofSize(join(folder, String(rows)), rows))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function ofSize(folder, rows) {
  const made = twoModels(folder, rows)
  runSql(folder, ...made)
  const size = rows.toLocaleString('en')
  const tasks = [
    [`DuckDB: join and sums, ${size}`, () => runSql(folder, ...scan(folder))],
    [`radix sort of both scores, ${size}`, () => runScript(at('bench', 'gate', 'radix.mjs'), String(rows))],
    [`evaluate-gate, ${size}`, () => runStage(STAGE, folder)],
    ...(PYTHON === undefined ? [] : [[`scikit-learn, ${size}`, () => peer(folder)]]),
  ]
  const results = new Map(tasks.map(([name]) => [name, []]))
  for (let turn = 0; turn < TURNS; turn++) for (const [name, task] of tasks) results.get(name).push(task())
  const of = (place, key) => median(results.get(tasks[place][0]).map((result) => result[key]))
  const floor = (key) => of(0, key) + of(1, key)
  return [
    ...tasks.map(([task], place) => ({
      task,
      seconds: of(place, 'seconds').toFixed(2),
      cpu: of(place, 'cpu').toFixed(2),
      'MB at most': Math.round(of(place, 'megabytes')),
      'to both floors': (of(place, 'seconds') / floor('seconds')).toFixed(2),
      'CPU to both': (of(place, 'cpu') / floor('cpu')).toFixed(2),
    })),
    ...intervals(rows).map(([name, milliseconds]) => ({
      task: `1,000 replicates of ${name}, ${size}`,
      seconds: (milliseconds / 1000).toFixed(3),
    })),
  ]
}

function intervals(rows) {
  const { stdout } = runToEnd([process.execPath, at('bench', 'gate', 'intervals.mjs'), String(rows)])
  return Object.entries(JSON.parse(stdout))
}

function peer(folder) {
  const { stdout } = runToEnd([PYTHON, at('bench', 'gate', 'peers.py'), folder])
  return JSON.parse(stdout.trim().split('\n').at(-1))
}
