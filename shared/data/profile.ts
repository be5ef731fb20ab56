import type { ColumnProfile, DatasetProfile } from '../contracts/data-profile.js'
import type { Dataset } from './dataset.js'
import { type DataEngine, sideBySide } from './engine/engine.js'
import type { FeaturePower } from './power/power.js'
import { associationsOf, pairedColumns } from './profile/associations.js'
import { profileColumn } from './profile/column.js'
import { describeDetail, detailFor, slim } from './profile/detail.js'
import type { Declared } from './profile/sensitive.js'
import { profileSlices } from './profile/slice-profiles.js'
import type { ProfileSource } from './profile/source.js'
import { type TableOptions, tableSource } from './profile/table-source.js'
import { type ColumnSource, measurable } from './profile/values.js'

/** What decides a profile besides the data. `hash` without `hashKey` leaves values out. */
export interface ProfileOptions extends TableOptions, Declared {
  /** Column to predict: always among those whose associations are told. */
  readonly target?: string | undefined
  /** Columns whose values cut the rows into slices. */
  readonly slices?: readonly string[] | undefined
}

/**
 * The profile of a dataset: exact counts, moments and quantiles; floats rounded to twelve digits. It holds no rows, no
 * values of columns that look like identifiers, and none of columns that are declared sensitive or look like personal
 * data. Neither the order of rows nor that of columns nor threads show in it.
 */
export async function profileTable(
  engine: DataEngine,
  dataset: Dataset,
  options: ProfileOptions = {},
  meanwhile?: Meanwhile,
): Promise<DatasetProfile> {
  return profileSource(engine, await tableSource(engine, dataset, options), options, meanwhile)
}

/**
 * What else the engine is asked of a dataset while its columns are put in order, and while their associations are worked out,
 * without it. Neither is called where one query at a time is all that the memory allows.
 */
export interface Meanwhile {
  /** When the target and all columns but numbers and times are told. */
  targetIsTold(engine: DataEngine, columns: readonly ColumnProfile[]): Promise<void>
  allAreTold(engine: DataEngine, columns: readonly ColumnProfile[]): Promise<void>
}

/** The same of any source: this is the only way that a profile is made. */
export async function profileSource(
  engine: DataEngine,
  source: ProfileSource,
  options: ProfileOptions,
  meanwhile?: Meanwhile,
): Promise<DatasetProfile> {
  const detail = detailFor(source.columns.length)
  const profiles = new Map<ColumnSource, ColumnProfile>()
  const tell = async (own: DataEngine, columns: readonly ColumnSource[]) => {
    for (const column of columns) {
      profiles.set(column, slim(await profileColumn(own, column, { ...options, detail }), detail))
    }
  }
  const toldOf = (columns: readonly ColumnSource[]) => columns.map((column) => profiles.get(column) as ColumnProfile)
  // Numbers are put in order here, and texts in the engine.
  const numbers = source.columns.filter(({ type }) => measurable(type))
  const isTarget = ({ name }: ColumnSource) => name === options.target
  const others = source.columns.filter(({ type }) => !measurable(type))
  // Which of the numbers are paired shows when they are told, but the rows do not hang on that.
  const choose = async (own: DataEngine) => {
    const paired = new Set(pairedColumns(toldOf(others), options).chosen.map(({ name }) => name))
    const able = source.columns.filter(
      ({ name, type }) => name !== options.id && (measurable(type) || paired.has(name)),
    )
    if (source.isShared && able.length >= 2) await source.choose?.(own, able)
  }
  let chosen: Promise<void> | undefined
  const targetTold = expectation()
  const allTold = expectation()
  // By the line that has time for it first.
  let repeated: Promise<DatasetProfile['duplicates']> | undefined
  const countRepeated = (own: DataEngine) => {
    repeated ??= source.duplicates(own)
    return repeated
  }
  const [duplicates, associations] = await sideBySide(
    engine,
    source.isShared,
    async (own) => {
      chosen = tell(own, others).then(() => choose(own))
      await chosen
      if (repeated === undefined) await countRepeated(own)
      if (meanwhile !== undefined && source.isShared && engine.beside !== undefined) {
        if (await targetTold.met) await meanwhile.targetIsTold(own, [...profiles.values()])
        if (await allTold.met) await meanwhile.allAreTold(own, toldOf(source.columns))
      }
      return countRepeated(own)
    },
    async (own) => {
      try {
        await tell(own, numbers.filter(isTarget))
        targetTold.say(true)
        await tell(
          own,
          numbers.filter((column) => !isTarget(column)),
        )
        allTold.say(true)
      } finally {
        // The other line waits, also when this one fails.
        targetTold.say(false)
        allTold.say(false)
      }
      if (repeated === undefined) await countRepeated(own)
      await chosen
      const pairs = pairedColumns(toldOf(source.columns), options)
      return pairs.chosen.length < 2 ? undefined : associationsOf(await source.joint(own, pairs.chosen), pairs.leftOut)
    },
  )
  const columns = toldOf(source.columns)
  const slices = await profileSlices(source, columns, options.slices ?? [], options.id)
  return {
    name: source.name,
    files: [...source.files],
    rows: source.rows,
    duplicates,
    columns,
    detail: describeDetail(detail),
    ...(associations === undefined ? {} : { associations }),
    ...(slices.length === 0 ? {} : { slices }),
  }
}

/** What somebody waits for elsewhere: whether it has come about, as is said of it first. */
function expectation(): { readonly met: Promise<boolean>; say(met: boolean): void } {
  let say = (_: boolean) => {}
  const met = new Promise<boolean>((resolve) => {
    say = resolve
  })
  return { met, say }
}

/** The profile with what each feature tells of the label, as `measurePower` found it. */
export const withPower = (profile: DatasetProfile, powers: readonly FeaturePower[]): DatasetProfile => ({
  ...profile,
  power: powers.map(({ feature, power, n, reason }) => ({ feature, power, n, reason })),
})
