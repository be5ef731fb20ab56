import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

export interface PlatformFacts {
  readonly os: NodeJS.Platform
  readonly arch: string
  /** A Linux with musl instead of glibc, such as Alpine. */
  readonly musl: boolean
}

/** `linux-x64`, `linux-arm64-musl`, `win32-x64`. */
export const platformName = ({ os, arch, musl }: PlatformFacts): string => `${os}-${arch}${musl ? '-musl' : ''}`

/** The platform of this process. */
export function currentPlatform(): PlatformFacts {
  return { os: process.platform, arch: process.arch, musl: process.platform === 'linux' && !hasGlibc() }
}

function hasGlibc(): boolean {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined
  return report?.header?.glibcVersionRuntime !== undefined
}

/**
 * Absolute path of npm-cli.js, to be run with Node itself: `npm` is a shell script on every system. Looked for beside
 * the running Node, then along the path. Null when there is none.
 */
export function findNpm(executable: string, path: string | undefined): string | null {
  const beside = (folder: string) => [
    join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '')
  const candidates = [
    ...beside(dirname(executable)),
    ...folders.flatMap((folder) => [...linked(join(folder, 'npm')), ...beside(folder)]),
  ]
  return candidates.find((file) => existsSync(file)) ?? null
}

/** Where `npm` links to, when that is npm-cli.js. */
function linked(file: string): string[] {
  if (!existsSync(file)) return []
  const target = realpathSync(file)
  return target.endsWith('npm-cli.js') ? [target] : []
}
