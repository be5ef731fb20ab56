import type { PerturbationConfig } from '../../../shared/contracts/evaluate-behaviour.js'
import type { Cell } from '../../../shared/data/engine/engine.js'
import { formatPercent, shortList } from '../../../shared/report/format.js'
import type { Random } from '../../../shared/stats/sampling/rng.js'
import type { Row } from '../judged-rows.js'
import { anotherOf, type Changer, numberIn } from './changes.js'
import type { ColumnFacts } from './columns.js'
import { withCase, withoutAccents, withoutPunctuation, withTypos } from './text.js'
import type { Change } from './types.js'

export interface Perturbation {
  readonly name: string
  readonly change: Changer
}

/** Which columns a kind of change is for. */
export const PERTURBED: Readonly<Record<NonNullable<PerturbationConfig['kind']>, 'numeric' | 'any' | 'text'>> = {
  noise: 'numeric',
  rounding: 'numeric',
  missing: 'any',
  'unseen-category': 'text',
  'swapped-category': 'any',
  case: 'text',
  typos: 'text',
  punctuation: 'text',
  accents: 'text',
}

/** One declared perturbation with what it needs to know of the columns. */
export async function perturbationOf(
  part: PerturbationConfig,
  features: readonly string[],
  facts: ColumnFacts,
): Promise<Perturbation> {
  const columns = await columnsOf(part, features, facts)
  const on = (what: string) => `${what} ${shortList(columns)}`
  switch (part.kind) {
    case undefined:
    case 'noise': {
      const spreads = await spreadsOf(columns, facts)
      const name = `noise of ${part.scale} standard deviations on ${shortList([...spreads.keys()])}`
      return { name, change: (row, random) => noise(row, spreads, part.scale, random) }
    }
    case 'rounding':
      return {
        name: on(`${part.digits} significant digits of`),
        change: (row) => eachNumber(row, columns, (number) => Number(number.toPrecision(part.digits))),
      }
    case 'missing':
      return { name: on('a value taken away of'), change: (row, random) => one(row, columns, random, () => null) }
    case 'unseen-category': {
      const unseen = new Map<string, string>()
      for (const column of columns) unseen.set(column, unseenValue(await facts.values(column)))
      return {
        name: on('a category that no row has in'),
        change: (row, random) => one(row, columns, random, (column) => unseen.get(column) as string),
      }
    }
    case 'swapped-category': {
      const values = new Map<string, readonly Cell[]>()
      for (const column of columns) values.set(column, await facts.values(column))
      const swap = (column: string, before: Cell, random: Random) =>
        (anotherOf(values.get(column) ?? [], before, random) ?? { value: before }).value
      return { name: on('another category in'), change: (row, random) => one(row, columns, random, swap) }
    }
    case 'case':
      return { name: on(`${CASES[part.to]} in`), change: (row) => eachText(row, columns, (t) => withCase(t, part.to)) }
    case 'typos': {
      const make = (text: string, random: Random) =>
        text.length < part['min-length'] ? text : withTypos(text, part.rate, part.mix, random)
      return {
        name: on(`typing errors in ${formatPercent(part.rate)} of the characters of`),
        change: (row, random) => eachText(row, columns, (text) => make(text, random)),
      }
    }
    case 'punctuation':
      return { name: on('no punctuation in'), change: (row) => eachText(row, columns, withoutPunctuation) }
    case 'accents':
      return { name: on('no accents in'), change: (row) => eachText(row, columns, withoutAccents) }
  }
}

const CASES = { upper: 'capital letters', lower: 'small letters', title: 'a capital for each word' } as const

async function columnsOf(part: PerturbationConfig, features: readonly string[], facts: ColumnFacts): Promise<string[]> {
  if (part.columns !== undefined) return [...new Set(part.columns)]
  const kind = part.kind ?? 'noise'
  if (kind === 'missing') return [...features]
  const chosen: string[] = []
  for (const column of features) {
    if (PERTURBED[kind] === 'numeric' ? facts.isNumeric(column) : await isMeant(kind, column, facts)) {
      chosen.push(column)
    }
  }
  return chosen
}

async function isMeant(kind: string, column: string, facts: ColumnFacts): Promise<boolean> {
  if (kind === 'swapped-category') return facts.isCategory(column)
  if (!facts.isText(column)) return false
  return (await facts.isCategory(column)) === (kind === 'unseen-category')
}

async function spreadsOf(columns: readonly string[], facts: ColumnFacts): Promise<Map<string, number>> {
  const spreads = new Map<string, number>()
  for (const column of columns) {
    const spread = await facts.spread(column)
    if (spread > 0) spreads.set(column, spread)
  }
  return spreads
}

function noise(row: Row, spreads: ReadonlyMap<string, number>, scale: number, random: Random): Change[] {
  const moved: { change: Change; size: number }[] = []
  for (const [column, spread] of spreads) {
    const drawn = random.normal() * scale
    const before = numberIn(row[column])
    if (before === null) continue
    const noisy = before + drawn * spread
    // Whole numbers stay whole: a model may take 2.3 engines for bad input.
    const after = Number.isInteger(before) ? Math.round(noisy) : noisy
    if (after !== before) moved.push({ change: { column, before, after }, size: Math.abs(drawn) })
  }
  return moved.sort((a, b) => b.size - a.size).map(({ change }) => change)
}

function eachNumber(row: Row, columns: readonly string[], change: (number: number) => number): Change[] {
  return columns.flatMap((column) => {
    const before = numberIn(row[column])
    return before === null ? [] : [{ column, before, after: change(before) }]
  })
}

function eachText(row: Row, columns: readonly string[], change: (text: string) => string): Change[] {
  return columns.flatMap((column) => {
    const before = row[column]
    return typeof before === 'string' ? [{ column, before, after: change(before) }] : []
  })
}

/** One column, drawn from those that have a value. */
function one(
  row: Row,
  columns: readonly string[],
  random: Random,
  change: (column: string, before: Cell, random: Random) => Cell,
): Change[] {
  const present = columns.filter((column) => row[column] !== null && row[column] !== undefined)
  if (present.length === 0) return []
  const column = present[random.below(present.length)] as string
  const before = row[column] as Cell
  return [{ column, before, after: change(column, before, random) }]
}

function unseenValue(seen: readonly Cell[]): string {
  const known = new Set(seen)
  let name = 'never seen'
  for (let i = 2; known.has(name); i++) name = `never seen ${i}`
  return name
}
