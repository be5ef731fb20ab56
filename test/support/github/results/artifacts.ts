import * as z from 'zod'
import { stamp } from '../state/state.js'
import type { Artifact, Repository } from '../state/types.js'
import type { Upload } from './blobs.js'
import { type Caller, runBackendId } from './identity.js'
import { int64, method, type Service, TwirpError } from './twirp.js'

const ids = { workflow_run_backend_id: z.string(), workflow_job_run_backend_id: z.string() }
const DAY = 86_400_000

interface Origin {
  readonly attempt: number
  readonly runBackend: string
  readonly jobBackend: string
  readonly upload: Upload | null
}

/**
 * Artifacts of version 4. A name is given once in an attempt of a run; content does not change. An attempt that re-runs
 * some jobs sees the artifacts of earlier attempts too, each under its own attempt, and may give their names again; one
 * that re-runs all jobs sees only its own. The REST API lists those of all attempts.
 */
export function createArtifactService(): Service {
  const origins = new Map<number, Origin>()
  // One that a test put into the state was uploaded by the first attempt.
  const originOf = ({ id, run }: Artifact): Origin =>
    origins.get(id) ?? { attempt: 1, runBackend: runBackendId(run, 1), jobBackend: runBackendId(run, 1), upload: null }
  const visible = (repository: Repository, caller: Caller) =>
    repository.artifacts.filter((artifact) => {
      const { attempt } = originOf(artifact)
      return (
        artifact.run === caller.run && (attempt === caller.attempt || (caller.inherits && attempt < caller.attempt))
      )
    })
  /** That of an attempt, newest first. */
  const named = (repository: Repository, caller: Caller, runBackend: string, name: string) =>
    visible(repository, caller).findLast((one) => one.name === name && originOf(one).runBackend === runBackend)
  const complete = (artifact: Artifact | undefined): Artifact => {
    if (artifact?.stored) return artifact
    throw new TwirpError('not_found', 'artifact not found')
  }

  return {
    CreateArtifact: method(
      {
        ...ids,
        name: z.string().min(1),
        version: z.literal(7),
        mime_type: z.string().optional(),
        expires_at: z.iso.datetime().optional(),
      },
      ({ state, open }, caller, request) => {
        requireOwn(caller, request)
        if (/["<>|*?\r\n\\/:]/.test(request.name))
          throw new TwirpError('invalid_argument', 'the artifact name is not valid')
        const repository = state.repository(caller.repository)
        if (named(repository, caller, caller.runBackend, request.name)) {
          throw new TwirpError('already_exists', 'an artifact with this name already exists on the workflow run')
        }
        const mime = request.mime_type ?? 'application/zip'
        const now = state.now()
        const artifact: Artifact = {
          id: state.id(),
          name: request.name,
          run: caller.run,
          stored: null,
          mime,
          digest: null,
          expired: false,
          createdAt: stamp(now),
          expiresAt: request.expires_at ?? stamp(new Date(now.getTime() + 90 * DAY)),
        }
        const upload = open()
        const { attempt, runBackend, jobBackend } = caller
        origins.set(artifact.id, { attempt, runBackend, jobBackend, upload })
        repository.artifacts.push(artifact)
        return { ok: true, signed_upload_url: upload.url }
      },
    ),

    FinalizeArtifact: method(
      { ...ids, name: z.string(), size: int64, hash: z.string().optional() },
      ({ state }, caller, request) => {
        requireOwn(caller, request)
        const artifact = named(state.repository(caller.repository), caller, caller.runBackend, request.name)
        const stored = artifact && originOf(artifact).upload?.uploaded()
        if (!artifact || !stored) throw new TwirpError('not_found', 'artifact not found')
        if (Number(request.size) !== stored.size)
          throw new TwirpError('invalid_argument', 'the size is not that of the upload')
        if (request.hash !== undefined && request.hash !== stored.digest) {
          throw new TwirpError('invalid_argument', 'the hash is not that of the upload')
        }
        artifact.stored = stored
        artifact.digest = stored.digest
        return { ok: true, artifact_id: String(artifact.id) }
      },
    ),

    ListArtifacts: method(
      { ...ids, name_filter: z.string().optional(), id_filter: int64.optional() },
      ({ state }, caller, request) => {
        requireOwn(caller, request)
        const { name_filter: name, id_filter: id } = request
        const artifacts = visible(state.repository(caller.repository), caller)
          .filter(({ stored, expired }) => stored !== null && !expired)
          .filter((one) => (name === undefined || one.name === name) && (id === undefined || one.id === Number(id)))
        return {
          artifacts: artifacts.map((artifact) => ({
            workflow_run_backend_id: originOf(artifact).runBackend,
            workflow_job_run_backend_id: originOf(artifact).jobBackend,
            database_id: String(artifact.id),
            name: artifact.name,
            size: String(artifact.stored?.size),
            created_at: artifact.createdAt,
            ...(artifact.digest === null ? {} : { digest: artifact.digest }),
          })),
        }
      },
    ),

    GetSignedArtifactURL: method({ ...ids, name: z.string() }, ({ state, link }, caller, request) => {
      const repository = state.repository(caller.repository)
      const artifact = complete(named(repository, caller, request.workflow_run_backend_id, request.name))
      if (artifact.stored === null || artifact.expired) throw new TwirpError('not_found', 'artifact not found')
      const name = artifact.mime === 'application/zip' ? `${artifact.name}.zip` : artifact.name
      return { name: artifact.name, signed_url: link(artifact.stored, { type: artifact.mime, name }) }
    }),

    DeleteArtifact: method({ ...ids, name: z.string() }, ({ state }, caller, request) => {
      const repository = state.repository(caller.repository)
      const artifact = complete(named(repository, caller, request.workflow_run_backend_id, request.name))
      repository.artifacts.splice(repository.artifacts.indexOf(artifact), 1)
      return { ok: true, artifact_id: String(artifact.id) }
    }),
  }
}

function requireOwn(caller: Caller, request: z.output<z.ZodObject<typeof ids>>): void {
  if (
    request.workflow_run_backend_id === caller.runBackend &&
    request.workflow_job_run_backend_id === caller.jobBackend
  )
    return
  throw new TwirpError('permission_denied', 'the token is not of this run')
}
