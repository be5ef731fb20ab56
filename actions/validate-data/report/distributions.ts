import { type Check, VERDICTS } from '../../../shared/contracts/common.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { type Block, heading } from '../../../shared/report/blocks.js'
import { clip, exactLine } from '../../../shared/report/escape.js'
import { columnPicture, undrawn } from './charts-columns.js'

const MOST_PICTURES = 60

/** Each dataset has an equal part of the pictures of a page, and what the others leave of theirs. */
export function distributions(
  profiles: readonly DatasetProfile[],
  baseline: readonly DatasetProfile[],
  checks: readonly Check[],
): Block[] {
  const wanted = profiles.map(
    ({ name, columns }) => columns.filter((one) => columnPicture(name, one, null) !== null).length,
  )
  const parts = equalParts(wanted, MOST_PICTURES)
  return profiles.flatMap((profile, i): Block[] => {
    const blocks = distributionsOf(profile, baseline, checks, parts[i] as number)
    return profiles.length === 1 || blocks.length === 0
      ? blocks
      : [heading(3, `${clip(exactLine(profile.name), 60)} data`), ...blocks]
  })
}

/** As equal parts of a whole as what is wanted allows, those who want least first. Pure. */
export function equalParts(wanted: readonly number[], whole: number): number[] {
  const parts = wanted.map(() => 0)
  let left = whole
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] as number) - (wanted[b] as number) || a - b)
  order.forEach((i, at) => {
    parts[i] = Math.min(wanted[i] as number, Math.floor(left / (order.length - at)))
    left -= parts[i] as number
  })
  return parts
}

/** Columns with findings first, then those that drifted most, then in their order. */
function distributionsOf(
  profile: DatasetProfile,
  baseline: readonly DatasetProfile[],
  checks: readonly Check[],
  most: number,
): Block[] {
  const before = baseline.find(({ name }) => name === profile.name)
  const ranks = ranksOf(checks, profile.name)
  const columns = [...profile.columns].sort((a, b) => (ranks.get(b.name) ?? -1) - (ranks.get(a.name) ?? -1))
  const past = new Map(before?.columns.map((one) => [one.name, one]))
  const drawn: Block[] = []
  let [silent, sensitive, further] = [0, 0, 0]
  for (const one of columns) {
    if (drawn.length >= most) further += 1
    else {
      const picture = columnPicture(profile.name, one, past.get(one.name) ?? null)
      if (picture !== null) drawn.push(picture)
      else if (one.sensitive != null || past.get(one.name)?.sensitive != null) sensitive += 1
      else silent += 1
    }
  }
  return [
    ...drawn,
    ...undrawn(sensitive, 'their values are sensitive'),
    ...undrawn(silent, 'they hold identifiers, free text or no values'),
    ...undrawn(further, `a page has ${MOST_PICTURES} pictures; all numbers are in data-profile.json`),
  ]
}

/** 1 and more with a finding, below 1 by drift alone. */
function ranksOf(checks: readonly Check[], dataset: string): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>()
  for (const { subject, verdict, rule, measured } of checks) {
    const name = subject.startsWith(`${dataset}: `) ? subject.slice(dataset.length + 2) : subject
    const index = rule === 'drift' && typeof measured === 'number' ? 1 - 1 / (1 + Math.max(0, measured)) : 0
    ranks.set(name, Math.max(ranks.get(name) ?? -1, VERDICTS.indexOf(verdict) + index))
  }
  return ranks
}
