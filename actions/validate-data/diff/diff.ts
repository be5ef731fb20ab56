import type { Check } from '../../../shared/contracts/common.js'
import type { ColumnRule, DataContract } from '../../../shared/contracts/data-contract.js'
import { agree, partOf, plural } from '../../../shared/report/format.js'
import { diffChecks } from './checks.js'
import { diffColumn } from './column.js'
import { type Add, type Change, show } from './parts.js'
import { diffTop } from './top.js'

export type { Change, ChangeKind, Side } from './parts.js'

/**
 * The changes from one contract to the next. Breaking for the producer is what makes data fail today that were valid
 * yesterday: a new or stricter rule. Breaking for the consumer is what takes away something that could be relied on
 * yesterday: a column, a type, a rule that was dropped or loosened at level `fail`. A change can do both, such as a type
 * that becomes another; it is then told from the side of the producer. Levels: a rule that only warns promises nothing
 * and stops nothing. Settings of drift, leakage and profiles judge runs, not data, and are compatible.
 */
export function diffContracts(old: DataContract, next: DataContract): Change[] {
  const changes: Change[] = []
  const add: Add = (path, breaks, message) =>
    void changes.push({
      path,
      kind: breaks === 'documentation' ? 'documentation' : breaks === null ? 'compatible' : 'breaking',
      breaks: breaks === 'documentation' ? null : breaks,
      message,
    })
  diffTop(old, next, add)
  const names = (contract: DataContract) => new Map(contract.columns.map((rule) => [rule.name, rule]))
  const [before, after] = [names(old), names(next)]
  for (const [name, rule] of before) {
    const other = after.get(name)
    if (other !== undefined) diffColumn(rule, other, add)
    else removed(rule, next, add)
  }
  for (const [name, rule] of after) if (!before.has(name)) added(rule, old, add)
  diffChecks(old.checks, next.checks, add)
  return changes
}

function removed({ name, required }: ColumnRule, next: DataContract, add: Add): void {
  const path = `columns.${name}`
  if (next['extra-columns'] === 'fail')
    add(path, 'producer', `the column ${show(name)} was removed, and others are not allowed`)
  else if (required) add(path, 'consumer', `the column ${show(name)} was removed: it may be lacking now`)
  else add(path, null, `the optional column ${show(name)} was removed`)
}

/** A column that was let through with any values may stand in the data already. */
function added(rule: ColumnRule, old: DataContract, add: Add): void {
  const { name, required, level, description: _, sensitive: __, 'max-unknown': ___, ...rules } = rule
  const judged =
    level === 'fail' && old['extra-columns'] !== 'fail' && Object.values(rules).some((one) => one !== undefined)
  if (required) add(`columns.${name}`, 'producer', `the required column ${show(name)} was added`)
  else if (judged) add(`columns.${name}`, 'producer', `the optional column ${show(name)} is judged now`)
  else add(`columns.${name}`, null, `the optional column ${show(name)} was added`)
}

/** Breaking changes of a contract need a new first number of its version. */
export function checkContractVersion(old: DataContract, next: DataContract, where: Check['where'] = null): Check[] {
  const changes = diffContracts(old, next)
  const breaking = changes.filter(({ kind }) => kind === 'breaking')
  const major = (version: string | undefined) => (version === undefined ? null : Number.parseInt(version, 10))
  const [before, after] = [major(old.version), major(next.version)]
  const raised = after !== null && after > (before ?? 0)
  const broken = breaking.length > 0 && !raised
  const needed = `${(before ?? 0) + 1}.0.0`
  return [
    {
      rule: 'breaking-contract-change',
      subject: 'contract',
      verdict: broken ? 'fail' : 'pass',
      message: broken
        ? `${partOf(breaking.length, changes.length, 'change')} of the contract ${agree(breaking.length, 'breaks', 'break')} who relies on it, and its version ${next.version === undefined ? 'is not set' : `is still ${next.version}`}`
        : breaking.length > 0
          ? `${plural(breaking.length, 'breaking change')} of the contract, under the new version ${next.version}`
          : changes.length === 0
            ? 'the contract has not changed'
            : `${plural(changes.length, 'change')} of the contract, none of them breaking`,
      measured: breaking.length,
      expected: `no breaking change, or version ${needed} at least`,
      n: changes.length,
      interval: null,
      details: { from: old.version ?? null, to: next.version ?? null },
      examples: breaking
        .slice(0, 20)
        .map(({ path, breaks, message }) => ({ where: path, value: `${message} (${breaks})` })),
      cure: broken ? `set \`version: ${needed}\`, or take the changes back` : null,
      where,
    },
  ]
}
