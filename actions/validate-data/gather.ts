import type { InputRef } from '../../shared/contracts/common.js'
import type { Config } from '../../shared/contracts/config.js'
import type { ColumnType, DataContract } from '../../shared/contracts/data-contract.js'
import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import type { Context } from '../../shared/core/context.js'
import { type Dataset, loadDataset } from '../../shared/data/dataset.js'
import { measureDrift } from '../../shared/data/drift.js'
import type { DataEngine } from '../../shared/data/engine.js'
import { measureOverlap } from '../../shared/data/overlap.js'
import { type Label, measurePower } from '../../shared/data/power.js'
import { profileTable } from '../../shared/data/profile.js'
import { profileOnce } from '../../shared/data/profile-cache.js'
import type { Baseline } from './baseline.js'
import { duplicateRows, type Evidence, type LeakEvidence, testColumns } from './evidence.js'
import { comparedColumns, featuresOf, labelOf } from './task.js'

/** All that is known of the data; checks are made of it without another look. */
export interface Gathered {
  /** Training data first, if there are any. */
  readonly evidence: readonly [Evidence, ...Evidence[]]
  readonly leaks: LeakEvidence
  readonly label: Label | null
  readonly features: readonly string[]
  readonly files: readonly InputRef[]
}

/** Reads, profiles and measures the datasets. Throws UserError for data that cannot be read. */
export async function gather(ctx: Context, contract: DataContract, baseline: Baseline): Promise<Gathered> {
  const { config } = ctx
  const engine = await ctx.data()
  const types = declaredTypes(contract)
  const [first, ...others] = await readDatasets(ctx, engine, types)
  const profileOf = (dataset: Dataset) => profileOfDataset(ctx, engine, dataset, types)
  const profile = await profileOf(first)
  const label = labelOf(config, profile)
  const features = featuresOf(config, profile)
  const about = { engine, contract, baseline, features, config }
  const evidence: [Evidence, ...Evidence[]] = [await evidenceOf(about, first, profile)]
  for (const dataset of others) evidence.push(await evidenceOf(about, dataset, await profileOf(dataset)))
  const [test] = others
  const compared = comparedColumns(config, features)
  return {
    evidence,
    label,
    features,
    leaks: {
      powers: label === null ? [] : await measurePower(engine, first, profile, label, features),
      overlap: test === undefined ? null : await measureOverlap(engine, first, test, compared),
    },
    files: [first, ...others].flatMap((dataset) => dataset.files),
  }
}

type Types = ReadonlyMap<string, ColumnType>

const declaredTypes = ({ columns }: DataContract): Types =>
  new Map(columns.flatMap(({ name, type }) => (type === undefined ? [] : [[name, type] as const])))

async function readDatasets(ctx: Context, engine: DataEngine, types: Types): Promise<[Dataset, ...Dataset[]]> {
  const datasets: Dataset[] = []
  for (const name of ['train', 'test'] as const) {
    const source = ctx.config.data[name]
    if (source === undefined) continue
    ctx.log.progress(`reading the ${name} data`)
    datasets.push(await loadDataset(engine, ctx.files, name, source, { types }))
  }
  return datasets as [Dataset, ...Dataset[]]
}

function profileOfDataset(ctx: Context, engine: DataEngine, dataset: Dataset, types: Types): Promise<DatasetProfile> {
  const { id, [dataset.name as 'train' | 'test']: source = [] } = ctx.config.data
  const settings = id === undefined ? {} : { id }
  return profileOnce(ctx, dataset, { source, types, ...settings }, () => profileTable(engine, dataset, settings))
}

interface About {
  readonly engine: DataEngine
  readonly contract: DataContract
  readonly baseline: Baseline
  readonly features: readonly string[]
  readonly config: Config
}

async function evidenceOf(
  { engine, contract, baseline, features, config }: About,
  dataset: Dataset,
  profile: DatasetProfile,
): Promise<Evidence> {
  const found = baseline.state === 'found' ? baseline.profile : null
  const before = found?.datasets.find(({ name }) => name === dataset.name)
  // A feature that one of the two does not use is no drift.
  const shared = (found?.features ?? []).filter((name) => features.includes(name))
  return {
    profile,
    tests: await testColumns(engine, dataset, profile, contract),
    duplicates: profile.duplicates.extra > 0 ? await duplicateRows(engine, dataset, config.data.id) : [],
    sameAsBaseline: before !== undefined && sameFiles(before, profile),
    drift: before === undefined ? null : await measureDrift(engine, dataset, before, contract.drift.columns ?? shared),
  }
}

const sameFiles = (a: DatasetProfile, b: DatasetProfile): boolean =>
  a.files.length === b.files.length && a.files.every(({ digest }, i) => digest === b.files[i]?.digest)
