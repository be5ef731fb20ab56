import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ModelManifest } from '../contracts/model-manifest.js'
import { requireTag } from './names.js'
import { inParallel } from './parallel.js'
import { notPublished, place, requireFiles } from './place.js'
import { MANIFEST } from './releases-assets.js'
import { downloadFile } from './releases-download.js'
import { changedTo, damaged, type Store, type VersionRelease, withVersion } from './releases-store.js'

const AT_ONCE = 3

/** See `Registry.manifest`. */
export async function readManifest(
  store: Store,
  tag: string,
): Promise<{ manifest: ModelManifest; digest: string } | null> {
  requireTag(tag)
  const found = await withVersion(store, tag, (version) => store.manifestOf(version))
  return found && { manifest: found.manifest, digest: found.digest }
}

/** See `Registry.fetch`. */
export async function fetchVersion(
  store: Store,
  tag: string,
  into: string,
  paths?: readonly string[],
): Promise<ModelManifest> {
  const { model } = requireTag(tag)
  const manifest = await withVersion(store, tag, (version) => copyOut(store, version, into, paths))
  if (manifest !== null) return manifest
  const { versions } = await store.view(await store.list())
  const known = versions.map(({ version }) => version).filter((version) => version.model === model)
  throw notPublished(tag, model, known)
}

async function copyOut(
  store: Store,
  version: VersionRelease,
  into: string,
  paths: readonly string[] | undefined,
): Promise<ModelManifest> {
  const { tag } = version.version
  const { manifest, digest, text } = await store.manifestOf(version)
  requireFiles(tag, manifest.files, paths)
  const held = [...(await store.filesOf(version, manifest))]
  const wanted = held.filter(([{ path }]) => paths === undefined || paths.includes(path))
  const wrong = (path: string, was: string) => (is: string) => damaged(tag, changedTo(path, is, was))
  await inParallel(wanted, AT_ONCE, ([{ path, digest: published }, assets]) =>
    place(
      join(into, path),
      published,
      (copy) => downloadFile(store.releases, assets, copy, `${path} of ${tag} cannot be fetched`),
      wrong(path, published),
    ),
  )
  const fill = async (copy: string): Promise<undefined> => {
    await mkdir(dirname(copy), { recursive: true })
    await writeFile(copy, text, { flush: true })
  }
  await place(join(into, MANIFEST), digest, fill, wrong(MANIFEST, digest))
  return manifest
}
