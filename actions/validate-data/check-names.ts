import type { Check } from '../../shared/contracts/common.js'
import type { ColumnRule } from '../../shared/contracts/data-contract.js'
import type { ColumnProfile, DatasetProfile } from '../../shared/contracts/data-profile.js'
import { checkOf } from '../../shared/core/check.js'
import { agree, formatInteger, plural, quote, shortList } from '../../shared/report/format.js'
import type { LoadedContract } from './contract.js'

const LISTED = 10

/** Which columns are there, in which order, and whether those that nobody has given a type are written as one. */
export function checkNames(profile: DatasetProfile, loaded: LoadedContract): Check[] {
  const { contract } = loaded
  const names = profile.columns.map(({ name }) => name)
  const declared = contract.columns.map(({ name }) => name)
  const typed = new Set(contract.columns.flatMap(({ name, type }) => (type === undefined ? [] : [name])))
  return [
    ...contract.columns.flatMap((rule, i) =>
      names.includes(rule.name) ? [] : missingColumn(rule, i, profile.name, loaded),
    ),
    ...extraColumns(
      names.filter((name) => !declared.includes(name)),
      profile.name,
      loaded,
    ),
    ...columnOrder(names, declared, profile.name, loaded),
    ...profile.columns.filter(({ name }) => !typed.has(name)).flatMap((column) => mixedTypes(column, profile.name)),
  ]
}

function missingColumn(rule: ColumnRule, i: number, dataset: string, loaded: LoadedContract): Check[] {
  if (!rule.required) return []
  return [
    checkOf(rule.level, {
      rule: 'missing-label',
      subject: `${dataset}: ${rule.name}`,
      message: `column ${quote(rule.name)} is not in the ${dataset} data`,
      expected: 'the column is there',
      cure: 'write the column again, or set `required: false` in the contract',
      where: loaded.place(['columns', i, 'name']),
    }),
  ]
}

function extraColumns(extra: readonly string[], dataset: string, loaded: LoadedContract): Check[] {
  const level = loaded.contract['extra-columns']
  if (level === 'allow' || loaded.ref === null) return []
  const facts = {
    rule: 'extra-label',
    subject: dataset,
    expected: 'no column that the contract does not name',
    measured: extra.length,
  }
  if (extra.length === 0)
    return [checkOf('pass', { ...facts, message: `every column of the ${dataset} data is in the contract` })]
  return [
    checkOf(level, {
      ...facts,
      message: `${plural(extra.length, 'column')} of the ${dataset} data ${agree(extra.length, 'is', 'are')} not in the contract: ${shortList(extra.map(quote), LISTED)}`,
      cure: 'add them to the contract, leave them out of the data, or write `extra-columns: allow`',
      where: loaded.place(['extra-columns']),
    }),
  ]
}

/** Columns that both have, in the order of the contract. */
function columnOrder(
  names: readonly string[],
  declared: readonly string[],
  dataset: string,
  loaded: LoadedContract,
): Check[] {
  const level = loaded.contract['column-order']
  if (level === 'allow') return []
  const found = names.filter((name) => declared.includes(name))
  const wanted = declared.filter((name) => names.includes(name))
  const at = found.findIndex((name, i) => name !== wanted[i])
  const facts = { rule: 'incorrect-label', subject: dataset, expected: 'the columns in the order of the contract' }
  if (at < 0)
    return [
      checkOf('pass', { ...facts, message: `the columns of the ${dataset} data stand in the order of the contract` }),
    ]
  return [
    checkOf(level, {
      ...facts,
      message: `the columns of the ${dataset} data stand in another order: ${quote(found[at] as string)} where the contract has ${quote(wanted[at] as string)}`,
      measured: at,
      cure: 'write the columns in the order of the contract, or write `column-order: allow`',
      where: loaded.place(['column-order']),
    }),
  ]
}

function mixedTypes({ name, mostly, rows, missing }: ColumnProfile, dataset: string): Check[] {
  if (mostly === null) return []
  const others = rows - missing - mostly.count
  return [
    checkOf('warn', {
      rule: 'mixed-types',
      subject: `${dataset}: ${name}`,
      message: `${plural(mostly.count, 'value')} of ${quote(name)} in the ${dataset} data ${agree(mostly.count, 'is', 'are')} written as ${mostly.type}, ${formatInteger(others)} ${agree(others, 'is', 'are')} not`,
      measured: others,
      expected: 'all values written as one type',
      n: rows - missing,
      cure: `declare \`type: ${mostly.type}\` in the contract to see the others, or name their text under \`missing\` of the source`,
    }),
  ]
}
