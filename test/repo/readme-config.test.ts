import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { explain } from '../../actions/evaluate-gate/explain.js'
import { Config } from '../../shared/contracts/config.js'
import { DiscoverSlices } from '../../shared/contracts/evaluate-slices.js'
import { COMMENT_MODES } from '../../shared/github/comments.js'
import { findMetric } from '../../shared/stats/metrics/index.js'
import type { Task } from '../../shared/stats/sample.js'
import { ROOT } from './sources.js'

const GATE = 'actions/evaluate-gate/README.md'

interface Block {
  readonly where: string
  readonly config: Readonly<Record<string, unknown>>
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const gate = read(GATE)
const blocks = readmes().flatMap(configBlocks)

test('every plumbline.yml that a README shows is a configuration, but for the name of the model', () => {
  expect(blocks.filter(({ where }) => where.startsWith(GATE)).length).toBeGreaterThan(15)
  const wrong = blocks.flatMap(({ where, config }) => {
    const parsed = Config.safeParse({ model: 'example', ...config })
    return parsed.success
      ? []
      : parsed.error.issues.map(({ path, message }) => `${where}: ${path.join('.')}: ${message}`)
  })
  expect(wrong).toEqual([])
})

test('every rule that a README shows is on a metric of its task', () => {
  const wrong = blocks.flatMap(({ where, config }) => {
    const { task, evaluate } = Config.parse({ model: 'example', ...config })
    const own = evaluate.metrics.map(({ name }) => name)
    return (evaluate.rules ?? [])
      .filter(({ metric }) => !own.includes(metric))
      .filter((rule) => !isMetric(rule.metric, rule.class, task ?? 'binary'))
      .map(({ metric }) => `${where}: ${metric}`)
  })
  expect(wrong).toEqual([])
})

test('the README of evaluate-gate shows a configuration of each task', () => {
  const { task } = Config.shape
  const shown = new Set(blocks.filter(({ where }) => where.startsWith(GATE)).map(({ config }) => config.task))
  expect(task.unwrap().options.filter((name) => !shown.has(name))).toEqual([])
})

test('the README of evaluate-gate names every key of evaluate, every mode of the comment and every finding', () => {
  const keys = Object.keys(Config.shape.evaluate.unwrap().shape)
  const shown = (key: string) => new RegExp(`(?:^| |\\.|\\{ )${key}:|\`(?:evaluate\\.)?${key}\``, 'm').test(gate)
  expect(keys.filter((key) => !shown(key))).toEqual([])
  const names = [...COMMENT_MODES, ...Object.keys(explain)]
  expect(names.filter((name) => !gate.includes(`\`${name}\``))).toEqual([])
})

test('the defaults of discover-slices in the README are those of the contract', () => {
  const options = DiscoverSlices.parse(true) as Readonly<Record<string, unknown>>
  const told = [...gate.matchAll(/^\| `([\w-]+)` \| `([^`]+)` \|/gm)]
    .filter(([, key]) =>
      ['predicates', 'bins', 'min-lift', 'false-discovery-rate', 'top', 'alpha'].includes(key as string),
    )
    .map(([, key, value]) => [key, Number(value)])
  expect(told).toHaveLength(6)
  expect(told).toEqual(told.map(([key]) => [key, options[key as string]]))
})

function isMetric(name: string, ofClass: string | undefined, task: Task): boolean {
  return findMetric(name, task) !== undefined || (ofClass !== undefined && !!findMetric(`${name}_of:${ofClass}`, task))
}

function readmes(): string[] {
  const stages = readdirSync(join(ROOT, 'actions')).map((name) => `actions/${name}/README.md`)
  return ['README.md', ...stages].filter((path) => existsSync(join(ROOT, path)))
}

/** Blocks of YAML with keys of plumbline.yml; a workflow, a contract and a part of either have others. */
function configBlocks(path: string): Block[] {
  return [...read(path).matchAll(/^```ya?ml\n([\s\S]*?)^```/gm)].flatMap(({ 1: text = '', index }): Block[] => {
    const config: unknown = parse(text)
    if (config === null || typeof config !== 'object' || Array.isArray(config)) return []
    const keys = Object.keys(config)
    const line = read(path).slice(0, index).split('\n').length
    const isConfig = keys.every((key) => key in Config.shape)
    return isConfig ? [{ where: `${path}:${line}`, config: config as Block['config'] }] : []
  })
}
