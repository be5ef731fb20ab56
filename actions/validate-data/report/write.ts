import { posix } from 'node:path'
import type { Check } from '../../../shared/contracts/common.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import type { Context } from '../../../shared/core/context.js'
import { VERSION } from '../../../shared/core/version.js'
import { pathOf } from '../../../shared/github/annotations.js'
import type { Evidence } from '../evidence.js'
import { junitOf, sarifOf } from './files.js'
import { renderPage } from './page.js'
import type { Facts } from './render.js'

/** Paths of what is written besides the documents. */
export interface Reports {
  readonly page: string
  readonly junit: string
  readonly sarif: string
}

interface Written {
  readonly facts: Facts
  readonly checks: readonly Check[]
  readonly evidence: readonly Evidence[]
  /** Datasets of the baseline, to be drawn beside these. */
  readonly before: readonly DatasetProfile[]
}

/** The page, and the findings for other programs: JUnit and SARIF. */
export async function writeReports(ctx: Context, written: Written): Promise<Reports> {
  const { facts, checks, evidence, before } = written
  const profiles = evidence.map(({ profile }) => profile)
  const inRun = (name: string) => posix.join(ctx.runDirectory, name)
  const [page, junit, sarif] = ['html', 'junit.xml', 'sarif'].map((end) => inRun(`data-validation.${end}`)) as [
    string,
    string,
    string,
  ]
  const missing = evidence.map(({ dataset, missing: map }) => ({ dataset: dataset.name, map }))
  const { renderHtml } = await import('../../../shared/report/html.js')
  await ctx.files.write(page, await renderHtml(renderPage({ facts, profiles, baseline: before, missing })))
  await ctx.files.write(junit, junitOf(checks, profiles, ctx.now().toISOString()))
  const config = ctx.configRef?.name ?? 'plumbline.yml'
  const inRepository = (file: string) => pathOf(ctx, file)
  await ctx.files.write(sarif, sarifOf({ checks, profiles, version: VERSION, config, pathOf: inRepository }))
  return { page, junit, sarif }
}
