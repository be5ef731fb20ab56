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
  const target = await placeInside(files, to.path)
  if (target === null) {
    throw new UserError(
      `${from.namedBy} of the artifact ${from.artifact} names ${JSON.stringify(to.path)}, which is no place for a file of an artifact`,
      { cure: 'nothing was taken from it: look at what uploaded this artifact' },
    )
  }
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

/** The absolute place of a path; null when its text or a link on the way leads out of the workspace or into .git. */
export async function placeInside({ root }: Files, path: string): Promise<string | null> {
  const target = resolve(root, path)
  const [named, real] = [relative(root, target), relative(await realpath(root), await nearest(dirname(target)))]
  if (named === '' || leaves(named) || leaves(real)) return null
  return [...named.split(sep), ...real.split(sep)].some((part) => part.toLowerCase() === '.git') ? null : target
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
