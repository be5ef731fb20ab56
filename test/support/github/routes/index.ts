import type { Route } from '../call.js'
import { artifacts } from './artifacts.js'
import { assets } from './assets.js'
import { attestations } from './attestations.js'
import { checks } from './checks.js'
import { comments } from './comments.js'
import { commits } from './commits.js'
import { contents } from './contents.js'
import { deployments } from './deployments.js'
import { dispatches } from './dispatches.js'
import { git } from './git.js'
import { issues } from './issues.js'
import { labels } from './labels.js'
import { pulls } from './pulls.js'
import { releases } from './releases.js'
import { repositories } from './repositories.js'
import { runs } from './runs.js'
import { statuses } from './statuses.js'

/** Every operation that the local GitHub knows; of two that meet a path the first one answers. */
export const ROUTES: readonly Route[] = [
  ...repositories,
  ...releases,
  ...assets,
  ...git,
  ...contents,
  ...pulls,
  ...checks,
  ...statuses,
  ...commits,
  ...comments,
  ...issues,
  ...labels,
  ...deployments,
  ...runs,
  ...artifacts,
  ...dispatches,
  ...attestations,
]
