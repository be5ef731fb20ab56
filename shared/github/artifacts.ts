import type { ArtifactClient } from '@actions/artifact'
import { messageOf, UserError } from '../core/errors.js'
import { lackOf, serverKind } from './server.js'

/** An artifact as it is listed. `digest` is that of the archive, null where the service has none. */
export interface ArtifactEntry {
  readonly id: number
  readonly name: string
  readonly bytes: number
  readonly digest: string | null
}

export interface UploadedArtifact {
  readonly id: number
  /** Address for people, who need to be signed in. */
  readonly url: string
  readonly digest: string | null
}

/** Another run, of this repository or of another that the token may read. */
export interface ArtifactSource {
  readonly runId: number
  /** `owner/name` */
  readonly repository?: string
  /** What is to be downloaded, when it was listed before: it is not listed again. */
  readonly entry?: ArtifactEntry
}

/**
 * Artifacts of this run, over the results service, and of other runs, over the REST API, for which the token needs
 * `actions: read`. What is refused is thrown as a UserError.
 */
export interface Artifacts {
  /** Files of a folder, named relative to it, as one archive. A name is given once in an attempt of a run. */
  upload(name: string, root: string, files: readonly string[]): Promise<UploadedArtifact>
  /** Unpacks the newest artifact of a name into a folder, its digest verified. False when there is none. */
  download(name: string, into: string, from?: ArtifactSource): Promise<boolean>
  /** The newest of each name. */
  list(from?: ArtifactSource): Promise<ArtifactEntry[]>
}

type Env = Readonly<Record<string, string | undefined>>

/** Why a run can have no artifacts, null when it can. */
export function whyNoArtifacts(env: Env): string | null {
  const lack = lackOf(serverKind(env.GITHUB_SERVER_URL), 'artifacts')
  if (lack !== null) return lack
  if (!env.ACTIONS_RUNTIME_TOKEN || !env.ACTIONS_RESULTS_URL) {
    return 'The runner gave no access to artifacts (ACTIONS_RUNTIME_TOKEN, ACTIONS_RESULTS_URL), so documents are not handed over between jobs.'
  }
  return null
}

/** Fastest compression: models hardly shrink, and documents shrink enough. */
const COMPRESSION = 1

/** Artifacts by GitHub's own client. `token` is for other runs; empty when there is none. */
export function createArtifacts(client: ArtifactClient, env: Env, token: string): Artifacts {
  const repository = env.GITHUB_REPOSITORY ?? ''
  const findBy = (from: ArtifactSource | undefined) => {
    if (from === undefined) return {}
    if (token === '') {
      throw new UserError(`the artifacts of run ${from.runId} cannot be read without a token`, {
        cure: 'give the input `github-token`, and `actions: read` to the permissions of the job',
      })
    }
    const [repositoryOwner = '', repositoryName = ''] = (from.repository ?? repository).split('/')
    return { findBy: { token, workflowRunId: from.runId, repositoryOwner, repositoryName } }
  }
  const list = async (from?: ArtifactSource): Promise<ArtifactEntry[]> => {
    const options = findBy(from)
    const { artifacts } = await asking(`the artifacts of ${runOf(from)} are not listed`, from, () =>
      client.listArtifacts({ ...options, latest: true }),
    )
    return artifacts.map(({ id, name, size, digest }) => ({ id, name, bytes: size, digest: digest || null }))
  }
  return {
    list,
    async upload(name, root, files) {
      const paths = files.map((file) => `${root}/${file}`)
      const { id, digest } = await asking(`the artifact ${name} is not uploaded`, undefined, () =>
        client.uploadArtifact(name, paths, root, { compressionLevel: COMPRESSION }),
      )
      const server = env.GITHUB_SERVER_URL ?? 'https://github.com'
      const url = `${server}/${repository}/actions/runs/${env.GITHUB_RUN_ID}/artifacts/${id}`
      return { id: id ?? 0, url, digest: digest === undefined ? null : `sha256:${digest}` }
    },
    async download(name, into, from) {
      const entry = from?.entry ?? (await list(from)).find((one) => one.name === name)
      if (entry === undefined) return false
      const options = {
        ...findBy(from),
        path: into,
        ...(entry.digest === null ? {} : { expectedHash: entry.digest }),
      }
      const undone = `the artifact ${name} of ${runOf(from)} is not downloaded`
      const { digestMismatch } = await asking(undone, from, () => client.downloadArtifact(entry.id, options))
      if (digestMismatch) {
        throw new UserError(`${undone}: it did not arrive with the digest that it was uploaded with`, { cure: AGAIN })
      }
      return true
    },
  }
}

const runOf = (from: ArtifactSource | undefined) => (from === undefined ? 'this run' : `run ${from.runId}`)

const AGAIN = 'run the job again; if it stays, look at githubstatus.com'

async function asking<T>(undone: string, from: ArtifactSource | undefined, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    const words = messageOf(error).split('\n')[0] ?? ''
    throw new UserError(`${undone}: ${words}`, { cure: cureOf(words, error, from), cause: error })
  }
}

function cureOf(words: string, error: unknown, from: ArtifactSource | undefined): string {
  const status = Number((error as { status?: unknown }).status ?? /\((\d{3})\)/.exec(words)?.[1] ?? 0)
  if (status === 409) {
    return 'another step of this run uploaded one of this name: give each its own input `artifact-suffix`, such as the leg of the matrix or the model'
  }
  if (/quota/i.test(words)) return 'delete artifacts of old runs, or keep them for a shorter time'
  if (from !== undefined && [401, 403, 404].includes(status)) {
    return 'add `actions: read` to the permissions of the job, and check the run and its repository'
  }
  if (status === 401 || status === 403)
    return 'the access that the runner gave to this job has ended: run the job again'
  return AGAIN
}
