import { DataProfile } from '../../shared/contracts/data-profile.js'
import { DataValidation } from '../../shared/contracts/data-validation.js'
import type { Context } from '../../shared/core/context.js'
import { writeDocument } from '../../shared/core/documents.js'
import { together } from '../../shared/core/together.js'
import { failsStep } from '../../shared/core/verdict.js'
import { annotate } from '../../shared/github/annotations.js'
import type { UploadedArtifact } from '../../shared/github/artifacts.js'
import { publishReport, type ReportInputs } from '../../shared/github/report.js'
import { keepComment } from '../../shared/github/report-comment.js'
import { checkRoles } from './check-roles.js'
import { checksOf } from './checks.js'
import type { LoadedContract } from './contract.js'
import { decide } from './decide.js'
import { findContractBefore } from './diff/before.js'
import { findBaseline } from './drift/baseline.js'
import { gather } from './gather.js'
import type { Prepared } from './prepare.js'
import { annotateRows } from './report/annotate-rows.js'
import { summaryCharts } from './report/charts-summary.js'
import { keepBadRows } from './report/keep-bad-rows.js'
import { renderComment, renderValidation } from './report/render.js'
import { sensitiveColumns, withoutSensitive } from './report/sensitive.js'
import { writeReports } from './report/write.js'
import type { Reading } from './start-reading.js'

/** What a run has when the data are being read. */
export interface Begun {
  readonly prepared: Prepared | null
  readonly loaded: LoadedContract
  readonly read: Reading['read']
}

/** Measures and judges the data, and writes and tells what was found. Throws UserError as its parts do. */
export async function judge(
  ctx: Context,
  inputs: ReportInputs & { readonly 'artifact-suffix'?: string | undefined },
  { prepared, loaded, read }: Begun,
) {
  const { config } = ctx
  const before = await findContractBefore(ctx, loaded)
  const baseline = await findBaseline(ctx, {
    loaded,
    suffix: inputs['artifact-suffix'],
    judged: async () => (await read())[0].dataset,
  })
  const gathered = await gather(ctx, loaded, baseline, read)
  const { evidence, features } = gathered
  const profiles = evidence.map(({ profile }) => profile)
  const sensitive = sensitiveColumns(profiles)
  const found = [...checkRoles(ctx.config.data, profiles), ...checksOf(gathered, loaded, baseline, before)]
  const checks = withoutSensitive(found, profiles)
  const { verdict, summary, failed, warned } = decide(checks)

  const sources = [ctx.configRef, ...(prepared?.inputs ?? []), loaded.ref, ...gathered.files].filter(
    (ref) => ref !== null,
  )
  const rows = profiles.reduce((sum, one) => sum + one.rows, 0)
  const engine = await ctx.data()
  // The engine looks for the rows that break the contract while the documents are written.
  const keeping = keepBadRows(ctx, engine, evidence, sensitive)
  const writing = async () => {
    const profile = await writeDocument(ctx, DataProfile, {
      verdict,
      summary,
      inputs: sources,
      checks: [],
      target: config.data.target ?? null,
      features: [...features],
      datasets: profiles,
    })
    const body = {
      verdict,
      summary,
      inputs: [...sources, profile.ref],
      checks,
      contract: loaded.ref === null ? null : { path: loaded.path, digest: loaded.ref.digest },
      baseline: baseline.state === 'found' ? { source: baseline.source, digest: baseline.digest } : null,
      baselineReason: baseline.state === 'found' ? null : baseline.reason,
      prepare:
        prepared === null
          ? null
          : { ran: prepared.ran, key: prepared.key, reason: prepared.reason, outputs: [...prepared.outputs] },
      counts: {
        datasets: profiles.length,
        rows,
        columns: profiles.reduce((sum, one) => sum + one.columns.length, 0),
        checks: checks.length,
        failed,
        warned,
      },
    }
    const charts = summaryCharts(checks, profiles, { power: loaded.contract.leakage['max-power'] })
    const validation = await writeDocument(ctx, DataValidation, body, renderValidation(body, profiles, charts))
    const drawn = baseline.state === 'found' ? baseline.profile.datasets : []
    return {
      body,
      profile,
      validation,
      reports: await writeReports(ctx, { facts: body, checks, evidence, before: drawn }),
    }
  }
  const [{ body, profile, validation, reports }, badRows] = await together(writing(), keeping)
  annotate(ctx, 'validate-data', checks)
  await annotateRows(ctx, engine, evidence)
  // Data that are fit are worth no comment, but one that says otherwise of them must not stand.
  const said = {
    stage: 'validate-data',
    verdict,
    report: renderComment(body, profiles),
    checks,
    quiet: verdict === 'pass',
    fails: failsStep(verdict, inputs['fail-on']),
  }
  await keepComment(ctx, inputs.comment, said)
  return {
    verdict,
    summary,
    outputs: {
      profile: profile.path,
      validation: validation.path,
      rows,
      failed,
      warned,
      report: reports.page,
      junit: reports.junit,
      sarif: reports.sarif,
      'bad-rows': badRows ?? '',
      'comment-url': null,
      'check-run-url': null,
    },
    publish: (artifact: UploadedArtifact | null) => publishReport(ctx, inputs, said, artifact),
  }
}
