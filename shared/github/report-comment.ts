import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { Comment } from '../contracts/comment.js'
import type { Check, Verdict } from '../contracts/common.js'
import type { Context } from '../core/context.js'
import { parseDocument, writeDocument } from '../core/documents.js'
import { failsStep, troubles, worst } from '../core/verdict.js'
import { type Block, code, type Inline, link, paragraph, type Report } from '../report/blocks.js'
import { inlineText } from '../report/inline.js'
import { markerComment, renderMarkdown } from '../report/markdown.js'
import type { UploadedArtifact } from './artifacts.js'
import { type CommentMode, comment } from './comments.js'
import { readPullRequest } from './event.js'
import type { GitHub, PullRequest } from './github.js'
import { Refusal } from './refusal.js'

/** What a stage has to say on the pull request of a run. */
export interface StageReport {
  readonly stage: string
  readonly verdict: Verdict
  readonly report: Report
  /** Nothing that a reviewer must see: it only takes the place of what the stage said before. */
  readonly quiet?: boolean
  readonly checks?: readonly Check[]
  /** Whether the step fails of it. Default: with every verdict but `pass` and `warn`. */
  readonly fails?: boolean | undefined
  /** What {@link saysOf} made of it in another run. */
  readonly says?: string | undefined
}

/** Verdict and findings as sixteen hex digits, without their numbers: equal as long as a reader would have to do the same. */
export function saysOf({ verdict, report, checks }: StageReport): string {
  const found =
    checks === undefined
      ? [inlineText(report.verdict?.headline ?? report.title)]
      : troubles(checks)
          .map(({ verdict: of, rule, subject }) => JSON.stringify([of, rule, subject]))
          .sort()
  return createHash('sha256')
    .update(JSON.stringify([verdict, found]))
    .digest('hex')
    .slice(0, 16)
}

const failsOf = ({ verdict, fails }: StageReport): boolean => fails === true || failsStep(verdict, 'inconclusive')

/**
 * Puts the report of a stage on the pull request of this run: one comment per model and workflow, with a part for each
 * stage. Returns its address, null where there is no pull request, no token, or none that may write because the code
 * comes from a fork. Throws UserError when GitHub refuses.
 */
export async function commentReport(
  ctx: Context,
  mode: CommentMode,
  said: StageReport,
  artifact: UploadedArtifact | null,
): Promise<string | null> {
  if (mode === 'off') return null
  const github = await ctx.github()
  if (!github?.pullRequest) return null
  const pull = github.pullRequest
  try {
    const place = { ...originOf(ctx, pull), number: pull.number, workflow: workflowOf(ctx) }
    return await writeComment(ctx, github, { place, mode, said, artifact })
  } catch (error) {
    if (!(pull.readOnly && error instanceof Refusal && /not accessible/i.test(error.words))) throw error
    ctx.log.notice(
      `${said.stage}: the report is not on pull request #${pull.number}, because one from a fork gets a token that only reads: it is in the step summary. A workflow on \`workflow_run\` gets a token that may write; what it would write is in comment.json of the artifact of this step.`,
    )
    return null
  }
}

/** Where a report goes and what it is about. */
export interface CommentPlace {
  /** Of the pull request. */
  readonly number: number
  /** File of the workflow that judged. */
  readonly workflow: string
  readonly runId: string
  readonly attempt: number
  readonly runUrl: string
  /** Head commit of the pull request, null when the event did not tell. */
  readonly commit: string | null
}

/** A report and where it goes. */
export interface ToComment {
  readonly place: CommentPlace
  readonly mode: Exclude<CommentMode, 'off'>
  /** `model`: default is that of the configuration. */
  readonly said: StageReport & { readonly model?: string }
  /** With the whole report; null when none was uploaded. */
  readonly artifact: UploadedArtifact | null
}

/** {@link commentReport} for a pull request and a run that are known. */
export async function writeComment(
  ctx: Pick<Context, 'log' | 'config'>,
  github: GitHub,
  { place, mode, said, artifact }: ToComment,
): Promise<string | null> {
  const target = {
    number: place.number,
    marker: markerComment(`report ${said.model ?? ctx.config.model} ${place.workflow}`),
    runsUrl: place.runUrl.replace(/\/[^/]*$/, ''),
  }
  const report = signed(said.report, signatureOf(place, artifact))
  const { url, change } = await comment(
    github,
    target,
    {
      stage: said.stage,
      verdict: said.verdict,
      runId: /^\d{1,20}$/.test(place.runId) ? place.runId : '0',
      attempt: place.attempt,
      commit: place.commit ?? `run-${place.runId}`,
      quiet: said.quiet ?? false,
      says: said.says ?? saysOf(said),
      fails: failsOf(said),
      text: (limit) => renderMarkdown(report, { limit, whole: ['the step summary of this run'] }),
    },
    mode,
  )
  if (change === 'outdated') ctx.log.info(`comment left as it is: a later run has reported, ${url}`)
  else if (change !== 'none') ctx.log.info(`comment ${change}${url === null ? '' : `: ${url}`}`)
  return url
}

