import { lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Comment } from '../../shared/contracts/comment.js'
import { ModelName } from '../../shared/contracts/config.js'
import { parseDocument } from '../../shared/core/documents.js'
import { UserError } from '../../shared/core/errors.js'
import type { Artifacts } from '../../shared/github/artifacts.js'
import { type Inline, paragraph, type Report } from '../../shared/report/blocks.js'

/** Of artifacts that code of a stranger has made: what is larger is no report. */
const MOST_ARTIFACTS = 20
const MOST_BYTES = { archive: 50_000_000, document: 2_000_000 }
const NAME = /^plumbline-(?:evaluate-gate|validate-data|pipeline)(?:-|$)/
const STAGE = /^[a-z][a-z-]{0,39}$/

/** What a run has left to be said on its pull request. Throws UserError when the artifacts cannot be had. */
export async function keptComments(artifacts: Artifacts, runId: number): Promise<Comment[]> {
  const listed = await artifacts.list({ runId })
  const ours = listed.filter(({ name, bytes }) => NAME.test(name) && bytes <= MOST_BYTES.archive)
  const found: Comment[] = []
  for (const entry of ours.slice(0, MOST_ARTIFACTS)) {
    const folder = await mkdtemp(join(process.env.RUNNER_TEMP || tmpdir(), 'plumbline-comment-'))
    try {
      await artifacts.download(entry.name, folder, { runId, entry })
      const text = await commentIn(folder)
      if (text !== null) found.push(checked(parseDocument(Comment, text, `comment.json of ${entry.name}`)))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return found
}

async function commentIn(folder: string): Promise<string | null> {
  const names = await readdir(folder, { recursive: true })
  const name = names.filter((path) => basename(path) === 'comment.json').sort()[0]
  if (name === undefined) return null
  const path = join(folder, name)
  // A link could lead to any file of this machine.
  const facts = await lstat(path)
  return facts.isFile() && facts.size <= MOST_BYTES.document ? readFile(path, 'utf8') : null
}

function checked(comment: Comment): Comment {
  const strange = comment.parts.find(({ stage }) => !STAGE.test(stage))
  if (ModelName.safeParse(comment.model).success && strange === undefined) return comment
  throw new UserError('comment.json names a model or a stage that is none', { cure: 'run the gate again' })
}

/** A report of a stranger's run: its words stay, its links do not, and it says whose it is. */
export function ofStranger(report: Comment['parts'][number]['report'], repository: string): Report {
  const blocks = [
    ...report.blocks,
    paragraph(`As the run on the code of ${repository} has reported it; nothing of it was checked here.`),
  ]
  return JSON.parse(JSON.stringify({ ...report, blocks }), (_, value) => (isLink(value) ? value.text : value)) as Report
}

const isLink = (value: unknown): value is { link: string; text: Inline } =>
  typeof value === 'object' && value !== null && 'link' in value && 'text' in value
