/** The exact version that every job gets; the lock file beside the bundle pins its integrity. */
export const ENGINE_VERSION = '1.5.5-r.5'
