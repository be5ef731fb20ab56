/**
 * A fetch that sends a body without keeping it. By its standard fetch clones a request for redirects and answers that
 * ask for credentials, so that a whole file would stay in memory; one without a window and without redirects it does not.
 */
export function unbuffered(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (address, options) => fetch(address, { ...options, window: null, redirect: 'error' })
}
