/**
 * The data engine is native and stays out of the bundle. A stage that needs it runs `npm ci --ignore-scripts` on these
 * two files, so that the exact bytes tested here are installed, from whatever registry the user has set.
 */
import { at, Failure, readJson } from './tools.mjs'

const ENGINE = '@duckdb/node-api'

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

export function enginePackage() {
  const { version } = readJson(at('package-lock.json')).packages[`node_modules/${ENGINE}`]
  return { name: 'plumbline-data-engine', version: '0.0.0', private: true, dependencies: { [ENGINE]: version } }
}

/** The lock file of the engine and all it stands on, cut out of ours. */
export function engineLock() {
  const locked = readJson(at('package-lock.json')).packages
  const { name, version, dependencies } = enginePackage()
  const packages = { '': { name, version, dependencies } }
  const visit = (wanted, parent) => {
    const path = `node_modules/${wanted}`
    const entry = locked[path]
    if (!entry?.integrity) {
      throw new Failure(
        `${wanted}, which ${parent} needs, is not in package-lock.json with its integrity. ` +
          `Take a version of ${ENGINE} that the registry has for every platform.`,
      )
    }
    if (packages[path]) return
    packages[path] = Object.fromEntries(KEPT.filter((key) => key in entry).map((key) => [key, entry[key]]))
    for (const next of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) visit(next, wanted)
  }
  visit(ENGINE, 'the data engine')
  return { name, version, lockfileVersion: 3, requires: true, packages: sortKeys(packages) }
}

function sortKeys(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
