import type { Addresses } from '../call.js'
import type { Repository } from '../state/types.js'

type Named = Pick<Repository, 'owner' | 'name'>

/** Root of a repository in the API. */
export const apiOf = (at: Addresses, { owner, name }: Named): string => `${at.api}/repos/${owner}/${name}`

/** Its page for people. */
export const pageOf = (at: Addresses, { owner, name }: Named): string => `${at.server}/${owner}/${name}`
