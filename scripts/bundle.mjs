/**
 * `npm run bundle`: one minified bundle of all actions with lazy chunks, and a stub for each action, into dist/.
 * `--check`: builds beside dist/ and names the files that differ from it; nothing is changed.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { nativeLocks } from './engine-lock.mjs'
import { compileSources } from './setup.mjs'
import { asProgram, at, CACHE, digestOf, Failure, filesBelow, ROOT, readJson, replaceFolder, run } from './tools.mjs'

const DIST = at('dist')
const LIMIT_MB = 8
const STAMP = 'built-from.sha256'
/** What runs where Spark is driven; it ships as it is. */
const SPARK_DRIVER = filesBelow(at('shared/data/spark/driver'))
  .filter((path) => path.endsWith('.py'))
  .map((path) => `shared/data/spark/driver/${path}`)

/** Compiles and bundles into dist/. */
export async function bundleSources() {
  await compileSources()
  console.log('Bundling…')
  await replaceFolder(DIST, build)
  console.log(`dist/ is ${megabytes(DIST).toFixed(2)} MB.`)
}

/** Whether dist/ was built from what lib/ holds now. */
export function isBundled() {
  const stamp = join(DIST, STAMP)
  return existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === bundledFrom()
}

async function check() {
  await compileSources()
  const fresh = join(CACHE, `dist-check.${process.pid}`)
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  try {
    await build(fresh)
    const paths = [...new Set([...filesBelow(DIST), ...filesBelow(fresh)])].sort()
    const wrong = paths.filter((path) => !sameBytes(join(DIST, path), join(fresh, path)))
    if (wrong.length > 0) {
      throw new Failure(`dist/ is out of step: ${wrong.map((path) => `dist/${path}`).join(', ')}. Run: npm run build`)
    }
    console.log(`dist/ is in step, ${megabytes(DIST).toFixed(2)} MB.`)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

async function build(folder) {
  declareSideEffectFree('@actions/core')
  const ncc = at('node_modules/@vercel/ncc/dist/ncc/cli.js')
  const entry = at('lib/actions/index.js')
  run([process.execPath, ncc, 'build', entry, '-o', folder, '--license', 'licenses.txt', '--no-cache', '--quiet'], {
    quiet: true,
  })
  await minify(folder)
  mergeLicences(join(folder, 'licenses.txt'))
  await writeStubs(folder)
  addLocks(folder)
  addSqlite(join(folder, 'sqlite'))
  for (const file of SPARK_DRIVER) cpSync(at(file), join(folder, file.replace('shared/data/', '')))
  writeFileSync(join(folder, STAMP), `${bundledFrom()}\n`)
  refuse(folder)
}

/**
 * The package imports a whole HTTP client for one function that no stage uses, and loading it doubles the start-up of
 * every stage. It does nothing when it is imported but does not say so; in this copy, which is found before the
 * original, it does, and the bundler leaves out what is not used.
 */
function declareSideEffectFree(name) {
  const copy = at('lib/node_modules', name)
  rmSync(copy, { recursive: true, force: true })
  cpSync(at('node_modules', name), copy, { recursive: true })
  writeJson(join(copy, 'package.json'), { ...readJson(join(copy, 'package.json')), sideEffects: false })
}

/** What native packages are installed from. */
function addLocks(folder) {
  for (const [name, files] of Object.entries(nativeLocks())) {
    mkdirSync(join(folder, name))
    for (const [file, content] of Object.entries(files)) writeJson(join(folder, name, file), content)
  }
}

/** Reads SQLite files; it looks for its WebAssembly beside itself, which a bundle takes away from it. */
function addSqlite(folder) {
  const from = at('node_modules/node-sqlite3-wasm')
  mkdirSync(folder)
  for (const file of ['node-sqlite3-wasm.js', 'node-sqlite3-wasm.wasm'])
    cpSync(join(from, 'dist', file), join(folder, file))
  cpSync(join(from, 'LICENSE'), join(folder, 'LICENSE'))
  writeJson(join(folder, 'package.json'), { type: 'commonjs' })
}

/** ncc would minify the entry alone; this takes every chunk. Function names stay: a stack trace must tell something. */
async function minify(folder) {
  const swc = await import('@swc/core')
  for (const path of filesBelow(folder).filter((path) => path.endsWith('.js'))) {
    const file = join(folder, path)
    const { code } = await swc.minify(readFileSync(file, 'utf8'), {
      module: true,
      ecma: 2022,
      compress: { keep_classnames: true },
      mangle: { keep_classnames: true },
      format: { comments: false },
    })
    writeFileSync(file, code.endsWith('\n') ? code : `${code}\n`)
  }
}

/** ncc repeats a text for every package: 143 times the Apache licence. Here each text stands once, below its packages. */
function mergeLicences(file) {
  const names = new Set(
    Object.keys(readJson(at('package-lock.json')).packages).map((path) => path.split('node_modules/').pop()),
  )
  const lines = readFileSync(file, 'utf8').split('\n')
  const starts = lines.flatMap((line, index) => (names.has(line) && (lines[index - 1] ?? '') === '' ? [index] : []))
  const packagesOf = new Map()
  for (const [index, start] of starts.entries()) {
    const [name, ...rest] = lines.slice(start, starts[index + 1])
    const text = rest.join('\n').trim()
    packagesOf.set(text, [...(packagesOf.get(text) ?? []), name])
  }
  const parts = [...packagesOf].map(([text, packages]) => `${packages.join('\n')}\n${text}\n`)
  writeFileSync(file, parts.join('\n'))
}

async function writeStubs(folder) {
  const { actions } = await import(pathToFileURL(at('lib/actions/index.js')).href)
  for (const name of Object.keys(actions)) {
    writeFileSync(join(folder, `${name}.js`), `import { main } from './index.js'\n\nawait main('${name}')\n`)
  }
  writeFileSync(
    join(folder, 'measure-thread.js'),
    "import { measureThread } from './index.js'\n\nawait measureThread()\n",
  )
  const command = join(folder, 'plumbline.js')
  writeFileSync(command, `#!/usr/bin/env node\nimport { cli } from './index.js'\n\nawait cli()\n`)
  chmodSync(command, 0o755)
}

/** What must never be shipped. */
function refuse(folder) {
  const size = megabytes(folder)
  if (size > LIMIT_MB) throw new Failure(`The bundle is ${size.toFixed(2)} MB; the limit is ${LIMIT_MB} MB.`)
  for (const path of filesBelow(folder)) {
    if (/\.(node|so|dylib|dll)$/.test(path)) {
      throw new Failure(`${path} is native code: load its package through createRequire(variable), not an import.`)
    }
    if (/\.js$/.test(path) && readFileSync(join(folder, path), 'utf8').includes(ROOT)) {
      throw new Failure(`${path} holds the path of this machine, ${ROOT}.`)
    }
  }
}

/** Digest of all that decides the bytes of dist/: compiled code, the packages in it, and the tools that make it. */
function bundledFrom() {
  const code = filesBelow(at('lib')).filter((path) => /^(?!node_modules\/).*\.js(on)?$/.test(path))
  const scripts = ['scripts/bundle.mjs', 'scripts/engine-lock.mjs', 'scripts/onnx/package-lock.json', ...SPARK_DRIVER]
  const packages = Object.entries(readJson(at('package-lock.json')).packages)
    .filter(([path, { dev }]) => path !== '' && (!dev || /\/@vercel\/ncc$|\/@swc\/core$/.test(path)))
    .map(([path, { version, integrity }]) => `${path} ${version} ${integrity}`)
  return digestOf([
    ...code.map((path) => [path, readFileSync(at('lib', path))]),
    ...scripts.map((path) => [path, readFileSync(at(path))]),
    ['packages', packages.join('\n')],
  ])
}

function sameBytes(a, b) {
  return existsSync(a) && existsSync(b) && readFileSync(a).equals(readFileSync(b))
}

function megabytes(folder) {
  return filesBelow(folder).reduce((sum, path) => sum + statSync(join(folder, path)).size, 0) / 1e6
}

function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}

asProgram(import.meta.url, (args) => (args.includes('--check') ? check() : bundleSources()))
