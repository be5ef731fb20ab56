import { rm } from 'node:fs/promises'
import { posix } from 'node:path'
import * as z from 'zod'
import type { Source } from '../contracts/config.js'
import type { ColumnType } from '../contracts/data-contract.js'
import { DatasetProfile } from '../contracts/data-profile.js'
import type { Context } from '../core/context.js'
import { messageOf } from '../core/errors.js'
import { digestOfJson } from '../core/hash.js'
import { VERSION } from '../core/version.js'
import type { Dataset } from './dataset.js'
import { ENGINE_VERSION } from './engine/engine-version.js'
import type { ProfileOptions } from './profile.js'

/** What decides a profile besides the files. */
export interface ProfileSettings extends Omit<ProfileOptions, 'id'> {
  readonly source: Source
  /** Types that the contract declares. */
  readonly types: ReadonlyMap<string, ColumnType>
  /** Column that names a row. */
  readonly id?: string
  /** Version of the engine that makes it; default: that of the one at hand. */
  readonly engine?: string
}

/** Bytes of data from which asking a cache takes less time than making the profile: about one second. */
const WORTH_ASKING = 64 * 2 ** 20

const Entry = z.strictObject({
  schema: z.literal('plumbline.cached-profile/1'),
  key: z.string(),
  profile: DatasetProfile,
})

/**
 * The profile of large data out of the cache, when the same files were profiled with the same settings and versions; else
 * it is made, and kept. Either way it is the same to the byte. An entry that is not what it should be is not used.
 */
export async function profileOnce(
  ctx: Pick<Context, 'cache' | 'files' | 'log' | 'runDirectory'>,
  dataset: Dataset,
  settings: ProfileSettings,
  make: () => Promise<DatasetProfile>,
  from = WORTH_ASKING,
): Promise<DatasetProfile> {
  const bytes = dataset.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0)
  const cache = bytes < from ? null : await ctx.cache()
  if (cache === null) return make()
  const { files, log } = ctx
  const folder = posix.join(ctx.runDirectory, '.cache', 'profile')
  const path = posix.join(folder, 'entry.json')
  const key = profileKey(dataset, settings)
  const clear = () => rm(files.resolve(folder), { recursive: true, force: true })
  const attempt = async <T>(use: () => Promise<T>): Promise<T | null> => {
    try {
      await clear()
      return await use()
    } catch (error) {
      log.debug(`The cache of profiles: ${messageOf(error)}`)
      return null
    } finally {
      await clear()
    }
  }
  const kept = await attempt(async () => {
    if (!(await cache.restore(files.resolve(folder), key))) return null
    const entry = Entry.safeParse(JSON.parse(await files.readText(path))).data
    return entry?.key === key && fits(entry.profile, dataset) ? entry.profile : null
  })
  if (kept !== null) {
    log.info(`The profile of ${dataset.name} is taken from the cache: same files, settings and versions.`)
    return kept
  }
  const text = JSON.stringify({ schema: 'plumbline.cached-profile/1', key, profile: await make() })
  await attempt(async () => {
    await files.write(path, text)
    await cache.save(files.resolve(folder), key)
  })
  // As it will be read back: text knows no negative zero.
  return Entry.parse(JSON.parse(text)).profile
}

/** Equal for data and settings that have to give the same profile, and for no others. */
export function profileKey({ name, files, columns }: Dataset, settings: ProfileSettings): string {
  const { source, types, id, target, slices, sensitive, hashKey, engine = ENGINE_VERSION } = settings
  const facts = {
    plumbline: VERSION,
    engine,
    name,
    files: files.map((file) => [file.name, file.digest]),
    columns: columns.map((column) => [column.name, column.type]),
    source,
    types: [...types],
    id: id ?? null,
    target: target ?? null,
    slices: slices ?? [],
    sensitive: [...(sensitive ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)),
    // A key of a cache is no secret.
    hashKey: hashKey === undefined ? null : digestOfJson(['plumbline-hash-key', hashKey]),
  }
  return `plumbline-profile-${digestOfJson(facts).replace('sha256:', '')}`
}

const fits = (profile: DatasetProfile, dataset: Dataset): boolean =>
  profile.name === dataset.name &&
  profile.rows === dataset.rows &&
  digestOfJson(profile.files) === digestOfJson(dataset.files) &&
  profile.columns.length === dataset.columns.length &&
  profile.columns.every(({ name, type }, i) => name === dataset.columns[i]?.name && type === dataset.columns[i]?.type)
