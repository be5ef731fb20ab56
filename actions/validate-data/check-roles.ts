import type { Check, Verdict } from '../../shared/contracts/common.js'
import type { Config } from '../../shared/contracts/config.js'
import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import { checkOf } from '../../shared/core/check.js'

type Roles = Pick<Config['data'], 'id' | 'time' | 'group' | 'features' | 'exclude' | 'test'>

/**
 * Columns that plumbline.yml gives a role and that no dataset has: what hangs on them would be passed over. Ids and groups of train and
 * test are asked for where they are compared.
 */
export function checkRoles(data: Roles, profiles: readonly DatasetProfile[]): Check[] {
  const there = new Set(profiles.flatMap(({ columns }) => columns.map(({ name }) => name)))
  const missing = (key: string, names: readonly string[], verdict: Verdict): Check[] =>
    names.flatMap((name) =>
      there.has(name)
        ? []
        : [
            checkOf(verdict, {
              rule: 'missing-label',
              subject: `data.${key}: ${name}`,
              message: `\`data.${key}\` names ${JSON.stringify(name)}, which is no column of the data`,
              expected: 'the column is there',
              cure: `correct \`data.${key}\`, or write the column`,
            }),
          ],
    )
  const named = (name: string | undefined): string[] => (name === undefined ? [] : [name])
  return [
    ...missing('time', named(data.time), 'inconclusive'),
    ...(data.test === undefined ? missing('id', named(data.id), 'inconclusive') : []),
    ...(data.test === undefined ? missing('group', data.group ?? [], 'inconclusive') : []),
    ...missing('features', data.features ?? [], 'fail'),
    // A column that never was there is left out all the same; one that is misspelt is not.
    ...missing('exclude', data.exclude, 'warn'),
  ]
}
