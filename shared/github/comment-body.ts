import { VERDICTS, type Verdict } from '../contracts/common.js'
import { code, type Inline, link, strong, verdictLabel } from '../report/blocks.js'
import { commentLimit } from '../report/markdown.js'
import { markdownInline } from '../report/markdown-inline.js'

/** Which run said something, and of which commit. */
export interface Origin {
  readonly runId: string
  readonly attempt: number
  readonly commit: string
}

/** What one stage says in the comment. */
export interface Part extends Origin {
  readonly stage: string
  readonly verdict: Verdict
  readonly text: string
  /** Sixteen hex digits of what was found; unknown of a part that is no more than a line. */
  readonly says?: string | undefined
}

/** The order in which parts stand: what stopped everything, the decision, what it was made from. */
const ORDER = ['pipeline', 'evaluate-gate', 'validate-data']
/** The most that a part may take, so that there is room for the others. */
const MOST: Readonly<Record<string, number>> = { pipeline: 4000, 'evaluate-gate': 56_000 }
const MOST_OF_OTHERS = 24_000
/** Of one line, its heading and its hidden line. */
const LEAST = 600

const PART =
  /^<!-- plumbline:part ([\w-]{1,60}) run=(\d{1,20})\.(\d{1,6}) commit=([\w-]{1,64}) verdict=(\w{1,20})(?: says=([0-9a-f]{16}))? -->$/

/** The parts of a comment of ours; none of a text that has none. */
export function partsOf(body: string, marker: string): Part[] {
  const parts: { head: RegExpExecArray; lines: string[] }[] = []
  for (const line of body.split(/\r?\n/)) {
    const head = PART.exec(line.trimEnd())
    if (head !== null) parts.push({ head, lines: [] })
    else if (line.trimEnd() !== marker) parts.at(-1)?.lines.push(line)
  }
  return parts.flatMap(({ head: [, stage = '', runId = '', attempt, commit = '', word, says], lines }): Part[] => {
    const verdict = VERDICTS.find((known) => known === word)
    const text = lines.join('\n').trim()
    return verdict === undefined ? [] : [{ stage, runId, attempt: Number(attempt), commit, verdict, text, says }]
  })
}

/** The whole comment: parts of the judged commit first, then what was said of another one, as one line each. */
export function bodyOf(parts: readonly Part[], marker: string, judged: Origin, runsUrl: string): string {
  const rank = ({ stage }: Part) => (ORDER.includes(stage) ? ORDER.indexOf(stage) : ORDER.length)
  const sorted = [...parts].sort((a, b) => rank(a) - rank(b))
  const current = sorted.filter(({ commit }) => commit === judged.commit)
  const stale = sorted.filter(({ commit }) => commit !== judged.commit)
  const texts = [
    ...current.map((part) => [headOf(part), part.text]),
    ...stale.map(({ says: _, ...part }, index) => [
      headOf(part),
      staleText(part, judged, runsUrl, current.length + index === 0),
    ]),
  ]
  return `${[...texts.flat(), marker].join('\n\n')}\n`
}

const headOf = ({ stage, runId, attempt, commit, verdict, says }: Part): string =>
  `<!-- plumbline:part ${stage} run=${runId}.${attempt} commit=${commit} verdict=${verdict}${says === undefined ? '' : ` says=${says}`} -->`

/** What stands for a verdict on another commit, so that it is not taken for one on this. */
function staleText({ stage, runId, commit, verdict }: Part, judged: Origin, runsUrl: string, first: boolean): string {
  const silent: Inline = [stage, ' has not judged ', nameOf(judged.commit)]
  const run = link(`${runsUrl}/${runId}`, `run ${runId}`)
  const said: Inline = ['Of ', nameOf(commit), ' it said ', strong(verdictLabel(verdict)), ' in ', run, '.']
  return first ? `### ${markdownInline(silent)}\n\n${markdownInline(said)}` : markdownInline([silent, '. ', said])
}

/** A commit as people write it; what a run without one judged is named by that run. */
const nameOf = (commit: string): Inline =>
  commit.startsWith('run-') ? commit.replace('-', ' ') : ['commit ', code(commit.slice(0, 7))]

/**
 * The parts after a stage has spoken, or with `null` taken back what it said. Its text is made for the room that the
 * others leave.
 */
export function withPart(
  parts: readonly Part[],
  stage: string,
  said: (Omit<Part, 'text' | 'stage'> & { text(limit: number): string }) | null,
): Part[] {
  const others = parts.filter((part) => part.stage !== stage)
  if (said === null) return others
  const sizes = others.map((part) => LEAST + (part.commit === said.commit ? part.text.length : 0))
  const room = commentLimit - sizes.reduce((sum, size) => sum + size, LEAST)
  const limit = Math.max(LEAST, Math.min(room, MOST[stage] ?? MOST_OF_OTHERS))
  const { runId, attempt, commit, verdict, says } = said
  return [...others, { stage, runId, attempt, commit, verdict, says, text: said.text(limit).trim() }]
}

/** Whether one of the parts is of a later run on another commit: then what is said now is out of date. */
export function isOutdated(parts: readonly Part[], stage: string, { runId, commit }: Origin): boolean {
  return parts.some((part) => BigInt(part.runId) > BigInt(runId) && (part.commit !== commit || part.stage === stage))
}

/** Whether a part is of this very run. */
export const isOfRun = (parts: readonly Part[], { runId, attempt }: Origin): boolean =>
  parts.some((part) => part.runId === runId && part.attempt === attempt)
