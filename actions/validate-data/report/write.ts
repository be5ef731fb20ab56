import { readFile } from 'node:fs/promises'
import { posix } from 'node:path'
import type { Check } from '../../../shared/contracts/common.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import type { Context } from '../../../shared/core/context.js'
import { VERSION } from '../../../shared/core/version.js'
import { type BadRowTable, writeBadRows } from '../../../shared/data/bad-rows.js'
import { placeOfBadRows } from '../../../shared/data/bad-rows-place.js'
import type { DataEngine } from '../../../shared/data/engine.js'
import { measureMissingMap } from '../../../shared/data/missing-map.js'
import { pathOf } from '../../../shared/github/annotations.js'
import { readEvent } from '../../../shared/github/event.js'
import type { Evidence } from '../evidence.js'
import { junitOf, sarifOf } from './files.js'
import { renderPage } from './page.js'
import type { Facts } from './render.js'

/** Paths of what is written besides the documents; null for what there is none of. */
export interface Reports {
  readonly page: string
  readonly junit: string
  readonly sarif: string
  readonly badRows: string | null
}

interface Written {
  readonly facts: Facts
  readonly checks: readonly Check[]
  readonly evidence: readonly Evidence[]
  /** Datasets of the baseline, to be drawn beside these. */
  readonly before: readonly DatasetProfile[]
  readonly sensitive: ReadonlySet<string>
}

/** The page, and the findings for other programs: JUnit, SARIF, and all bad rows as Parquet. */
export async function writeReports(ctx: Context, written: Written): Promise<Reports> {
  const { facts, checks, evidence, before } = written
  const engine = await ctx.data()
  const profiles = evidence.map(({ profile }) => profile)
  const inRun = (name: string) => posix.join(ctx.runDirectory, name)
  const [page, junit, sarif] = ['html', 'junit.xml', 'sarif'].map((end) => inRun(`data-validation.${end}`)) as [
    string,
    string,
    string,
  ]
  const missing = []
  for (const { dataset, profile } of evidence) {
    const totals = profile.columns.map((column) => column.missing + column.nonFinite)
    missing.push({ dataset: dataset.name, map: await measureMissingMap(engine, dataset, { totals }) })
  }
  const { renderHtml } = await import('../../../shared/report/html.js')
  await ctx.files.write(page, await renderHtml(renderPage({ facts, profiles, baseline: before, missing })))
  await ctx.files.write(junit, junitOf(checks, profiles, ctx.now().toISOString()))
  const config = ctx.configRef?.name ?? 'plumbline.yml'
  const inRepository = (file: string) => pathOf(ctx, file)
  await ctx.files.write(sarif, sarifOf({ checks, profiles, version: VERSION, config, pathOf: inRepository }))
  return {
    page,
    junit,
    sarif,
    badRows: await keepBadRows(ctx, engine, written, inRun('data-validation-bad-rows.parquet')),
  }
}

async function keepBadRows(ctx: Context, engine: DataEngine, written: Written, path: string): Promise<string | null> {
  const { log, config, files } = ctx
  const event = (await readEvent(ctx.env)) as { repository?: { private?: unknown } } | null
  const place = placeOfBadRows(config.data['bad-rows'], event?.repository)
  if (place === 'off') return null
  const absolute = files.resolve(path)
  const { id } = config.data
  const kept = await writeBadRows(engine, written.evidence.map(tableOf), {
    path: absolute,
    id,
    sensitive: written.sensitive,
  })
  if (kept === null) return null
  if (kept.note !== null) log.notice(kept.note)
  // What is written through the context is handed over.
  if (place === 'artifact') await files.write(path, await readFile(absolute))
  else if (config.data['bad-rows'] === 'auto') {
    log.notice(
      `${path} stays on this machine, for everybody can download the artifacts of a public repository. Set \`data.bad-rows: artifact\` if these rows may be seen.`,
    )
  }
  return path
}

const tableOf = ({ dataset, badRows }: Evidence): BadRowTable => ({
  dataset,
  findings: badRows.map(({ check, column, reads, from, row, shown }) => ({
    rule: check.rule,
    subject: check.subject,
    column,
    reads,
    from,
    row,
    shown,
  })),
})
