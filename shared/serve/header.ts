/** Header of every answer while a version is served: the digest of the manifest of the version that answered. */
export const DIGEST_HEADER = 'plumbline-manifest-digest'
