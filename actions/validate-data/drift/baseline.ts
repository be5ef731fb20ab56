import { DataProfile } from '../../../shared/contracts/data-profile.js'
import type { Context } from '../../../shared/core/context.js'
import { parseDocument } from '../../../shared/core/documents.js'
import { describeProblems, messageOf, UserError } from '../../../shared/core/errors.js'
import { digestOf } from '../../../shared/core/hash.js'
import type { Dataset } from '../../../shared/data/dataset.js'
import { readPackagedDocument } from '../../../shared/registry/packaged-document.js'
import { lastSuccess } from '../../../shared/registry/resolve.js'
import type { LoadedContract } from '../contract.js'
import { fromDataset } from './baseline-dataset.js'
import { fromFiles, fromRuns } from './baseline-profiles.js'

/** What drift is measured against, or why there is nothing. */
export type Baseline =
  | {
      readonly state: 'found'
      readonly profile: DataProfile
      readonly source: string
      readonly digest: string
      /** Its rows, when it is a dataset; they lie in the engine. */
      readonly rows?: Dataset
    }
  | { readonly state: 'none' | 'first-run' | 'unreadable' | 'no-rows'; readonly reason: string }

export interface BaselineOptions {
  /** Says how the rows of a baseline are read too: types of columns, and what counts as missing. */
  readonly loaded?: Pick<LoadedContract, 'contract' | 'source'>
  /** Suffix of the artifact that this step hands over by. */
  readonly suffix?: string | undefined
  /** The first of the datasets that are judged, for the time that a season is counted from; default: it is read. */
  readonly judged?: () => Promise<Dataset>
}

/**
 * What `data.baseline` names: `none`; the path of a data-profile.json; `deployed`, the profile in the release that serves in the
 * environment; another dataset, all of it or the rows of the same time a season earlier; the profiles of earlier runs or of several
 * files, put together. Nothing deployed and no earlier run are a first run; a release without a readable profile is `unreadable`, and
 * so is a registry or GitHub that cannot be asked; a season without rows is `no-rows`. Throws UserError for a path that
 * is missing or damaged.
 */
export async function findBaseline(ctx: Context, options: BaselineOptions = {}): Promise<Baseline> {
  const wanted = ctx.config.data.baseline
  if (wanted === 'none') return { state: 'none', reason: 'data.baseline is none' }
  if (wanted === 'deployed') return asking(() => deployedProfile(ctx, ctx.config.deploy.environment))
  if (typeof wanted === 'string') return fromFile(ctx, wanted)
  if ('data' in wanted) return fromDataset(ctx, wanted, options)
  if ('files' in wanted) return fromFiles(ctx, [wanted.files].flat())
  return asking(() => fromRuns(ctx, wanted, options.suffix))
}

async function asking(ask: () => Promise<Baseline>): Promise<Baseline> {
  try {
    return await ask()
  } catch (error) {
    // That nobody can tell what is there is no first run.
    if (!(error instanceof UserError)) throw error
    return { state: 'unreadable', reason: describeProblems(error.problems).replace(/\s*→ /g, ': ') }
  }
}

async function deployedProfile(ctx: Context, environment: string): Promise<Baseline> {
  const registry = await ctx.registry()
  const serving = lastSuccess(await registry.deployments(environment, ctx.config.model))
  if (serving === null) {
    return { state: 'first-run', reason: `no version is deployed in ${environment} yet` }
  }
  const found = await registry.manifest(serving.tag)
  if (found === null)
    return { state: 'unreadable', reason: `${serving.tag}, deployed in ${environment}, is not published any more` }
  const source = `${serving.tag}, deployed in ${environment}`
  try {
    const read = await readPackagedDocument(registry, found.manifest, DataProfile)
    if (read === null) return { state: 'unreadable', reason: `${source}, has no data-profile.json` }
    return { state: 'found', profile: read.document, source, digest: read.ref.digest }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { state: 'unreadable', reason: `the profile of ${serving.tag} cannot be read: ${messageOf(error)}` }
  }
}

async function fromFile(ctx: Context, path: string): Promise<Baseline> {
  if (!(await ctx.files.exists(path))) {
    throw new UserError(`${path} is not there`, {
      where: 'data.baseline',
      cure: /[*?{]/.test(path)
        ? 'several profiles, other data and earlier runs are named in plumbline.yml:  data: { baseline: { files: … } }, { data: … } or { runs: … }'
        : 'write `deployed`, `none`, or the path of a data-profile.json that an earlier run wrote',
    })
  }
  if (!/\.json$/i.test(path)) {
    throw new UserError(`${path} is no profile, and a path alone names one`, {
      where: 'data.baseline',
      cure: `for a dataset write in plumbline.yml:  data: { baseline: { data: ${path} } }`,
    })
  }
  const text = await ctx.files.readText(path)
  return { state: 'found', profile: parseDocument(DataProfile, text, path), source: path, digest: digestOf(text) }
}
