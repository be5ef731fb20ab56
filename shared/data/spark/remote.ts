import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Source } from '../../contracts/config.js'
import type { Files } from '../../core/context.js'
import { UserError } from '../../core/errors.js'
import { digestOfJson } from '../../core/hash.js'
import { type DataEngine, EngineError, type RemoteFile, reasonOf } from '../engine/engine.js'
import { type FileSource, patternsOf, type ResolvedSource } from '../read/source.js'
import { scratchFolder } from '../read/stage.js'

/** What stands for the digest of a file whose bytes nobody here reads. */
export const DIGEST_OF = 'name, size and time of change'

/** Begins with a scheme such as `s3a://`, `hdfs://`, `dbfs:/` or `file:/`; a drive of Windows has one letter. */
export const isAddress = (path: string): boolean => /^[a-z][a-z0-9+.-]+:\//i.test(path)

/** Files of the workspace, or those that addresses name, as `loadDataset` asks for them. */
export interface SourceFiles {
  readonly files: Files
  /** What stands for the digest; undefined where it is that of the content. */
  readonly digestOf?: typeof DIGEST_OF
  /** The source as it is to be read, once its files are found: stand-ins for files that lie elsewhere are made. */
  prepared(source: ResolvedSource): Promise<ResolvedSource>
  close(): Promise<void>
}

/**
 * Files for a source: those of the workspace, unless it names addresses. Then the engine lists them, and for each one a
 * stand-in on this disk answers what is asked before reading: the header, the footer. Throws UserError. Who is done closes it.
 */
export async function filesFor(engine: DataEngine, files: Files, source: Source, key: string): Promise<SourceFiles> {
  const patterns = patternsOf(source)
  const addresses = patterns.filter(isAddress)
  if (addresses.length === 0) return { files, prepared: async (resolved) => resolved, close: async () => undefined }
  const { remote } = engine
  if (remote === undefined) {
    throw new UserError(`${addresses[0]} is an address, and this engine reads files of this machine`, {
      where: key,
      cure: 'fetch the data in an earlier step, or have them read where they lie: write engine: spark under `data`',
    })
  }
  if (addresses.length < patterns.length) {
    throw new UserError('addresses and paths of this machine stand in one source', {
      where: key,
      cure: 'write addresses alone; file:///… is one too',
    })
  }
  const told = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      throw new UserError(
        `${addresses[0]} cannot be read by Spark: ${reasonOf(error, files.root).replace(/^(?:[a-z]\w*\.)+[A-Z]\w*: /, '')}`,
        {
          where: key,
          cure: 'check the address, the rights of the application, and that Spark has the package for this kind of storage (--packages)',
          cause: error,
        },
      )
    }
  }
  const found = new Map<string, RemoteFile>()
  const standIns = new Map<string, string>()
  const folder = await mkdtemp(join(await scratchFolder(engine), 'plumbline-stand-in-'))
  const known = (path: string): RemoteFile => {
    const file = found.get(path)
    if (file === undefined) throw new Error(`${path} was not listed`)
    return file
  }
  return {
    digestOf: DIGEST_OF,
    files: {
      ...files,
      list: async (wanted) => {
        const listed = await told(() => remote.list(wanted))
        for (const file of listed) found.set(file.path, file)
        return listed.map(({ path }) => path)
      },
      exists: async (path) => found.has(path),
      resolve: (path) => standIns.get(path) ?? path,
      digest: async (path) => {
        const { bytes, modified } = known(path)
        return { bytes, digest: digestOfJson([path, bytes, modified]) }
      },
    },
    prepared: async (resolved) => {
      if (resolved.kind !== 'files') return resolved
      requireReadable(resolved, key)
      const made = await told(() =>
        remote.standIn({
          folder,
          files: resolved.files,
          kind: resolved.format === 'tsv' || resolved.format === 'jsonl' ? 'csv' : resolved.format,
          encoding: resolved.encoding,
          comment: resolved.dialect.comment,
        }),
      )
      for (const [i, file] of resolved.files.entries()) standIns.set(file, made[i] as string)
      return { ...resolved, encoding: null, dialect: { ...resolved.dialect, comment: null } }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** What Spark's own readers cannot do with a file. */
function requireReadable({ files, format, dialect, encoding }: FileSource, key: string): void {
  const isJson = format === 'json' || format === 'jsonl'
  const refused = files.some((file) => /\.zst$/i.test(file))
    ? 'archives of Zstandard cannot be read'
    : dialect.skip > 0
      ? '`skip` cannot be used'
      : isJson && encoding !== null && encoding !== 'utf-8'
        ? 'JSON in another encoding than UTF-8 cannot be read'
        : null
  if (refused === null) return
  throw new UserError(`${refused} where Spark reads files by their address`, {
    where: key,
    cure: 'write the files as gz or plain text, in UTF-8 and with the header in the first line, or as Parquet',
  })
}
