import { input, oneOf } from '../core/action.js'
import type { Context } from '../core/context.js'
import { type Inline, link } from '../report/blocks.js'
import { type IssueText, upsertIssue } from './issues.js'

/** Inputs of an action that keeps an issue. */
export const ISSUE_INPUTS = {
  issue: input(oneOf('update', 'off'), {
    description: 'The report as an issue: `update` keeps one issue up to date, `off` touches none.',
    default: 'update',
    runnerOnly: true,
  }),
}

export const ISSUE_OUTPUTS = { 'issue-url': 'Address of the issue; empty when there is none.' } as const

export const ISSUE_PERMISSION = {
  issues: 'write, to keep the report as an issue; without it the report is in the step summary alone',
}

/** Brings the issue of a report up to date, and tells of it in the log. Null where there is none. Throws UserError. */
export async function reportIssue(ctx: Context, text: IssueText): Promise<string | null> {
  const github = await ctx.github()
  if (github === null) return null
  const { url, change } = await upsertIssue(github, text)
  if (url !== null) {
    const left = change === 'left' ? ' (a person closed it as not planned)' : ''
    ctx.log.info(`issue ${change}: ${url}${left}`)
  }
  return url
}

/** This run for people: a link where it has an address. */
export const runLink = ({ run }: Context): Inline =>
  run.kind === 'github' ? link(run.url, `run ${run.runId}`) : 'this run'
