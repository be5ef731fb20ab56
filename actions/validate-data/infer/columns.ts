import type { ColumnProfile } from '../../../shared/contracts/data-profile.js'
import { isNumeric, isTemporal } from '../../../shared/data/column-types.js'
import { formatHint } from '../../../shared/data/formats.js'
import {
  agree,
  formatInteger,
  formatNumber,
  formatPercent,
  partOf,
  plural,
  shortList,
} from '../../../shared/report/format.js'
import { dayText } from '../dates.js'
import { missingShare, roundUp, statisticBounds } from './bounds.js'
import { isWithheld, type Look } from './look.js'
import { namesRows } from './order.js'
import { rangeOf } from './range.js'
import type { Node, Nodes } from './yaml.js'

/** Texts with at most so many different values, each seen often enough, are a closed set. */
export const MOST_VALUES = 100
const SEEN = 5
/** A set of more values than this is expected to grow. */
const OPEN_SET = 10
const UNKNOWN_SLACK = 0.01
/** Rows that have to differ before a column is said to name them. */
const FEWEST_ROWS = 20
/** Different texts may become three times as many; how many fewer there are hangs on the rows, and test data have few. */
const CARDINALITY = 3
/** What people and programs write for no value, where any text may stand. */
const STAND_INS = ['NA', 'N/A', 'NULL', 'null', 'None', 'nan', 'NaN', '?', '-']
/** Formats whose values name or reach a person. */
const PERSONAL: ReadonlySet<string> = new Set(['email', 'phone', 'card', 'iban'])

export const presentIn = ({ rows, missing, invalid, nonFinite }: ColumnProfile): number =>
  rows - missing - invalid - nonFinite

const hasInfinity = ({ nonFinite, nonFiniteBy }: ColumnProfile): boolean =>
  (nonFiniteBy === undefined ? nonFinite : nonFiniteBy.positive + nonFiniteBy.negative) > 0

const where = (key: string, node: Node | null): Nodes => (node === null ? {} : { [key]: node })

/** What a contract says of one column, in the order of its lines. */
export function columnNodes(
  column: ColumnProfile,
  { id, time }: { readonly id?: string | undefined; readonly time?: string | undefined },
  look?: Look,
): Nodes {
  const present = presentIn(column)
  const nodes: Nodes = { name: { value: column.name } }
  if (present > 0) nodes.type = typeNode(column, present, look)
  Object.assign(nodes, sensitiveNode(column, look), missingNode(column))
  if (present === 0) return nodes
  const written = look?.dates.get(column.name)
  if (written !== undefined) {
    const order = orderNode(column, look)
    const goesOn = column.name === time || order.order !== undefined
    const why = `each of the ${plural(present, 'value')} is written so`
    nodes['date-format'] = { value: written.format, why }
    return Object.assign(nodes, order, where('range', rangeNode(written.profile, present, goesOn, look)))
  }
  const format = look?.formats.get(column.name)
  if (namesEachRow(column, present, id, look)) {
    nodes.unique = { value: true, why: `all ${plural(present, 'value')} differ` }
    return Object.assign(nodes, orderNode(column, look), formatNode(column, present, look))
  }
  const order = orderNode(column, look)
  Object.assign(nodes, order)
  const set = format === undefined && !hasInfinity(column) ? closedSet(column, present) : null
  if (format !== undefined) Object.assign(nodes, formatNode(column, present, look))
  else if (set !== null) Object.assign(nodes, setNodes(column, set, look))
  else if (column.numeric !== null) {
    const goesOn = column.name === time || order.order !== undefined
    Object.assign(nodes, where('range', rangeNode(column, present, goesOn, look)))
  } else if (column.length !== null) nodes.length = lengthNode(column.length)
  if (look !== undefined && set === null && format === undefined) {
    Object.assign(nodes, forbiddenNode(column, look), statisticsNode(column, present, order))
  }
  return nodes
}

function typeNode(column: ColumnProfile, present: number, look: Look | undefined): Node {
  const told = look?.dates.get(column.name)?.profile ?? column
  const both = look?.ambiguous.get(column.name)
  const unclear =
    both === undefined
      ? ''
      : `; each may be ${both[0]} or ${both[1]}: no value tells day from month, name the one that it is under \`date-format\``
  return { value: told.type, why: `${typeReason(told, present)}${unclear}` }
}

function typeReason({ numeric, mostly }: ColumnProfile, present: number): string {
  if (mostly !== null)
    return `${partOf(mostly.count, present, 'value')} ${agree(mostly.count, 'looks', 'look')} like ${mostly.type}: declare it to see the others`
  return numeric === null
    ? `all ${plural(present, 'value')}`
    : `all ${plural(present, 'value')} ${agree(present, 'is', 'are')} written so`
}

function sensitiveNode(column: ColumnProfile, look: Look | undefined): Nodes {
  if (look === undefined) return {}
  const format = look.formats.get(column.name)
  if (isWithheld(column)) return { sensitive: { value: true, why: column.sensitive?.reason } }
  if (format === undefined || !PERSONAL.has(format)) return {}
  return { sensitive: { value: true, why: 'values of this format name or reach a person' } }
}

function missingNode(column: ColumnProfile): Nodes {
  const missing = column.missing + column.nonFinite
  return {
    missing: {
      value: { 'max-share': missingShare(missing, column.rows) },
      why: missing === 0 ? 'never missing' : `missing in ${formatPercent(missing / column.rows)} of the rows`,
    },
  }
}

