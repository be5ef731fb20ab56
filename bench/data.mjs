/**
 * validate-data as the runner starts it (profile, contract, leakage, documents, page) on generated files, beside DuckDB
 * alone on the same files in the same run: the floor (see data/floors.mjs) and the exact aggregates that a profile holds.
 * The bars: 1.5 × the floor at 5,000,000 rows, 2 × the exact aggregates, below 600 MB, and an end at `memory-limit: 256MB`.
 *
 * BENCH_ROWS   rows × 12 columns; default 1,000,000
 * BENCH_TURNS  processes of each task; default 3
 * BENCH_STAGE  a module to start in the place of dist/validate-data.js
 * BENCH_PYTHON the Python of a virtual environment, for peers.py, whose header tells how to make one
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at } from '../scripts/tools.mjs'
import { exact, floor } from './data/floors.mjs'
import { manyFiles, table, wide } from './data/inputs.mjs'
import { median, runSql, runStage, runToEnd } from './measure.mjs'

const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000)
const TURNS = Number(process.env.BENCH_TURNS ?? 3)
const STAGE = process.env.BENCH_STAGE ?? at('dist', 'validate-data.js')
const PEERS = ['pandera', 'great_expectations', 'evidently', 'frictionless']

export const title = `${ROWS.toLocaleString('en')} rows × 12 columns, median of ${TURNS} processes; the bar is 1.5 × the floor`

/** Rows of the table, one for each task beside its floor. */
export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-data-'))
  const [main, small, broad, many] = ['main', 'small', 'wide', 'files'].map((name) => join(folder, name))
  try {
    runSql(folder, ...table(main, ROWS), ...table(small, 100_000), ...wide(broad))
    manyFiles(many, join(small, 'data.csv'))
    const [csv, parquet] = [`read_csv('${join(main, 'data.csv')}')`, `read_parquet('${join(main, 'data.parquet')}')`]
    const few = `read_csv('${join(small, 'data.csv')}')`
    const tasks = [
      ['floor, CSV', null, () => runSql(folder, ...floor(csv))],
      ['exact aggregates, CSV', 'floor, CSV', () => runSql(folder, ...exact(csv))],
      ['validate-data, CSV', 'floor, CSV', () => runStage(STAGE, main)],
      ['validate-data, CSV, 256 MB', 'floor, CSV', () => runStage(STAGE, main, { INPUT_CONFIG: 'plumbline-256.yml' })],
      ['floor, Parquet', null, () => runSql(folder, ...floor(parquet))],
      ['validate-data, Parquet', 'floor, Parquet', () => runStage(STAGE, main, { INPUT_TRAIN: 'data.parquet' })],
      ['floor, 100,000 rows', null, () => runSql(folder, ...floor(few))],
      ['validate-data, 100,000 rows', 'floor, 100,000 rows', () => runStage(STAGE, small)],
      ['SUMMARIZE, 2,000 columns', null, () => runSql(folder, `SUMMARIZE SELECT * FROM '${join(broad, 'data.csv')}'`)],
      ['validate-data, 2,000 columns', 'SUMMARIZE, 2,000 columns', () => runStage(STAGE, broad)],
      ['floor, 10,000 files', null, () => runSql(folder, ...floor(`read_csv('${join(many, 'parts/*.csv')}')`))],
      ['validate-data, 10,000 files', 'floor, 10,000 files', () => runStage(STAGE, many)],
    ]
    const results = new Map(tasks.map(([name]) => [name, []]))
    for (let turn = 0; turn < TURNS; turn++) for (const [name, , task] of tasks) results.get(name).push(task())
    const of = (name, key) => median(results.get(name).map((result) => result[key]))
    const rows = tasks.map(([task, base]) => ({
      task,
      ...shown(of(task, 'seconds'), of(task, 'cpu'), of(task, 'megabytes')),
      ratio: base === null ? '' : (of(task, 'seconds') / of(base, 'seconds')).toFixed(2),
      'CPU ratio': base === null ? '' : (of(task, 'cpu') / of(base, 'cpu')).toFixed(2),
    }))
    console.log(`${Math.round(statSync(join(main, 'data.csv')).size / 1e6)} MB of CSV`)
    return [...rows, ...peers(main, of('validate-data, CSV', 'seconds'))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const shown = (seconds, cpu, megabytes) => ({
  seconds: seconds.toFixed(2),
  cpu: cpu.toFixed(2),
  'MB at most': Math.round(megabytes),
})

/** The same checks of the same file by tools of Python, each in a process of its own; `ratio` is to validate-data. */
function peers(folder, own) {
  const python = process.env.BENCH_PYTHON
  if (python === undefined) return []
  return PEERS.map((tool) => {
    const command = [python, at('bench', 'peers.py'), tool, join(folder, 'data.csv')]
    try {
      const { seconds, cpu, megabytes } = JSON.parse(
        runToEnd(command, { cwd: folder }).stdout.trim().split('\n').at(-1),
      )
      return {
        task: tool,
        ...shown(seconds, cpu, megabytes),
        ratio: `${(seconds / own).toFixed(2)} × ours`,
        'CPU ratio': '',
      }
    } catch (error) {
      return { task: `${tool}: ${String(error.message).trim().split('\n').at(-1).slice(0, 60)}` }
    }
  })
}
