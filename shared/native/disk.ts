import { randomBytes } from 'node:crypto'
import { access, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'

/** What the installation needs of a disk; absolute paths. Errors are those of Node, with their code. */
export interface Disk {
  exists(path: string): Promise<boolean>
  readText(path: string): Promise<string>
  writeText(path: string, text: string): Promise<void>
  makeFolder(path: string): Promise<void>
  copy(from: string, to: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** A name that no other process uses. */
  unique(): string
}

export const realDisk: Disk = {
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  readText: (path) => readFile(path, 'utf8'),
  writeText: (path, text) => writeFile(path, text),
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true })
  },
  copy: (from, to) => copyFile(from, to),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { recursive: true, force: true }),
  unique: () => randomBytes(6).toString('hex'),
}
