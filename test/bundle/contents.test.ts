import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DIST = fileURLToPath(new URL('../../dist', import.meta.url))
const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((path) =>
  statSync(join(DIST, path)).isFile(),
)
const readJson = (path: string) => JSON.parse(readFileSync(join(DIST, path), 'utf8'))

test('dist is at most 8 MB', () => {
  expect(files.reduce((sum, path) => sum + statSync(join(DIST, path)).size, 0)).toBeLessThanOrEqual(8e6)
})

test('dist holds no native code, and the WebAssembly of SQLite alone', () => {
  expect(files.filter((path) => /\.(node|so|dylib|dll|wasm)$/.test(path))).toEqual(['sqlite/node-sqlite3-wasm.wasm'])
})

test('the plumbline command is executable in the repository', () => {
  const listed = execFileSync('git', ['ls-files', '-s', 'plumbline.js'], { cwd: DIST, encoding: 'utf8' })
  // Not yet committed: what will be is on disk.
  const mode = listed === '' ? (statSync(join(DIST, 'plumbline.js')).mode & 0o777).toString(8) : listed.slice(3, 6)
  expect(mode).toBe('755')
})

test('dist carries the licences of what is in it', () => {
  const text = readFileSync(join(DIST, 'licenses.txt'), 'utf8')
  for (const name of ['zod', 'yaml', '@actions/core']) expect(text).toContain(`${name}\n`)
})

describe('the lock file of the ONNX runtime', () => {
  const { packages } = readJson('onnx/package-lock.json')
  const names = Object.keys(packages).filter((path) => path !== '')

  test('asks for the exact version that is tested here', () => {
    const { dependencies } = readJson('onnx/package.json')
    expect(dependencies).toEqual({ 'onnxruntime-node': '1.30.0' })
    expect(packages['node_modules/onnxruntime-node'].version).toBe('1.30.0')
  })

  test('has a hash for every package and names no registry', () => {
    expect(names.filter((path) => !/^sha512-/.test(packages[path].integrity))).toEqual([])
    expect(names.filter((path) => 'resolved' in packages[path])).toEqual([])
  })
})

describe('the lock file of the data engine', () => {
  const { packages } = readJson('engine/package-lock.json')
  const names = Object.keys(packages).filter((path) => path !== '')

  test('asks for the exact version that is tested here', () => {
    const { dependencies } = readJson('engine/package.json')
    expect(dependencies).toEqual({ '@duckdb/node-api': packages['node_modules/@duckdb/node-api'].version })
    expect(dependencies['@duckdb/node-api']).toMatch(/^\d+\.\d+\.\d+/)
  })

  test.each(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'])(
    'has the build for %s',
    (platform) => {
      expect(names).toContain(`node_modules/@duckdb/node-bindings-${platform}`)
    },
  )

  test('has a hash for every package and names no registry', () => {
    expect(names.filter((path) => !/^sha512-/.test(packages[path].integrity))).toEqual([])
    expect(names.filter((path) => 'resolved' in packages[path])).toEqual([])
  })
})
