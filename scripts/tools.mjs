/** What the scripts share. It imports nothing from node_modules: set-up runs before there is one. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Absolute path of a path in the repository. */
export const at = (...parts) => join(ROOT, ...parts)

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** Every file below a folder as sorted paths with forward slashes, relative to it; none when it is missing. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .sort()
}

/** SHA-256 over named contents; lengths keep one content from running into the next. */
export function digestOf(parts) {
  const hash = createHash('sha256')
  for (const [name, content] of parts) hash.update(`${name}\n${content.length}\n`).update(content)
  return hash.digest('hex')
}

/** Scratch space that git ignores and `npm ci` clears. */
export const CACHE = at('node_modules', '.cache', 'plumbline')

/**
 * Makes a folder anew: `fill` writes a fresh one, which then takes the place of the old as a whole. A killed run leaves
 * the old one, and nothing that is no longer made stays.
 */
export async function replaceFolder(folder, fill) {
  const fresh = join(CACHE, `${basename(folder)}.${process.pid}`)
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  try {
    await fill(fresh)
    rmSync(folder, { recursive: true, force: true })
    renameSync(fresh, folder)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** Runs a program with this terminal and throws when it fails. */
export function run(command, { cwd = ROOT, env = {}, quiet = false } = {}) {
  const [program, ...args] = command
  const result = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    encoding: 'utf8',
    // npm is a .cmd file on Windows, which only a shell starts; the arguments are ours and fixed.
    shell: process.platform === 'win32' && program === 'npm',
  })
  if (result.error) throw result.error
  if (result.status === 0) return
  if (quiet) process.stderr.write(`${result.stdout}${result.stderr}`)
  throw new Failure(`${command.join(' ')} ended with ${result.signal ?? `exit code ${result.status}`}.`)
}

/** A failure whose message is enough; a stack would only hide it. */
export class Failure extends Error {
  name = 'Failure'
}

/**
 * Runs `main` when the module was started as a program, and turns a Failure into one line and exit code 1. Not to be
 * awaited at top level: a module that `main` loads may import the one that was started.
 */
export async function asProgram(url, main) {
  if (!process.argv[1] || url !== pathToFileURL(process.argv[1]).href) return
  try {
    await main(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