/**
 * Keeps what a stage says on a pull request in comment.json of the run directory, for a run that may write the comment
 * where this one may not.
 */
export async function keepComment(ctx: Context, mode: CommentMode, said: StageReport): Promise<void> {
  if (mode === 'off' || mode === 'delete' || (await readPullRequest(ctx.env)) === null) return
  const others = (await keptParts(ctx)).filter(({ stage }) => stage !== said.stage)
  const { stage, verdict, quiet = false } = said
  const own = { stage, verdict, quiet, says: saysOf(said), fails: failsOf(said), report: plain(said.report) }
  const parts = [...others, own]
  await writeDocument(ctx, Comment, {
    verdict: worst(parts.map(({ verdict }) => verdict)),
    summary: parts.map(({ stage, verdict }) => `${stage}: ${verdict}`).join(', '),
    inputs: [],
    checks: [],
    model: ctx.config.model,
    parts,
  })
}

/** What other stages of this run have kept; a file of another run, or a damaged one, says nothing. */
async function keptParts(ctx: Context): Promise<Comment['parts']> {
  const path = posix.join(ctx.runDirectory, 'comment.json')
  if (!(await ctx.files.exists(path))) return []
  try {
    const { run, parts, model } = parseDocument(Comment, await ctx.files.readText(path), path)
    const same = JSON.stringify([idOf(run), model]) === JSON.stringify([idOf(ctx.run), ctx.config.model])
    return same ? parts : []
  } catch {
    return []
  }
}

const idOf = (run: Context['run']) => (run.kind === 'github' ? run.runId : run.commit)

/** Charts without the specification of a picture, which a comment cannot show. */
function plain({ title, verdict, blocks }: Report): Comment['parts'][number]['report'] {
  const withoutSpec = (block: Block): Block | Omit<Block, 'spec' | 'legend'> => {
    if (block.kind === 'details') return { ...block, blocks: block.blocks.map(withoutSpec) as Block[] }
    if (block.kind !== 'chart') return block
    const { spec: _spec, legend: _legend, ...rest } = block
    return rest
  }
  // As JSON keeps it: without what is undefined, and with null for what is no number.
  return JSON.parse(JSON.stringify({ title, verdict, blocks: blocks.map(withoutSpec) }))
}

/** The file of the workflow, for its name need not be unique: `acme/x/.github/workflows/model.yml@refs/heads/main`. */
export function workflowOf({ env, run }: Context): string {
  const file = /^[^/]+\/[^/]+\/([^@]+)@/.exec(env.GITHUB_WORKFLOW_REF ?? '')?.[1]
  return file ?? (run.kind === 'github' ? run.workflow : '')
}

function originOf({ run }: Context, { commit }: PullRequest) {
  return run.kind === 'github'
    ? { commit, runId: run.runId, attempt: run.attempt, runUrl: run.url }
    : { commit, runId: '0', attempt: 1, runUrl: '' }
}

/** Which commit was judged, and where: an old comment is not taken for a new verdict. */
function signatureOf({ commit, runId, runUrl }: CommentPlace, artifact: UploadedArtifact | null): Inline {
  const pieces: Inline[] = [
    ...(commit === null ? [] : [['commit ', code(commit.slice(0, 7))]]),
    ...(runUrl === '' ? [] : [link(runUrl, `run ${runId}`)]),
    ...(artifact === null ? [] : [link(artifact.url, 'files of this run')]),
  ]
  return pieces.flatMap((piece, index): Inline[] => (index === 0 ? [piece] : [' · ', piece]))
}

/** The last line says where to look; where the report is from belongs there. */
function signed(report: Report, origin: Inline): Report {
  const last = report.blocks.at(-1)
  return last?.kind === 'paragraph'
    ? { ...report, blocks: [...report.blocks.slice(0, -1), paragraph([last.text, ' · ', origin])] }
    : { ...report, blocks: [...report.blocks, paragraph(origin)] }
}
