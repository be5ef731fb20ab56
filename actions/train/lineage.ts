import { stat } from 'node:fs/promises'
import type { InputRef } from '../../shared/contracts/common.js'
import type { DataProfile } from '../../shared/contracts/data-profile.js'
import type { FileDigest } from '../../shared/contracts/training-run.js'
import type { Context, Files } from '../../shared/core/context.js'
import { patternsOf } from '../../shared/data/read/source.js'

/** Files that pin the packages a training command uses. */
const LOCK_FILES = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'requirements*.txt',
  'poetry.lock',
  'uv.lock',
  'pdm.lock',
  'Pipfile.lock',
  'pylock.toml',
  'conda-lock.yml',
  'environment.yml',
  'environment.yaml',
  'renv.lock',
  'Cargo.lock',
  'Manifest.toml',
  'go.sum',
]

/** Digests of the files that match, sorted by path. */
export async function digestFiles(files: Files, patterns: readonly string[]): Promise<FileDigest[]> {
  const found: FileDigest[] = []
  for (const path of await files.list(patterns)) found.push({ path, ...(await files.digest(path)) })
  return found
}

export interface DataLink {
  readonly refs: InputRef[]
  /** Files whose content is not what validate-data profiled; null when there is no profile of the training data. */
  readonly changed: string[] | null
}

/**
 * Training data as links of the lineage. Digests are always made anew, so that a profile that is out of date is seen;
 * the row counts come from the profile where it still holds.
 */
export async function linkData(ctx: Context, profile: DataProfile | null): Promise<DataLink> {
  const found = await digestFiles(ctx.files, patternsOf(ctx.config.data.train))
  // Rows of a database elsewhere are no file that could be looked at again.
  const known = profile?.datasets.find(({ name }) => name === 'train')?.files.filter(({ name }) => !isElsewhere(name))
  const refs = found.map(({ path, bytes, digest }): InputRef => {
    const rows = known?.find((ref) => ref.name === path && ref.digest === digest)?.rows
    return { kind: 'file', name: path, digest, bytes, ...(rows === undefined ? {} : { rows }) }
  })
  if (known === undefined) return { refs, changed: null }
  const digestAt = (list: readonly InputRef[], path: string) => list.find(({ name }) => name === path)?.digest
  const paths = new Set([...refs, ...known].map(({ name }) => name))
  return { refs, changed: [...paths].filter((path) => digestAt(refs, path) !== digestAt(known, path)).sort() }
}

const isElsewhere = (name: string): boolean => name.startsWith('postgres:')

/** Digests of what makes the model besides data and params: train.code, files the command names, lock files. */
export async function digestCode(ctx: Context, command: readonly string[]): Promise<FileDigest[]> {
  const named: string[] = []
  for (const argument of command) {
    const path = argument.startsWith('-') ? argument.slice(argument.indexOf('=') + 1) : argument
    if (await isFile(ctx.files, path)) named.push(path)
  }
  const data = new Set(await ctx.files.list(patternsOf(ctx.config.data.train)))
  const code = await digestFiles(ctx.files, [...ctx.config.train.code, ...named, ...LOCK_FILES])
  return code.filter(({ path }) => !data.has(path))
}

/** False for an argument that is no file in the workspace: an option, a number, a program on the PATH. */
async function isFile(files: Files, path: string): Promise<boolean> {
  try {
    return (await stat(files.resolve(path))).isFile()
  } catch {
    return false
  }
}
