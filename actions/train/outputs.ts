import { stat } from 'node:fs/promises'
import type { FileDigest } from '../../shared/contracts/training-run.js'
import type { Files } from '../../shared/core/context.js'
import { digestFiles } from './lineage.js'

/** Marks of files as they are now, to see later which of them were written. */
export type Snapshot = ReadonlyMap<string, string>

export interface Written {
  /** The configured path or glob. */
  readonly pattern: string
  readonly files: FileDigest[]
  /** False when every file is still the one that lay there before. */
  readonly fresh: boolean
}

/** Modification time, size and inode of every file that matches. */
export async function snapshot(files: Files, patterns: readonly string[]): Promise<Snapshot> {
  const marks = new Map<string, string>()
  for (const path of await files.list(patterns)) {
    const { mtimeMs, size, ino } = await stat(files.resolve(path))
    marks.set(path, `${mtimeMs} ${size} ${ino}`)
  }
  return marks
}

/** What lies under each pattern after the command, and whether the command wrote it. */
export async function collectOutputs(files: Files, patterns: readonly string[], before: Snapshot): Promise<Written[]> {
  const written: Written[] = []
  for (const pattern of patterns) {
    const now = await snapshot(files, [pattern])
    written.push({
      pattern,
      files: await digestFiles(files, [pattern]),
      fresh: [...now].some(([path, mark]) => before.get(path) !== mark),
    })
  }
  return written
}
