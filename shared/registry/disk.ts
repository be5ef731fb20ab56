import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, copyFile, mkdir, open, readdir, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf } from '../core/errors.js'

/** Short name that no other process makes. */
export const uniqueName = (): string => `${process.pid}-${randomBytes(6).toString('hex')}`

/** Waits until the bytes of a file or the entries of a folder are on the disk. */
export async function flush(path: string): Promise<void> {
  const folder = (await stat(path)).isDirectory()
  // Windows cannot flush a folder, and flushes a file only through a writable handle.
  if (folder && process.platform === 'win32') return
  const handle = await open(path, folder ? 'r' : 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Copies a file, sharing its blocks where the file system can, and waits until it is on the disk. Makes the folders. */
export async function copyFlushed(source: string, target: string, mode: number): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  await copyFile(source, target, constants.COPYFILE_FICLONE)
  await chmod(target, 0o644)
  await flush(target)
  await chmod(target, mode)
}

/** Writes a new file and waits until it is on the disk. */
export async function writeFlushed(target: string, text: string, mode: number): Promise<void> {
  await writeFile(target, text, { flag: 'wx', flush: true })
  await chmod(target, mode)
}

/** Puts a text in place of a file in one step: a reader sees the old one or the new one. */
export async function replaceFile(target: string, text: string): Promise<void> {
  const temporary = `${target}.${uniqueName()}.tmp`
  await writeFile(temporary, text, { flush: true })
  await rename(temporary, target)
}

/**
 * Gives a filled folder its final name in one step; false when a filled folder has that name, or when the source is
 * gone. Of two that try at the same time one succeeds.
 */
export async function moveNew(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    const code = codeOf(error) ?? ''
    if (['EEXIST', 'ENOTEMPTY', 'ENOENT'].includes(code)) return false
    // Windows says EPERM or EACCES for a target that exists.
    if (process.platform === 'win32' && ['EPERM', 'EACCES'].includes(code) && (await isThere(to))) return false
    throw error
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Names in a folder; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Every folder below one, deepest first, and the folder itself last. */
export async function foldersUnder(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) found.push(...(await foldersUnder(join(folder, entry.name))))
  }
  return [...found, folder]
}
