import { rm } from 'node:fs/promises'
import { posix } from 'node:path'
import type { Config } from '../../../shared/contracts/config.js'
import { DataProfile } from '../../../shared/contracts/data-profile.js'
import type { Context } from '../../../shared/core/context.js'
import { parseDocument } from '../../../shared/core/documents.js'
import { UserError } from '../../../shared/core/errors.js'
import { artifactName } from '../../../shared/core/hand-over.js'
import { digestOf, digestOfJson } from '../../../shared/core/hash.js'
import { poolProfiles } from '../../../shared/data/drift/pool/profiles.js'
import type { Artifacts } from '../../../shared/github/artifacts.js'
import type { GitHub } from '../../../shared/github/github.js'
import { readRun, runsOf, type WorkflowRun } from '../../../shared/github/runs.js'
import { plural } from '../../../shared/report/format.js'
import type { Baseline } from './baseline.js'

export type RunsBaseline = Extract<Config['data']['baseline'], { runs: number }>

interface Read {
  readonly profile: DataProfile
  readonly digest: string
}

/** Several profiles as one. Throws UserError when a path is missing, nothing matches, or one is damaged. */
export async function fromFiles(ctx: Context, patterns: readonly string[]): Promise<Baseline> {
  const paths = await ctx.files.list(patterns)
  const found: Read[] = []
  for (const path of paths.filter((one) => one.endsWith('.json'))) found.push(await readProfile(ctx, path))
  if (found.length === 0) {
    throw new UserError(`no profile matches ${patterns.map((one) => JSON.stringify(one)).join(', ')}`, {
      where: 'data.baseline.files',
      cure: 'name data-profile.json files of earlier runs, such as profiles/*.json',
    })
  }
  return together(found, `${plural(found.length, 'profile')}, ${paths[0]}${found.length > 1 ? ' and others' : ''}`)
}

async function readProfile(ctx: Context, path: string): Promise<Read> {
  const text = await ctx.files.readText(path)
  return { profile: parseDocument(DataProfile, text, path), digest: digestOf(text) }
}

/** Datasets of one name are put together; features are those of every profile. */
function together(found: readonly Read[], source: string): Baseline {
  const names = [...new Set(found.flatMap(({ profile }) => profile.datasets.map(({ name }) => name)))]
  const [newest, ...others] = found as [Read, ...Read[]]
  return {
    state: 'found',
    profile: {
      ...newest.profile,
      features: newest.profile.features.filter((name) =>
        others.every(({ profile }) => profile.features.includes(name)),
      ),
      datasets: names.map((name) =>
        poolProfiles(found.flatMap(({ profile }) => profile.datasets.filter((dataset) => dataset.name === name))),
      ),
    },
    source,
    digest: digestOfJson(found.map(({ digest }) => digest)),
  }
}

/** Runs looked at for each profile that is wanted: artifacts expire, and a run may not have come to this stage. */
const LOOKED_AT = 3

/**
 * Profiles of the last successful runs of this workflow on a branch, newest first. Runs of pull requests do not count: their branch
 * may be called like ours in a fork, and what they leave was made by a stranger. No such run is a first run. Throws
 * UserError for what GitHub refuses.
 */
export async function fromRuns(
  ctx: Context,
  { runs, branch }: RunsBaseline,
  suffix: string | undefined,
): Promise<Baseline> {
  const [github, artifacts] = [await ctx.github(), await ctx.artifacts()]
  if (ctx.run.kind !== 'github' || github === null || artifacts === null) {
    return {
      state: 'unreadable',
      reason:
        'earlier runs can be read on GitHub only, with a token and artifacts: elsewhere name their profiles, `baseline: { files: profiles/*.json }`',
    }
  }
  const own = await readRun(github, Number(ctx.run.runId))
  const of = branch ?? (ctx.env.GITHUB_BASE_REF || own.head_branch || ctx.run.ref.replace(/^refs\/heads\//, ''))
  const found: Read[] = []
  for (const run of await earlierRuns(github, own, of, runs * LOOKED_AT)) {
    const profile = await profileOfRun(ctx, artifacts, run, suffix)
    if (profile !== null) found.push(profile)
    if (found.length === runs) break
  }
  const which = `of this workflow on ${of}`
  if (found.length === 0) return { state: 'first-run', reason: `no earlier successful run ${which} has a profile` }
  const few = found.length < runs ? `, of ${runs} wanted` : ''
  return together(found, `the last ${plural(found.length, 'successful run')} ${which}${few}`)
}

async function earlierRuns(github: GitHub, own: WorkflowRun, branch: string, most: number): Promise<WorkflowRun[]> {
  const query = { branch, status: 'success', created: `<=${own.created_at}` }
  const found = await runsOf(github, own.workflow_id, query, Math.min(100, most + 1))
  return found.filter(({ id, event }) => id !== own.id && !event.startsWith('pull_request')).slice(0, most)
}

/** Null when the run left none. A profile that cannot be read is an error: a baseline must not shrink in silence. */
async function profileOfRun(
  ctx: Context,
  artifacts: Artifacts,
  run: WorkflowRun,
  suffix: string | undefined,
): Promise<Read | null> {
  const entries = await artifacts.list({ runId: run.id })
  const names = [...new Set([artifactName('validate-data', suffix), artifactName('pipeline', suffix)])]
  const entry = names.flatMap((name) => entries.filter((one) => one.name === name))[0]
  if (entry === undefined) return null
  const folder = posix.join(ctx.runDirectory, '.cache', `baseline-${run.id}`)
  try {
    await artifacts.download(entry.name, ctx.files.resolve(folder), { runId: run.id, entry })
    const path = posix.join(folder, ctx.runDirectory, 'data-profile.json')
    return (await ctx.files.exists(path)) ? await readProfile(ctx, path) : null
  } finally {
    await rm(ctx.files.resolve(folder), { recursive: true, force: true })
  }
}
