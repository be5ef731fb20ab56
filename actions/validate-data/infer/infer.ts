import { Document, isMap, isScalar, type YAMLMap } from 'yaml'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { isTemporal } from '../../../shared/data/column-types.js'
import { taskOfColumn } from '../../../shared/data/task.js'
import { agree, plural } from '../../../shared/report/format.js'
import { dayText } from '../dates.js'
import { duplicateShare, smallestShare } from './bounds.js'
import { columnNodes, MOST_VALUES, presentIn } from './columns.js'
import { type Look, withDates } from './look.js'
import { classReason, copiesReason, rowsReason } from './reasons.js'
import { explain, explainAll, type Node, oneLine, quoteDates, valuesOf } from './yaml.js'

export interface InferOptions {
  /** Column to predict, so that the balance of its classes becomes a rule. */
  readonly target?: string
  readonly id?: string
  readonly task?: 'binary' | 'multiclass' | 'regression'
  /** Column with the time of a row. */
  readonly time?: string
}

/** Rows against those of the baseline. */
const VOLUME = { 'max-decrease': 0.5, 'max-increase': 1, level: 'warn' }

/**
 * The contract that a dataset suggests, as YAML text: bounds with slack, each line with the measurement that it comes
 * from. The data that it was made of keep it. Without `look` only what the profile tells is said.
 */
export function inferContract(given: DatasetProfile, options: InferOptions = {}, look?: Look): string {
  const profile = withDates(given, look)
  const top = topNodes(profile, look)
  const columns = profile.columns.map((column) => columnNodes(column, options, look))
  const checks = look === undefined ? [] : checkNodes(look)
  const document = new Document({
    schema: 'plumbline.data-contract/1',
    ...valuesOf(top),
    'extra-columns': 'warn',
    columns: columns.map(valuesOf),
    ...(checks.length === 0 ? {} : { checks: checks.map(({ value }) => value) }),
    ...labelOf(profile, options),
  })
  const root = document.contents as YAMLMap
  document.commentBefore = [
    ` What fit data look like, inferred from ${plural(profile.rows, 'row')} (${oneLine(profile.files.map(({ name }) => name).join(', '), 120)}).`,
    ' Read it, correct it, commit it: a line that you do not believe in is better deleted.',
  ].join('\n')
  explain(root, ['rows', 'min'], rowsReason(profile))
  explain(root, ['duplicates', 'max-share'], copiesReason(profile))
  explainAll(root, top)
  explain(root, ['label', 'min-share'], labelReason(profile, options))
  columns.forEach((nodes, i) => {
    const item = document.getIn(['columns', i], true) as YAMLMap
    if (i > 0) item.spaceBefore = true
    explainAll(item, nodes)
  })
  checks.forEach(({ why }, i) => {
    const item = document.getIn(['checks', i], true) as YAMLMap
    item.flow = true
    if (why !== undefined) item.comment = ` ${oneLine(why, 200)}`
  })
  if (look !== undefined) hintFreshness(root, profile, options)
  quoteDates(document)
  return document.toString({ lineWidth: 0 })
}

function topNodes(profile: DatasetProfile, look: Look | undefined): Record<string, Node> {
  return {
    rows: { value: { min: Math.max(1, Math.floor(profile.rows / 2)) } },
    duplicates: { value: { 'max-share': duplicateShare(profile) } },
    ...(look === undefined
      ? {}
      : { volume: { value: VOLUME, why: 'half as many to twice as many rows as the baseline' } }),
    ...(look?.key == null
      ? {}
      : { key: { value: [...look.key], why: `no two of the ${plural(profile.rows, 'row')} are alike in it` } }),
  }
}

/** What no key of a column says: comparisons of two columns. */
const checkNodes = ({ comparisons }: Look): Node[] =>
  comparisons.map(({ low, high, operator, rows }) => ({
    value: { check: 'compare', columns: [low, high], operator },
    why: `so in each of the ${plural(rows, 'row')} that ${agree(rows, 'has', 'have')} both`,
  }))

/** A line that is not in force: only a person knows how often the data are renewed. */
function hintFreshness(root: YAMLMap, profile: DatasetProfile, { time }: InferOptions): void {
  const column = profile.columns.find(({ name, type, numeric }) =>
    time === undefined ? isTemporal(type) && numeric !== null : name === time && isTemporal(type),
  )
  if (column?.numeric == null) return
  const { min, max } = column.numeric
  const step = column.distinct > 1 ? (max - min) / (column.distinct - 1) : 1
  const key = root.items.find(({ key }) => isScalar(key) && key.value === 'columns')?.key
  if (!isScalar(key) || !isMap(root)) return
  const name = JSON.stringify(column.name).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
  key.commentBefore = ` freshness: { column: ${name}, max-age: ${age(step)} }  # the newest value is ${dayText(max)}; take the first # away if the data are renewed`
}

/** Three steps, as contracts write an age. */
function age(step: number): string {
  const hours = Math.ceil(step * 24 * 3)
  return hours <= 72 ? `${Math.max(1, hours)}h` : `${Math.ceil(hours / 24)}d`
}

function labelReason(profile: DatasetProfile, options: InferOptions): string | undefined {
  const column = profile.columns.find(({ name }) => name === options.target)
  const rarest = column?.top.at(-1)
  const limit = labelOf(profile, options).label?.['min-share']
  if (column === undefined || rarest === undefined || limit === undefined) return undefined
  return classReason(rarest.count, presentIn(column), limit)
}

function labelOf(
  profile: DatasetProfile,
  { target, task }: InferOptions,
): { readonly label?: { readonly 'min-share': number } } {
  const column = profile.columns.find(({ name }) => name === target)
  if (
    column === undefined ||
    (task ?? taskOfColumn(column)) === 'regression' ||
    column.otherCount > 0 ||
    column.distinct < 2 ||
    column.distinct > MOST_VALUES
  )
    return {}
  return { label: { 'min-share': smallestShare(column.top.at(-1)?.count ?? 0, presentIn(column)) } }
}
