import { readFile, rm } from 'node:fs/promises'
import { posix } from 'node:path'
import type { Artifacts } from '../github/artifacts.js'
import { shortList } from '../report/format.js'
import type { Context } from './context.js'
import { describeError, UserError } from './errors.js'
import { artifactName, DOCUMENTS, madeFiles, stageOf } from './hand-over.js'
import { placeFile } from './place-file.js'
import { createQueue } from './queue.js'

/** Documents of earlier jobs of this run. */
export interface Fetch {
  /** See `Context.fetchDocument`. */
  document(name: string): Promise<boolean>
  close(): Promise<void>
}

type Parts = Pick<Context, 'files' | 'log' | 'runDirectory' | 'artifacts'>

/**
 * Looks for documents in the artifacts of the stages that write them, then in that of the chain. The artifacts are listed
 * once in a process, and each is downloaded once, into a folder of the run directory that `close` removes.
 */
export function createFetch(parts: Parts, suffix: string | undefined): Fetch {
  const { log, files, runDirectory } = parts
  const incoming = posix.join(runDirectory, `.incoming-${process.pid}`)
  const downloads = new Map<string, Promise<string>>()
  let listed: Promise<{ artifacts: Artifacts; names: ReadonlySet<string> } | null> | undefined

  const list = async () => {
    const artifacts = await parts.artifacts()
    if (artifacts === null) return null
    try {
      return { artifacts, names: new Set((await artifacts.list()).map(({ name }) => name)) }
    } catch (error) {
      // Most runs have no other job to hear from, so this stops none; a stage says itself what it misses.
      log.warning(`Documents of other jobs are not looked for: ${describeError(error)}`)
      return null
    }
  }

  const download = (artifacts: Artifacts, name: string): Promise<string> => {
    let folder = downloads.get(name)
    if (folder === undefined) {
      folder = log.group(`Downloading the artifact ${name}`, async () => {
        const into = posix.join(incoming, name)
        if (await artifacts.download(name, files.resolve(into))) return into
        throw new UserError(`the artifact ${name} of this run is gone`, { cure: 'run the job that uploads it again' })
      })
      downloads.set(name, folder)
    }
    return folder
  }

  const look = async (name: string): Promise<boolean> => {
    // It may have come with the document that was looked for before.
    if (await files.exists(posix.join(runDirectory, `${name}.json`))) return true
    listed ??= list()
    const found = await listed
    if (found === null) return false
    for (const artifact of candidates(name, suffix).filter((one) => found.names.has(one))) {
      const folder = await download(found.artifacts, artifact)
      if (await unpack(parts, folder, artifact, name)) return true
      log.warning(
        `The artifact ${artifact} of this run has no ${posix.join(runDirectory, name)}.json: it is of something else, or of a step with another run-directory`,
      )
    }
    return false
  }

  // Two may move the same files.
  const inTurn = createQueue()
  return {
    document: (name) => inTurn(() => look(name)),
    close: () => rm(files.resolve(incoming), { recursive: true, force: true }),
  }
}

/** Names of artifacts that may hold a document, the first to look in first. */
export function candidates(document: string, suffix: string | undefined): string[] {
  const stages = [...new Set([stageOf(document), 'pipeline'])]
  return stages.flatMap((stage) => [
    ...(suffix === undefined ? [] : [artifactName(stage, suffix)]),
    artifactName(stage, undefined),
  ])
}

/**
 * Brings a document, those that its stage wrote with it, their reports and the files that they name from an unpacked
 * artifact to their places. A document that is there already stays: this job wrote it. The named files are compared by
 * digest, and the document comes last, so that a run that is cut off begins again. False when the document is not in it.
 */
async function unpack(parts: Parts, folder: string, artifact: string, wanted: string): Promise<boolean> {
  const { files, runDirectory, log } = parts
  const inside = (path: string) => posix.join(folder, path)
  if (!(await files.exists(inside(posix.join(runDirectory, `${wanted}.json`))))) return false
  const brought: string[] = []
  const missing: string[] = []
  const companions = (DOCUMENTS[stageOf(wanted)] ?? []).filter((name) => name !== wanted)
  for (const name of [...companions, wanted]) {
    const path = posix.join(runDirectory, `${name}.json`)
    if ((await files.exists(path)) || !(await files.exists(inside(path)))) continue
    for (const file of madeFiles(await parsed(files.resolve(inside(path))))) {
      const from = { path: inside(file.path), artifact, namedBy: path }
      const result = await placeFile(files, from, file)
      if (result === 'brought') brought.push(file.path)
      if (result === 'missing') missing.push(file.path)
    }
    for (const extension of ['md', 'html', 'json']) {
      const part = posix.join(runDirectory, `${name}.${extension}`)
      if (!(await files.exists(part)) && (await files.exists(inside(part)))) {
        await placeFile(files, { path: inside(part), artifact, namedBy: path }, { path: part })
      }
    }
  }
  const with_ = brought.length === 0 ? '' : `, and with it ${shortList(brought)}`
  log.info(`${posix.join(runDirectory, wanted)}.json is taken from the artifact ${artifact} of this run${with_}.`)
  if (missing.length > 0)
    log.warning(`The artifact ${artifact} does not hold ${shortList(missing)}, which its documents name.`)
  return true
}

/** Null for what is not JSON: whoever reads the document says so. */
async function parsed(absolute: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(absolute, 'utf8'))
  } catch {
    return null
  }
}
