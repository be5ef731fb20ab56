import * as z from 'zod'
import type { Annotation } from './annotations.js'
import { hasNext, listed, MOST_PAGES, PAGE, read } from './answer.js'
import type { GitHub } from './github.js'
import { madeOnce } from './lost.js'
import type { About } from './refusal.js'

export type Conclusion = 'success' | 'neutral' | 'action_required' | 'failure'

export interface CheckRunText {
  /** Name beside the other checks of the commit. */
  readonly name: string
  /** By which our check run is found again. */
  readonly externalId: string
  readonly commit: string
  readonly conclusion: Conclusion
  readonly title: string
  /** Markdown, each of at most 65,535 bytes. */
  readonly summary: string
  readonly text: string
  readonly annotations: readonly Annotation[]
  readonly detailsUrl: string
}

/** GitHub takes 50 at a time, and adds those of an update to the ones that are there. */
const BATCH = 50

const Run = z.object({
  id: z.number(),
  html_url: z.string().nullish(),
  external_id: z.string().nullish(),
  output: z.object({ annotations_count: z.number() }),
})
type Run = z.output<typeof Run>
const Runs = z.object({ check_runs: z.array(Run) })
const Shown = z.object({ path: z.string(), start_line: z.number(), message: z.string().nullish() })

const route = {
  list: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
  create: 'POST /repos/{owner}/{repo}/check-runs',
  update: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
  annotations: 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations',
}

/**
 * The verdict as a check run on a commit, and the findings at their lines. A second run on the same commit brings ours up
 * to date; only where that would leave findings that no longer hold is a new one made, which GitHub shows in its place,
 * for annotations cannot be taken back. Returns its address. Throws Refusal.
 */
export async function upsertCheckRun(github: GitHub, text: CheckRunText): Promise<string | null> {
  const about: About = { undone: `the check run "${text.name}" is not written`, needs: 'checks: write' }
  const found = await findOurs(github, text, about)
  const there = found === null ? null : await annotationsThere(github, found, text.annotations, about)
  const run = found === null || there === null ? await create(github, text, about) : found
  if (there !== null) await update(github, run, text, there, about)
  for (let from = (there ?? 0) + BATCH; from < text.annotations.length; from += BATCH) {
    await update(github, run, text, from, about)
  }
  return run.html_url ?? null
}

/** The newest of ours on the commit. */
async function findOurs(github: GitHub, { commit, name, externalId }: CheckRunText, about: About): Promise<Run | null> {
  const found: Run[] = []
  for (let page = 1; page <= MOST_PAGES; page++) {
    const query = { ref: commit, check_name: name, filter: 'all', per_page: PAGE, page }
    const answer = await github.ask(route.list, query, about)
    found.push(...read(Runs, answer.data, about).check_runs.filter(({ external_id }) => external_id === externalId))
    if (!hasNext(answer)) break
  }
  return found.sort((a, b) => b.id - a.id)[0] ?? null
}

/** How many of the wanted annotations the check run has, in their order; null when it has others. */
async function annotationsThere(
  github: GitHub,
  run: Run,
  wanted: readonly Annotation[],
  about: About,
): Promise<number | null> {
  if (run.output.annotations_count === 0) return 0
  const there: string[] = []
  for await (const one of listed(github, route.annotations, { check_run_id: run.id }, Shown, about)) {
    there.push(keyOf(one.path, one.start_line, one.message ?? ''))
  }
  const keys = wanted.map(({ path, line, message }) => keyOf(path, line, message))
  return there.length <= keys.length && there.every((key, index) => key === keys[index]) ? there.length : null
}

const keyOf = (path: string, line: number, message: string): string => JSON.stringify([path, line, message.trim()])

async function create(github: GitHub, text: CheckRunText, about: About): Promise<Run> {
  const parameters = {
    name: text.name,
    head_sha: text.commit,
    external_id: text.externalId,
    ...stateOf(text),
    output: outputOf(text, text.annotations.slice(0, BATCH)),
  }
  return madeOnce(
    async () => read(Run, (await github.ask(route.create, parameters, about)).data, about),
    () => findOurs(github, text, about),
  )
}

/** With the next annotations. Asked once: a second time would add them twice. */
async function update(github: GitHub, { id }: Run, text: CheckRunText, from: number, about: About): Promise<void> {
  const output = outputOf(text, text.annotations.slice(from, from + BATCH))
  const parameters = { check_run_id: id, ...stateOf(text), output, request: { retries: 0 } }
  await github.ask(route.update, parameters, about)
}

const stateOf = ({ conclusion, detailsUrl }: CheckRunText) => ({
  status: 'completed',
  conclusion,
  ...(detailsUrl === '' ? {} : { details_url: detailsUrl }),
})

const outputOf = ({ title, summary, text }: CheckRunText, annotations: readonly Annotation[]) => ({
  title,
  summary,
  ...(text === '' ? {} : { text }),
  annotations: annotations.map(({ path, line, level, title, message }) => ({
    path,
    start_line: line,
    end_line: line,
    annotation_level: level,
    title,
    message,
  })),
})
