import { randomBytes } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import type { Files } from './context.js'
import { codeOf, UserError } from './errors.js'
import { digestOfFile } from './hash.js'
import { listFiles } from './list-files.js'

const REASONS: Record<string, [what: string, cure: string]> = {
  ENOENT: ['is not there', 'check the path: it is relative to the working directory'],
  EISDIR: ['is a folder', 'name a file'],
  ENOTDIR: ['goes through a file', 'check the path'],
  EEXIST: ['goes through a file', 'check the path'],
  ENAMETOOLONG: ['is too long for a path', 'use a shorter name'],
  ELOOP: ['is a symbolic link that leads back to itself', 'remove the link'],
  EACCES: ['may not be accessed', 'check the permissions of the file and its folder'],
  EPERM: ['may not be accessed', 'check the permissions of the file and its folder'],
  EROFS: ['lies on a read-only disk', 'use a folder that can be written'],
  ENOSPC: ['cannot be written: the disk is full', 'free some space and run again'],
  EDQUOT: ['cannot be written: the disk quota is used up', 'free some space and run again'],
  EFBIG: ['cannot be written: it is larger than a file may be here', 'raise the limit of file sizes and run again'],
}

/** A system error on a path as a UserError with its cure; anything else is passed on. */
export function fileError(error: unknown, path: string): unknown {
  const reason = REASONS[codeOf(error) ?? '']
  return reason ? new UserError(`${path} ${reason[0]}`, { cure: reason[1], cause: error }) : error
}

/** Makes a folder and those above it. Throws the errors of Node, with the true code. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    // On a read-only disk Node says ENOENT of a folder to be made with those above it.
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    await makeFolder(dirname(path))
    await mkdir(path)
  }
}

/** Files below one absolute folder. */
export function createFiles(root: string): Files {
  const absolute = (path: string): string => {
    const full = resolve(root, path)
    const inside = relative(root, full)
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
      throw new UserError(`${path} lies outside the working directory`, { cure: 'use a path inside it' })
    }
    return full
  }
  return {
    root,
    resolve: absolute,
    async exists(path) {
      return access(absolute(path)).then(
        () => true,
        () => false,
      )
    },
    async readText(path) {
      try {
        return await readFile(absolute(path), 'utf8')
      } catch (error) {
        throw fileError(error, path)
      }
    },
    async write(path, content) {
      const target = absolute(path)
      const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`
      try {
        await makeFolder(dirname(target))
        await writeFile(temporary, content)
        await rename(temporary, target)
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined)
        throw fileError(error, path)
      }
    },
    list: (patterns, badLinks) => listFiles(root, absolute, patterns, badLinks),
    async digest(path) {
      try {
        return await digestOfFile(absolute(path))
      } catch (error) {
        throw fileError(error, path)
      }
    },
  }
}

/** Text of the configuration file, null when there is none. Throws UserError when it cannot be read. */
export async function readConfigFile(absolutePath: string, path: string): Promise<string | null> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(absolutePath)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw fileError(error, path)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new UserError(`${path} is not text in UTF-8`, { cure: 'save it as UTF-8', cause })
  }
}

/** Throws UserError when the folder that all paths are relative to is not there. `name` is how a person calls it. */
export async function requireFolder(absolutePath: string, name: string, given: string): Promise<void> {
  const info = await stat(absolutePath).catch(() => null)
  if (info?.isDirectory()) return
  throw new UserError(`${given} is ${info ? 'not a folder' : 'not there'}`, {
    where: name,
    cure: 'check the path: it is relative to the workspace, which actions/checkout fills',
  })
}
