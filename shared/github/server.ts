export type ServerKind = 'github.com' | 'ghe.com' | 'ghes'

/** Which GitHub a run is on, from the address that the runner gives, as the clients for artifacts and caches tell it. */
export function serverKind(address: string | undefined): ServerKind {
  const host = hostOf(address || 'https://github.com')
  if (host === 'github.com' || host.endsWith('.localhost')) return 'github.com'
  return host.endsWith('.ghe.com') ? 'ghe.com' : 'ghes'
}

function hostOf(address: string): string {
  try {
    return new URL(address).hostname.toLowerCase()
  } catch {
    return ''
  }
}

/** What GitHub Enterprise Server does not have, and what is done there instead: the words of messages and the manual. */
export const ENTERPRISE_SERVER_LACKS = {
  artifacts:
    'GitHub Enterprise Server has no artifacts of version 4, so documents are not handed over between jobs: run the stages in one job, or carry the run directory yourself.',
  cache:
    'GitHub Enterprise Server has the older cache service or none: what is not found there is made again, which takes longer',
  attestations: 'GitHub Enterprise Server keeps no attestations: the digests in manifest.json are what is verified',
  digests:
    'An older GitHub Enterprise Server tells no digests of assets: they are read again and compared after the upload',
} as const

/** Why a server lacks something, null when it has it. */
export const lackOf = (server: ServerKind, what: keyof typeof ENTERPRISE_SERVER_LACKS): string | null =>
  server === 'ghes' ? ENTERPRISE_SERVER_LACKS[what] : null
