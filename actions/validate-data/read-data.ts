import type { Config, Source } from '../../shared/contracts/config.js'
import type { DataContract } from '../../shared/contracts/data-contract.js'
import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import type { Context } from '../../shared/core/context.js'
import { type Dataset, loadDataset } from '../../shared/data/dataset.js'
import { declaredSensitive, declaredTypes } from '../../shared/data/declared.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import { profileTable } from '../../shared/data/profile.js'
import { profileOnce } from '../../shared/data/profile-cache.js'
import type { LoadedContract } from './contract.js'
import { mayRunAhead, type PowerAhead, powerAhead } from './power-ahead.js'
import { withHints } from './reading.js'

/** A dataset in the engine, with its profile. */
export interface Profiled {
  readonly dataset: Dataset
  readonly profile: DatasetProfile
  readonly ahead?: PowerAhead
}

/**
 * Reads and profiles the configured datasets, training data first. `begun` is called when the engine reads. Throws UserError
 * for data that cannot be read.
 */
export async function readData(
  ctx: Context,
  engine: DataEngine,
  loaded: LoadedContract,
  begun: () => void = () => {},
): Promise<[Profiled, ...Profiled[]]> {
  const types = declaredTypes(loaded.contract)
  const { id, target } = ctx.config.data
  const apart = [id, target].filter((name) => name !== undefined)
  const whole = loaded.contract.checks.some(({ check }) => check === 'row-schema')
  const read: { dataset: Dataset; source: Source }[] = []
  for (const [name, source] of sourcesOf(ctx.config, loaded)) {
    ctx.log.progress(`reading the ${name} data`)
    const dataset = await loadDataset(engine, ctx.files, name, source, { types, apart, whole, env: ctx.env, begun })
    for (const note of dataset.notes ?? []) ctx.log.notice(`${name}: ${note}`)
    read.push({ dataset, source })
  }
  const settings = profileSettings(ctx, loaded.contract)
  const profiled: Profiled[] = []
  for (const { dataset, source } of read) {
    ctx.log.progress(`profiling the ${dataset.name} data`)
    const ahead = mayRunAhead(ctx.config) ? powerAhead(ctx.config, dataset) : undefined
    const make = () => profileTable(engine, dataset, settings, ahead?.meanwhile)
    try {
      const made = { types, source, ...settings, engine: engine.version }
      const profile = await profileOnce(ctx, dataset, made, make)
      profiled.push({ dataset, profile, ...(ahead === undefined ? {} : { ahead }) })
    } catch (error) {
      await ahead?.dropped()
      throw error
    }
  }
  return profiled as [Profiled, ...Profiled[]]
}

/** The configured datasets with what the contract says of reading them. */
function sourcesOf({ data }: Config, { source: hints }: LoadedContract): [string, Source][] {
  return (['train', 'test'] as const).flatMap((name): [string, Source][] => {
    const source = data[name]
    return source === undefined ? [] : [[name, withHints(source, hints)]]
  })
}

function profileSettings({ config, env }: Context, contract: DataContract) {
  const { id, target, slices } = config.data
  const hashKey = env.PLUMBLINE_HASH_KEY
  return {
    ...(id === undefined ? {} : { id }),
    ...(target === undefined ? {} : { target }),
    ...(slices === undefined ? {} : { slices }),
    ...(hashKey === undefined ? {} : { hashKey }),
    sensitive: declaredSensitive(contract),
  }
}
