import { input, oneOf } from '../core/action.js'

/** Inputs of an action that comments. */
export const COMMENT_INPUTS = {
  comment: input(oneOf('update', 'off'), {
    description:
      'The report as a comment on the pull request: `update` keeps one comment up to date, `off` writes none.',
    default: 'update',
    runnerOnly: true,
  }),
}

export const COMMENT_PERMISSION = {
  'pull-requests': 'write, to keep the report as a comment; without it the report is in the step summary alone',
}
