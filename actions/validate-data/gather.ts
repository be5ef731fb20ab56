import type { InputRef } from '../../shared/contracts/common.js'
import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import type { Context } from '../../shared/core/context.js'
import { together } from '../../shared/core/together.js'
import type { DatasetColumn } from '../../shared/data/dataset.js'
import { measureDataDrift } from '../../shared/data/drift/measure.js'
import { driftRules } from '../../shared/data/drift/rules.js'
import { type DataEngine, sideBySide } from '../../shared/data/engine/engine.js'
import { measureSplit, type SplitEvidence } from '../../shared/data/leakage/measure-split.js'
import { measureMissingMap } from '../../shared/data/missing-map.js'
import { measureOverlap } from '../../shared/data/overlap.js'
import { type FeaturePower, type Label, measurePower } from '../../shared/data/power/power.js'
import { withPower } from '../../shared/data/profile.js'
import { isNarrow } from '../../shared/data/read/width.js'
import { askContract } from './ask-contract.js'
import type { LoadedContract } from './contract.js'
import { dateFormats, profiledTimes } from './date-columns.js'
import type { Baseline } from './drift/baseline.js'
import { duplicateRows, type Evidence, type LeakEvidence } from './evidence.js'
import { type Profiled, readData } from './read-data.js'
import { comparedColumns, featuresOf, labelOf } from './task.js'

/** All that is known of the data; checks are made of it without another look. */
export interface Gathered {
  /** Training data first, if there are any. */
  readonly evidence: readonly [Evidence, ...Evidence[]]
  readonly leaks: LeakEvidence
  readonly split: SplitEvidence
  readonly label: Label | null
  readonly features: readonly string[]
  readonly files: readonly InputRef[]
}

/** Measures the datasets; `read` gives them with their profiles. Throws UserError for data that cannot be read. */
export async function gather(
  ctx: Context,
  loaded: LoadedContract,
  baseline: Baseline,
  read: () => Promise<readonly [Profiled, ...Profiled[]]> = async () => readData(ctx, await ctx.data(), loaded),
): Promise<Gathered> {
  const { config } = ctx
  const engine = await ctx.data()
  const data = await read()
  const [first, test] = data as [Profiled, Profiled | undefined]
  const label = labelOf(config, first.profile)
  const features = featuresOf(config, first.profile)
  const profiles = baseline.state === 'found' ? baseline.profile : null
  const { id, time, group = [] } = config.data
  const roles = { label, id, time, group, features }
  const formats = new Map([...dateFormats(loaded.contract)].filter(([name]) => name === time))
  const askAll = async (own: DataEngine) => {
    const answers = await askContract(ctx, own, loaded, data, profiles)
    const looks: Looks[] = []
    for (const one of data) looks.push(await looksAt(own, one, id))
    const dated: Profiled[] = []
    for (const one of data) dated.push(await profiledTimes(own, one, formats))
    // Two datasets are compared afterwards: that needs the memory for itself.
    const alone = test === undefined ? await measureSplit(own, dated[0] as Profiled, null, roles) : null
    return { answers, looks, dated, alone }
  }
  const [{ answers, looks, dated, alone }, powers] = await askedAndPowers(engine, first, askAll, (own, free) =>
    label === null ? Promise.resolve([]) : measurePower(own, first.dataset, first.profile, label, features, free),
  )
  const about = { engine, loaded, baseline, label, features }
  const evidence: Evidence[] = []
  for (const [i, one] of data.entries()) {
    const profile = i === 0 ? withPower(one.profile, powers) : one.profile
    const { checks = [], badRows = [] } = answers[i] ?? {}
    const clock = dated[i]?.dataset.columns.find(({ name }) => name === time)
    const found = await evidenceOf(about, one, clock)
    evidence.push({ dataset: one.dataset, profile, answers: checks, badRows, ...(looks[i] as Looks), ...found })
  }
  const compared = comparedColumns(config, features)
  return {
    evidence: evidence as [Evidence, ...Evidence[]],
    label,
    features,
    leaks: {
      powers,
      overlap: test === undefined ? null : await measureOverlap(engine, first.dataset, test.dataset, compared),
    },
    split: alone ?? (await measureSplit(engine, dated[0] as Profiled, dated[1] ?? null, roles)),
    files: data.flatMap(({ dataset }) => dataset.files),
  }
}

/**
 * What the rows are asked, and the power of the features, which takes longer: when the first is done its line of the engine is
 * lent to the second.
 */
async function askedAndPowers<A>(
  engine: DataEngine,
  { dataset, ahead }: Profiled,
  ask: (engine: DataEngine) => Promise<A>,
  measure: (engine: DataEngine, free: Promise<DataEngine | null> | null) => Promise<FeaturePower[]>,
): Promise<[A, FeaturePower[]]> {
  const beside = await engine.beside?.()
  if (beside !== undefined && ahead?.powers) {
    const asking = ask(beside)
    asking.then(
      () => ahead.lend(beside),
      () => ahead.lend(null),
    )
    return together(asking, ahead.powers)
  }
  let asked: Promise<DataEngine | null> = Promise.resolve(null)
  return sideBySide(
    engine,
    isNarrow(dataset.columns),
    (own) => {
      const asking = ask(own)
      asked = asking.then(
        () => own,
        () => null,
      )
      return asking
    },
    (own) => measure(own, own === engine ? null : asked),
  )
}

type Looks = Pick<Evidence, 'duplicates' | 'missing'>

/** What a person wants to see of the rows, whatever the contract says. */
async function looksAt(engine: DataEngine, { dataset, profile }: Profiled, id: string | undefined): Promise<Looks> {
  const totals = profile.columns.map((column) => column.missing + column.nonFinite)
  return {
    duplicates: profile.duplicates.extra > 0 ? await duplicateRows(engine, dataset, id) : [],
    missing: await measureMissingMap(engine, dataset, { totals }),
  }
}

interface About {
  readonly engine: DataEngine
  readonly loaded: LoadedContract
  readonly baseline: Baseline
  readonly label: Label | null
  readonly features: readonly string[]
}

async function evidenceOf(
  { engine, loaded, baseline, label, features }: About,
  { dataset, profile }: Profiled,
  clock: DatasetColumn | undefined,
): Promise<Pick<Evidence, 'sameAsBaseline' | 'drift' | 'more'>> {
  const found = baseline.state === 'found' ? baseline : null
  const before = found?.profile.datasets.find(({ name }) => name === dataset.name)
  if (before === undefined) return { sameAsBaseline: false, drift: null, more: null }
  // A feature that one of the two does not use is no drift.
  const shared = (found?.profile.features ?? []).filter((name) => features.includes(name))
  const more = await measureDataDrift(engine, {
    dataset,
    profile,
    baseline: before,
    rows: found?.rows ?? null,
    names: loaded.contract.drift.columns ?? shared,
    label: label?.name ?? null,
    time: clock,
    rules: driftRules(loaded.contract),
    joint: true,
  })
  const drift = more.columns.map((one) => one.drift)
  return { sameAsBaseline: sameFiles(before, profile), drift, more }
}

const sameFiles = (a: DatasetProfile, b: DatasetProfile): boolean =>
  a.files.length === b.files.length && a.files.every(({ digest }, i) => digest === b.files[i]?.digest)
