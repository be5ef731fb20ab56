import type { Route } from '../call.js'
import { assets } from './assets.js'
import { comments } from './comments.js'
import { deployments } from './deployments.js'
import { git } from './git.js'
import { issues } from './issues.js'
import { labels } from './labels.js'
import { releases } from './releases.js'

/** Every operation that the local GitHub knows. */
export const ROUTES: readonly Route[] = [
  ...releases,
  ...assets,
  ...git,
  ...comments,
  ...issues,
  ...labels,
  ...deployments,
]
