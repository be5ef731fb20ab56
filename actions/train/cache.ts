import { constants } from 'node:fs'
import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, posix } from 'node:path'
import * as z from 'zod'
import { Digest, type InputRef, RunRef } from '../../shared/contracts/common.js'
import type { TrainConfig } from '../../shared/contracts/config.js'
import { FileDigest, type TrainingRun } from '../../shared/contracts/training-run.js'
import type { Context } from '../../shared/core/context.js'
import { messageOf } from '../../shared/core/errors.js'
import { digestOfJson } from '../../shared/core/hash.js'
import { placeInside } from '../../shared/core/place-file.js'
import { VERSION } from '../../shared/core/version.js'

/** All that decides what a training makes, as far as Plumbline is told of it. */
export interface Makings {
  readonly command: readonly string[]
  readonly code: readonly FileDigest[]
  readonly data: readonly InputRef[]
  readonly environment: TrainingRun['environment']
}

/** An earlier training with the same makings, whose outputs now lie in the workspace. */
export interface Restored {
  readonly run: RunRef
}

export interface TrainingCache {
  readonly key: string
  /** Null when there is no entry, or one that cannot be trusted: then the command has to run. */
  restore(): Promise<Restored | null>
  /** Keeps outputs and metrics of a training that succeeded. Never throws. */
  save(outputs: readonly FileDigest[]): Promise<void>
}

const Entry = z.strictObject({
  schema: z.literal('plumbline.cached-training/1'),
  key: z.string(),
  run: RunRef,
  outputs: z.array(FileDigest).min(1),
  metrics: z.strictObject({ path: z.string(), bytes: z.int().min(0), digest: Digest }).nullable(),
})

/**
 * What `train.cache` keeps between runs. Null when it is off, where there is no cache, and when neither data nor code of
 * the training are known: nothing would then tell one training from another.
 */
export async function openTrainingCache(ctx: Context, makings: Makings): Promise<TrainingCache | null> {
  const config = ctx.config.train
  if (!config.cache) return null
  if (makings.data.length === 0 && makings.code.length === 0) {
    ctx.log.warning(
      'train.cache is not used: neither data nor code of this training are named (data.train, train.code)',
    )
    return null
  }
  const cache = await ctx.cache()
  if (cache === null) return null
  const key = trainingKey(config, makings)
  const folder = posix.join(ctx.runDirectory, '.cache', 'training')
  const clear = () => rm(ctx.files.resolve(folder), { recursive: true, force: true })
  const attempt = async <T>(what: string, use: () => Promise<T>): Promise<T | null> => {
    try {
      await clear()
      return await use()
    } catch (error) {
      ctx.log.info(`The training is not ${what} the cache: ${messageOf(error)}`)
      return null
    } finally {
      await clear()
    }
  }
  return {
    key,
    restore: () =>
      attempt('taken from', async () => {
        if (!(await cache.restore(ctx.files.resolve(folder), key))) return null
        return takeEntry(ctx, folder, key, config)
      }),
    save: async (outputs) => {
      await attempt('kept in', async () => {
        await fillEntry(ctx, folder, { key, outputs }, config)
        await cache.save(ctx.files.resolve(folder), key)
      })
    },
  }
}

/** Equal for trainings that have to make the same, and for no others. */
export function trainingKey(config: TrainConfig, { command, code, data, environment }: Makings): string {
  const facts = {
    plumbline: VERSION,
    command,
    code: code.map(({ path, digest }) => [path, digest]),
    data: data.map(({ name, digest }) => [name, digest]),
    params: config.params,
    seed: config.seed,
    outputs: config.outputs,
    metrics: config.metrics ?? null,
    environment,
  }
  return `plumbline-training-${digestOfJson(facts).replace('sha256:', '')}`
}

async function fillEntry(
  { files, run }: Context,
  folder: string,
  { key, outputs }: { key: string; outputs: readonly FileDigest[] },
  config: TrainConfig,
): Promise<void> {
  const path = config.metrics
  const metrics = path !== undefined && (await files.exists(path)) ? { path, ...(await files.digest(path)) } : null
  for (const file of [...outputs, ...(metrics ? [metrics] : [])]) {
    const kept = files.resolve(posix.join(folder, 'files', file.path))
    await mkdir(dirname(kept), { recursive: true })
    await copyFile(files.resolve(file.path), kept, constants.COPYFILE_FICLONE)
  }
  const entry: z.input<typeof Entry> = {
    schema: 'plumbline.cached-training/1',
    key,
    run,
    outputs: [...outputs],
    metrics,
  }
  await files.write(posix.join(folder, 'entry.json'), JSON.stringify(entry))
}

/** Everything is verified before anything is put in its place. */
async function takeEntry(ctx: Context, folder: string, key: string, config: TrainConfig): Promise<Restored | null> {
  const { files, log } = ctx
  const refuse = (reason: string) => {
    log.info(`The cached training ${key} is not used: ${reason}.`)
    return null
  }
  const entry = Entry.safeParse(JSON.parse(await files.readText(posix.join(folder, 'entry.json')))).data
  if (entry === undefined || entry.key !== key) return refuse('it is not an entry of this training')
  const kept = [...entry.outputs, ...(entry.metrics ? [entry.metrics] : [])]
  const moves: { from: string; to: string }[] = []
  for (const { path, digest } of kept) {
    const from = posix.join(folder, 'files', path)
    const to = await placeInside(files, path)
    if (to === null) return refuse(`${JSON.stringify(path)} is no place for a file of it`)
    if ((await files.digest(from)).digest !== digest) return refuse(`${path} is damaged`)
    moves.push({ from: files.resolve(from), to })
  }
  const others = (await files.list(config.outputs)).filter((path) => !kept.some((file) => file.path === path))
  if (others.length > 0) return refuse(`${others[0]} lies among the outputs and is not of it`)
  for (const { from, to } of moves) {
    await mkdir(dirname(to), { recursive: true })
    await rename(from, to)
  }
  return { run: entry.run }
}
