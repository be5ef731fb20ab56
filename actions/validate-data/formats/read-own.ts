import { DataContract } from '../../../shared/contracts/data-contract.js'
import { problemsError, UserError } from '../../../shared/core/errors.js'
import { parseYaml, readYaml } from '../../../shared/core/yaml.js'
import { contractMistakes } from '../contract-mistakes.js'
import { isRecord } from './arguments.js'
import type { ForeignContract } from './builder.js'

/** A contract of any format that is read, Plumbline's own among them, with the name of its format. */
export interface ReadContract extends ForeignContract {
  readonly format: string
}

/** Whether a text says of itself that it is of Plumbline's own format. */
export const saysOwn = (text: string): boolean =>
  /^\s*["']?schema["']?\s*:\s*["']?plumbline\.data-contract\//m.test(text)

/** Reads the text of a contract of our own. Throws UserError with every mistake and its line. */
export function readOwn(text: string, path: string): ReadContract {
  const source = readYaml(text, path)
  // What is not even a map of keys lacks none of them.
  if (source.problems === undefined && !isRecord(source.value.value)) throw noContract(path)
  const parsed = parseYaml(DataContract, text, path)
  if (parsed.problems) throw problemsError(`${path} has mistakes`, parsed.problems)
  return requireSound(path, {
    format: 'plumbline',
    contract: parsed.value,
    line: (at) => parsed.source?.line(at) ?? 1,
  })
}

/** The contract as it is. Throws UserError with all that no schema sees, and the lines. */
export function requireSound(path: string, found: ReadContract): ReadContract {
  const problems = contractMistakes(found.contract).map(({ key, ...problem }) => ({
    ...problem,
    where: `${path}:${found.line(key)}`,
  }))
  if (problems.length > 0) throw problemsError(`${path} has mistakes`, problems)
  return found
}

const noContract = (path: string): UserError =>
  new UserError(`${path} is no contract: it is not a map of keys`, {
    where: `${path}:1`,
    cure: 'begin it with `schema: plumbline.data-contract/1`, or let `plumbline infer` write one',
  })
