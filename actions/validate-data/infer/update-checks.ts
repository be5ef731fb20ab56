import { isMap, isSeq, type YAMLMap } from 'yaml'
import type { DataCheck } from '../../../shared/contracts/data-checks.js'
import type { DataContract } from '../../../shared/contracts/data-contract.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import type { Dataset } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { formatInteger, formatNumber } from '../../../shared/report/format.js'
import { dateFormats, partByTime, profiledTimes, scopeOfTimes } from '../date-columns.js'
import { daysOf, dayText } from '../dates.js'
import { askRules } from '../rules/ask.js'
import { type Rule, rulesOf } from '../rules/rule.js'
import { scopeOf } from '../rules/scope.js'
import { roundDown, roundUp, share } from './bounds.js'
import { type Editor, nodeAt, pairOf } from './edit.js'

/** What the data break of one rule that no profile tells: `measured` is a statistic, or rows that are bad, of `n`. */
export interface BrokenRule {
  readonly rule: Rule
  readonly measured: number | string | null
  readonly n: number
  /** Smallest and largest value, for a range, and length. */
  readonly seen?: { readonly min: number; readonly max: number }
}

/** Checks that hold or do not: which of the rows are wrong is for a person to say. */
const OF_PEOPLE: ReadonlySet<DataCheck['check']> = new Set(['freshness', 'volume', 'sql', 'foreign-key'])
/** Checks of which a share may break them, as formats and patterns of columns may. */
const OF_SHARES: ReadonlySet<DataCheck['check']> = new Set([
  'missing',
  'values',
  'range',
  'length',
  'pattern',
  'format',
  'date-format',
  'outliers',
])
/** Statistics that `updateStatistics` knows by the profile. */
const KNOWN = ['min', 'max', 'mean', 'sd', 'median', 'distinct', 'missing', 'missing-share']

/** Entries of `checks`, outliers and the statistics that a profile does not hold: those that the data break. */
export async function measureChecks(
  engine: DataEngine,
  dataset: Dataset,
  profile: DatasetProfile,
  contract: DataContract,
): Promise<BrokenRule[]> {
  const formats = dateFormats(contract)
  const wanted = rulesOf(contract, undefined).filter(({ check, at }) => {
    if (OF_PEOPLE.has(check.check) || (check.on !== undefined && check.on !== dataset.name)) return false
    if (at[0] === 'checks') return true
    return check.check === 'outliers' || (check.check === 'statistic' && !KNOWN.includes(check.statistic))
  })
  if (wanted.length === 0) return []
  const scope = scopeOf(dataset, profile)
  const timed =
    formats.size === 0 ? scope : scopeOfTimes(scope, await profiledTimes(engine, { dataset, profile }, formats))
  const { times } = partByTime(wanted, formats)
  const broken: BrokenRule[] = []
  for (const rule of wanted) {
    const of = times.includes(rule) ? timed : scope
    const { checks } = await askRules([rule], {
      engine,
      scope: of,
      id: undefined,
      reference: (name) => (name === dataset.name ? of : null),
      facts: { profile: of.profile, before: null, now: new Date(0) },
      place: () => null,
      sensitive: new Set(),
      root: '',
    })
    const [found] = checks
    if (found === undefined || (found.verdict !== 'fail' && found.verdict !== 'warn')) continue
    const { check } = rule
    const lengths =
      check.check === 'length' && check.where === undefined ? of.columns.get(check.column)?.facts.length : null
    const numeric = check.check === 'range' ? of.columns.get(check.column)?.facts.numeric : null
    const seen = lengths ?? numeric
    const measured = typeof found.measured === 'boolean' ? null : (found.measured ?? null)
    broken.push({
      rule,
      measured,
      n: found.n ?? 0,
      ...(seen == null ? {} : { seen: { min: seen.min, max: seen.max } }),
    })
  }
  return broken
}

/** Widens in the text what the data break; pure but for the editor. What only a person may decide is `left`. */
export function updateChecks(
  editor: Editor,
  root: YAMLMap,
  broken: readonly BrokenRule[],
  tell: (what: string) => void,
  leave: (what: string) => void,
): void {
  for (const one of broken) {
    const map = itemAt(root, one.rule.at)
    if (map === null) continue
    const { check } = one.rule
    const about = check.name ?? ('column' in check ? check.column : 'columns' in check ? check.columns.join(', ') : '')
    const called = about === '' ? `check ${check.check}` : `check ${check.check} of ${JSON.stringify(about)}`
    const changed = widen(editor, map, one)
    if (changed === null) leave(`${called}: ${brokenText(one)}`)
    else tell(`${called}: ${changed}`)
  }
}

