import type { Config } from '../../shared/contracts/config.js'
import type { Dataset } from '../../shared/data/dataset.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import type { FeaturePower } from '../../shared/data/power/power.js'
import type { Meanwhile } from '../../shared/data/profile.js'
import { featuresOf, labelOf } from './task.js'

/** The power of the features, measured from when the columns are told: their associations need no engine. */
export interface PowerAhead {
  /** What `profileTable` calls. */
  readonly meanwhile: Meanwhile
  /** Null where it was not begun, as when the profile was at hand. */
  readonly powers: Promise<FeaturePower[]> | null
  /** Gives it the other line of the engine, or null for none. It waits for that, so one of the two has to be said. */
  lend(line: DataEngine | null): void
  /** Resolves when it asks the engine no more, in case that nobody wants it. */
  dropped(): Promise<void>
}

/** Whether nothing else is asked of the first line of the engine between the profile and what is gathered. */
export const mayRunAhead = ({ data }: Config): boolean =>
  data.test === undefined &&
  (data.slices ?? []).length === 0 &&
  (typeof data.baseline === 'string' || !('data' in data.baseline))

/** Power that `meanwhile` begins, once. */
export function powerAhead(config: Config, dataset: Dataset): PowerAhead {
  let lend: (line: DataEngine | null) => void = () => {}
  const free = new Promise<DataEngine | null>((resolve) => {
    lend = resolve
  })
  let powers: Promise<FeaturePower[]> | null = null
  return {
    meanwhile: {
      async targetIsTold(engine, columns) {
        const label = labelOf(config, { columns })
        if (label === null) return
        const { preparePower } = await import('../../shared/data/power/power.js')
        await preparePower(engine, dataset, { columns }, label, featuresOf(config, dataset))
      },
      async allAreTold(engine, columns) {
        const label = labelOf(config, { columns })
        if (label === null) return
        const { measurePower } = await import('../../shared/data/power/power.js')
        powers = measurePower(engine, dataset, { columns }, label, featuresOf(config, { columns }), free)
        // Whoever wants it hears of it.
        powers.catch(() => undefined)
      },
    },
    get powers() {
      return powers
    },
    lend,
    async dropped() {
      lend(null)
      await powers?.catch(() => undefined)
    },
  }
}
