import type { Problem } from '../core/errors.js'
import { nearestNames } from '../core/nearest.js'
import { shortList } from '../report/format.js'

/** A column that a setting or a flag names; `by` is how a person calls it: `` `data.target` ``, `--type`. */
export interface NamedColumn {
  readonly by: string
  readonly name: string
}

/** Those that no column of the data is, each as the mistake that it is: what was likely meant, else the columns that there are. */
export function missingColumns<T extends NamedColumn>(
  named: readonly T[],
  columns: Iterable<string>,
): { readonly named: T; readonly problem: Problem & { readonly cure: string } }[] {
  const known = [...columns]
  const there = new Set(known)
  return named.flatMap((one) => {
    if (there.has(one.name)) return []
    const [near] = nearestNames(one.name, known)
    const cure = near === undefined ? `the columns are ${shortList(known)}` : `did you mean ${JSON.stringify(near)}?`
    const message = `${one.by} names ${JSON.stringify(one.name)}, which is no column of the data`
    return [{ named: one, problem: { message, cure } }]
  })
}
