import type { Config } from '../../shared/contracts/config.js'
import { DataProfile } from '../../shared/contracts/data-profile.js'
import { DataValidation } from '../../shared/contracts/data-validation.js'
import { defineAction, override } from '../../shared/core/action.js'
import { writeDocument } from '../../shared/core/documents.js'
import { UserError } from '../../shared/core/errors.js'
import { failsStep } from '../../shared/core/verdict.js'
import { annotate } from '../../shared/github/annotations.js'
import { REPORT_INPUTS, REPORT_OUTPUTS, REPORT_PERMISSIONS } from '../../shared/github/inputs.js'
import { publishReport, reportError } from '../../shared/github/report.js'
import { keepComment } from '../../shared/github/report-comment.js'
import { checksOf } from './checks.js'
import { loadContract } from './contract.js'
import { decide } from './decide.js'
import { findContractBefore } from './diff/before.js'
import { findBaseline } from './drift/baseline.js'
import { gather } from './gather.js'
import { prepare } from './prepare.js'
import { readData } from './read-data.js'
import { annotateRows } from './report/annotate-rows.js'
import { summaryCharts } from './report/charts-summary.js'
import { renderComment, renderValidation } from './report/render.js'
import { sensitiveColumns, withoutSensitive } from './report/sensitive.js'
import { writeReports } from './report/write.js'

export const validateData = defineAction({
  name: 'validate-data',
  title: 'Plumbline: validate data',
  description: 'Profiles training and test data and judges them by a contract: columns, values, leakage, drift.',
  icon: 'check-square',
  color: 'green',
  permissions: {
    contents: 'read, to check out the repository and to read the profile of the deployed release',
    deployments: 'read, to know which release is deployed',
    actions: 'read, only with `data.baseline: { runs: … }`, to read the profiles of earlier runs',
    ...REPORT_PERMISSIONS,
  },
  inputs: {
    train: override('data.train', 'Files or globs of the training data: CSV, TSV, JSON, JSON Lines or Parquet.'),
    test: override('data.test', 'Files or globs of the test data.'),
    target: override('data.target', 'Column to predict.'),
    contract: override('data.contract', 'Contract made by `plumbline infer`.'),
    baseline: override(
      'data.baseline',
      'What drift is measured against: `deployed`, `none`, the path of a data-profile.json, another dataset, or earlier runs.',
    ),
    ...REPORT_INPUTS,
  },
  outputs: {
    profile: 'Path of data-profile.json.',
    validation: 'Path of data-validation.json.',
    rows: 'Rows of all datasets together.',
    failed: 'Number of checks that failed.',
    warned: 'Number of checks that warned.',
    report: 'Path of the page, data-validation.html.',
    junit: 'Path of the findings as JUnit XML.',
    sarif: 'Path of the findings as SARIF, for github/codeql-action/upload-sarif.',
    'bad-rows':
      'Path of the Parquet file with all rows that break the contract; empty when there are none, or with `data.bad-rows: off`.',
    ...REPORT_OUTPUTS,
  },
  async run(inputs, given) {
    // The datasets are looked at by the engine of `data.engine`; all other stages have the one at hand.
    const ctx = { ...given, data: given.configuredData }
    const { config } = ctx
    requireData(config)
    const prepared = config.data.prepare === undefined ? null : await prepare(ctx, config.data.prepare)
    const loaded = await loadContract(ctx)
    const before = await findContractBefore(ctx, loaded)
    // The data are read once, be it for the season of a baseline or to be judged.
    let reading: ReturnType<typeof readData> | undefined
    const read = async () => {
      const engine = await ctx.data()
      // What draws the page is loaded while the engine reads; what is wrong with it shows when it is asked for.
      if (reading === undefined) import('../../shared/report/html.js').catch(() => undefined)
      reading ??= readData(ctx, engine, loaded)
      return reading
    }
    const baseline = await findBaseline(ctx, {
      contract: loaded.contract,
      suffix: inputs['artifact-suffix'],
      judged: async () => (await read())[0].dataset,
    })
    const gathered = await gather(ctx, loaded, baseline, read)
    const { evidence, features } = gathered
    const profiles = evidence.map(({ profile }) => profile)
    const sensitive = sensitiveColumns(profiles)
    const checks = withoutSensitive(checksOf(gathered, loaded, baseline, before), profiles)
    const { verdict, summary, failed, warned } = decide(checks)

    const sources = [ctx.configRef, ...(prepared?.inputs ?? []), loaded.ref, ...gathered.files].filter(
      (ref) => ref !== null,
    )
    const profile = await writeDocument(ctx, DataProfile, {
      verdict,
      summary,
      inputs: sources,
      checks: [],
      target: config.data.target ?? null,
      features: [...features],
      datasets: profiles,
    })
    const rows = profiles.reduce((sum, one) => sum + one.rows, 0)
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
    const { path } = await writeDocument(ctx, DataValidation, body, renderValidation(body, profiles, charts))
    const drawn = baseline.state === 'found' ? baseline.profile.datasets : []
    const reports = await writeReports(ctx, { facts: body, checks, evidence, before: drawn, sensitive })
    annotate(ctx, 'validate-data', checks)
    await annotateRows(ctx, await ctx.data(), evidence)
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
        validation: path,
        rows,
        failed,
        warned,
        report: reports.page,
        junit: reports.junit,
        sarif: reports.sarif,
        'bad-rows': reports.badRows ?? '',
        'comment-url': null,
        'check-run-url': null,
      },
      publish: (artifact) => publishReport(ctx, inputs, said, artifact),
    }
  },
  onError: (inputs, ctx, error) => reportError(ctx, inputs, 'validate-data', error),
})

function requireData({ data }: Config): void {
  if (data.train !== undefined || data.test !== undefined) return
  throw new UserError('`data.train` is missing: there is nothing to validate', {
    cure: 'add to plumbline.yml:  data: { train: data/train.csv, test: data/test.csv, target: <column> }',
  })
}
