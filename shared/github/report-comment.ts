import type { Context } from '../core/context.js'
import { code, type Inline, link, paragraph, type Report } from '../report/blocks.js'
import { commentLimit, markerComment, renderMarkdown } from '../report/markdown.js'
import { upsertComment } from './comments.js'
import type { PullRequest } from './github.js'

/**
 * Puts the report of a stage on the pull request of this run: one comment per stage, model and workflow. Returns its
 * address, null where there is no pull request or no token. Throws UserError when GitHub refuses.
 */
export async function commentReport(ctx: Context, stage: string, report: Report): Promise<string | null> {
  const github = await ctx.github()
  if (!github?.pullRequest) return null
  const marker = `${stage} ${ctx.config.model} ${workflowOf(ctx)}`
  const body = renderMarkdown(signed(report, originOf(ctx, github.pullRequest)), {
    limit: commentLimit,
    marker,
    whole: ['the step summary of this run'],
  })
  const text = { marker: markerComment(marker), body }
  const { url, change } = await upsertComment(github, github.pullRequest.number, text)
  ctx.log.info(`comment ${change}: ${url}`)
  return url
}

/** The file of the workflow, for its name need not be unique: `acme/x/.github/workflows/model.yml@refs/heads/main`. */
function workflowOf({ env, run }: Context): string {
  const file = /^[^/]+\/[^/]+\/([^@]+)@/.exec(env.GITHUB_WORKFLOW_REF ?? '')?.[1]
  return file ?? (run.kind === 'github' ? run.workflow : '')
}

/** Which commit was judged, and where: an old comment is not taken for a new verdict. */
function originOf({ run }: Context, { commit }: PullRequest): Inline {
  const judged = commit === null ? [] : ['commit ', code(commit.slice(0, 7))]
  if (run.kind !== 'github') return judged
  return [...judged, judged.length === 0 ? '' : ' · ', link(run.url, `run ${run.runId}`)]
}

/** The last line says where to look; where the report is from belongs there. */
function signed(report: Report, origin: Inline): Report {
  const last = report.blocks.at(-1)
  return last?.kind === 'paragraph'
    ? { ...report, blocks: [...report.blocks.slice(0, -1), paragraph([last.text, ' · ', origin])] }
    : { ...report, blocks: [...report.blocks, paragraph(origin)] }
}
