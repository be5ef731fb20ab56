import { randomBytes } from 'node:crypto'

/** As in `permissions:` of a job. */
export const PERMISSIONS = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'id-token',
  'issues',
  'models',
  'packages',
  'pages',
  'pull-requests',
  'security-events',
  'statuses',
] as const
/** `administration` and `metadata` are not given to jobs: nobody has the one, everybody may read the other. */
export type Permission = (typeof PERMISSIONS)[number] | 'administration' | 'metadata'
export type Level = 'read' | 'write'
export type Permissions = Partial<Record<Permission, Level | 'none'>>

/** `contents: write` */
export type Need = `${Permission}: ${Level}`

export interface Token {
  readonly value: string
  readonly actor: string
  readonly permissions: Permissions
  /** The repositories it is for: that of the job. */
  readonly repositories: readonly string[]
}

export interface TokenOptions {
  readonly permissions?: Permissions | 'read-all' | 'write-all'
  readonly actor?: string
  readonly repository?: string
}

export function mintToken(options: TokenOptions): Token {
  const { permissions = 'write-all', actor = 'github-actions[bot]', repository = 'acme/strikes' } = options
  const all = (level: Level) => Object.fromEntries(PERMISSIONS.map((name) => [name, level]))
  return {
    value: `ghs_${randomBytes(18).toString('hex')}`,
    actor,
    permissions:
      permissions === 'read-all' ? all('read') : permissions === 'write-all' ? all('write') : { ...permissions },
    repositories: [repository],
  }
}

/** Whether a token suffices for a need. */
export function grants({ permissions }: Token, need: Need): boolean {
  const [name, level] = need.split(': ') as [Permission, Level]
  const given = name === 'metadata' ? 'read' : permissions[name]
  return given === 'write' || given === level
}
