import { createHash, createHmac, randomBytes } from 'node:crypto'

/** The job that a runtime token is for. */
export interface JobIdentity {
  readonly repository: string
  readonly run: number
  readonly attempt: number
  readonly job: string
  /** What it was started for: `refs/heads/main`, `refs/pull/7/merge`, `refs/tags/v1`. */
  readonly ref: string
  /** Branch that a pull request goes to, as a full ref. */
  readonly base?: string
  readonly defaultBranch: string
  /** Whether the attempt took over jobs of earlier ones ("re-run failed jobs") and so sees their artifacts. Default: true. */
  readonly inherits?: boolean
  /** What the job may do with caches; a run that a stranger can start may only read. Default: `write`. */
  readonly caches?: 'write' | 'read' | 'none'
}

/** What the services know of a caller. */
export interface Caller extends Omit<JobIdentity, 'caches' | 'inherits'> {
  readonly inherits: boolean
  readonly runBackend: string
  readonly jobBackend: string
  /** Refs whose caches it sees, the first to look at first. */
  readonly readable: readonly string[]
  /** Ref that its caches belong to, null when it may write none. */
  readonly writable: string | null
}

export interface Identities {
  /** For ACTIONS_RUNTIME_TOKEN. */
  mint(identity: JobIdentity): string
  /** Null for a token that was not given out here. */
  verify(authorization: string | null): Caller | null
}

const [READ, WRITE] = [1, 2]

/** Every attempt of a run has a plan of its own, and every job in it. */
export const runBackendId = (run: number, attempt: number): string => uuid(`run ${run} ${attempt}`)
const jobBackendId = ({ run, attempt, job }: JobIdentity): string => uuid(`job ${run} ${attempt} ${job}`)

/** Runtime tokens as GitHub makes them: the job in the claim `scp`, its cache scopes in `ac`. */
export function createIdentities(): Identities {
  const secret = randomBytes(32)
  const known = new Map<string, Caller>()
  return {
    mint(identity) {
      const caller = callerOf(identity)
      const scopes = caller.readable.map((Scope) => ({
        Scope,
        Permission: READ | (Scope === caller.writable ? WRITE : 0),
      }))
      const claims = {
        scp: `Actions.ExampleScope Actions.Results:${caller.runBackend}:${caller.jobBackend}`,
        ac: JSON.stringify(scopes),
      }
      const content = [{ typ: 'JWT', alg: 'HS256' }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      const token = `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
      known.set(token, caller)
      return token
    },
    verify: (authorization) => known.get(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '') ?? null,
  }
}

function callerOf(identity: JobIdentity): Caller {
  const { caches = 'write', inherits = true, ...rest } = identity
  const scopes = [identity.ref, ...(identity.base === undefined ? [] : [identity.base]), identity.defaultBranch]
  return {
    ...rest,
    inherits,
    runBackend: runBackendId(identity.run, identity.attempt),
    jobBackend: jobBackendId(identity),
    readable: caches === 'none' ? [] : [...new Set(scopes)],
    writable: caches === 'write' ? identity.ref : null,
  }
}

function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
