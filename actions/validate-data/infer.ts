import { Document, isCollection, isMap, isScalar, type Pair, visit, type YAMLMap } from 'yaml'
import type { ColumnProfile, DatasetProfile } from '../../shared/contracts/data-profile.js'
import { isTemporal } from '../../shared/data/column-types.js'
import { taskOfColumn } from '../../shared/data/task.js'
import { formatInteger, formatPercent } from '../../shared/report/format.js'
import { dateIsWritten, dayText } from './dates.js'

export interface InferOptions {
  /** Column to predict, so that the balance of its classes becomes a rule. */
  readonly target?: string
  readonly id?: string
  readonly task?: 'binary' | 'multiclass' | 'regression'
}

/** Texts with at most so many different values, each seen often enough, are a closed set. */
const MOST_VALUES = 100
const SEEN = 5
/** Slack: added to a share of missing values, and to both ends of a range as share of its width. */
const MISSING_SLACK = 0.05
const RANGE_SLACK = 0.1
const DUPLICATES_SLACK = 0.01
/** A set of more values than this is expected to grow. */
const OPEN_SET = 10
const UNKNOWN_SLACK = 0.01
/** Longest list or map that stands in one line. */
const ONE_LINE = 90

type Node = { readonly value: unknown; readonly why?: string }

/**
 * The contract that a dataset suggests, as YAML text: bounds with slack, each line with the measurement that it comes
 * from. The data that it was made of keep it.
 */
export function inferContract(profile: DatasetProfile, options: InferOptions = {}): string {
  const extra = profile.duplicates.extra / profile.rows
  const document = new Document({
    schema: 'plumbline.data-contract/1',
    rows: { min: Math.max(1, Math.floor(profile.rows / 2)) },
    duplicates: { 'max-share': share(extra === 0 ? 0 : extra + DUPLICATES_SLACK) },
    'extra-columns': 'warn',
    columns: profile.columns.map((column) => values(columnNodes(column, options))),
    ...labelOf(profile, options),
  })
  const root = document.contents as YAMLMap
  document.commentBefore = [
    ` What fit data look like, inferred from ${formatInteger(profile.rows)} rows (${oneLine(profile.files.map(({ name }) => name).join(', '), 120)}).`,
    ' Read it, correct it, commit it: a line that you do not believe in is better deleted.',
  ].join('\n')
  explain(root, ['rows', 'min'], `half of the ${formatInteger(profile.rows)} rows seen`)
  explain(
    root,
    ['duplicates', 'max-share'],
    `extra copies seen: ${formatInteger(profile.duplicates.extra)} of ${formatInteger(profile.rows)} rows`,
  )
  explain(root, ['label', 'min-share'], 'half of the share of the rarest class')
  profile.columns.forEach((column, i) => {
    const item = document.getIn(['columns', i], true) as YAMLMap
    if (i > 0) item.spaceBefore = true
    for (const [key, { why }] of Object.entries(columnNodes(column, options)))
      if (why !== undefined) explain(item, [key], why)
  })
  // A bare date is text in YAML 1.2, and a date to older readers.
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && dateIsWritten(node.value)) node.type = 'QUOTE_DOUBLE'
    },
  })
  return document.toString({ lineWidth: 0 })
}

const values = (nodes: Record<string, Node>) =>
  Object.fromEntries(Object.entries(nodes).map(([key, { value }]) => [key, value]))

function columnNodes(column: ColumnProfile, { id }: InferOptions): Record<string, Node> {
  const present = column.rows - column.missing - column.invalid - column.nonFinite
  const missing = (column.missing + column.nonFinite) / column.rows
  const nodes: Record<string, Node> = { name: { value: column.name } }
  if (present > 0) nodes.type = { value: column.type, why: typeReason(column, present) }
  nodes.missing = {
    value: { 'max-share': missing === 0 ? 0 : share(Math.min(1, missing + MISSING_SLACK)) },
    why: missing === 0 ? 'never missing' : `missing in ${formatPercent(missing)} of the rows`,
  }
  if (present === 0) return nodes
  if (column.name === id && column.distinct === present) {
    nodes.unique = { value: true, why: `all ${formatInteger(present)} values differ` }
    return nodes
  }
  const set = closedSet(column, present)
  if (set !== null) {
    nodes.values = {
      value: set,
      why: `${formatInteger(set.length)} values, the rarest ${formatInteger(column.top.at(-1)?.count ?? 0)} times`,
    }
    if (set.length > OPEN_SET) {
      nodes['max-unknown'] = { value: UNKNOWN_SLACK, why: 'a set of this size is expected to grow' }
    }
  } else if (column.numeric !== null) {
    const { min, max } = column.numeric
    nodes.range = {
      value: rangeOf(column, min, max),
      why: `seen: ${boundText(column, min)} to ${boundText(column, max)}`,
    }
  } else if (column.length !== null) {
    const { min, max } = column.length
    nodes.length = {
      value: { min: min === max ? min : Math.min(min, 1), max: min === max ? max : roundUp(max * 2) },
      why: `seen: ${min} to ${max} characters`,
    }
  }
  return nodes
}

