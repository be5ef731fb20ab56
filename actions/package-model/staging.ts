import { constants } from 'node:fs'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PackagedFile } from '../../shared/contracts/model-manifest.js'
import type { Context } from '../../shared/core/context.js'
import { fileError, makeFolder } from '../../shared/core/files.js'
import { digestOf } from '../../shared/core/hash.js'
import type { ModelFile } from '../../shared/registry/model-files.js'

/** The package while it is put together: a folder in which the model can be asked as it will be after deployment. */
export interface Staging {
  /** Absolute. */
  readonly folder: string
  readonly files: readonly PackagedFile[]
  path(name: string): string
  /** Puts a text into the package and returns its entry in the manifest. */
  write(path: string, role: PackagedFile['role'], text: string): Promise<PackagedFile>
  remove(): Promise<void>
}

/** Copies model and code files, and the documents that are there, into a fresh folder of the run directory. */
export async function openStaging(ctx: Context, modelFiles: readonly ModelFile[]): Promise<Staging> {
  const name = `${ctx.runDirectory}/package`
  const folder = ctx.files.resolve(name)
  const files: PackagedFile[] = []
  const inPlace = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
    try {
      await makeFolder(dirname(join(folder, path)))
      return await work()
    } catch (error) {
      throw fileError(error, `${name}/${path}`)
    }
  }
  const staging: Staging = {
    folder,
    files,
    path: (path) => join(folder, path),
    async write(path, role, text) {
      await inPlace(path, () => writeFile(join(folder, path), text))
      const entry = { path, role, bytes: Buffer.byteLength(text), digest: digestOf(text) }
      const at = files.findIndex((file) => file.path === path)
      files.splice(at < 0 ? files.length : at, at < 0 ? 0 : 1, entry)
      return entry
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
  await staging.remove()
  for (const file of modelFiles) {
    await inPlace(file.path, () =>
      copyFile(ctx.files.resolve(file.path), join(folder, file.path), constants.COPYFILE_FICLONE),
    )
    files.push(file)
  }
  for (const [from, to, role] of DOCUMENTS) {
    const source = `${ctx.runDirectory}/${from}`
    if (await ctx.files.exists(source)) await staging.write(to, role, await readFile(ctx.files.resolve(source), 'utf8'))
  }
  return staging
}

const DOCUMENTS = [
  ['data-profile.json', 'data-profile.json', 'document'],
  ['training-run.json', 'training-run.json', 'document'],
  ['evaluation.json', 'evaluation.json', 'document'],
  ['evaluation.html', 'report.html', 'report'],
] as const
