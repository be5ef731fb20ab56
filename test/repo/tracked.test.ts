import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './sources.js'

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)))
const self = 'test/repo/tracked.test.ts'
const isText = (path: string) => !/\.(parquet|onnx|png)$/.test(path) && path !== self

function hits(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) => {
    const found = pattern.exec(readFileSync(join(ROOT, path), 'utf8'))
    return found ? [`${path}: ${found[0]}`] : []
  })
}

test('no file holds a path of the machine it was made on', () => {
  const machine =
    /(?<![\w.~-])\/(?:work\/(?:main|shared)|root\/|Users\/[a-z]+\/|home\/(?!runner\b|actions\b|user\b|me\b)[a-z]+\/)/
  expect(
    hits(
      tracked.filter(isText).filter((path) => !path.startsWith('dist/')),
      machine,
    ),
  ).toEqual([])
})

test('the bundle holds no path of the machine it was built on', () => {
  const dist = tracked.filter((path) => path.startsWith('dist/') && isText(path))
  expect(hits(dist, new RegExp(ROOT.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))).toEqual([])
})

test('lock files name no registry, so that everybody installs from their own', () => {
  const locks = tracked.filter((path) => path.endsWith('package-lock.json'))
  expect(locks.length).toBeGreaterThan(0)
  expect(hits(locks, /"resolved": "https?:/)).toEqual([])
})

test('no file of ours names the host of a registry: users have their own', () => {
  const hosts = /registry\.npmjs\.org|\bpypi\.org|files\.pythonhosted\.org|proxy\.golang\.org|static\.crates\.io/
  expect(
    hits(
      tracked.filter(isText).filter((path) => path !== 'dist/licenses.txt'),
      hosts,
    ),
  ).toEqual([])
})

test('every platform of a native package is locked with its hash', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  const missing = Object.entries<{ optionalDependencies?: Record<string, string> }>(packages).flatMap(
    ([path, entry]) =>
      path === ''
        ? []
        : Object.keys(entry.optionalDependencies ?? {}).filter(
            (name) => !(packages[`node_modules/${name}`] ?? packages[`${path}/node_modules/${name}`])?.integrity,
          ),
  )
  expect(missing).toEqual([])
})

test('nothing that is made at run time is committed', () => {
  expect(
    tracked.filter((path) => /(^|\/)(node_modules|lib|coverage|\.plumbline|\.plumbline-registry)\//.test(path)),
  ).toEqual([])
})
