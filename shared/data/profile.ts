import type { ColumnProfile, DatasetProfile } from '../contracts/data-profile.js'
import type { Dataset } from './dataset.js'
import { type DataEngine, sideBySide } from './engine.js'
import type { FeaturePower } from './power.js'
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
 * What the engine is asked of a dataset when its columns are told and their associations are being worked out without it. It
 * is not called where one query at a time is all that the memory allows.
 */
export type Meanwhile = (engine: DataEngine, columns: readonly ColumnProfile[]) => Promise<void>

/** The same of any source: this is the only way that a profile is made. */
export async function profileSource(
  engine: DataEngine,
  source: ProfileSource,
  options: ProfileOptions,
  meanwhile: Meanwhile = async () => {},
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
  let numbersAreTold = (_: boolean) => {}
  const told = new Promise<boolean>((resolve) => {
    numbersAreTold = resolve
  })
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
      const isBeside = source.isShared && engine.beside !== undefined
      if (isBeside && (await told)) await meanwhile(own, toldOf(source.columns))
      return countRepeated(own)
    },
    async (own) => {
      const telling = tell(own, numbers)
      // The other line waits, also when this one fails.
      telling.then(
        () => numbersAreTold(true),
        () => numbersAreTold(false),
      )
      await telling
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

/** The profile with what each feature tells of the label, as `measurePower` found it. */
export const withPower = (profile: DatasetProfile, powers: readonly FeaturePower[]): DatasetProfile => ({
  ...profile,
  power: powers.map(({ feature, power, n, reason }) => ({ feature, power, n, reason })),
})
