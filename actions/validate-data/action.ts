import { posix } from 'node:path'
import type { Config } from '../../shared/contracts/config.js'
import type { DataContract } from '../../shared/contracts/data-contract.js'
import { DataProfile, type DatasetProfile } from '../../shared/contracts/data-profile.js'
import { DataValidation } from '../../shared/contracts/data-validation.js'
import { defineAction, override } from '../../shared/core/action.js'
import type { Context } from '../../shared/core/context.js'
import { writeDocument } from '../../shared/core/documents.js'
import { UserError } from '../../shared/core/errors.js'
import { type Dataset, loadDataset } from '../../shared/data/dataset.js'
import { measureDrift } from '../../shared/data/drift.js'
import type { DataEngine } from '../../shared/data/engine.js'
import { measureOverlap } from '../../shared/data/overlap.js'
import { measurePower } from '../../shared/data/power.js'
import { profileTable } from '../../shared/data/profile.js'
import { annotate } from './annotate.js'
import { type Baseline, findBaseline } from './baseline.js'
import { columnCharts, driftChart, powerChart } from './charts.js'
import { checkColumns } from './check-columns.js'
import { checkContract, checkDuplicates, checkLabel, checkRows } from './check-dataset.js'
import { checkBaseline, checkDrift } from './check-drift.js'
import { checkLeakage } from './check-leakage.js'
import { loadContract } from './contract.js'
import { decide } from './decide.js'
import { duplicateRows, type Evidence, type LeakEvidence, testColumns } from './evidence.js'
import { type Prepared, prepare } from './prepare.js'
import { renderValidation } from './render.js'
import { comparedColumns, featuresOf, labelOf } from './task.js'

export const validateData = defineAction({
  name: 'validate-data',
  title: 'Plumbline: validate data',
  description: 'Profiles training and test data and judges them by a contract: columns, values, leakage, drift.',
  icon: 'check-square',
  color: 'green',
  permissions: { contents: 'read, to check out the repository and to read the profile of the deployed release' },
  inputs: {
    train: override('data.train', 'Files or globs of the training data: CSV, TSV, JSON Lines or Parquet.'),
    test: override('data.test', 'Files or globs of the test data.'),
    target: override('data.target', 'Column to predict.'),
    contract: override('data.contract', 'Contract made by `plumbline infer`.'),
    baseline: override('data.baseline', '`deployed`, `none`, or the path of a data-profile.json.'),
  },
  outputs: {
    profile: 'Path of data-profile.json.',
    validation: 'Path of data-validation.json.',
    rows: 'Rows of all datasets together.',
    failed: 'Number of checks that failed.',
    warned: 'Number of checks that warned.',
  },
  async run(_inputs, ctx) {
    const { config } = ctx
    requireData(config)
    const prepared = config.data.prepare === undefined ? null : await prepare(ctx, config.data.prepare)
    const loaded = await loadContract(ctx.files, config.data.contract)
    const baseline = await findBaseline(ctx)

    const engine = await ctx.data()
    const datasets = await readDatasets(ctx, engine, loaded.contract)
    const profiles = await profileAll(engine, datasets, config)
    const [first] = profiles as [DatasetProfile, ...DatasetProfile[]]
    const label = labelOf(config, first)
    const features = featuresOf(config, first)
    const evidence = await gather(engine, datasets, profiles, loaded.contract, baseline, features, config)
    const leaks: LeakEvidence = {
      powers: label === null ? [] : await measurePower(engine, datasets[0] as Dataset, first, label, features),
      overlap: await overlapOf(engine, datasets, comparedColumns(config, features)),
    }

    const checks = [
      ...checkContract(loaded),
      ...(datasets[0]?.name === 'train' ? checkRows(first, loaded) : []),
      ...evidence.flatMap((one) => [
        ...checkColumns(one, loaded),
        ...checkDuplicates(one, loaded),
        ...checkLabel(one.profile, label, loaded),
      ]),
      ...checkLeakage(leaks, label, features, loaded),
      ...checkBaseline(baseline),
      ...evidence.flatMap((one) => checkDrift(one, loaded)),
    ]
    const decision = decide(checks)
    const { verdict, summary, failed, warned } = decision
    const inputs = lineage(ctx, prepared, loaded.ref, datasets)
    const profile = await writeDocument(ctx, DataProfile, {
      verdict,
      summary,
      inputs,
      checks: [],
      target: config.data.target ?? null,
      features,
      datasets: profiles,
    })
    const rows = profiles.reduce((sum, one) => sum + one.rows, 0)
    const body = {
      verdict,
      summary,
      inputs: [...inputs, profile.ref],
      checks,
      contract: loaded.ref === null ? null : { path: loaded.path, digest: loaded.ref.digest },
      baseline: baseline.state === 'found' ? { source: baseline.source, digest: baseline.digest } : null,
      baselineReason: baseline.state === 'found' ? null : baseline.reason,
      prepare: prepared === null ? null : { ran: prepared.ran, key: prepared.key, reason: prepared.reason },
      counts: {
        datasets: profiles.length,
        rows,
        columns: profiles.reduce((sum, one) => sum + one.columns.length, 0),
        checks: checks.length,
        failed,
        warned,
      },
    }
    const before = baseline.state === 'found' ? baseline.profile.datasets : []
    const drifts = evidence[0]?.drift ?? []
    const few = [
      powerChart(leaks.powers, loaded.contract.leakage['max-power']),
      driftChart(drifts, loaded.contract.drift.warn),
    ].filter((chart) => chart !== null)
    const all = [
      ...few,
      ...columnCharts(
        first,
        drifts,
        before.find(({ name }) => name === first.name),
      ),
    ]
    const { path } = await writeDocument(ctx, DataValidation, body, renderValidation(body, profiles, few))
    const { renderHtml } = await import('../../shared/report/html.js')
    const html = posix.join(ctx.runDirectory, 'data-validation.html')
    await ctx.files.write(html, await renderHtml(renderValidation(body, profiles, all)))
    annotate(ctx.log, checks)
    return { verdict, summary, outputs: { profile: profile.path, validation: path, rows, failed, warned } }
  },
})

