import { defineAction, input, oneOf } from '../../shared/core/action.js'
import type { Context } from '../../shared/core/context.js'
import { UserError } from '../../shared/core/errors.js'
import { COMMENT_MODES } from '../../shared/github/comments.js'
import type { GitHub } from '../../shared/github/github.js'
import { writeComment } from '../../shared/github/report-comment.js'
import { keptComments, ofStranger } from './kept.js'
import { type EndedRun, pullRequestOfRun, readEndedRun } from './origin.js'

export const commentReport = defineAction({
  name: 'comment-report',
  title: 'Plumbline: comment report',
  description: 'Puts the report of a run that may not comment, as for a fork, on its pull request, after it has ended.',
  icon: 'message-square',
  color: 'blue',
  permissions: {
    actions: 'read, for the artifacts of the run',
    'pull-requests': 'write, for the comment',
  },
  inputs: {
    comment: input(oneOf(...COMMENT_MODES), {
      description:
        'As for evaluate-gate: `update`, `only-on-change`, `only-on-failure`, `only-update`, `recreate`, `hide`, `append`, `delete` or `off`.',
      default: 'update',
      runnerOnly: true,
    }),
  },
  outputs: {
    'comment-url': 'Address of the comment; empty when none was written.',
    'pull-request': 'Number of the pull request; empty when the run has none that is open and at its commit.',
  },
  async run(inputs, ctx) {
    const ended = await readEndedRun(ctx.env)
    const github = await requireGitHub(ctx)
    const number = await pullRequestOfRun(github, ended)
    const said = number === null ? [] : await keptComments(await requireArtifacts(ctx), ended.id)
    const done = (summary: string, url: string | null) => ({
      verdict: 'pass' as const,
      summary,
      outputs: { 'comment-url': url, 'pull-request': number },
    })
    if (number === null) return done(`run ${ended.id} has no open pull request at its commit; nothing is said`, null)
    if (inputs.comment === 'off' || said.length === 0) {
      return done(`run ${ended.id} has left nothing to say on pull request #${number}`, null)
    }
    let url: string | null = null
    for (const { model, parts } of said) {
      for (const { report, ...part } of parts) {
        const place = placeOf(ctx, github, ended, number)
        const told = {
          model,
          ...part,
          report: ofStranger(report, ended.head_repository?.full_name ?? ''),
        }
        url = await writeComment(ctx, github, { place, mode: inputs.comment, said: told, artifact: null })
      }
    }
    return done(`the report of run ${ended.id} is on pull request #${number}`, url)
  },
})

async function requireGitHub(ctx: Context): Promise<GitHub> {
  const github = await ctx.github()
  if (github !== null) return github
  throw new UserError('there is no token to comment with', { cure: 'give the input `github-token`' })
}

async function requireArtifacts(ctx: Context) {
  const artifacts = await ctx.artifacts()
  if (artifacts !== null) return artifacts
  throw new UserError('the artifacts of the run cannot be read here', {
    cure: 'run the action on github.com or ghe.com, and leave the input `artifacts` at `true`',
  })
}

/** From the event alone; the path may carry the ref that the workflow was read from. */
function placeOf({ env }: Context, { owner, repo }: GitHub, ended: EndedRun, number: number) {
  const server = env.GITHUB_SERVER_URL ?? 'https://github.com'
  return {
    number,
    workflow: ended.path.replace(/@.*$/, ''),
    runId: String(ended.id),
    attempt: ended.run_attempt,
    runUrl: `${server}/${owner}/${repo}/actions/runs/${ended.id}`,
    commit: ended.head_sha,
  }
}
