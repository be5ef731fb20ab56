import type { Config, Source } from '../../shared/contracts/config.js'
import type { ColumnType, DataContract } from '../../shared/contracts/data-contract.js'
import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import type { Context } from '../../shared/core/context.js'
import { type Dataset, loadDataset } from '../../shared/data/dataset.js'
import type { DataEngine } from '../../shared/data/engine.js'
import { profileTable } from '../../shared/data/profile.js'
import { profileOnce } from '../../shared/data/profile-cache.js'
import type { LoadedContract } from './contract.js'
import { withHints } from './reading.js'

/** A dataset in the engine, with its profile. */
export interface Profiled {
  readonly dataset: Dataset
  readonly profile: DatasetProfile
}

/** Reads and profiles the configured datasets, training data first. Throws UserError for data that cannot be read. */
export async function readData(
  ctx: Context,
  engine: DataEngine,
  loaded: LoadedContract,
): Promise<[Profiled, ...Profiled[]]> {
  const types = declaredTypes(loaded.contract)
  const read: { dataset: Dataset; source: Source }[] = []
  for (const [name, source] of sourcesOf(ctx.config, loaded)) {
    ctx.log.progress(`reading the ${name} data`)
    const dataset = await loadDataset(engine, ctx.files, name, source, { types, env: ctx.env })
    for (const note of dataset.notes ?? []) ctx.log.notice(`${name}: ${note}`)
    read.push({ dataset, source })
  }
  const settings = profileSettings(ctx, loaded.contract)
  const profiled: Profiled[] = []
  for (const { dataset, source } of read) {
    ctx.log.progress(`profiling the ${dataset.name} data`)
    const make = () => profileTable(engine, dataset, settings)
    profiled.push({ dataset, profile: await profileOnce(ctx, dataset, { types, source, ...settings }, make) })
  }
  return profiled as [Profiled, ...Profiled[]]
}

/** Types that the contract declares; dates that are not written in ISO are read as text, and judged by their format. */
export const declaredTypes = ({ columns }: DataContract): ReadonlyMap<string, ColumnType> =>
  new Map(
    columns.flatMap(({ name, type, 'date-format': format }) =>
      format !== undefined ? [[name, 'string'] as const] : type === undefined ? [] : [[name, type] as const],
    ),
  )

/** The configured datasets with what the contract says of reading them. */
function sourcesOf({ data }: Config, { source: hints }: LoadedContract): [string, Source][] {
  return (['train', 'test'] as const).flatMap((name): [string, Source][] => {
    const source = data[name]
    return source === undefined ? [] : [[name, withHints(source, hints)]]
  })
}

function profileSettings({ config, env }: Context, { columns }: DataContract) {
  const { id, target, slices } = config.data
  const hashKey = env.PLUMBLINE_HASH_KEY
  return {
    ...(id === undefined ? {} : { id }),
    ...(target === undefined ? {} : { target }),
    ...(slices === undefined ? {} : { slices }),
    ...(hashKey === undefined ? {} : { hashKey }),
    sensitive: declaredSensitive(columns),
  }
}

/** What the contract says of columns whose values stay out: `true` leaves them out, `false` overrules what their name suggests. */
export const declaredSensitive = (columns: DataContract['columns']): ReadonlyMap<string, 'hash' | 'omit' | 'none'> =>
  new Map(
    columns.flatMap(({ name, sensitive }) =>
      sensitive === undefined
        ? []
        : [[name, typeof sensitive === 'string' ? sensitive : sensitive ? 'omit' : 'none'] as const],
    ),
  )
