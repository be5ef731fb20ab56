import type { PlatformFacts } from './platform.js'

/** A package with native parts, too large for the bundle: found on the machine, else installed when it is first needed. */
export interface NativePackage {
  /** As npm knows it: `@duckdb/node-api`. */
  readonly name: string
  /** For messages: `the data engine DuckDB`. */
  readonly title: string
  /** The same in one word more: `the engine`. */
  readonly short: string
  /** The exact version that is installed; the lock file beside the bundle pins its bytes. */
  readonly version: string
  /** Versions of a node_modules that serve as well, for messages: `^1.22.0`. */
  readonly wanted: string
  /** Whether a version that was found in a node_modules serves. */
  readonly accepts: (version: string) => boolean
  /** Whether what was found in a node_modules has its native part for this platform. May throw when it has not. */
  readonly isWhole: (resolve: NodeJS.Require, platform: PlatformFacts) => boolean
  /** Platforms that the exact version is built for, as `platformName` writes them. */
  readonly platforms: readonly string[]
  /** Folder within the tool cache, and first part of the key of a cache entry. */
  readonly home: string
  /** Folder beside the bundle with its package.json and package-lock.json. */
  readonly lock: string
  /** What comes over the network, and what has to be free on the disk for it, in MB. */
  readonly megabytes: { readonly download: number; readonly free: number }
  /** Paths within an installation that this platform does without. */
  readonly unneeded: (platform: PlatformFacts) => readonly string[]
}

/** A title at the start of a sentence. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
