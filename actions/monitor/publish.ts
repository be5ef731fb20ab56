import { setTimeout as pause } from 'node:timers/promises'
import { Monitoring, type Retraining } from '../../shared/contracts/monitoring.js'
import type { Context } from '../../shared/core/context.js'
import { writeDocument } from '../../shared/core/documents.js'
import { describeProblems, type Problem, UserError } from '../../shared/core/errors.js'
import { reportIssue } from '../../shared/github/issue-report.js'
import { paragraph, type Report } from '../../shared/report/blocks.js'
import { renderMarkdown } from '../../shared/report/markdown.js'
import { issueOf, troubleOf } from './issue.js'
import { describeRetraining, retrain } from './retrain.js'

type Body = Parameters<typeof writeDocument<typeof Monitoring>>[2]

/**
 * What GitHub may refuse: the training first, so that the issue can tell of it, then the issue. One refusal does not
 * keep the other from being tried; all of them are one warning.
 */
export async function publishMonitoring(
  ctx: Context,
  body: Body & Pick<Monitoring, 'checks' | 'slos' | 'decision' | 'environment' | 'summary' | 'deployed' | 'retraining'>,
  report: Report,
  how: { issue: boolean; pause?: (milliseconds: number) => Promise<void> },
): Promise<{ 'retrain-run'?: string | null; 'issue-url'?: string | null }> {
  const problems: Problem[] = []
  const retraining = await startTraining(ctx, body, how.pause ?? pause, problems)
  const told = retraining === null ? [] : [paragraph(describeRetraining(retraining))]
  const open = troubleOf(body)
  let issue: string | null = null
  const github = how.issue && open !== null ? await ctx.github() : null
  if (github?.pullRequest === null && open !== null) {
    try {
      issue = await reportIssue(ctx, issueOf(ctx, body, report, told, open))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) {
    // Not thrown: what was done is an output all the same.
    ctx.log.warning(
      `monitor: ${describeProblems(problems)}\nThe verdict stands, and the report is in the step summary.`,
    )
  }
  return { 'retrain-run': retraining?.run?.url ?? null, 'issue-url': issue }
}

/** The document is written again with what came of it: who reads it next knows the run. */
async function startTraining(
  ctx: Context,
  body: Body & Pick<Monitoring, 'retraining'>,
  pause: (milliseconds: number) => Promise<void>,
  problems: Problem[],
): Promise<Retraining | null> {
  if (body.retraining === null) return null
  const { retraining, problems: refused } = await retrain(ctx, body.retraining, pause)
  problems.push(...refused)
  await writeDocument(ctx, Monitoring, { ...body, retraining })
  await ctx.summary(renderMarkdown({ title: 'monitor', blocks: [paragraph(describeRetraining(retraining))] }))
  return retraining
}
