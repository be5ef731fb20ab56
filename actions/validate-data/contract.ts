import type { InputRef } from '../../shared/contracts/common.js'
import type { Config } from '../../shared/contracts/config.js'
import { DataContract } from '../../shared/contracts/data-contract.js'
import type { Context } from '../../shared/core/context.js'
import { UserError } from '../../shared/core/errors.js'
import { digestOf } from '../../shared/core/hash.js'
import { isJson, patternsOf } from '../../shared/data/read/source.js'
import type { SourceHints } from './formats/builder.js'
import type { ReadOptions } from './formats/format.js'
import { type ReadContract, readOwn, saysOwn } from './formats/read-own.js'

/** The contract to judge by, and where each of its lines stands. */
export interface LoadedContract {
  readonly contract: DataContract
  readonly path: string
  /** Null when there is no file and the defaults are used. */
  readonly ref: InputRef | null
  /** How the data have to be read, where the format says so; what plumbline.yml says wins. */
  readonly source: SourceHints
  /** Line of a key of the contract, null without a file. */
  place(path: readonly PropertyKey[]): { file: string; line: number } | null
}

/** What is checked without a contract: nothing about columns, but what is wrong in any data. */
export const DEFAULT_CONTRACT: DataContract = DataContract.parse({
  schema: 'plumbline.data-contract/1',
  duplicates: { 'max-share': 0.05, level: 'warn' },
  'extra-columns': 'allow',
  label: { 'min-share': 0.01, level: 'warn' },
})

/** Where `data.contract` points when nobody has named another file. */
const USUAL_PATH = 'data-contract.yml'

/**
 * Reads the contract, of whatever format; without the usual file the defaults hold. What a foreign format says of
 * operations is noted in the log. Throws UserError with every mistake and its line.
 */
export async function loadContract({
  files,
  config,
  log,
}: Pick<Context, 'files' | 'config' | 'log'>): Promise<LoadedContract> {
  const path = config.data.contract
  if (!(await files.exists(path))) {
    if (path === USUAL_PATH) return { contract: DEFAULT_CONTRACT, path, ref: null, source: {}, place: () => null }
    throw new UserError(`${path} is not there`, {
      where: 'data.contract',
      cure: 'check the path, or let `plumbline infer` write it',
    })
  }
  const text = await files.readText(path)
  const { contract, line, notes = [], source = {} } = await readText(text, path, readOptions(config.data))
  for (const note of notes) log.notice(note.message, { file: path, line: note.line })
  return {
    contract,
    path,
    ref: { kind: 'file', name: path, digest: digestOf(text) },
    source,
    place: (at) => ({ file: path, line: line(at) }),
  }
}

/** What reads the formats of other tools is not loaded for one of our own. Throws UserError. */
async function readText(text: string, path: string, options: ReadOptions): Promise<ReadContract> {
  if (saysOwn(text)) return readOwn(text, path)
  const { readContract } = await import('./formats/read-contract.js')
  return readContract(text, path, options)
}

/** Which table of a file of several is meant. */
export function readOptions(data: Config['data']): ReadOptions {
  const table = data['contract-table']
  const references = data['contract-references']
  const source = data.train ?? data.test
  const [path] = patternsOf(source)
  return {
    ...(table === undefined ? {} : { table }),
    ...(path === undefined ? {} : { data: path }),
    ...(source !== undefined && isJson(source) ? { isJson: true } : {}),
    ...(references ? { references } : {}),
  }
}
