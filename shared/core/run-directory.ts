import { mkdtemp, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from './context.js'
import { fileError, makeFolder } from './files.js'

/**
 * Makes the run directory and tries a write there, so that a stage does not learn after its work that its document has
 * no place. Throws UserError.
 */
export async function openRunDirectory({
  files,
  runDirectory,
}: Pick<Context, 'files' | 'runDirectory'>): Promise<void> {
  const folder = files.resolve(runDirectory)
  try {
    await makeFolder(folder)
    await rmdir(await mkdtemp(join(folder, '.try-')))
  } catch (error) {
    throw fileError(error, runDirectory)
  }
}
