import type { PackagedFile } from '../contracts/model-manifest.js'
import { UserError } from '../core/errors.js'
import { digestOf } from '../core/hash.js'
import type { Asset } from '../github/releases.js'

/** How the files of a package become assets of a release, and back. Pure. */

/** GitHub takes assets below 2 GiB. */
export const PART_BYTES = 2 ** 31 - 2 ** 20
const MOST_ASSETS = 1000
export const MANIFEST = 'manifest.json'

/** One asset to be: a file, or a part of a large one. */
export interface PlannedAsset {
  readonly name: string
  /** The path in the package where the name is another, for people. */
  readonly label: string | null
  readonly path: string
  /** Bytes of the file, `end` not included. */
  readonly start: number
  readonly end: number
}

// What GitHub keeps as it is; it renames others by rules that are written nowhere.
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/
const PART = /\.part-(\d+)-of-(\d+)$/

/**
 * The name of the asset, or of its parts without their ending, for each path: the path itself where GitHub keeps it, else
 * a likeness with a piece of the path's digest. The same paths give the same names, whatever their order.
 */
export function assetNames(paths: readonly string[]): Map<string, string> {
  const names = new Map<string, string>()
  const taken = new Set([MANIFEST])
  const isPlain = (path: string) => path.length <= 120 && PLAIN.test(path) && !PART.test(path)
  for (const path of paths.filter(isPlain)) {
    names.set(path, path)
    taken.add(path.toLowerCase())
  }
  for (const path of [...paths].filter((one) => !isPlain(one)).sort()) {
    const digest = digestOf(path).slice('sha256:'.length)
    const candidates = [8, 16, 64].map((length) => likeness(path, digest.slice(0, length)))
    const name = candidates.find((one) => !taken.has(one.toLowerCase())) as string
    names.set(path, name)
    taken.add(name.toLowerCase())
  }
  return names
}

/** `model/weights ü.bin` as `model-weights-1a2b3c4d.bin`. */
function likeness(path: string, suffix: string): string {
  const [, stem = path, ending = ''] = /^(.+?)(\.[A-Za-z0-9]{1,10})?$/s.exec(path) ?? []
  const plain = stem
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80)
  return `${plain === '' ? 'file' : plain}-${suffix}${ending}`
}

/**
 * The assets of the files of a package, in their order. A file without bytes has none, because GitHub refuses such an
 * asset. Throws UserError for more than a release can have.
 */
export function planAssets(
  files: readonly Pick<PackagedFile, 'path' | 'bytes'>[],
  partBytes = PART_BYTES,
): PlannedAsset[] {
  const names = assetNames(files.map(({ path }) => path))
  const planned = files.flatMap(({ path, bytes }): PlannedAsset[] => {
    const name = names.get(path) as string
    const label = name === path ? null : path
    if (bytes <= partBytes) return bytes === 0 ? [] : [{ name, label, path, start: 0, end: bytes }]
    const count = Math.ceil(bytes / partBytes)
    return Array.from({ length: count }, (_, i) => ({
      name: `${name}${partEnding(i + 1, count)}`,
      label: `${path} (part ${i + 1} of ${count})`,
      path,
      start: i * partBytes,
      end: Math.min((i + 1) * partBytes, bytes),
    }))
  })
  if (planned.length + 1 > MOST_ASSETS) {
    throw new UserError(
      `the package makes ${planned.length + 1} assets, and a release on GitHub takes at most ${MOST_ASSETS}`,
      { cure: 'pack small files into an archive before, and name that under package.files' },
    )
  }
  return planned
}

const partEnding = (number: number, count: number): string =>
  `.part-${String(number).padStart(3, '0')}-of-${String(count).padStart(3, '0')}`

/**
 * For each file the assets that hold it, in order, whatever size the parts had when they were made; null when one is
 * missing.
 */
export function findAssets<A extends Pick<Asset, 'name' | 'state'>>(
  files: readonly Pick<PackagedFile, 'path' | 'bytes'>[],
  assets: readonly A[],
): Map<string, A[] | null> {
  const names = assetNames(files.map(({ path }) => path))
  const byName = new Map(assets.filter(isWhole).map((asset) => [asset.name, asset]))
  return new Map(
    files.map(({ path, bytes }) => {
      const name = names.get(path) as string
      const single = byName.get(name)
      if (bytes === 0) return [path, []]
      return [path, single ? [single] : partsOf(name, byName)]
    }),
  )
}

function partsOf<A>(name: string, byName: ReadonlyMap<string, A>): A[] | null {
  const ending = [...byName.keys()].find((one) => one.startsWith(`${name}.part-`) && PART.test(one))
  const count = Number(PART.exec(ending ?? '')?.[2] ?? 0)
  const parts = Array.from({ length: count }, (_, i) => byName.get(`${name}${partEnding(i + 1, count)}`))
  return count === 0 || parts.includes(undefined) ? null : (parts as A[])
}

/** Whether the bytes of an asset are there: an upload that failed may leave a `starter`. */
export const isWhole = ({ state }: Pick<Asset, 'state'>): boolean => state === 'uploaded' || state === 'open'

/** An asset to be, with what its bytes are. */
export interface WantedAsset extends PlannedAsset {
  readonly digest: string
}

export interface Difference<A> {
  /** Assets that have to go: broken, of another content, or of no file of ours. */
  readonly stale: readonly A[]
  readonly missing: readonly WantedAsset[]
}

/** What stands between a draft and what it is to hold. `known`: digests of assets that GitHub tells none of. Pure. */
export function compareAssets<A extends Asset>(
  wanted: readonly WantedAsset[],
  assets: readonly A[],
  known: ReadonlyMap<number, string> = new Map(),
): Difference<A> {
  const byName = new Map(wanted.map((one) => [one.name, one]))
  const fits = (asset: A): boolean => {
    const one = byName.get(asset.name)
    return (
      one !== undefined &&
      isWhole(asset) &&
      asset.size === one.end - one.start &&
      (asset.digest ?? known.get(asset.id)) === one.digest
    )
  }
  const good = new Set(assets.filter(fits).map(({ name }) => name))
  return { stale: assets.filter((asset) => !fits(asset)), missing: wanted.filter(({ name }) => !good.has(name)) }
}
