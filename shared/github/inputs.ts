import { flag, input, oneOf } from '../core/action.js'
import { COMMENT_MODES } from './comments.js'

/** Inputs of an action that reports on a pull request. */
export const REPORT_INPUTS = {
  comment: input(oneOf(...COMMENT_MODES), {
    description:
      'The report as a comment on the pull request. `update`: one, kept in place. `only-on-change`: the same, left as it is while verdict and findings are. `only-on-failure`: the same, made only for a verdict that fails the step or is not `pass` or `warn`. `only-update`: the same, never made. `recreate`: a new one at the end for each run, the old one deleted. `hide`: a new one, the old one hidden as outdated. `append`: one for each run. `delete`: what is there is taken back. `off`: none is touched.',
    default: 'update',
    runnerOnly: true,
  }),
  'check-run': input(flag(), {
    description:
      'The verdict as a check run on the commit, with findings at their lines: `true` or `false`. It needs `checks: write`.',
    default: 'false',
    runnerOnly: true,
  }),
}

export const REPORT_OUTPUTS = {
  'comment-url': 'Address of the comment; empty when there is none.',
  'check-run-url': 'Address of the check run; empty when there is none.',
} as const

export const REPORT_PERMISSIONS = {
  'pull-requests': 'write, to keep the report as a comment; without it the report is in the step summary alone',
  checks: 'write, only with `check-run: true`',
}
