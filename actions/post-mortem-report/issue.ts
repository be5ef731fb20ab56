import type { Context } from '../../shared/core/context.js'
import { runLink } from '../../shared/github/issue-report.js'
import type { IssueText } from '../../shared/github/issues.js'
import { paragraph, type Report } from '../../shared/report/blocks.js'
import { formatTime } from '../../shared/report/format.js'
import type { Analysis } from './analyse.js'

/** Whether an incident deserves an issue: nothing that failed, a cancelled run and a pull request do not. */
export function deservesIssue({ failure, workflow }: Pick<Analysis, 'failure' | 'workflow'>): boolean {
  if (failure === null) return false
  return (
    workflow === null || (workflow.run.conclusion !== 'cancelled' && !workflow.run.event.startsWith('pull_request'))
  )
}

/** One issue for each kind of failure of a model: when it comes back, the same one. It is closed by people. */
export function issueOf(ctx: Context, { title, signature, summary, workflow }: Analysis, report: Report): IssueText {
  const again =
    workflow?.failures != null && workflow.failures > 1
      ? ` It failed ${workflow.failures} times since the last good run.`
      : ''
  const reported = paragraph(['Reported ', formatTime(ctx.now().toISOString()), ' by ', runLink(ctx), '.', again])
  return {
    marker: `post-mortem ${ctx.config.model} ${signature}`,
    title: `Post-mortem: ${title}`,
    labels: ['plumbline-post-mortem'],
    body: { ...report, blocks: [reported, ...report.blocks] },
    open: true,
    said: [`${summary} (`, runLink(ctx), ')'],
  }
}
