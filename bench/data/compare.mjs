/**
 * `node bench/data/compare.mjs BEFORE AFTER`: whether two builds of validate-data (modules that run it, such as
 * dist/validate-data.js) write the same documents and bad rows for five sets of data; ends with 1 when they do not.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runToEnd } from '../measure.mjs'
import { table } from './inputs.mjs'

const PARTS = ['data-profile.json', 'data-validation.json', 'data-validation-bad-rows.parquet']
/** What differs from run to run: the clock, and the digests of documents with a time in them. */
const VARYING = new Set(['createdAt', 'time', 'digest', 'bytes'])

const [before, after] = process.argv.slice(2)
if (after === undefined) throw new Error('name two modules')
const { DuckDBInstance } = createRequire(import.meta.url)('@duckdb/node-api')
const connection = await (await DuckDBInstance.create(':memory:')).connect()
const root = mkdtempSync(join(tmpdir(), 'plumbline-compare-'))
try {
  let different = 0
  for (const [name, rows, change, inputs] of [
    ['100,000 rows', 100_000],
    ['1,000,000 rows', 1_000_000],
    ['1,000,000 rows of Parquet', 1_000_000, null, { INPUT_TRAIN: 'data.parquet' }],
    ['values of other types', 100_000, (line, i) => (i % 500 === 1 ? line.replace(/^[^,]*/, `x${i}`) : line)],
    ['train and test', 100_000, null, { INPUT_TEST: 'test.csv' }],
  ]) {
    const folder = join(root, name.replaceAll(/\W/g, '-'))
    for (const statement of table(folder, rows)) await connection.run(statement)
    if (rows === 100_000) rewrite(folder, change)
    const [old, now] = [before, after].map((stage) => documents(folder, stage, inputs))
    const differ = PARTS.filter((part) => old[part] !== now[part])
    different += differ.length
    console.log(`${name}: ${differ.length === 0 ? 'the same' : `different: ${differ.join(', ')}`}`)
  }
  process.exitCode = different === 0 ? 0 : 1
} finally {
  rmSync(root, { recursive: true, force: true })
}

/** Changes some lines, and writes the last four tenths as test data, so that some rows are in both. */
function rewrite(folder, change) {
  const [header, ...lines] = readFileSync(join(folder, 'data.csv'), 'utf8').trimEnd().split('\n')
  const changed = lines.map((line, i) => change?.(line, i) ?? line)
  writeFileSync(join(folder, 'data.csv'), `${[header, ...changed].join('\n')}\n`)
  writeFileSync(join(folder, 'test.csv'), `${[header, ...changed.slice(60_000)].join('\n')}\n`)
}

function documents(folder, stage, inputs = {}) {
  rmSync(join(folder, '.plumbline'), { recursive: true, force: true })
  const output = join(folder, 'output')
  writeFileSync(output, '')
  const own = { GITHUB_WORKSPACE: folder, GITHUB_OUTPUT: output, RUNNER_TEMP: folder, HOME: folder }
  const env = { PATH: process.env.PATH, GITHUB_ACTIONS: 'true', 'INPUT_FAIL-ON': 'never', ...own, ...inputs }
  runToEnd([process.execPath, stage], { cwd: folder, env })
  return Object.fromEntries(PARTS.map((part) => [part, contentOf(join(folder, '.plumbline', part))]))
}

function contentOf(path) {
  try {
    const bytes = readFileSync(path)
    if (!path.endsWith('.json')) return bytes.toString('base64')
    return JSON.stringify(JSON.parse(bytes), (key, value) => (VARYING.has(key) ? undefined : value))
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}
