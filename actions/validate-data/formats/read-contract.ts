import { DataContract } from '../../../shared/contracts/data-contract.js'
import { problemsError, UserError } from '../../../shared/core/errors.js'
import { parseYaml, readYaml } from '../../../shared/core/yaml.js'
import { contractMistakes } from '../contract-mistakes.js'
import type { ForeignContract } from './builder.js'
import type { ReadOptions } from './format.js'
import { detectFormat } from './index.js'

/** A contract of any format that is read, Plumbline's own among them, with the name of its format. */
export interface ReadContract extends ForeignContract {
  readonly format: string
}

/** Reads the text of a contract. Throws UserError with every mistake, all that cannot be honoured, and the lines. */
export function readContract(text: string, path: string, options: ReadOptions = {}): ReadContract {
  const format = detectFormat(path, text)
  const found = format === null ? readOwn(text, path) : { format: format.name, ...format.read(text, path, options) }
  const problems = contractMistakes(found.contract).map(({ key, ...problem }) => ({
    ...problem,
    where: `${path}:${found.line(key)}`,
  }))
  if (problems.length > 0) throw problemsError(`${path} has mistakes`, problems)
  return found
}

function readOwn(text: string, path: string): ReadContract {
  const source = readYaml(text, path)
  // What is not even a map of keys lacks none of them.
  if (source.problems === undefined && !isMap(source.value.value)) throw noContract(path)
  const parsed = parseYaml(DataContract, text, path)
  if (parsed.problems) throw problemsError(`${path} has mistakes`, parsed.problems)
  return { format: 'plumbline', contract: parsed.value, line: (at) => parsed.source?.line(at) ?? 1 }
}

const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

const noContract = (path: string): UserError =>
  new UserError(`${path} is no contract: it is not a map of keys`, {
    where: `${path}:1`,
    cure: 'begin it with `schema: plumbline.data-contract/1`, or let `plumbline infer` write one',
  })
