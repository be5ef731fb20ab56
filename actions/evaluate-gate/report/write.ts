import { posix } from 'node:path'
import type { Context } from '../../../shared/core/context.js'
import type { Report } from '../../../shared/report/blocks.js'
import { chartsOf } from './charts.js'
import { renderComment } from './comment.js'
import type { Facts } from './facts.js'
import { junitOf } from './files.js'
import { renderPage } from './page.js'

export interface Reports {
  /** For the step summary, evaluation.md and the pull request. */
  readonly comment: Report
  /** Paths of the files. */
  readonly page: string
  readonly junit: string
}

/** Writes the page and, for other programs, the checks as JUnit XML; returns the comment. */
export async function writeReports(
  ctx: Pick<Context, 'files' | 'runDirectory' | 'now'>,
  given: Omit<Facts, 'htmlPath'>,
): Promise<Reports> {
  const [page, junit] = ['html', 'junit.xml'].map((end) => posix.join(ctx.runDirectory, `evaluation.${end}`)) as [
    string,
    string,
  ]
  const facts: Facts = { ...given, htmlPath: page }
  const { came, checks } = facts
  const charts = chartsOf(facts)
  const { renderHtml } = await import('../../../shared/report/html.js')
  await ctx.files.write(page, await renderHtml(renderPage(facts, charts, came.examples)))
  await ctx.files.write(junit, junitOf(checks, came, ctx.now().toISOString()))
  return { comment: renderComment(facts, charts), page, junit }
}
