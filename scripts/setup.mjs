/**
 * Makes a fresh clone ready with Node and npm alone: packages, then lib/ (compiled), then dist/ (bundled), each only
 * when it is missing or out of step. Safe to run again at any time.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { asProgram, at, digestOf, Failure, filesBelow, readJson, replaceFolder, run } from './tools.mjs'

const OLDEST_NODE = [20, 12]

/** Brings the clone up to what is asked for: `compile` needs packages, `bundle` needs `compile`. */
export async function setup({ compile = true, bundle = true } = {}) {
  requireNode()
  installPackages()
  if (compile || bundle) await compileSources()
  if (!bundle) return
  // Loaded late: bundling needs packages.
  const { bundleSources, isBundled } = await import('./bundle.mjs')
  if (!isBundled()) await bundleSources()
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [wantedMajor, wantedMinor] = OLDEST_NODE
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return
  throw new Failure(`Plumbline needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`)
}

function installPackages() {
  const wrong = packagesOutOfStep()
  if (wrong.length === 0) return
  console.log(`Installing packages (${wrong.length} missing or of another version)…`)
  // No package here needs its install script: native parts come as packages of their own.
  run([...npm(), 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
}

/** Packages of package-lock.json that are not in node_modules as they are locked. */
export function packagesOutOfStep() {
  const installed = at('node_modules', '.package-lock.json')
  const have = existsSync(installed) ? readJson(installed).packages : {}
  return Object.entries(readJson(at('package-lock.json')).packages)
    .filter(([path, locked]) => {
      if (path === '') return false
      const found = have[path]
      // Builds for other platforms are locked but not installed.
      if (!found) return !(locked.optional || locked.devOptional)
      return found.version !== locked.version || found.integrity !== locked.integrity
    })
    .map(([path]) => path)
}

/** npm as `npm run` was started, so that Windows needs no shell and no second npm is found in PATH. */
function npm() {
  const script = process.env.npm_execpath
  return script?.endsWith('npm-cli.js') ? [process.execPath, script] : ['npm']
}

const STAMP = at('lib', '.compiled-from')

/** Compiles shared/, actions/ and cli/ into lib/ when a source, the settings or the compiler changed. */
export async function compileSources() {
  const digest = sourcesDigest()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest) return
  console.log('Compiling…')
  await replaceFolder(at('lib'), (fresh) => {
    run([process.execPath, at('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', fresh])
    writeFileSync(`${fresh}/.compiled-from`, digest)
  })
}

function sourcesDigest() {
  const sources = ['shared', 'actions', 'cli'].flatMap((folder) =>
    filesBelow(at(folder))
      .filter((path) => path.endsWith('.ts') || path.endsWith('.json'))
      .map((path) => `${folder}/${path}`),
  )
  const files = [...sources, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']
  return digestOf(files.map((path) => [path, readFileSync(at(path))]))
}

/** `packages` and `compile` stop early; without a word all of it is done. */
asProgram(import.meta.url, ([upTo]) =>
  setup({ compile: upTo !== 'packages', bundle: upTo !== 'packages' && upTo !== 'compile' }),
)
