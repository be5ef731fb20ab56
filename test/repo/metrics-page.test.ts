import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FAMILIES, METRICS } from '../../shared/stats/metrics/index.js'
import { ROOT } from './sources.js'

const page = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8')
const rows = page.split('\n').filter((line) => line.startsWith('| `'))

test('docs/metrics.md names every metric and every family, with a convention, an interval and what it equals', () => {
  const names = [...METRICS.map(({ name }) => name), ...FAMILIES.map(({ form }) => form)]
  const missing = names.filter((name) => !rows.some((row) => row.startsWith(`| \`${name.replaceAll('|', '\\|')}\``)))
  expect(missing).toEqual([])
})

test('each metric of docs/metrics.md is the one of its task: as many rows of a name as metrics have it', () => {
  const times = (name: string) => rows.filter((row) => row.startsWith(`| \`${name}\` |`)).length
  const wrong = [...new Set(METRICS.map(({ name }) => name))].filter(
    (name) => times(name) !== METRICS.filter((metric) => metric.name === name).length,
  )
  expect(wrong).toEqual([])
})

test('no cell of docs/metrics.md is empty', () => {
  const tables = rows.filter((row) => row.split(/(?<!\\)\|/).length === 7)
  expect(tables.length).toBeGreaterThan(METRICS.length)
  expect(tables.filter((row) => /\|\s*\|/.test(row.replaceAll('\\|', '')))).toEqual([])
})
