import type { Check, Verdict } from '../../shared/contracts/common.js'
import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import { checkOf } from '../../shared/core/check.js'
import type { Label } from '../../shared/data/power/power.js'
import { agree, formatInteger, formatPercent, partOf, plural } from '../../shared/report/format.js'
import type { LoadedContract } from './contract.js'
import type { Evidence } from './evidence.js'

/** That nothing about columns is known: a warning, for silence would look like a pass. */
export function checkContract(loaded: LoadedContract): Check[] {
  if (loaded.ref !== null) return []
  return [
    checkOf('warn', {
      rule: 'no-contract',
      subject: loaded.path,
      message: `there is no contract: columns, types, ranges and missing values were not judged`,
      expected: `a contract in ${loaded.path}`,
      cure: 'write one with `plumbline infer`, read it and commit it',
    }),
  ]
}

/** How many rows there are. Judged on the training data, which the contract is inferred from. */
export function checkRows({ rows, name }: DatasetProfile, loaded: LoadedContract): Check[] {
  const { min, max } = loaded.contract.rows
  if (min === undefined && max === undefined) return []
  const within = (min === undefined || rows >= min) && (max === undefined || rows <= max)
  const bounds = [
    ...(min === undefined ? [] : [`at least ${formatInteger(min)}`]),
    ...(max === undefined ? [] : [`at most ${formatInteger(max)}`]),
  ]
  return [
    checkOf(within ? 'pass' : 'fail', {
      rule: 'row-count',
      subject: name,
      message: `the ${name} data have ${plural(rows, 'row')}`,
      measured: rows,
      expected: bounds.join(', '),
      n: rows,
      cure: 'check whether the source was cut off or read twice, or correct `rows` in the contract',
      where: loaded.place(['rows']),
    }),
  ]
}

/** Extra copies of whole rows. */
export function checkDuplicates({ profile, duplicates }: Evidence, loaded: LoadedContract): Check[] {
  const limit = loaded.contract.duplicates
  if (limit === undefined) return []
  const { rows, name } = profile
  const { extra, groups, members } = profile.duplicates
  const allowed = Math.floor(limit['max-share'] * rows + 1e-9)
  return [
    checkOf(extra <= allowed ? 'pass' : limit.level, {
      rule: 'duplicate-row',
      subject: name,
      message:
        extra === 0
          ? `no row of the ${name} data stands twice`
          : `${plural(extra, 'row')} of the ${name} data (${formatPercent(extra / rows)}) ${extra === 1 ? 'is an extra copy' : 'are extra copies'} of another`,
      measured: extra,
      expected: `at most ${formatPercent(limit['max-share'])} extra copies`,
      n: rows,
      details: { extra, groups, members, allowed },
      examples: extra > 0 ? [...duplicates] : [],
      cure: 'remove the copies (a join that multiplies rows is the usual cause), or raise `duplicates.max-share`',
      where: loaded.place(['duplicates']),
    }),
  ]
}

/** Whether every class of the label has rows enough, and every row a label. */
export function checkLabel(profile: DatasetProfile, label: Label | null, loaded: LoadedContract): Check[] {
  if (label === null) return []
  const column = profile.columns.find(({ name }) => name === label.name)
  const subject = `${profile.name}: ${label.name}`
  if (column === undefined) {
    return [
      checkOf('fail', {
        rule: 'missing-label',
        subject,
        message: `the target ${JSON.stringify(label.name)} is not in the ${profile.name} data`,
        expected: 'the column is there',
        cure: 'correct `data.target`, or write the column',
      }),
    ]
  }
  const without = column.missing + column.invalid + column.nonFinite
  const checks: Check[] = []
  if (without > 0) {
    checks.push(
      checkOf(without === column.rows ? 'fail' : 'warn', {
        rule: 'row-without-label',
        subject,
        message: `${partOf(without, column.rows, 'row')} ${agree(without, 'has', 'have')} no label`,
        measured: without,
        expected: 'a label in every row',
        n: column.rows,
        cure: 'leave these rows out, or find their labels',
      }),
    )
  }
  const limit = loaded.contract.label
  if (limit !== undefined && label.kind === 'class') checks.push(balance(column, subject, limit, loaded))
  return checks
}

function balance(
  column: DatasetProfile['columns'][number],
  subject: string,
  limit: { 'min-share': number; level: Verdict },
  loaded: LoadedContract,
): Check {
  const labelled = column.rows - column.missing - column.invalid - column.nonFinite
  const facts = {
    rule: 'label-balance',
    subject,
    expected: `at least two classes, each with ${formatPercent(limit['min-share'])} of the rows`,
    n: labelled,
    where: loaded.place(['label']),
  }
  const smallest = column.top.at(-1)
  if (column.distinct < 2 || smallest === undefined) {
    const only =
      smallest === undefined ? 'no label says more than its row' : `every label is ${JSON.stringify(smallest.value)}`
    return checkOf(labelled === 0 ? 'inconclusive' : 'fail', {
      ...facts,
      message: labelled === 0 ? 'there are no labels to judge' : only,
      measured: column.distinct,
      cure: 'a model cannot learn from these labels: check how they are made',
    })
  }
  if (column.distinct > column.top.length) {
    return checkOf('inconclusive', {
      ...facts,
      message: `the label has ${plural(column.distinct, 'class', 'classes')}, more than are counted one by one`,
      measured: column.distinct,
      cure: 'set `task: regression` if the label is a quantity',
    })
  }
  const share = smallest.count / labelled
  return checkOf(smallest.count >= Math.ceil(limit['min-share'] * labelled - 1e-9) ? 'pass' : limit.level, {
    ...facts,
    message: `the rarest class, ${JSON.stringify(smallest.value)}, has ${partOf(smallest.count, labelled, 'row')} (${formatPercent(share)})`,
    measured: share,
    details: { classes: column.distinct, rows: smallest.count },
    cure: 'collect more rows of this class, or lower `label.min-share`',
  })
}
