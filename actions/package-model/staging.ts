import { constants } from 'node:fs'
import { copyFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import type { PackagedFile } from '../../shared/contracts/model-manifest.js'
import type { Context } from '../../shared/core/context.js'
import { fileError, makeFolder } from '../../shared/core/files.js'
import { digestOf, digestOfFile } from '../../shared/core/hash.js'
import { type ModelFile, STORED_ANSWERS } from '../../shared/registry/model-files.js'

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

/**
 * Copies model and code files, and the documents that are there, into a fresh folder of the run directory; with them the
 * stored answers of the evaluation that names this digest of theirs. Answers that are not there, or are others, are left
 * out: a package is whole without them.
 */
export async function openStaging(
  ctx: Context,
  modelFiles: readonly ModelFile[],
  answersDigest: string | null,
): Promise<Staging> {
  const name = posix.join(ctx.runDirectory, 'package')
  const folder = ctx.files.resolve(name)
  const files: PackagedFile[] = []
  const inPlace = async <T>(path: string, work: (target: string) => Promise<T>): Promise<T> => {
    const target = join(folder, path)
    try {
      await makeFolder(dirname(target))
      return await work(target)
    } catch (error) {
      throw fileError(error, `${name}/${path}`)
    }
  }
  const copy = (from: string, to: string) =>
    inPlace(to, (target) => copyFile(ctx.files.resolve(from), target, constants.COPYFILE_FICLONE))
  /** The digest is of the copy: what lies in the package is what counts. */
  const copyDocument = async (from: string, path: string, role: PackagedFile['role']): Promise<PackagedFile> => {
    await copy(from, path)
    return { path, role, ...(await inPlace(path, digestOfFile)) }
  }
  const staging: Staging = {
    folder,
    files,
    path: (path) => join(folder, path),
    async write(path, role, text) {
      await inPlace(path, (target) => writeFile(target, text))
      const entry = { path, role, bytes: Buffer.byteLength(text), digest: digestOf(text) }
      const at = files.findIndex((file) => file.path === path)
      files.splice(at < 0 ? files.length : at, at < 0 ? 0 : 1, entry)
      return entry
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
  await staging.remove()
  for (const file of modelFiles) {
    await copy(file.path, file.path)
    files.push(file)
  }
  for (const [from, to, role] of DOCUMENTS) {
    const source = posix.join(ctx.runDirectory, from)
    if (await ctx.files.exists(source)) files.push(await copyDocument(source, to, role))
  }
  const answers = posix.join(ctx.runDirectory, STORED_ANSWERS)
  if (answersDigest !== null && (await ctx.files.exists(answers))) {
    const copied = await copyDocument(answers, STORED_ANSWERS, 'document')
    if (copied.digest === answersDigest) files.push(copied)
    else await leaveOut(ctx, staging.path(STORED_ANSWERS), answers)
  }
  return staging
}

async function leaveOut({ log }: Context, copy: string, source: string): Promise<void> {
  await rm(copy, { force: true })
  log.notice(
    `${source} is not packaged: it has been changed since the evaluation, so it may be what another model answered. Run evaluate-gate again to have it in the package.`,
  )
}

const DOCUMENTS = [
  ['data-profile.json', 'data-profile.json', 'document'],
  ['training-run.json', 'training-run.json', 'document'],
  ['evaluation.json', 'evaluation.json', 'document'],
  ['evaluation.html', 'report.html', 'report'],
] as const
