import { isAbsolute, relative, sep } from 'node:path'
import type { Check } from '../contracts/common.js'
import type { Context } from '../core/context.js'
import { troubles } from '../core/verdict.js'
import { clip, oneLine } from '../report/escape.js'

/** GitHub shows no more than ten of each kind for a step. */
const MOST = 10
/** GitHub's limits are 64 KB and 255 characters. */
const LONGEST_MESSAGE = 4000
const LONGEST_TITLE = 200

/** A finding at a line of a committed file. Paths are those of the repository. */
export interface Annotation {
  readonly path: string
  readonly line: number
  readonly level: 'warning' | 'failure'
  readonly title: string
  readonly message: string
}

/** Findings as lines of the log that GitHub shows at the file that they belong to. */
export function annotate(ctx: Context, stage: string, checks: readonly Check[]): void {
  const shown = { warning: 0, error: 0 }
  for (const check of troubles(checks)) {
    const kind = check.verdict === 'warn' ? 'warning' : 'error'
    shown[kind] += 1
    if (shown[kind] > MOST) continue
    const title = titleOf(stage, check)
    const { where } = check
    ctx.log[kind](
      check.message,
      where === null ? { title } : { title, file: pathOf(ctx, where.file), line: where.line },
    )
  }
}

/** Findings for a check run; one without a line of its own stands at the first line of the configuration. */
export function annotationsOf(ctx: Context, stage: string, checks: readonly Check[]): Annotation[] {
  const file = ctx.configRef?.name
  return troubles(checks).flatMap((check): Annotation[] => {
    const where = check.where ?? (file === undefined ? null : { file, line: 1 })
    if (where === null) return []
    const cure = check.cure === null ? '' : `\n→ ${check.cure}`
    return [
      {
        path: pathOf(ctx, where.file),
        line: where.line,
        level: check.verdict === 'warn' ? 'warning' : 'failure',
        title: titleOf(stage, check),
        message: clip(`${oneLine(check.message)}${cure}`, LONGEST_MESSAGE),
      },
    ]
  })
}

const titleOf = (stage: string, { rule, subject }: Check): string =>
  clip(oneLine(`${stage}: ${rule}: ${subject}`), LONGEST_TITLE)

/** Path of a file in the repository, for a working directory below it. */
export function pathOf({ files, env }: Context, file: string): string {
  const folder = relative(env.GITHUB_WORKSPACE ?? files.root, files.root)
  if (folder === '' || folder.startsWith('..') || isAbsolute(folder)) return file
  return `${folder.split(sep).join('/')}/${file}`
}
