import type { Check, Verdict } from '../contracts/common.js'
import type { Publishing } from '../core/action.js'
import { checkOf } from '../core/check.js'
import type { Context } from '../core/context.js'
import { messageOf, type Problem, UserError } from '../core/errors.js'
import { publish } from '../core/publish.js'
import { type FailOn, failsStep } from '../core/verdict.js'
import { type Block, banner, paragraph, type Report, verdictLabel } from '../report/blocks.js'
import { clip, oneLine } from '../report/escape.js'
import { findingsTable } from '../report/findings.js'
import { inlineText } from '../report/inline.js'
import { markerComment, renderMarkdown } from '../report/markdown.js'
import { annotationsOf } from './annotations.js'
import type { UploadedArtifact } from './artifacts.js'
import { type Conclusion, upsertCheckRun } from './checks.js'
import type { CommentMode } from './comments.js'
import { commentReport, keepComment, type StageReport, workflowOf } from './report-comment.js'

/** Inputs of a stage that reports on a pull request. */
export interface ReportInputs {
  readonly comment: CommentMode
  readonly 'check-run': boolean
  readonly 'fail-on': FailOn
}

export type Published = {
  readonly 'comment-url': string | null
  readonly 'check-run-url': string | null
}

/** Comment and check run, as the inputs ask for. Never throws: what is refused of one is a warning and leaves the other. */
export async function publishReport(
  ctx: Context,
  inputs: ReportInputs,
  given: StageReport & { readonly checks: readonly Check[] },
  artifact: UploadedArtifact | null,
): Promise<Published> {
  const said = { ...given, fails: failsStep(given.verdict, inputs['fail-on']) }
  const one = async (write: () => Promise<string | null>) => {
    const { url } = await publish(said.stage, { publish: async () => ({ url: await write() }) }, ctx.log, artifact)
    return typeof url === 'string' ? url : null
  }
  return {
    'comment-url': await one(() => commentReport(ctx, inputs.comment, said, artifact)),
    'check-run-url': await one(async () =>
      inputs['check-run'] ? checkReport(ctx, inputs['fail-on'], said, artifact) : null,
    ),
  }
}

/** For `onError` of a stage: what it says where it could not judge. Outputs and exit code tell the same. */
export async function reportError(
  ctx: Context,
  inputs: ReportInputs,
  stage: string,
  error: unknown,
): Promise<Publishing<Published>> {
  const checks = problemsOf(error).map(({ message, cure, where }) =>
    checkOf('error', { rule: 'error', subject: stage, message, cure: cure ?? null, where: placeOf(where) }),
  )
  const [first, ...others] = checks
  const report: Report = {
    title: stage,
    verdict: banner('error', 'could not be judged', first?.message ?? ''),
    blocks: [
      ...(first?.cure ? [paragraph(first.cure)] : []),
      ...(others.length === 0 ? [] : [findingsTable(others.slice(0, MOST_PROBLEMS))]),
    ],
  }
  const said = { stage, verdict: 'error' as const, report, checks }
  await keepComment(ctx, inputs.comment, said)
  return { publish: (artifact) => publishReport(ctx, inputs, said, artifact) }
}

const MOST_PROBLEMS = 12

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof UserError) return error.problems
  return [
    { message: `unexpected error: ${messageOf(error)}`, cure: 'this is a bug in Plumbline: see the log of the run' },
  ]
}

/** `plumbline.yml:12` */
function placeOf(where: string | undefined): Check['where'] {
  const [, file = '', line = ''] = /^([^:\n"]+):([1-9]\d{0,8})$/.exec(where ?? '') ?? []
  return file === '' ? null : { file, line: Number(line) }
}

/** GitHub counts bytes here. */
const LONGEST = 65_535
const LONGEST_TITLE = 200

async function checkReport(
  ctx: Context,
  failOn: FailOn,
  { stage, verdict, report, checks }: StageReport & { readonly checks: readonly Check[] },
  artifact: UploadedArtifact | null,
): Promise<string | null> {
  const github = await ctx.github()
  const commit = github?.pullRequest?.commit ?? ctx.run.commit
  if (github === null || commit === null) return null
  const name = `${stage}: ${ctx.config.model}`
  const isFolded = (block: Block) => block.kind === 'details' || block.kind === 'chart'
  const render = (part: Report) =>
    renderMarkdown(part, { limit: LONGEST, unit: 'bytes', whole: ['the step summary of this run'] })
  const folded = report.blocks.filter(isFolded)
  const reason = inlineText(report.verdict?.reason ?? report.verdict?.headline ?? report.title)
  return upsertCheckRun(github, {
    name: clip(name, LONGEST_TITLE),
    externalId: markerComment(`${stage} ${ctx.config.model} ${workflowOf(ctx)}`).slice(5, -4),
    commit,
    conclusion: conclusionOf(verdict, failOn),
    title: clip(oneLine(`${verdictLabel(verdict)}: ${reason}`), LONGEST_TITLE),
    summary: render({ ...report, blocks: report.blocks.filter((block) => !isFolded(block)) }),
    text: folded.length === 0 ? '' : render({ title: 'Details', blocks: folded }),
    annotations: annotationsOf(ctx, stage, checks),
    detailsUrl: artifact?.url ?? (ctx.run.kind === 'github' ? ctx.run.url : ''),
  })
}

/** What the step fails on blocks a merge; a verdict that is no `pass` and blocks nothing is neutral. */
export function conclusionOf(verdict: Verdict, failOn: FailOn): Conclusion {
  if (verdict === 'pass') return 'success'
  if (verdict === 'fail' || verdict === 'error') return 'failure'
  return failsStep(verdict, failOn) ? 'action_required' : 'neutral'
}
