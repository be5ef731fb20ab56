/** The exact version that every job gets; the lock file beside the bundle pins its integrity. */
export const ENGINE_VERSION = '1.5.5-r.5'

/** Written last, so that a folder without it was cut off in the middle and is not used. */
export const COMPLETE = '.plumbline-complete'
