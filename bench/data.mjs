/**
 * validate-data as the runner starts it (profile, contract, leakage, documents, page) on a generated CSV file, beside
 * DuckDB alone on the same file in the same run: its own SUMMARIZE, whose quantiles and distinct counts are estimates,
 * and the exact aggregates that a profile holds, in one query. The bar: twice the exact one, memory bounded.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at } from '../scripts/tools.mjs'
import { median, runToEnd } from './measure.mjs'

const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000)
const TURNS = Number(process.env.BENCH_TURNS ?? 3)

export const title = `${ROWS.toLocaleString('en')} rows × 12 columns of CSV, median of ${TURNS} processes; the bar is 2 × the exact aggregates`

const NUMBERS = ['id', 'd', 'ts', 'amount', 'age', 'big', 'score']
const TEXTS = ['hex', 'cat', 'city', 'note']

const exact = [
  'count(*)',
  ...NUMBERS.flatMap((name) => {
    const x = name === 'd' || name === 'ts' ? `epoch(${name})` : name
    return [
      `count(${name}), min(${name}), max(${name}), count(DISTINCT ${name}), avg(${x}), stddev_samp(${x})`,
      `quantile_cont(${x}, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])`,
    ]
  }),
  ...TEXTS.map(
    (name) =>
      `count(${name}), count(DISTINCT ${name}), min(length(${name})), max(length(${name})), avg(length(${name}))`,
  ),
  'count(flag), count(DISTINCT flag)',
]

export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-data-'))
  try {
    const csv = join(folder, 'data.csv')
    sql(folder, generate(csv))
    writeFileSync(
      join(folder, 'plumbline.yml'),
      'model: bench\ndata: { train: data.csv, target: flag, id: id, contract: contract.yml }\n',
    )
    writeFileSync(join(folder, 'contract.yml'), CONTRACT)
    const from = `read_csv('${csv}')`
    const tasks = {
      'DuckDB: count(*)': () => sql(folder, `SELECT count(*) FROM ${from}`),
      'DuckDB: SUMMARIZE': () => sql(folder, `SUMMARIZE SELECT * FROM ${from}`),
      'DuckDB: exact aggregates': () =>
        sql(
          folder,
          `SELECT ${exact.join(', ')} FROM ${from}`,
          `SELECT count(*) FROM (SELECT 1 FROM ${from} GROUP BY hash(${[...NUMBERS, ...TEXTS, 'flag'].join(', ')}))`,
        ),
      'validate-data': () => stage(folder),
      'validate-data, Parquet': () => stage(folder, { INPUT_TRAIN: 'data.parquet' }),
    }
    sql(folder, `COPY (SELECT * FROM ${from}) TO '${join(folder, 'data.parquet')}' (FORMAT parquet)`)
    const results = Object.fromEntries(Object.keys(tasks).map((name) => [name, []]))
    for (let turn = 0; turn <= TURNS; turn++) {
      for (const [name, task] of Object.entries(tasks)) {
        const result = task()
        if (turn > 0) results[name].push(result)
      }
    }
    const of = (name, key) => median(results[name].map((result) => result[key]))
    const floor = of('DuckDB: exact aggregates', 'seconds')
    return Object.keys(tasks).map((name) => ({
      task: name,
      seconds: of(name, 'seconds').toFixed(2),
      cpu: of(name, 'cpu').toFixed(2),
      'MB at most': Math.round(of(name, 'megabytes')),
      ratio: (of(name, 'seconds') / floor).toFixed(2),
      'MB/s': Math.round(statSync(csv).size / 1e6 / of(name, 'seconds')),
    }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Prints what the process has used when it ends. */
const USAGE =
  'data:text/javascript,process.on("exit",()=>{const u=process.resourceUsage();console.error("USAGE "+JSON.stringify({seconds:performance.now()/1e3,cpu:(u.userCPUTime+u.systemCPUTime)/1e6,megabytes:u.maxRSS/1024}))})'

function usageOf({ stderr }) {
  return JSON.parse(/USAGE (.*)/.exec(stderr)[1])
}

function sql(folder, ...statements) {
  const script = `const { createRequire } = await import('node:module')
    const { DuckDBInstance } = createRequire(${JSON.stringify(at('package.json'))})('@duckdb/node-api')
    const connection = await (await DuckDBInstance.create(':memory:', { temp_directory: ${JSON.stringify(join(folder, 'spill'))} })).connect()
    for (const statement of ${JSON.stringify(statements)}) await connection.runAndReadAll(statement)`
  return usageOf(runToEnd([process.execPath, '--import', USAGE, '--input-type=module', '-e', script], { cwd: folder }))
}

function stage(folder, inputs = {}) {
  const output = join(folder, 'output')
  writeFileSync(output, '')
  const command = [process.execPath, '--import', USAGE, at('dist', 'validate-data.js')]
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GITHUB_WORKSPACE: folder,
    GITHUB_OUTPUT: output,
    GITHUB_ACTIONS: 'true',
    RUNNER_TEMP: folder,
    'INPUT_FAIL-ON': 'never',
    ...inputs,
  }
  return usageOf(runToEnd(command, { cwd: folder, env }))
}

const CONTRACT = `schema: plumbline.data-contract/1
columns:
  - { name: id, type: integer, missing: { max-share: 0 } }
  - { name: hex, type: string, missing: { max-share: 0 }, length: { min: 32, max: 32 } }
  - { name: d, type: date, range: { min: "2020-01-01", max: "2030-01-01" } }
  - { name: ts, type: timestamp }
  - { name: amount, type: number, missing: { max-share: 0.1 }, range: { min: 0 }, outliers: { z: 6, max-share: 0.01 } }
  - { name: age, type: integer, range: { min: 0, max: 120 } }
  - { name: big, type: integer }
  - { name: score, type: number, range: { min: 0, max: 100 } }
  - { name: cat, type: string, missing: { max-share: 0 } }
  - { name: city, type: string }
  - { name: note, type: string, length: { min: 1, max: 40 } }
  - { name: flag, type: boolean, missing: { max-share: 0 } }
duplicates: { max-share: 0.02 }
label: { min-share: 0.1 }
`

function generate(path) {
  return `COPY (SELECT i AS id, md5(i::VARCHAR) AS hex, DATE '2020-01-01' + (i * 7919 % 1500)::INT AS d,
    TIMESTAMP '2020-01-01' + to_seconds((i * 104729) % 100000000) AS ts,
    CASE WHEN hash(i) % 33 > 0 THEN round(exp((hash(i + 1) % 100000) / 12500.0), 2) END AS amount, (hash(i + 2) % 100)::INT AS age,
    (hash(i + 3) % 1000000)::INT AS big, (hash(i + 4) % 100000) / 1000.0 AS score, 'cat ' || (hash(i + 5) % 20) AS cat,
    'city ' || (hash(i + 6) % 900) AS city, 'note ' || (hash(i + 7) % 200000) AS note, hash(i + 8) % 2 = 0 AS flag
    FROM (SELECT unnest(CASE WHEN range % 100 = 0 THEN [range, range] ELSE [range] END) AS i FROM range(${Math.round(ROWS / 1.01)}))) TO '${path}' (HEADER)`
}
