import type { Dataset } from '../../dataset.js'
import type { Cell, DataEngine } from '../../engine/engine.js'
import { sampleColumns } from '../sample.js'
import type { TextDrift } from '../types.js'

const MOST_TEXTS = 20_000
/** Words whose share of the texts is compared: those in the most texts of both sides. */
const MOST_TOKENS = 100

/** Texts of a column of both sides, by their words and lengths. Up to 20,000 texts of each side, the same ones every time. */
export async function measureTextDrift(
  engine: DataEngine,
  before: Dataset,
  now: Dataset,
  name: string,
): Promise<TextDrift> {
  const [[left = []], [right = []]] = [
    await sampleColumns(engine, before, [name], MOST_TEXTS),
    await sampleColumns(engine, now, [name], MOST_TEXTS),
  ]
  return textDrift(textsOf(left), textsOf(right))
}

const textsOf = (cells: readonly Cell[]): string[] => cells.flatMap((cell) => (cell === null ? [] : [String(cell)]))

/** Letters and digits that stand together, in lower case, each once. */
export const tokensOf = (text: string): Set<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])

/** Two collections of texts, counted. */
export function textDrift(before: readonly string[], now: readonly string[]): TextDrift {
  const [left, right] = [before.map(tokensOf), now.map(tokensOf)]
  const [known, current] = [frequencies(left), frequencies(right)]
  const both = new Map(known)
  for (const [token, count] of current) both.set(token, (both.get(token) ?? 0) + count)
  const tokens = [...both]
    .filter(([, count]) => count >= 2)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_TOKENS)
    .map(([token]) => ({ token, before: known.get(token) ?? 0, now: current.get(token) ?? 0 }))
  const has = (texts: readonly Set<string>[], test: (token: string) => boolean) =>
    texts.filter((text) => [...text].some(test)).length
  return {
    before: before.length,
    now: now.length,
    tokens,
    unknown: { before: has(left, (token) => known.get(token) === 1), now: has(right, (token) => !known.has(token)) },
    lengths: lengthsOf(before, now),
  }
}

function frequencies(texts: readonly Set<string>[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) for (const token of text) counts.set(token, (counts.get(token) ?? 0) + 1)
  return counts
}

function lengthsOf(before: readonly string[], now: readonly string[]): TextDrift['lengths'] {
  const counts = new Map<number, [number, number]>()
  const add = (texts: readonly string[], side: 0 | 1) => {
    for (const text of texts) {
      const length = [...text].length
      const both = counts.get(length) ?? [0, 0]
      both[side] += 1
      counts.set(length, both)
    }
  }
  add(before, 0)
  add(now, 1)
  const values = [...counts.keys()].sort((a, b) => a - b)
  return {
    values,
    before: values.map((value) => counts.get(value)?.[0] ?? 0),
    now: values.map((value) => counts.get(value)?.[1] ?? 0),
  }
}
