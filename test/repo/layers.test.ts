import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Import, importsOf, ROOT, sourceFiles } from './sources.js'

const files = sourceFiles('shared', 'actions', 'cli')
const imports = files.flatMap(importsOf)
const shown = (list: readonly Import[]) => list.map(({ from, to }) => `${from} imports ${to}`)

/** `actions/train` for a file of that action, null for anything else. */
function actionOf(file: string): string | null {
  return /^actions\/[^/]+(?=\/)/.exec(file)?.[0] ?? null
}

describe('layers', () => {
  test('contracts import only zod and each other', () => {
    const wrong = imports.filter(
      ({ from, to }) => from.startsWith('shared/contracts/') && to !== 'zod' && !to.startsWith('shared/contracts/'),
    )
    expect(shown(wrong)).toEqual([])
  })

  test('shared imports neither actions nor the command', () => {
    const wrong = imports.filter(
      ({ from, to, ours }) => from.startsWith('shared/') && ours && !to.startsWith('shared/'),
    )
    expect(shown(wrong)).toEqual([])
  })

  test('an action imports shared and itself, never another action', () => {
    const wrong = imports.filter(({ from, to, ours }) => {
      const action = actionOf(from)
      return action !== null && ours && !to.startsWith('shared/') && actionOf(to) !== action
    })
    expect(shown(wrong)).toEqual([])
  })

  test('only actions/index.ts sees the actions', () => {
    const wrong = imports.filter(
      ({ from, to }) => actionOf(to) !== null && actionOf(from) !== actionOf(to) && from !== 'actions/index.ts',
    )
    expect(shown(wrong)).toEqual([])
  })

  test('the command is reached from actions/index.ts alone and imports shared', () => {
    const wrong = imports.filter(
      ({ from, to, ours }) =>
        (to.startsWith('cli/') && !from.startsWith('cli/') && from !== 'actions/index.ts') ||
        (from.startsWith('cli/') && ours && !/^(cli|shared)\//.test(to)),
    )
    expect(shown(wrong)).toEqual([])
  })

  test('values of @actions packages are imported in shared/core/runtime.ts alone, each heavy one in a file of its own', () => {
    const places: Readonly<Record<string, string>> = {
      '@actions/artifact': 'shared/core/runtime-artifacts.ts',
      '@actions/cache': 'shared/core/runtime-cache.ts',
    }
    const wrong = imports.filter(
      ({ from, to, value }) => to.startsWith('@actions/') && value && from !== (places[to] ?? 'shared/core/runtime.ts'),
    )
    expect(shown(wrong)).toEqual([])
  })

  test('the files with heavy packages of @actions are reached by import() alone', () => {
    const wrong = imports.filter(({ to, value, lazy }) => /^shared\/core\/runtime-/.test(to) && value && !lazy)
    expect(shown(wrong)).toEqual([])
  })

  test('native packages stay out of the bundle: their types are imported, their values never', () => {
    const wrong = imports.filter(({ to, value }) => /^(@duckdb\/|onnxruntime)/.test(to) && value)
    expect(shown(wrong)).toEqual([])
  })

  test('every import of ours is a file', () => {
    const known = new Set(files)
    const wrong = imports.filter(({ to, ours }) => ours && !known.has(to) && !to.endsWith('.json'))
    expect(shown(wrong)).toEqual([])
  })

  test('there are no import cycles', () => {
    expect(cycles(imports.filter(({ ours, value }) => ours && value))).toEqual([])
  })
})

test('a stage starts without the heavy packages: they are loaded when they are touched', () => {
  const heavy = /^(vega|vega-lite|hono|@hono\/.*|commander|@octokit\/.*|@actions\/(github|artifact|cache))$/
  const starts = ['shared/core/runtime.ts', ...files.filter((file) => /^actions\/[^/]+\/action\.ts$/.test(file))]
  const reached = new Set(starts)
  for (const file of reached) {
    for (const { from, to, ours, value, lazy } of imports) if (from === file && ours && value && !lazy) reached.add(to)
  }
  const wrong = imports.filter(({ from, to, value, lazy }) => reached.has(from) && heavy.test(to) && value && !lazy)
  expect(shown(wrong)).toEqual([])
})

test('no source file grows past one reason to change: 400 lines', () => {
  const long = files
    .map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > 400)
  expect(long).toEqual([])
})

/** Each cycle once, as the path that closes it. */
function cycles(edges: readonly Import[]): string[] {
  const next = new Map<string, string[]>()
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to])
  const found: string[] = []
  const done = new Set<string>()
  const walk = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file)
    if (start >= 0) {
      found.push([...path.slice(start), file].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const target of next.get(file) ?? []) walk(target, [...path, file])
    done.add(file)
  }
  for (const file of next.keys()) walk(file, [])
  return found
}
