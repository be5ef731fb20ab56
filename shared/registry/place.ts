import { chmod, open, rename, rm } from 'node:fs/promises'
import { UserError } from '../core/errors.js'
import { digestOfFile } from '../core/hash.js'
import { uniqueName } from './disk.js'

/**
 * Puts a file of a package under its name in one step: `fill` writes it under a temporary one, its digest is compared,
 * and only then it is renamed. Throws what `fill` throws, and `wrong(digest)` for another content; nothing stays then.
 */
export async function place(
  target: string,
  wanted: string,
  fill: (copy: string) => Promise<{ digest: string } | undefined>,
  wrong: (digest: string) => UserError,
): Promise<void> {
  const copy = `${target}.${uniqueName()}.part`
  try {
    const { digest } = (await fill(copy)) ?? (await digestOfFile(copy))
    if (digest !== wanted) throw wrong(digest)
    await chmod(copy, (await isProgram(copy)) ? 0o755 : 0o644)
    await rename(copy, target)
  } catch (error) {
    await rm(copy, { force: true })
    throw error
  }
}

/** Throws UserError when a version has none of the wanted files. */
export function requireFiles(
  tag: string,
  files: readonly { readonly path: string }[],
  paths: readonly string[] | undefined,
): void {
  const unknown = (paths ?? []).filter((path) => !files.some((file) => file.path === path))
  if (unknown.length === 0) return
  throw new UserError(`${tag} has no file ${unknown.join(', ')}`, {
    cure: `it has: ${files.map((file) => file.path).join(', ')}`,
  })
}

/** For a tag that is not among the published versions of its model. */
export function notPublished(tag: string, model: string, known: readonly { readonly tag: string }[]): UserError {
  return new UserError(`${tag} is not published`, {
    cure:
      known.length === 0
        ? `package ${model} first`
        : `published are: ${known
            .slice(0, 10)
            .map((one) => one.tag)
            .join(', ')}`,
  })
}

/** For a file that is not what the manifest says of it. */
export const changedFile = (path: string, how: string): UserError =>
  new UserError(`${path} was changed while it was packaged: it ${how}`, {
    cure: 'let nothing write to the model files while they are packaged, and run again',
  })

// GitHub releases keep no file modes, and Windows has none, so the content tells: a script, or a program of Linux or macOS.
const PROGRAM = /^(?:#!|\x7fELF|\xcf\xfa\xed\xfe)/

async function isProgram(path: string): Promise<boolean> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return PROGRAM.test(buffer.subarray(0, bytesRead).toString('latin1'))
  } finally {
    await handle.close()
  }
}
