import { dbt } from './dbt/read.js'
import type { ContractFormat } from './format.js'
import { frictionless } from './frictionless/read.js'
import { greatExpectations } from './great-expectations/read.js'
import { jsonSchema } from './json-schema/read.js'
import { odcs } from './odcs/read.js'
import { pandera } from './pandera/read.js'
import { saysOwn } from './read-own.js'

/** Formats of other tools that are read as they are. The first one that knows a text reads it. */
export const FORMATS: readonly ContractFormat[] = [odcs, greatExpectations, dbt, pandera, frictionless, jsonSchema]

/** The format of a contract; null for Plumbline's own and for texts that nobody knows. */
export function detectFormat(path: string, text: string): ContractFormat | null {
  if (saysOwn(text)) return null
  return FORMATS.find((format) => format.detect(path, text)) ?? null
}
