import type { Prediction } from '../contracts/predict.js'
import type { Task } from '../stats/sample.js'

const NOTHING: Prediction = { label: null, score: null, probabilities: null, value: null }

type Key = keyof Prediction | 'rank'

/**
 * Keys that an answer of a task may have. `rank` is that of an item in its query, 1 for the best; tensors have no other name
 * for a text than `label`.
 */
const KEYS: Readonly<Record<Task, readonly Key[]>> = {
  binary: ['label', 'score', 'probabilities', 'value'],
  multiclass: ['label', 'score', 'probabilities', 'value'],
  regression: ['label', 'score', 'probabilities', 'value'],
  multilabel: ['labels', 'probabilities'],
  quantile: ['quantiles'],
  ranking: ['score', 'rank'],
  text: ['text', 'label'],
}

export type Normalised = { prediction: Prediction } | { problem: string }

/**
 * One answer of a model as a Prediction, or what is wrong with it in words that follow "answered". Nothing is derived, but
 * that a rank becomes the score that it stands for. A bare number is the value (regression), the score of the positive
 * class (binary) or of the row (ranking), or a class label (multiclass); a bare text or boolean is a label, or the text of
 * a text model; a bare list the labels of a multilabel one. Objects may have more keys than the known ones.
 */
export function normalise(answer: unknown, task: Task): Normalised {
  if (typeof answer === 'number' && !Number.isFinite(answer)) {
    return { problem: `${answer}, which is not a finite number` }
  }
  if (answer === null) return { problem: 'null, which is no prediction' }
  if (Array.isArray(answer)) {
    if (task === 'multilabel') return fromObject({ labels: answer }, task)
    return { problem: `the array ${excerpt(answer)}; give one number, one label or an object per row` }
  }
  if (typeof answer === 'object') return fromObject(answer as Record<string, unknown>, task)
  return fromScalar(answer as string | number | boolean, task)
}

function fromScalar(answer: string | number | boolean, task: Task): Normalised {
  switch (task) {
    case 'regression':
      return typeof answer === 'number'
        ? { prediction: { ...NOTHING, value: answer } }
        : { problem: `${excerpt(answer)}, but a regression model answers with numbers` }
    case 'binary':
      return { prediction: typeof answer === 'number' ? scored(answer) : labelled(answer) }
    case 'multiclass':
      return { prediction: labelled(answer) }
    case 'ranking':
      return typeof answer === 'number'
        ? { prediction: scored(answer) }
        : { problem: `${excerpt(answer)}, but a model that ranks answers with a score per row` }
    case 'text':
      return { prediction: { ...NOTHING, text: String(answer) } }
    case 'multilabel':
      return {
        problem: `${excerpt(answer)}, but a multilabel model answers with a list of labels or with probabilities`,
      }
    case 'quantile':
      return { problem: `${excerpt(answer)}, but a model of quantiles answers with {"quantiles": {"0.1": …}}` }
  }
}

const scored = (score: number): Prediction => ({ ...NOTHING, score })
const labelled = (label: string | number | boolean): Prediction => ({ ...NOTHING, label: String(label) })

function fromObject(answer: Record<string, unknown>, task: Task): Normalised {
  const keys = KEYS[task]
  const given = keys.filter((key) => answer[key] !== undefined && answer[key] !== null)
  if (given.length === 0) return { problem: `${excerpt(answer)}, which has none of ${keys.join(', ')}` }
  const prediction = { ...NOTHING }
  for (const key of given) {
    const wrong = take(prediction, key, answer[key])
    if (wrong !== null) return { problem: `a ${key} of ${excerpt(answer[key])}, which is not ${wrong}` }
  }
  if (task !== 'text') return { prediction }
  return { prediction: { ...NOTHING, text: prediction.text ?? (prediction.label as string) } }
}

/** Puts the value of a key into the prediction, or tells what it should have been. */
function take(prediction: Prediction, key: Key, value: unknown): string | null {
  switch (key) {
    case 'label':
      if (!isScalar(value)) return 'a text, number or boolean'
      prediction.label = String(value)
      return null
    case 'text':
      if (!isScalar(value)) return 'a text'
      prediction.text = String(value)
      return null
    case 'labels':
      if (!Array.isArray(value) || !value.every(isScalar)) return 'a list of texts, numbers or booleans'
      prediction.labels = [...new Set(value.map(String))]
      return null
    case 'probabilities': {
      const entries = numbersOf(value)
      if (entries === null) return 'an object of a number per class'
      prediction.probabilities = Object.fromEntries(entries)
      return null
    }
    case 'quantiles': {
      const entries = numbersOf(value)
      if (entries === null || entries.length === 0 || !entries.every(([level]) => isLevel(level))) {
        return 'an object of a number per level between 0 and 1'
      }
      prediction.quantiles = Object.fromEntries(entries)
      return null
    }
    case 'rank':
      if (typeof value !== 'number' || !(value >= 1 && Number.isFinite(value))) return 'a rank, 1 for the best'
      prediction.score ??= -value
      return null
    default:
      if (!Number.isFinite(value)) return 'a finite number'
      prediction[key] = value as number
      return null
  }
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))

const isLevel = (name: string): boolean => name.trim() !== '' && Number(name) > 0 && Number(name) < 1

function numbersOf(value: unknown): [string, number][] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const entries = Object.entries(value)
  return entries.every(([, number]) => Number.isFinite(number)) ? (entries as [string, number][]) : null
}

/** One line of text of a model as an answer; JSON, and nothing but JSON. */
export function parseAnswer(line: string, task: Task): Normalised {
  try {
    return normalise(JSON.parse(line), task)
  } catch {
    if (line.trim() === '') return { problem: 'an empty line' }
    if (/^\s*[-+]?(nan|inf(inity)?)\s*$/i.test(line)) return { problem: `${line.trim()}, which is not a number` }
    return { problem: `${excerpt(line)}, which is not JSON` }
  }
}

/** A value as JSON, or a number as it is, cut to 120 characters. */
export function excerpt(value: unknown): string {
  // JSON writes Infinity as null, which would be another mistake.
  const text = (typeof value === 'number' ? undefined : JSON.stringify(value)) ?? String(value)
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
