import { type ColumnType, DataContract } from '../../../shared/contracts/data-contract.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { problemsError } from '../../../shared/core/errors.js'
import { parseYaml } from '../../../shared/core/yaml.js'
import type { Dataset } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { type InferOptions, inferContract } from './infer.js'
import { lookAtData } from './look.js'
import { unifiedDiff } from './unified-diff.js'
import { updateContract } from './update.js'

export interface DataOptions extends InferOptions {
  /** Columns that together name a row. */
  readonly key?: readonly string[]
}

/** {@link inferContract} with a look at the data for formats, orders, comparisons and stand-ins. Throws UserError for a wrong key. */
export async function inferFromData(
  engine: DataEngine,
  dataset: Dataset,
  profile: DatasetProfile,
  options: DataOptions,
): Promise<string> {
  return inferContract(profile, options, await lookAtData(engine, dataset, profile, options))
}

/**
 * Columns that a contract declares as text: read as such, so that 007 stays what it is. The others show by their values what
 * they are now. Throws UserError for a text that is no contract.
 */
export function textColumns({ text, path }: { readonly text: string; readonly path: string }): Map<string, ColumnType> {
  const parsed = parseYaml(DataContract, text, path)
  if (parsed.problems) throw problemsError(`${path} has mistakes`, parsed.problems)
  return new Map(
    parsed.value.columns.flatMap(({ name, type, 'date-format': format }) =>
      type === 'string' || format !== undefined ? [[name, 'string' as const]] : [],
    ),
  )
}

export interface UpdatedContract {
  readonly text: string
  /** Unified diff; empty when nothing changed. */
  readonly diff: string
  readonly changes: readonly string[]
  readonly left: readonly string[]
}

/** {@link updateContract} with the difference to show. */
export async function updateFromData(
  engine: DataEngine,
  dataset: Dataset,
  profile: DatasetProfile,
  contract: { readonly text: string; readonly path: string },
  options: DataOptions & { readonly tighten?: boolean },
): Promise<UpdatedContract> {
  const look = await lookAtData(engine, dataset, profile, options)
  const { target, id, time, tighten } = options
  const updated = await updateContract(engine, dataset, profile, look, { ...contract, target, id, time, tighten })
  return { ...updated, diff: unifiedDiff(contract.text, updated.text, contract.path) }
}
