import { type Call, created, invalid, notFound, ok, Problem, type Route, route } from '../call.js'

const ATTESTATIONS = '/repos/{owner}/{repo}/attestations'

interface Bundle {
  readonly mediaType?: string
  readonly verificationMaterial?: Readonly<Record<string, unknown>>
  readonly dsseEnvelope?: { readonly payload?: string }
}

/** Digests of the statement in a bundle, `sha256:…`. */
function subjectsOf({ dsseEnvelope }: Bundle): string[] {
  try {
    const statement = JSON.parse(Buffer.from(dsseEnvelope?.payload ?? '', 'base64').toString('utf8'))
    return statement.subject.map(({ digest }: { digest: { sha256: string } }) => `sha256:${digest.sha256}`)
  } catch {
    return []
  }
}

const create = ({ repository, body }: Call<{ bundle: Bundle }>) => {
  if (!repository.settings.attestations) {
    throw new Problem(403, 'Feature not available for user-owned private repositories.')
  }
  const subjects = subjectsOf(body.bundle)
  if (subjects.length === 0) throw invalid({ resource: 'Attestation', code: 'invalid', field: 'bundle' })
  const attestation = { id: repository.host.id(), bundle: { ...body.bundle }, subjects }
  repository.attestations.push(attestation)
  return created({ id: attestation.id })
}

const list = ({ repository, params }: Call) => {
  const of = repository.attestations.filter(({ subjects }) => subjects.includes(params.subject_digest ?? ''))
  if (of.length === 0) throw notFound()
  return ok({ attestations: of.map(({ bundle }) => ({ bundle, repository_id: repository.id })) })
}

export const attestations: readonly Route[] = [
  route(`POST ${ATTESTATIONS}`, 'attestations: write', create),
  route(`GET ${ATTESTATIONS}/{subject_digest}`, 'attestations: read', list),
]
