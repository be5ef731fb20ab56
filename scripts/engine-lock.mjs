/**
 * The data engine and the runtime of ONNX models are native and stay out of the bundle. A stage that needs one runs
 * `npm ci --ignore-scripts` on two files of ours, so that the exact bytes tested here are installed, from whatever
 * registry the user has set.
 */
import { at, Failure, readJson } from './tools.mjs'

const ENGINE = '@duckdb/node-api'
const RUNTIME = 'onnxruntime-node'

/** Kept from package-lock.json: what npm needs to choose a platform's package and to check its bytes. No address. */
const KEPT = [
  'version',
  'integrity',
  'license',
  'optional',
  'os',
  'cpu',
  'libc',
  'engines',
  'dependencies',
  'optionalDependencies',
]

export const enginePackage = () => packageOf('plumbline-data-engine', ENGINE, at('package-lock.json'))

/** The lock file of the engine and all it stands on, cut out of ours. */
export const engineLock = () => lockOf(enginePackage(), at('package-lock.json'))

/**
 * Locked by itself, for it is too large for every clone. A newer version: set it in scripts/onnx/package.json and run there
 * `npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved`.
 */
const RUNTIME_LOCK = at('scripts/onnx/package-lock.json')

export const onnxPackage = () => packageOf('plumbline-onnx-runtime', RUNTIME, RUNTIME_LOCK)

/** The lock file of the runtime of ONNX models. */
export const onnxLock = () => lockOf(onnxPackage(), RUNTIME_LOCK)

/** What is shipped of each native package, by its folder in dist/. */
export const nativeLocks = () => ({
  engine: { 'package.json': enginePackage(), 'package-lock.json': engineLock() },
  onnx: { 'package.json': onnxPackage(), 'package-lock.json': onnxLock() },
})

function packageOf(name, wanted, lockFile) {
  const { version } = readJson(lockFile).packages[`node_modules/${wanted}`]
  return { name, version: '0.0.0', private: true, dependencies: { [wanted]: version } }
}

function lockOf({ name, version, dependencies }, lockFile) {
  const locked = readJson(lockFile).packages
  const packages = { '': { name, version, dependencies } }
  const visit = (wanted, parent) => {
    const path = `node_modules/${wanted}`
    const entry = locked[path]
    if (!entry?.integrity) {
      throw new Failure(
        `${wanted}, which ${parent} needs, is not in ${lockFile} with its integrity. ` +
          'Take a version that the registry has for every platform.',
      )
    }
    if (packages[path]) return
    packages[path] = Object.fromEntries(KEPT.filter((key) => key in entry).map((key) => [key, entry[key]]))
    for (const next of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) visit(next, wanted)
  }
  for (const wanted of Object.keys(dependencies)) visit(wanted, name)
  return { name, version, lockfileVersion: 3, requires: true, packages: sortKeys(packages) }
}

function sortKeys(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
