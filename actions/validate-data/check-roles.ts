import type { Check, Verdict } from '../../shared/contracts/common.js'
import type { Config } from '../../shared/contracts/config.js'
import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import { checkOf } from '../../shared/core/check.js'
import { missingColumns } from '../../shared/data/named-columns.js'

type Roles = Pick<Config['data'], 'id' | 'time' | 'group' | 'features' | 'exclude' | 'test'>

/**
 * Columns that plumbline.yml gives a role and that no dataset has: what hangs on them would be passed over. Ids and groups of train and
 * test are asked for where they are compared.
 */
export function checkRoles(data: Roles, profiles: readonly DatasetProfile[]): Check[] {
  const there = new Set(profiles.flatMap(({ columns }) => columns.map(({ name }) => name)))
  const named = (key: string, names: readonly (string | undefined)[], verdict: Verdict) =>
    names.flatMap((name) => (name === undefined ? [] : [{ by: `\`data.${key}\``, name, key, verdict }]))
  const all = [
    ...named('time', [data.time], 'inconclusive'),
    ...(data.test === undefined ? named('id', [data.id], 'inconclusive') : []),
    ...(data.test === undefined ? named('group', data.group ?? [], 'inconclusive') : []),
    ...named('features', data.features ?? [], 'fail'),
    // A column that never was there is left out all the same; one that is misspelt is not.
    ...named('exclude', data.exclude, 'warn'),
  ]
  return missingColumns(all, there).map(({ named: { key, name, verdict }, problem: { message, cure } }) =>
    checkOf(verdict, {
      rule: 'missing-label',
      subject: `data.${key}: ${name}`,
      message,
      expected: 'the column is there',
      cure: `correct \`data.${key}\`, or write the column; ${cure}`,
    }),
  )
}
