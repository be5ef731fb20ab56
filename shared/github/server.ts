export type ServerKind = 'github.com' | 'ghe.com' | 'ghes'

/** Which GitHub a run is on, from the address that the runner gives: each lacks something (see `LACKS`). */
export function serverKind(address: string | undefined): ServerKind {
  const host = hostOf(address ?? 'https://github.com')
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
