import type { ReadOptions } from './format.js'
import { detectFormat } from './index.js'
import { type ReadContract, readOwn, requireSound } from './read-own.js'

export type { ReadContract } from './read-own.js'

/** Reads the text of a contract. Throws UserError with every mistake, all that cannot be honoured, and the lines. */
export function readContract(text: string, path: string, options: ReadOptions = {}): ReadContract {
  const format = detectFormat(path, text)
  if (format === null) return readOwn(text, path)
  return requireSound(path, { format: format.name, ...format.read(text, path, options) })
}
