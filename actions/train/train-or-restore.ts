import type { TrainingRun } from '../../shared/contracts/training-run.js'
import type { Context } from '../../shared/core/context.js'
import { type Makings, openTrainingCache, type TrainingCache } from './cache.js'
import { type Attempt, collect, lookBefore, trainOnce } from './run.js'

export interface Trained {
  readonly attempt: Attempt
  /** Null when no cache is used. */
  readonly cache: NonNullable<TrainingRun['cache']> | null
  /** Keeps the outputs for later runs. Never throws. Null when there is nothing to keep. */
  readonly keep: (() => Promise<void>) | null
}

/** Runs the training command, or takes what an earlier run with the same makings kept, with `train.cache`. */
export async function trainOrRestore(ctx: Context, makings: Makings): Promise<Trained> {
  const cache = await openTrainingCache(ctx, makings)
  const restored = cache && (await restore(ctx, cache))
  if (restored) return restored
  const attempt = await trainOnce(ctx, makings.command, ctx.config.train)
  const isWhole = attempt.outputs.every(({ files, fresh }) => files.length > 0 && fresh)
  const files = new Map(attempt.outputs.flatMap((output) => output.files).map((file) => [file.path, file]))
  return {
    attempt,
    cache: cache && { key: cache.key, trainedBy: null },
    keep: cache && attempt.ending.status === 'succeeded' && isWhole ? () => cache.save([...files.values()]) : null,
  }
}

async function restore(ctx: Context, cache: TrainingCache): Promise<Trained | null> {
  const before = await lookBefore(ctx, ctx.config.train)
  const found = await cache.restore()
  if (found === null) return null
  ctx.log.info(`train.cache: nothing that makes the model changed, its outputs are restored from ${cache.key}.`)
  const left = await collect(ctx, ctx.config.train, before)
  const ending = { status: 'succeeded', exitCode: null, meaning: 'did not run', cure: null } as const
  return {
    attempt: { ending, durationSeconds: 0, ...left, firstError: null, tail: [] },
    cache: { key: cache.key, trainedBy: found.run },
    keep: null,
  }
}
