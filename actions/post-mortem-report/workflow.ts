import type { Hypothesis, WorkflowFacts } from '../../shared/contracts/post-mortem.js'
import { endOf } from '../../shared/core/endings.js'
import { plural, shortList } from '../../shared/report/format.js'

/** What GitHub tells about the time between good and bad, one fact a line. That nothing changed is one too. */
export function workflowFindings(workflow: WorkflowFacts | null): string[] {
  if (workflow === null) return []
  const { lastGood, firstBad, failures, passedSame, range, run } = workflow
  const found: string[] = []
  if (lastGood !== null && firstBad !== null) found.push(...between(lastGood, firstBad, range))
  if (failures !== null && failures > 1) found.push(`The workflow failed ${failures} times since its last good run.`)
  if (passedSame !== null && range?.status !== 'identical')
    found.push(`The same commit passed in run ${passedSame.id}: the failure comes and goes, or comes from outside.`)
  if (run.attempt > 1) found.push(`This was attempt ${run.attempt} of the run: it failed again.`)
  return found
}

type Earlier = NonNullable<WorkflowFacts['lastGood']>

function between(good: Earlier, bad: Earlier, range: WorkflowFacts['range']): string[] {
  const runs = `the last good run (${good.id}) and the first bad one (${bad.id})`
  if (range === null) return []
  if (range.status === 'identical')
    return [
      `Nothing in the repository changed between ${runs}: data, packages that are not locked, the runner or a service did.`,
    ]
  const files = range.files.length === 0 ? '' : `; changed: ${shortList(range.files, 6)}`
  const commits = `${plural(range.total, 'commit')} between ${runs}${files}.`
  return range.status === 'ahead'
    ? [commits]
    : [commits, 'The commit of the last good run is no ancestor of the bad one: the branch was rewritten in between.']
}

/** What to do about a step that failed, as far as its end tells. */
export function cureOf(workflow: WorkflowFacts | null, isWorkflow: boolean): string | null {
  const code = isWorkflow ? (workflow?.failed?.exitCode ?? null) : null
  return code === null || code === 1 ? null : endOf(code).cure
}

/** Files that tell which packages a program has. */
const LOCKS =
  /(^|\/)(package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|requirements[^/]*\.txt|pyproject\.toml|(poetry|uv|Pipfile|Cargo)\.lock|environment\.ya?ml|go\.sum|renv\.lock)$/

type Draft = Pick<Hypothesis, 'statement' | 'evidence'>

/** Changes between good and bad that the log of the failing step points at. */
export function workflowSuspects(workflow: WorkflowFacts | null): Draft[] {
  const failed = workflow?.failed
  if (!workflow || !failed || workflow.range === null) return []
  const { files } = workflow.range
  const excerpt = failed.excerpt ?? ''
  const named = files.filter((file) => holds(excerpt, file))
  const run = files.filter((file) => !named.includes(file) && holds(failed.command ?? '', file))
  const locks = files.filter((file) => LOCKS.test(file))
  const own = files.filter((file) => file === workflow.run.file)
  return [
    ...suspect(
      'A file that the error names was changed.',
      5,
      named,
      'named in the log of the failing step, and changed',
    ),
    ...suspect('A file that the failing step runs was changed.', 4, run, 'run by the failing step, and changed'),
    ...suspect('A change of packages caused it.', 3, locks, 'changed'),
    ...suspect('A change of the workflow caused it.', 3, own, 'changed'),
  ]
}

function suspect(statement: string, points: number, files: readonly string[], how: string): Draft[] {
  return files.length === 0 ? [] : [{ statement, evidence: [{ text: `${how}: ${shortList(files)}`, points }] }]
}

/** A path in a text: whole, or its end after a slash, as a traceback prints it. A bare short name says nothing. */
function holds(text: string, path: string): boolean {
  const at = text.indexOf(path)
  if (at < 0) return false
  const isWord = (character: string | undefined) => character !== undefined && /[\w-]/.test(character)
  return !isWord(text[at - 1]) && !isWord(text[at + path.length])
}
