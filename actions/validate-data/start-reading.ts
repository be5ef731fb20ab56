import type { Context } from '../../shared/core/context.js'
import type { LoadedContract } from './contract.js'
import { type Profiled, readData } from './read-data.js'

/** The data of a run, read once, be it for the season of a baseline or to be judged. */
export interface Reading {
  /** Begins to read, the first time. Rejects with the UserError of data that cannot be read. */
  read(): Promise<readonly [Profiled, ...Profiled[]]>
  /** Resolves when the engine has begun to read the first file, or will not: from then on there is time for other things. */
  readonly begun: Promise<void>
  /** Resolves when nothing is read any more, also when it failed. */
  settled(): Promise<void>
}

/** Reading that `read` begins. */
export function openReading(ctx: Context, loaded: LoadedContract): Reading {
  let begin = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  let reading: Promise<readonly [Profiled, ...Profiled[]]> | undefined
  const start = async () => readData(ctx, await ctx.data(), loaded, begin)
  const ended = () => (reading ?? Promise.resolve()).then(begin, begin)
  return {
    read() {
      if (reading !== undefined) return reading
      reading = start()
      // Whoever needs the data hears why there are none; nobody else may be left waiting.
      ended()
      return reading
    },
    begun,
    async settled() {
      const data = await reading?.catch(() => undefined)
      await data?.[0].ahead?.dropped()
    },
  }
}
