import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DataProfile } from '../../shared/contracts/data-profile.js'
import type { Context } from '../../shared/core/context.js'
import { parseDocument } from '../../shared/core/documents.js'
import { messageOf, UserError } from '../../shared/core/errors.js'
import { digestOf } from '../../shared/core/hash.js'

/** What drift is measured against, or why there is nothing. */
export type Baseline =
  | { readonly state: 'found'; readonly profile: DataProfile; readonly source: string; readonly digest: string }
  | { readonly state: 'none' | 'first-run' | 'unreadable'; readonly reason: string }

/**
 * `none`, the path of a data-profile.json, or `deployed`: the profile in the release that serves in the environment.
 * Nothing deployed is a first run; a release without a readable profile is `unreadable`. Throws UserError for a path that
 * is missing or damaged.
 */
export async function findBaseline(ctx: Context): Promise<Baseline> {
  const wanted = ctx.config.data.baseline
  if (wanted === 'none') return { state: 'none', reason: 'data.baseline is none' }
  if (wanted !== 'deployed') return fromFile(ctx, wanted)
  const { environment } = ctx.config.deploy
  const registry = await ctx.registry()
  const serving = (await registry.deployments(environment)).find(({ state }) => state === 'success')
  if (serving === undefined) {
    return { state: 'first-run', reason: `no version is deployed in ${environment} yet` }
  }
  const found = await registry.manifest(serving.tag)
  if (found === null)
    return { state: 'unreadable', reason: `${serving.tag}, deployed in ${environment}, is not published any more` }
  const path = found.manifest.files.find((file) => basename(file.path) === 'data-profile.json')?.path
  if (path === undefined)
    return { state: 'unreadable', reason: `${serving.tag}, deployed in ${environment}, has no data-profile.json` }
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-baseline-'))
  try {
    await registry.fetch(serving.tag, folder, [path])
    const text = await readFile(join(folder, path), 'utf8')
    const profile = parseDocument(DataProfile, text, `${path} of ${serving.tag}`)
    return { state: 'found', profile, source: `${serving.tag}, deployed in ${environment}`, digest: digestOf(text) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { state: 'unreadable', reason: `the profile of ${serving.tag} cannot be read: ${messageOf(error)}` }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function fromFile(ctx: Context, path: string): Promise<Baseline> {
  if (!(await ctx.files.exists(path))) {
    throw new UserError(`${path} is not there`, {
      where: 'data.baseline',
      cure: 'write `deployed`, `none`, or the path of a data-profile.json that an earlier run wrote',
    })
  }
  const text = await ctx.files.readText(path)
  return { state: 'found', profile: parseDocument(DataProfile, text, path), source: path, digest: digestOf(text) }
}
