import valid from 'semver/functions/valid.js'
import { ModelName } from '../contracts/config.js'
import { UserError } from '../core/errors.js'

/** A release tag in GTO's grammar: `name@v1.2.3`, where the name may have slashes. */
export interface Tag {
  readonly model: string
  readonly version: string
}

/** The tag of a version: `fraud@v1.4.0`. */
export const tagOf = (model: string, version: string): string => `${model}@v${version}`

/** The parts of a release tag, or null when it is none (semver without build metadata, GTO's names). */
export function readTag(tag: string): Tag | null {
  const at = tag.indexOf('@v')
  if (at < 0) return null
  const [model, version] = [tag.slice(0, at), tag.slice(at + 2)]
  return isModelName(model) && valid(version) === version ? { model, version } : null
}

/** Throws UserError when the text is no release tag. */
export function requireTag(tag: string): Tag {
  const parts = readTag(tag)
  if (parts) return parts
  throw new UserError(`${JSON.stringify(tag)} is not the tag of a model version`, {
    cure: 'write it as <model>@v<version>, such as fraud@v1.4.0',
  })
}

/** Throws UserError when a name could not stand in a release tag. */
export function requireModelName(model: string): string {
  if (isModelName(model)) return model
  throw new UserError(`${JSON.stringify(model)} is not a model name`, {
    cure: 'use letters, digits, "-", "_" and single "/" between them, such as fraud or risk/fraud',
  })
}

// Names go into paths: an empty part would make two names share a folder.
const isModelName = (name: string): boolean => ModelName.safeParse(name).success && !name.includes('//')

/** Names in a version's folder that are the registry's own. */
const RESERVED_PATHS: readonly string[] = ['manifest.json', '.published.json']

/**
 * Why a path cannot be the path of a packaged file, or null when it can. It has to mean the same file on every system:
 * relative, forward slashes, no step out of the package, no name that Windows refuses.
 */
export function packagePathProblem(path: string): string | null {
  if (path === '') return 'is empty'
  if (RESERVED_PATHS.includes(path.toLowerCase())) return 'is a name that the package uses itself'
  if (path.startsWith('/') || /^[a-zA-Z]:/.test(path)) return 'is absolute'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\\\u0000-\u001f\u007f:*?"<>|]/.test(path)) return 'has a character that not every system takes in a file name'
  for (const part of path.split('/')) {
    if (part === '' || part === '.' || part === '..') return `has a step ${JSON.stringify(part)} in it`
    if (/[. ]$/.test(part)) return 'has a part that ends in a dot or a space'
  }
  return null
}
