import { input, oneOf, text } from '../core/action.js'

/** Inputs of an action that comments. The token is taken by the runtime before anything else sees it. */
export const COMMENT_INPUTS = {
  'github-token': input(text().optional(), {
    description: 'Token that writes the comment.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub
    default: '${{ github.token }}',
  }),
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