function typeReason({ numeric, mostly }: ColumnProfile, present: number): string {
  if (mostly !== null)
    return `${formatInteger(mostly.count)} of ${formatInteger(present)} values look like ${mostly.type}: declare it to see the others`
  return numeric === null
    ? `all ${formatInteger(present)} values`
    : `all ${formatInteger(present)} values are written so`
}

/** Every value, when the column is a set: few values, all of them seen several times. */
function closedSet({ type, top, otherCount, distinct }: ColumnProfile, present: number): string[] | null {
  if (isTemporal(type) || type === 'number' || otherCount > 0 || distinct > MOST_VALUES) return null
  if (type === 'integer' && distinct > 10) return null
  if ((top.at(-1)?.count ?? 0) < SEEN || present < SEEN * distinct) return null
  return top.map(({ value }) => value).sort()
}

function rangeOf(column: ColumnProfile, min: number, max: number): { min: number | string; max: number | string } {
  const width = max - min
  const slack = Number.isFinite(width) ? width * RANGE_SLACK : 0
  if (isTemporal(column.type))
    return { min: dayText(Math.floor(min)), max: dayText(Math.ceil(max + Math.max(slack, 366))).slice(0, 10) }
  const whole = column.type === 'integer'
  const low = whole ? Math.floor(min - slack) : roundDown(min - slack)
  const high = whole ? Math.ceil(max + slack) : roundUp(max + slack)
  // What was never negative is seldom meant to be.
  const [floor, ceiling] = [Number.isFinite(low) ? low : min, Number.isFinite(high) ? high : max]
  return { min: min >= 0 ? Math.max(0, floor) : floor, max: max <= 0 ? Math.min(0, ceiling) : ceiling }
}

const boundText = ({ type }: ColumnProfile, value: number): string =>
  isTemporal(type) ? dayText(value) : String(value)

function labelOf(profile: DatasetProfile, { target, task }: InferOptions) {
  const column = profile.columns.find(({ name }) => name === target)
  if (
    column === undefined ||
    (task ?? taskOfColumn(column)) === 'regression' ||
    column.otherCount > 0 ||
    column.distinct < 2 ||
    column.distinct > MOST_VALUES
  )
    return {}
  const labelled = column.rows - column.missing - column.invalid - column.nonFinite
  const rarest = (column.top.at(-1)?.count ?? 0) / labelled
  return { label: { 'min-share': floorShare(rarest / 2) } }
}

/** Puts a comment behind a line. Text from data is made one line. */
function explain(map: YAMLMap, path: readonly string[], why: string): void {
  let node: unknown = map
  let pair: Pair | undefined
  for (const key of path) {
    if (!isMap(node)) return
    pair = node.items.find((item) => isScalar(item.key) && item.key.value === key)
    node = pair?.value
  }
  if (pair === undefined) return
  const comment = ` ${oneLine(why, 200)}`
  if (isScalar(node)) node.comment = comment
  else if (isCollection(node) && String(JSON.stringify(node)).length <= ONE_LINE) {
    node.flow = true
    node.comment = comment
  } else if (isScalar(pair.key)) pair.key.commentBefore = comment
}

const oneLine = (text: string, length: number): string => text.replace(/\p{C}+/gu, ' ').slice(0, length)
/** Three digits, upwards; 0.15 is not 0.15000000000000002. */
const share = (value: number): number => Math.min(1, Math.ceil(Number((value * 1000).toPrecision(12))) / 1000)
const floorShare = (value: number): number => Math.floor(value * 10_000) / 10_000

/** Two significant digits, outwards. */
function roundUp(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1)
  const rounded = Number((Math.ceil(value / unit) * unit).toPrecision(12))
  return Number.isFinite(rounded) && rounded >= value ? rounded : value
}

const roundDown = (value: number): number => -roundUp(-value)