/** The column that was said to, or one whose name or format says it, and never a number that happens to differ. */
function namesEachRow(column: ColumnProfile, present: number, id: string | undefined, look: Look | undefined): boolean {
  if (column.distinct !== present) return false
  if (column.name === id) return true
  if (look === undefined || present !== column.rows || present < FEWEST_ROWS) return false
  if (column.type !== 'integer' && column.type !== 'string') return false
  return namesRows(column.name) || ['uuid', 'md5', 'sha1', 'sha256'].includes(look.formats.get(column.name) ?? '')
}

function orderNode({ name }: ColumnProfile, look: Look | undefined): Nodes {
  const order = look?.orders.get(name)
  if (order === undefined) return {}
  return { order: { value: order, why: 'so in every row, in the order of the files' } }
}

function formatNode({ name }: ColumnProfile, present: number, look: Look | undefined): Nodes {
  const format = look?.formats.get(name)
  if (format === undefined) return {}
  return { format: { value: format, why: `each of the ${plural(present, 'value')} is ${formatHint(format)}` } }
}

function setNodes({ name, top }: ColumnProfile, set: readonly string[], look: Look | undefined): Nodes {
  const rarest = plural(top.at(-1)?.count ?? 0, 'time')
  const variants = look?.variants.get(name) ?? []
  const why =
    set.length === 1
      ? `1 value, ${rarest}: a constant tells nothing`
      : `${formatInteger(set.length)} values, the rarest ${rarest}`
  return {
    values: {
      value: set,
      why: variants.length === 0 ? why : `${why}; one value in two spellings? ${shortList(variants)}`,
    },
    ...(set.length > OPEN_SET
      ? { 'max-unknown': { value: UNKNOWN_SLACK, why: 'a set of this size is expected to grow' } }
      : {}),
  }
}

/** Every value, when the column is a set: few values, all of them seen several times. */
export function closedSet({ type, top, otherCount, distinct }: ColumnProfile, present: number): string[] | null {
  if (isTemporal(type) || type === 'number' || otherCount > 0 || distinct > MOST_VALUES) return null
  if (type === 'integer' && distinct > 10) return null
  if ((top.at(-1)?.count ?? 0) < SEEN || present < SEEN * distinct) return null
  return top.map(({ value }) => value).sort()
}

/** A range with slack and what was seen; null where none can be told, or these data would break it. `present` values were seen. */
export function rangeNode(column: ColumnProfile, present: number, goesOn = false, look?: Look): Node | null {
  const range = rangeOf(column, present, goesOn)
  // Infinity lies beyond every bound.
  if (hasInfinity(column) || range === null || column.numeric === null) return null
  const { min, max } = column.numeric
  const suspects = (look?.standIns.get(column.name) ?? []).map(
    ({ value, count }) => `${value} (${plural(count, 'row')})`,
  )
  const parts = [
    `seen: ${boundText(column, min)} to ${boundText(column, max)}`,
    ...(range.why === '' ? [] : [range.why]),
    ...(suspects.length === 0
      ? []
      : [`${suspects.join(' and ')} may stand for no value: name it under \`missing\` of the source`]),
  ]
  return { value: { min: range.min, max: range.max }, why: parts.join('; ') }
}

const boundText = ({ type }: ColumnProfile, value: number): string =>
  isTemporal(type) ? dayText(value) : String(value)

/** Twice the longest text, or the one length that all have. */
export function lengthNode({ min, max }: { readonly min: number; readonly max: number }): Node {
  return {
    value: { min: min === max ? min : Math.min(min, 1), max: min === max ? max : roundUp(max * 2) },
    why: `seen: ${min} to ${max} characters`,
  }
}

/** Where any text may stand, what stands for none is named; what stands there already is a question to a person. */
function forbiddenNode(column: ColumnProfile, look: Look): Nodes {
  if (column.type !== 'string' || isWithheld(column)) return {}
  const seen = look.standIns.get(column.name) ?? []
  const values = seen.map(({ value }) => value)
  // In codes NA is Namibia, North America or sodium.
  const isCode = column.length !== null && column.length.max <= 3
  const forbidden = STAND_INS.filter((value) => !values.includes(value) && !(isCode && value.length <= 3))
  if (forbidden.length === 0) return {}
  const some = seen.slice(0, 3).map(({ value, count }) => `${JSON.stringify(value)} (${plural(count, 'row')})`)
  const why =
    some.length === 0
      ? 'stand-ins for no value; none was seen'
      : `stand-ins for no value; ${some.join(', ')} was seen: name it under \`missing\` of the source`
  return { forbidden: { value: forbidden, why } }
}

/** What was seen of a mean and a standard deviation, as comments say it. */
export const momentsSeen = ({ mean, sd }: NonNullable<ColumnProfile['numeric']>): string =>
  `seen: mean ${formatNumber(mean)}, sd ${formatNumber(sd)}`

function statisticsNode(column: ColumnProfile, present: number, order: Nodes): Nodes {
  const { type, numeric, distinct } = column
  if (isNumeric(type) && numeric !== null && order.order === undefined && distinct >= 10) {
    const bounds = statisticBounds(numeric, present)
    if (bounds === null) return {}
    return {
      statistics: {
        value: bounds,
        why: `${momentsSeen(numeric)}; slack for ${plural(present, 'value')}`,
      },
    }
  }
  // A column of words: neither a set nor another text in every row.
  if (type !== 'string' || isWithheld(column) || distinct < 10 || distinct > 0.5 * present) return {}
  return {
    statistics: {
      value: { distinct: { min: 2, max: distinct * CARDINALITY } },
      why: `${formatInteger(distinct)} different values seen`,
    },
  }
}
