import { rm } from 'node:fs/promises'
import { posix } from 'node:path'
import type { Context } from '../../shared/core/context.js'
import { type DocumentSchema, documentName, parseDocument, type Read } from '../../shared/core/documents.js'
import { artifactName, stageOf } from '../../shared/core/hand-over.js'
import { digestOf } from '../../shared/core/hash.js'
import type { ArtifactEntry, Artifacts } from '../../shared/github/artifacts.js'
import { formatBytes, shortList } from '../../shared/report/format.js'
import { attempt, type Missing } from './attempt.js'

/** Documents of a run: null for one that it did not leave. Throws UserError for one that cannot be read. */
export type ReadDocument = <S extends DocumentSchema>(schema: S) => Promise<Read<S> | null>

export interface RunDocuments {
  readonly read: ReadDocument
  close(): Promise<void>
}

/** An artifact also holds what its stage made, such as a model; a larger one is left where it is. */
const LARGEST = 100 * 1024 * 1024

/** Documents out of the artifacts of another run. Each artifact is downloaded once, when a document of it is asked for. */
export async function openRunDocuments(
  ctx: Context,
  run: number,
  suffix: string | undefined,
  missing: Missing[],
): Promise<RunDocuments> {
  const what = `artifacts of run ${run}`
  const artifacts = await attempt(() => ctx.artifacts(), what, missing)
  const entries = artifacts && (await attempt(() => artifacts.list({ runId: run }), what, missing))
  if (artifacts === null) missing.push({ what, reason: 'this run has no access to artifacts' })
  if (!artifacts || !entries) return { read: async () => null, close: async () => undefined }
  const incoming = posix.join(ctx.runDirectory, `.run-${run}-${process.pid}`)
  const folders = new Map<string, Promise<string | null>>()
  const download = (entry: ArtifactEntry) => {
    const folder = folders.get(entry.name) ?? bring(ctx, artifacts, entry, { run, incoming, missing })
    folders.set(entry.name, folder)
    return folder
  }
  return {
    read: async (schema) => {
      const name = documentName(schema)
      for (const entry of holdersOf(name, entries, suffix, missing)) {
        const folder = await download(entry)
        const found = folder && (await readIn(ctx, folder, `${name}.json`))
        if (!found) continue
        const path = `run ${run}/${name}.json`
        return {
          document: parseDocument(schema, found, path),
          ref: { kind: 'document', name: path, digest: digestOf(found) },
        }
      }
      return null
    },
    close: () => rm(ctx.files.resolve(incoming), { recursive: true, force: true }),
  }
}

async function bring(
  { log, files }: Context,
  artifacts: Artifacts,
  entry: ArtifactEntry,
  { run, incoming, missing }: { run: number; incoming: string; missing: Missing[] },
): Promise<string | null> {
  const what = `artifact ${entry.name} of run ${run}`
  if (entry.bytes > LARGEST) {
    missing.push({ what, reason: `it has ${formatBytes(entry.bytes)}, more than is read for a report` })
    return null
  }
  const into = posix.join(incoming, entry.name.replace(/[^\w.-]/g, '_'))
  const load = () => artifacts.download(entry.name, files.resolve(into), { runId: run, entry })
  const got = await log.group(`Downloading the ${what}`, () => attempt(load, what, missing))
  return got === true ? into : null
}

/** The artifact of the stage that writes a document, then that of the chain. */
function holdersOf(
  document: string,
  entries: readonly ArtifactEntry[],
  suffix: string | undefined,
  missing: Missing[],
): ArtifactEntry[] {
  return [...new Set([stageOf(document), 'pipeline'])].flatMap((name) => {
    const plain = artifactName(name, undefined)
    const wanted = [artifactName(name, suffix), plain]
    const found = wanted.flatMap((one) => entries.find((entry) => entry.name === one) ?? []).slice(0, 1)
    const others = entries.filter((entry) => entry.name.startsWith(`${plain}-`))
    if (found.length > 0 || others.length <= 1) return found.length > 0 ? found : others
    const reason = `there are ${shortList(others.map((one) => one.name))}: name one by the input artifact-suffix`
    if (!missing.some((item) => item.reason === reason)) missing.push({ what: `documents of ${name}`, reason })
    return []
  })
}

async function readIn({ files }: Context, folder: string, name: string): Promise<string | null> {
  const paths = await files.list([folder])
  const path = paths.filter((one) => posix.basename(one) === name).sort((a, b) => a.length - b.length)[0]
  return path === undefined ? null : files.readText(path)
}
