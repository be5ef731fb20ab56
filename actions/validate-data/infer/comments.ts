import { daysOf } from '../dates.js'
import { FARTHEST } from './tail.js'
import { LONGEST, oneLine } from './yaml.js'

/** What a comment says of a change: `was max 219`, once for each key of a line. */
export interface Note {
  readonly key: string
  readonly text: string
}

/** What inference says now of a key; undefined where it says nothing of it any more. */
export interface Renewal {
  readonly key: string
  readonly why: string | undefined
  /** What was seen before counts as seen. */
  readonly keepsSeen?: boolean | undefined
}

const COUNT = '[\\d,]+'
const VALUE = '(-?[\\d.]+(e[+-]?\\d+)?|\\d{4}-\\d\\d-\\d\\d(T[\\d:.]+Z)?)'
const SLACK = `([\\d.,]+ % of the width|for the tail of ${COUNT} values?|${FARTHEST} times as far from the median|a year|as long again|none, for shares end there)`
const whole = (...patterns: readonly string[]): RegExp => new RegExp(`^(${patterns.join('|')})$`)

/** Parts of comments as inference writes them, by the key whose line or list they explain: the words of people are not so. */
const OWN: Readonly<Record<string, RegExp>> = {
  'rows.min': whole(`half of the ${COUNT} rows? seen`),
  'duplicates.max-share': whole('extra copies seen: [^;]* of [^;]* rows?', 'no column tells the rows apart'),
  'label.min-share': whole(
    'half of the share of the rarest class',
    'the rarest class has [-\\d.,e]+ %',
    `slack for ${COUNT} labels`,
  ),
  type: whole(
    `all ${COUNT} values?( (is|are) written so)?`,
    `${COUNT} of ${COUNT} values looks? like \\w+: [^;]*`,
    'each may be [^;]* or [^;]*: no value tells day from month, [^;]*',
  ),
  missing: whole('never missing', 'missing in [-\\d.,e]+ % of the rows'),
  'date-format': whole(`each of the ${COUNT} values? is written so`),
  unique: whole(`all ${COUNT} values? differ`),
  order: whole('so in every row, in the order of the files'),
  format: whole(`each of the ${COUNT} values? is [^;]*`),
  values: whole(
    `${COUNT} values(, the rarest ${COUNT} times?)?`,
    `1 value, ${COUNT} times?: a constant tells nothing`,
    'one value in two spellings\\? .*',
  ),
  range: whole(
    `seen: ${VALUE} to ${VALUE}`,
    `slack: ${SLACK}`,
    `slack below: ${SLACK}(, above: ${SLACK})?`,
    `slack above: ${SLACK}`,
    `.* \\(${COUNT} rows?\\) may stand for no value: name it under \`missing\` of the source`,
  ),
  length: whole(`seen: ${COUNT} to ${COUNT} characters`),
  statistics: whole('seen: mean [^;]*, sd [^;]*', `slack for ${COUNT} values`, `${COUNT} different values seen`),
}

/**
 * A comment without its sign, with what inference wrote of a key replaced by what it says now; all else stays as it is. The
 * same text where nothing of it is its own.
 */
export function renewed(comment: string, { key, why, keepsSeen }: Renewal): string {
  const own = OWN[key]
  const parts = comment.split('; ')
  const isOwn = parts.map((part) => own?.test(part.trim()) === true)
  if (!isOwn.includes(true)) return comment
  const kept = parts.flatMap((part, i) => {
    if (!isOwn[i]) return [part.trim()]
    return i === isOwn.indexOf(true) && why !== undefined
      ? [oneLine(keepsSeen ? seenBoth(part, why) : why, LONGEST)]
      : []
  })
  return kept.length === 0 ? '' : ` ${kept.join('; ')}`
}

const SEEN = new RegExp(`^\\s*seen: (?<low>${VALUE}) to (?<high>${VALUE})(?= |;|$)`)

/** Two reasons that say from where to where values were seen: the new one, of the values of both. */
function seenBoth(before: string, now: string): string {
  const [old, fresh] = [SEEN.exec(before)?.groups, SEEN.exec(now)?.groups]
  if (old === undefined || fresh === undefined) return now
  const [low, high] = (['low', 'high'] as const).map((end) => outer(end, old[end] as string, fresh[end] as string))
  return now.replace(SEEN, `seen: ${low} to ${high}`)
}

function outer(end: 'low' | 'high', a: string, b: string): string {
  const [x, y] = [a, b].map((text) => (/^\d{4}-\d\d-\d\d/.test(text) ? daysOf(text) : Number(text))) as [number, number]
  return x < y === (end === 'low') ? a : b
}

/** A comment without its sign, with notes at its end: an earlier note of the same key gives way. */
export function noted(comment: string, notes: readonly Note[]): string {
  if (notes.length === 0) return comment
  const said = notes.map(({ text }) => oneLine(text, 200)).join('; ')
  const kept = notes.reduce(
    (text, { key }) => text.replace(new RegExp(`(; |(?<=^ ?))was ${key.replaceAll('.', '\\.')} [^;]*`, 'g'), ''),
    comment,
  )
  return /^\s*$/.test(kept) ? ` ${said}` : `${kept.trimEnd()}; ${said}`
}

/** Where a comment begins between two offsets of a line, the first outside of quotes. */
export function commentStart(source: string, from: number, end: number): number | null {
  let quote = ''
  for (let i = from; i < end; i++) {
    const sign = source[i] as string
    if (quote !== '') {
      if (sign === '\\' && quote === '"') i += 1
      else if (sign === quote) quote = ''
    } else if (sign === '#' && /\s/.test(source[i - 1] ?? ' ')) return i
    else if ((sign === '"' || sign === "'") && /[\s[{,:]/.test(source[i - 1] ?? ' ')) quote = sign
  }
  return null
}
