import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { VERSION } from '../../shared/core/version.js'
import { ENGINE_VERSION } from '../../shared/data/engine/engine-version.js'
import { ROOT } from './sources.js'

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const stages = readdirSync(join(ROOT, 'actions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(ROOT, 'actions', entry.name, 'action.yml')))
  .map(({ name }) => name)
const actionFiles = ['action.yml', ...stages.map((name) => `actions/${name}/action.yml`)]

test('action.yml files, README tables and JSON Schemas are in step with the declarations', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/docs.mjs', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  expect(`${stdout}${stderr}`).toMatch(/generated files are in step/)
  expect(status).toBe(0)
})

test('there is an action for every stage, one for the whole chain, and one that comments afterwards', () => {
  expect(stages).toEqual([
    'comment-report',
    'deploy',
    'evaluate-gate',
    'monitor',
    'package-model',
    'post-mortem-report',
    'train',
    'validate-data',
  ])
})

describe.each(actionFiles)('%s', (path) => {
  const action = parse(read(path))

  test('runs on node24', () => {
    expect(action.runs.using).toBe('node24')
  })

  test('starts a stub in dist that is there', () => {
    expect(existsSync(join(ROOT, path, '..', action.runs.main))).toBe(true)
  })

  test('has text as every default, as the runner reads them', () => {
    const defaults = Object.values<{ default?: unknown }>(action.inputs).flatMap((input) => input.default ?? [])
    expect(defaults.filter((value) => typeof value !== 'string')).toEqual([])
  })

  test('describes every input and output', () => {
    const described = [
      ...Object.values<{ description?: string }>(action.inputs),
      ...Object.values<{ description?: string }>(action.outputs),
    ]
    expect(described.filter(({ description }) => !description)).toEqual([])
  })
})

describe('package.json', () => {
  const manifest = JSON.parse(read('package.json'))

  test('asks for the Node that everything runs on', () => {
    expect(manifest.engines.node).toBe('>=20.12')
  })

  test('has the version that documents carry', () => {
    expect(VERSION).toBe(manifest.version)
  })

  test('locks the version of the data engine that a runner installs', () => {
    expect(manifest.dependencies['@duckdb/node-api']).toBe(ENGINE_VERSION)
  })

  test('installs the plumbline command from dist', () => {
    expect(existsSync(join(ROOT, manifest.bin.plumbline))).toBe(true)
  })
})
