import type { NativePackage } from '../../native/package.js'
import { platformName } from '../../native/platform.js'
import { type Provisioned, type ProvisionOptions, provision } from '../../native/provision.js'
import { ENGINE_VERSION } from './engine-version.js'

/** Exactly one version, for documents have to be the same wherever they are made. */
export const DUCKDB: NativePackage = {
  name: '@duckdb/node-api',
  title: 'the data engine DuckDB',
  short: 'the engine',
  version: ENGINE_VERSION,
  wanted: ENGINE_VERSION,
  accepts: (version) => version === ENGINE_VERSION,
  isWhole: (resolve, platform) =>
    resolve.resolve(`@duckdb/node-bindings-${platformName(platform)}/package.json`) !== '',
  platforms: [
    'linux-x64',
    'linux-arm64',
    'linux-x64-musl',
    'linux-arm64-musl',
    'darwin-x64',
    'darwin-arm64',
    'win32-x64',
    'win32-arm64',
  ],
  home: 'plumbline-engine',
  lock: 'engine',
  megabytes: { download: 70, free: 200 },
  unneeded: () => [],
}

/** Finds or installs DuckDB; the folder is for `openEngine`. Throws UserError when it cannot be had: see `provision`. */
export const provisionEngine = (options: ProvisionOptions): Promise<Provisioned> => provision(DUCKDB, options)
