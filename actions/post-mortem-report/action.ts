import { PostMortem } from '../../shared/contracts/post-mortem.js'
import { defineAction, input, override, text } from '../../shared/core/action.js'
import { writeDocument } from '../../shared/core/documents.js'
import { ISSUE_INPUTS, ISSUE_OUTPUTS, ISSUE_PERMISSION, reportIssue } from '../../shared/github/issue-report.js'
import { analyse } from './analyse.js'
import { missedPermissions } from './attempt.js'
import { collect } from './collect.js'
import { deservesIssue, issueOf } from './issue.js'
import { renderPostMortem } from './render.js'
import { wantedRun } from './which-run.js'

export const postMortemReport = defineAction({
  name: 'post-mortem-report',
  title: 'Plumbline: post-mortem report',
  description: 'Digs out what failed first, what changed since the last good version, and whether going back helps.',
  icon: 'file-text',
  color: 'purple',
  permissions: {
    contents: 'read, to check out the repository, read releases and compare commits',
    actions: 'read, for the run, its jobs, their logs and the artifacts of another run',
    deployments: 'read, for the history of the environment',
    checks: 'read, only for what GitHub notes at a job that failed without a step',
    ...ISSUE_PERMISSION,
  },
  inputs: {
    title: override('postmortem.title', 'Title of the report.'),
    environment: override('deploy.environment', 'Environment whose history is read.'),
    'run-id': input(runId(), {
      description:
        'Run that the report is about. Default: the one that an event `workflow_run` is about, else this run.',
    }),
    ...ISSUE_INPUTS,
  },
  outputs: {
    'failed-stage': 'Stage, or step of the workflow, that failed first; empty when nothing failed.',
    class:
      '`data`, `training`, `quality-gate`, `packaging`, `deployment`, `objective`, `configuration`, `workflow` (a step that is no stage) or `none`.',
    signature: 'Twelve hex digits that are the same for the same kind of failure; empty when nothing failed.',
    'rollback-to': 'Release tag to go back to; empty when a rollback is not proposed.',
    ...ISSUE_OUTPUTS,
    document: 'Path of post-mortem.json.',
  },
  async run(inputs, ctx) {
    const run = await wantedRun(ctx, inputs['run-id'])
    const { refs, from, ...collected } = await collect(ctx, { run, suffix: inputs['artifact-suffix'] })
    const { title } = ctx.config.postmortem
    const analysis = analyse(collected, { directory: from, ...(title === undefined ? {} : { title }) })
    const missed = missedPermissions(analysis.notCollected)
    if (missed !== null) ctx.log.warning(missed)
    const report = renderPostMortem(analysis)
    const body = { ...analysis, inputs: [...(ctx.configRef === null ? [] : [ctx.configRef]), ...refs], checks: [] }
    const { path } = await writeDocument(ctx, PostMortem, body, report, { html: true })
    return {
      verdict: analysis.verdict,
      summary: analysis.summary,
      outputs: {
        'failed-stage': analysis.failure?.stage ?? null,
        class: analysis.class,
        signature: analysis.signature,
        'rollback-to': analysis.rollback.to,
        'issue-url': null,
        document: path,
      },
      ...(inputs.issue === 'update' &&
        deservesIssue(analysis) && {
          publish: async () => ({ 'issue-url': await reportIssue(ctx, issueOf(ctx, analysis, report)) }),
        }),
    }
  },
})

/** The number of a run, as it stands in its address. */
function runId() {
  return text()
    .regex(/^[1-9]\d{0,15}$/, 'use the number of a run, as it stands in its address')
    .transform(Number)
    .optional()
}
