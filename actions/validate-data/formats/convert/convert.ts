import type { DataContract } from '../../../../shared/contracts/data-contract.js'
import { writeFrictionless } from './frictionless.js'
import { writeOdcs } from './odcs.js'
import { writePlumbline } from './plumbline.js'

export const TARGETS = ['odcs', 'frictionless', 'plumbline'] as const
export type Target = (typeof TARGETS)[number]

/** Something that a target has no words for. */
export interface Loss {
  /** Key of the contract, for its line. */
  readonly path: readonly PropertyKey[]
  readonly message: string
}

export interface Converted {
  readonly text: string
  readonly losses: readonly Loss[]
}

/** What a written contract is called: its table, and its own name and id. */
export interface ConvertOptions {
  readonly name: string
}

/** A contract as the text of another format, and everything that was lost on the way. */
export function convertContract(contract: DataContract, to: Target, options: ConvertOptions): Converted {
  if (to === 'odcs') return writeOdcs(contract, options)
  if (to === 'frictionless') return writeFrictionless(contract, options)
  return { text: writePlumbline(contract), losses: [] }
}
