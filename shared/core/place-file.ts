import { mkdir, realpath, rename } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import type { Files } from './context.js'
import { UserError } from './errors.js'
import { fileError } from './files.js'

/** Where a file was unpacked, and how to call it in a message. */
export interface Unpacked {
  readonly path: string
  readonly artifact: string
  /** Document that names the file. */
  readonly namedBy: string
}

/**
 * Moves a file of an artifact to its place in the workspace. One that lies there with the wanted digest stays. One with
 * another digest is refused, not replaced: a stage would else judge one model in the name of another, or a person lose
 * what was put there. Throws UserError; also for a place outside the workspace, and a digest that is not the named one.
 */
export async function placeFile(
  files: Files,
  from: Unpacked,
  to: { readonly path: string; readonly digest?: string },
): Promise<'brought' | 'there' | 'missing'> {
  const target = await safeTarget(files, from, to.path)
  if (to.digest !== undefined && (await files.exists(to.path))) {
    if ((await files.digest(to.path)).digest === to.digest) return 'there'
    throw new UserError(
      `${to.path} lies here with another content than in the artifact ${from.artifact}, whose ${from.namedBy} names it`,
      {
        where: to.path,
        cure: 'remove it before this step, so that it is taken from the artifact; or set the input `artifacts: false` to work with what lies here',
      },
    )
  }
  if (!(await files.exists(from.path))) return 'missing'
  if (to.digest !== undefined && (await files.digest(from.path)).digest !== to.digest) {
    throw new UserError(`${to.path} in the artifact ${from.artifact} is not the file that its ${from.namedBy} names`, {
      where: to.path,
      cure: 'run the job that uploads the artifact again; nothing was taken from it',
    })
  }
  try {
    await mkdir(dirname(target), { recursive: true })
    await rename(files.resolve(from.path), target)
  } catch (error) {
    throw fileError(error, to.path)
  }
  return 'brought'
}

/** The absolute place, when neither its text nor a link on the way leads out of the workspace or into .git. */
async function safeTarget(files: Files, from: Unpacked, path: string): Promise<string> {
  const target = resolve(files.root, path)
  const root = await realpath(files.root)
  const folder = relative(root, await nearest(dirname(target)))
  const isInside = relative(files.root, target) !== '' && !leaves(relative(files.root, target)) && !leaves(folder)
  if (
    isInside &&
    !`${relative(files.root, target)}${sep}${folder}`.split(sep).some((part) => part.toLowerCase() === '.git')
  ) {
    return target
  }
  throw new UserError(
    `${from.namedBy} of the artifact ${from.artifact} names ${JSON.stringify(path)}, which is no place for a file of an artifact`,
    { cure: 'nothing was taken from it: look at what uploaded this artifact' },
  )
}

const leaves = (path: string) => path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)

/** The folder, or the nearest one above it that is there, without links. */
async function nearest(folder: string): Promise<string> {
  try {
    return await realpath(folder)
  } catch (error) {
    if (dirname(folder) === folder) throw error
    return nearest(dirname(folder))
  }
}