const brokenText = ({ rule, measured, n }: BrokenRule): string =>
  rule.check.check === 'statistic' || typeof measured !== 'number'
    ? `it is ${String(measured)}`
    : `${formatInteger(measured)} of ${formatInteger(n)} break it`

/** The map that a rule stands in: an entry of `checks`, or a key of a column. */
function itemAt(root: YAMLMap, at: readonly PropertyKey[]): YAMLMap | null {
  let node: unknown = root
  for (const key of at) {
    if (typeof key === 'number') node = isSeq(node) ? node.items[key] : undefined
    else node = pairOf(node, String(key))?.value
  }
  return isMap(node) ? node : null
}

/** What became what; null where no bound can be widened. */
function widen(editor: Editor, map: YAMLMap, { rule, measured, n, seen }: BrokenRule): string | null {
  const { check } = rule
  const set = (key: string, was: unknown, now: number | string, why: string): string | null => {
    const node = nodeAt(map, key)
    if (node === undefined || was === now) return null
    editor.replace(node, now, { key, text: `was ${key} ${String(was)}` })
    return `${key} ${String(was)} became ${String(now)}, ${why}`
  }
  if (check.check === 'statistic' || check.check === 'correlation' || check.check === 'row-count') {
    if (measured === null) return null
    const bounds = check as { readonly min?: number | string; readonly max?: number | string }
    return widenBounds(
      bounds,
      { min: measured, max: measured },
      set,
      `it is ${typeof measured === 'number' ? formatNumber(measured, 6) : measured}`,
    )
  }
  if (seen !== undefined && (check.check === 'range' || check.check === 'length') && check.where === undefined) {
    const bounds = check as { readonly min?: number | string; readonly max?: number | string }
    const found = widenBounds(
      bounds,
      seen,
      set,
      `${formatInteger(Number(measured))} of ${formatInteger(n)} are outside`,
    )
    if (found !== null) return found
  }
  if (!OF_SHARES.has(check.check) || typeof measured !== 'number' || n === 0) return null
  const bad = share(Math.min(1, (measured / n) * 1.5))
  const why = `${formatInteger(measured)} of ${formatInteger(n)} break it`
  // A column's `outliers` says its share in words of its own.
  if (rule.at[0] === 'columns') {
    const was = 1 - ((check as { readonly mostly?: number }).mostly ?? 1)
    const shown = Number(was.toPrecision(12))
    const known = set('max-share', shown, bad, why)
    const first = pairOf(map, 'z') ?? map.items.at(-1)
    if (known !== null || first === undefined) return known
    editor.addKey(map, first, 'max-share', bad, { key: 'max-share', text: `was ${shown}: ${why}` })
    return `max-share ${shown} became ${bad}, ${why}`
  }
  const tolerance = check as { readonly mostly?: number; readonly 'max-bad'?: number }
  if (tolerance['max-bad'] !== undefined) return set('max-bad', tolerance['max-bad'], Math.ceil(measured * 1.5), why)
  const mostly = Number((1 - bad).toPrecision(12))
  if (tolerance.mostly !== undefined) return set('mostly', tolerance.mostly, mostly, why)
  const last = map.items.at(-1)
  if (last === undefined) return null
  editor.addKey(map, last, 'mostly', mostly, { key: 'mostly', text: `was 1: ${why}` })
  return `mostly 1 became ${mostly}, ${why}`
}

type Set = (key: string, was: unknown, now: number | string, why: string) => string | null

/** Each end that a value lies beyond goes as far, rounded outwards to two digits; days as they are. */
function widenBounds(
  bounds: { readonly min?: number | string; readonly max?: number | string },
  seen: { readonly min: number | string; readonly max: number | string },
  set: Set,
  why: string,
): string | null {
  const told: string[] = []
  for (const end of ['min', 'max'] as const) {
    const [was, value] = [bounds[end], seen[end]]
    if (was === undefined) continue
    const isDate = typeof was === 'string'
    if (isDate && typeof value === 'string' && Number.isNaN(daysOf(value))) continue
    const [place, bound] = isDate
      ? [typeof value === 'string' ? daysOf(value) : value, daysOf(was)]
      : [Number(value), was]
    const outer = isDate && end === 'max' && was.length === 10 ? bound + 1 : bound
    if (!(end === 'min' ? place <= bound : place >= outer) || !Number.isFinite(place)) continue
    const now = isDate
      ? dayText(
          end === 'min'
            ? Math.floor(place)
            : Math.floor(place) + (place > Math.floor(place) && was.length > 10 ? 1 : 0),
        ).slice(0, 10)
      : end === 'min'
        ? roundDown(place)
        : roundUp(place)
    const changed = set(end, was, now, why)
    if (changed !== null) told.push(changed)
  }
  return told.length === 0 ? null : told.join('; ')
}
