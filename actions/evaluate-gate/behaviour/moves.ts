import { formatGiven } from '../../../shared/report/format.js'
import type { Task } from '../../../shared/stats/sample.js'
import type { Answer, Reading } from './types.js'

/** An answer of no label at all. */
const NO_LABEL = '(none)'
/** Quantiles and probabilities that an answer is shown with. */
const MOST_SHOWN = 4

/** What {@link moveOf} measures, in words. */
export function moveText(task: Task): string {
  switch (task) {
    case 'binary':
      return 'A move is the change of the score; without a score it is 1 for another label.'
    case 'multiclass':
      return 'A move is the largest change of a probability; without probabilities it is 1 for another label.'
    case 'multilabel':
      return 'A move is the largest change of a probability; without probabilities the share of labels that not both sets have.'
    case 'regression':
      return 'A move is the change of the value, relative to its size before.'
    case 'quantile':
      return 'A move is the largest change of a quantile, relative to the size of the largest one before.'
    case 'ranking':
      return 'A move is the change of the score, relative to its size before.'
    case 'text':
      return 'A move is 1 for another text, white space at its ends aside.'
  }
}

/** How far two answers of a task are apart, as {@link moveText} says; Infinity for answers of different kinds. */
export function moveOf(before: Answer, after: Answer, task: Task | null = null): number {
  if (typeof before.text === 'string' && typeof after.text === 'string')
    return before.text.trim() === after.text.trim() ? 0 : 1
  if (before.quantiles != null && after.quantiles != null) return quantileMove(before.quantiles, after.quantiles)
  if (before.value !== null && after.value !== null) return relative(before.value, after.value)
  if (before.score !== null && after.score !== null) {
    return task === 'ranking' ? relative(before.score, after.score) : Math.abs(after.score - before.score)
  }
  if (before.probabilities !== null && after.probabilities !== null) {
    return largestChange(before.probabilities, after.probabilities)
  }
  if (before.labels != null && after.labels != null) return jaccardDistance(before.labels, after.labels)
  if (before.label !== null && after.label !== null) return before.label.trim() === after.label.trim() ? 0 : 1
  return Number.POSITIVE_INFINITY
}

/**
 * The number that a direction is about: the score of the class, the value, or the median of a forecast. Null where the
 * answer has none.
 */
export function numberOf(answer: Answer, reading: Reading, className: string | null): number | null {
  switch (reading.task) {
    case 'binary': {
      const score = scoreOf(answer, reading)
      if (score === null || className === null || className === reading.positive) return score
      return 1 - score
    }
    case 'multiclass':
    case 'multilabel':
      return className === null ? null : (answer.probabilities?.[className] ?? null)
    case 'regression':
      return answer.value
    case 'quantile':
      return median(answer)
    case 'ranking':
      return answer.score ?? answer.value
    case 'text':
      return null
  }
}

/** The label that an answer means, as text; null for tasks and answers without one. */
export function labelOf(answer: Answer, reading: Reading): string | null {
  const { task, classes, positive, threshold } = reading
  switch (task) {
    case 'binary': {
      const score = scoreOf(answer, reading)
      if (score === null) return answer.label
      return score > (threshold ?? 0.5) ? positive : (classes.find((name) => name !== positive) ?? `not ${positive}`)
    }
    case 'multiclass': {
      if (answer.label !== null || answer.probabilities === null) return answer.label
      const given = answer.probabilities
      const names = [...new Set([...classes, ...Object.keys(given).sort()])].filter((name) =>
        Object.hasOwn(given, name),
      )
      return names.reduce<string | null>(
        (best, name) => (best === null || (given[name] as number) > (given[best] as number) ? name : best),
        null,
      )
    }
    case 'multilabel': {
      const labels = labelsOf(answer, threshold)
      return labels && (labels.length === 0 ? NO_LABEL : labels.join(', '))
    }
    case 'text':
      return (answer.text ?? answer.label)?.trim() ?? null
    default:
      return null
  }
}

/** The labels of a multilabel answer, ascending; null when it has none. */
export function labelsOf(answer: Answer, threshold: number | null): string[] | null {
  if (answer.labels != null) return [...new Set(answer.labels)].sort()
  if (answer.probabilities === null) return null
  return Object.keys(answer.probabilities)
    .filter((name) => (answer.probabilities?.[name] as number) > (threshold ?? 0.5))
    .sort()
}

/** Score of the positive class, or the probability that it is given. */
export function scoreOf(answer: Answer, { positive }: Pick<Reading, 'positive'>): number | null {
  if (answer.score !== null) return answer.score
  return positive === null ? null : (answer.probabilities?.[positive] ?? null)
}

/** An answer for people; numbers with six significant digits, or all that they have. */
export function answerText(answer: Answer, exact = false): string {
  if (typeof answer.text === 'string') return answer.text
  const number = exact ? String : formatGiven
  const parts: string[] = []
  if (answer.label !== null) parts.push(answer.label)
  if (answer.labels != null) parts.push(answer.labels.length === 0 ? NO_LABEL : answer.labels.join(', '))
  if (answer.score !== null) parts.push(number(answer.score))
  if (answer.value !== null) parts.push(number(answer.value))
  if (answer.quantiles != null) parts.push(pairsText(Object.entries(answer.quantiles), number))
  if (answer.probabilities !== null) {
    const ranked = Object.entries(answer.probabilities).sort(([a, p], [b, q]) => q - p || (a < b ? -1 : 1))
    parts.push(pairsText(ranked, number))
  }
  return parts.join(' · ')
}

/** Two answers for people, with as many digits as tell them apart. */
export function answerTexts(from: Answer, to: Answer): { readonly from: string; readonly to: string } {
  const [a, b] = [answerText(from), answerText(to)]
  return a === b ? { from: answerText(from, true), to: answerText(to, true) } : { from: a, to: b }
}

/** The middle one of the quantiles, the value where there are none. */
export function median(answer: Answer): number | null {
  const { quantiles } = answer
  if (quantiles == null) return answer.value
  const levels = Object.keys(quantiles).sort((a, b) => Math.abs(Number(a) - 0.5) - Math.abs(Number(b) - 0.5))
  return quantiles[levels[0] as string] ?? null
}

function relative(before: number, after: number): number {
  return before === after ? 0 : Math.abs(after - before) / Math.abs(before)
}

function largestChange(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): number {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].reduce((most, name) => Math.max(most, Math.abs((after[name] ?? 0) - (before[name] ?? 0))), 0)
}

function quantileMove(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): number {
  const change = largestChange(before, after)
  if (change === 0) return 0
  return change / Math.max(0, ...Object.values(before).map(Math.abs))
}

/** 1 − |A ∩ B| / |A ∪ B|; two empty sets are equal. */
function jaccardDistance(before: readonly string[], after: readonly string[]): number {
  const [a, b] = [new Set(before), new Set(after)]
  const both = [...a].filter((label) => b.has(label)).length
  const either = a.size + b.size - both
  return either === 0 ? 0 : 1 - both / either
}

function pairsText(pairs: readonly (readonly [string, number])[], textOf: (number: number) => string): string {
  const shown = pairs.slice(0, MOST_SHOWN).map(([name, number]) => `${name} ${textOf(number)}`)
  return pairs.length > MOST_SHOWN ? `${shown.join(', ')}, …` : shown.join(', ')
}