function requireData({ data }: Config): void {
  if (data.train !== undefined || data.test !== undefined) return
  throw new UserError('`data.train` is missing: there is nothing to validate', {
    cure: 'add to plumbline.yml:  data: { train: data/train.csv, test: data/test.csv, target: <column> }',
  })
}

/** Training data first; what is not configured is left out. */
async function readDatasets(ctx: Context, engine: DataEngine, contract: DataContract): Promise<Dataset[]> {
  const types = new Map(
    contract.columns.flatMap(({ name, type }) => (type === undefined ? [] : [[name, type] as const])),
  )
  const datasets: Dataset[] = []
  for (const name of ['train', 'test'] as const) {
    const source = ctx.config.data[name]
    if (source === undefined) continue
    ctx.log.progress(`reading the ${name} data`)
    datasets.push(await loadDataset(engine, ctx.files, name, source, { types }))
  }
  return datasets
}

async function profileAll(
  engine: DataEngine,
  datasets: readonly Dataset[],
  { data }: Config,
): Promise<DatasetProfile[]> {
  const profiles: DatasetProfile[] = []
  for (const dataset of datasets) {
    profiles.push(await profileTable(engine, dataset, data.id === undefined ? {} : { id: data.id }))
  }
  return profiles
}

async function gather(
  engine: DataEngine,
  datasets: readonly Dataset[],
  profiles: readonly DatasetProfile[],
  contract: DataContract,
  baseline: Baseline,
  features: readonly string[],
  { data }: Config,
): Promise<Evidence[]> {
  const evidence: Evidence[] = []
  for (const [i, dataset] of datasets.entries()) {
    const profile = profiles[i] as DatasetProfile
    const before =
      baseline.state === 'found' ? baseline.profile.datasets.find(({ name }) => name === dataset.name) : undefined
    const sameAsBaseline = before !== undefined && sameFiles(before, profile)
    const known = baseline.state === 'found' ? baseline.profile.features.filter((name) => features.includes(name)) : []
    evidence.push({
      profile,
      tests: await testColumns(engine, dataset, profile, contract),
      duplicates: profile.duplicates.extra > 0 ? await duplicateRows(engine, dataset, data.id) : [],
      sameAsBaseline,
      drift: before === undefined ? null : await measureDrift(engine, dataset, before, contract.drift.columns ?? known),
    })
  }
  return evidence
}

const sameFiles = (a: DatasetProfile, b: DatasetProfile): boolean =>
  a.files.length === b.files.length && a.files.every(({ digest }, i) => digest === b.files[i]?.digest)

async function overlapOf(engine: DataEngine, datasets: readonly Dataset[], columns: readonly string[]) {
  const [train, test] = datasets
  return train === undefined || test === undefined ? null : measureOverlap(engine, train, test, columns)
}

function lineage(
  ctx: Context,
  prepared: Prepared | null,
  contract: Awaited<ReturnType<typeof loadContract>>['ref'],
  datasets: readonly Dataset[],
) {
  return [ctx.configRef, ...(prepared?.inputs ?? []), contract, ...datasets.flatMap(({ files }) => files)].filter(
    (ref) => ref !== null,
  )
}
