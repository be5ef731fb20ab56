import { type Dirent, readdir } from 'node:fs'
import { lstat, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { codeOf, messageOf, type Problem, problemsError, UserError } from './errors.js'

/** What is done about links that lead to no file of the folder: they are left out, or told by name. */
export type BadLinks = 'skip' | 'refuse'

/**
 * Files below a folder by paths, folders and globs: relative to it, each once, sorted. A link to a file below the folder is one of its
 * files. Below a pattern no link leads out of the folder and none to a folder is followed; what is named itself is, wherever it leads.
 * Throws UserError for folders that cannot be read, and with `refuse` for links that lead nowhere, in a circle or, below a pattern, out.
 */
export async function listFiles(
  root: string,
  absolute: (path: string) => string,
  patterns: readonly string[],
  badLinks: BadLinks = 'skip',
): Promise<string[]> {
  const found = new Set<string>()
  const problems = new Map<string, Problem>()
  for (const pattern of patterns) {
    const { paths, links, isNamed } = await matches(root, absolute, pattern)
    for (const path of paths) {
      const problem = links.has(join(root, path)) ? await linkProblem(root, path, isNamed) : null
      if (problem === null) found.add(path)
      else problems.set(path, problem)
    }
  }
  if (badLinks === 'refuse' && problems.size > 0) {
    const sorted = [...problems].sort(([a], [b]) => (a < b ? -1 : 1))
    throw problemsError(
      'symbolic links cannot be followed',
      sorted.map(([, problem]) => problem),
    )
  }
  return [...found].sort()
}

interface Matched {
  /** Relative to the root; links among them lead to files or nowhere. */
  readonly paths: readonly string[]
  /** Absolute paths of links that were met, which are not all matched. */
  readonly links: ReadonlySet<string>
  /** The one path is the pattern itself. */
  readonly isNamed: boolean
}

async function matches(root: string, absolute: (path: string) => string, pattern: string): Promise<Matched> {
  const path = absolute(pattern)
  const name = relative(root, path).split(sep).join('/')
  const [info, own] = await Promise.all([stat(path), lstat(path)].map((found) => found.catch(() => null)))
  const isLink = own?.isSymbolicLink() === true
  if (info?.isFile() || (info === null && isLink)) {
    return { paths: [name], links: new Set(isLink ? [path] : []), isNamed: true }
  }
  // A folder that is named may be a link itself, which no glob goes through.
  const [glob, cwd, prefix] = info?.isDirectory() ? ['**', path, name === '' ? '' : `${name}/`] : [pattern, root, '']
  const links = new Set<string>()
  try {
    const { glob: find } = await import('tinyglobby')
    const paths = await find(glob, {
      cwd,
      dot: true,
      followSymbolicLinks: false,
      expandDirectories: false,
      ignore: ['**/node_modules/**', '**/.git/**'],
      fs: { readdir: readerOf(links) as never },
    })
    return { paths: paths.map((below) => `${prefix}${below}`), links, isNamed: false }
  } catch (error) {
    throw new UserError(`cannot read the files of ${pattern}: ${messageOf(error)}`, { cause: error })
  }
}

type Listed = (error: Error | null, entries?: Dirent[]) => void

/** Reads folders as Node does, and gives a link that leads to no folder for a file, so that patterns match it. */
const readerOf = (links: Set<string>) => (folder: string, options: { withFileTypes: true }, listed: Listed) =>
  readdir(folder, options, (error, entries) => {
    if (error !== null) return listed(error)
    Promise.all(entries.map((entry) => (entry.isSymbolicLink() ? asFile(folder, entry, links) : entry))).then(
      (all) => listed(null, all),
      listed,
    )
  })

async function asFile(folder: string, entry: Dirent, links: Set<string>): Promise<Dirent> {
  const path = join(folder, entry.name)
  const info = await stat(path).catch(() => null)
  if (info?.isDirectory()) return entry
  links.add(path)
  return {
    ...entry,
    name: entry.name,
    isFile: () => true,
    isSymbolicLink: () => false,
    isDirectory: () => false,
  } as Dirent
}

/** What is wrong with a link, null where it leads to a file. */
async function linkProblem(root: string, path: string, isNamed: boolean): Promise<Problem | null> {
  const link = `${path} is a symbolic link`
  try {
    const target = await realpath(join(root, path))
    if (!(await stat(target)).isFile()) return { message: `${link} to what is no file`, cure: 'remove the link' }
    const inside = relative(await realpath(root), target)
    if (isNamed || !(inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))) return null
    return {
      message: `${link} that leads out of the working directory, where no pattern goes`,
      cure: 'name the link as a path of its own, or put the file in its place (DVC: `dvc config cache.type copy`)',
    }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ELOOP') return { message: `${link} that leads back to itself`, cure: 'remove the link' }
    if (code === 'EACCES' || code === 'EPERM') {
      return {
        message: `${link} to what may not be accessed`,
        cure: 'check the permissions of the file and its folder',
      }
    }
    return {
      message: `${link} to something that is not there`,
      cure: 'fetch the file (`dvc pull`, `git annex get`), or remove the link',
    }
  }
}
