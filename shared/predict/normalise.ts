import type { Prediction } from '../contracts/predict.js'
import type { Task } from './predictor.js'

const NOTHING: Prediction = { label: null, score: null, probabilities: null, value: null }
const KEYS = ['label', 'score', 'probabilities', 'value'] as const

export type Normalised = { prediction: Prediction } | { problem: string }

/**
 * One answer of a model as a Prediction, or what is wrong with it in words that follow "answered". Nothing is derived.
 * A bare number is the value (regression), the score of the positive class (binary) or a class label (multiclass);
 * a bare text or boolean is a label. Objects may have more keys than the known ones.
 */
export function normalise(answer: unknown, task: Task): Normalised {
  if (typeof answer === 'number') {
    if (!Number.isFinite(answer)) return { problem: `${answer}, which is not a finite number` }
    if (task === 'regression') return { prediction: { ...NOTHING, value: answer } }
    return { prediction: task === 'binary' ? { ...NOTHING, score: answer } : { ...NOTHING, label: String(answer) } }
  }
  if (typeof answer === 'string' || typeof answer === 'boolean') {
    if (task === 'regression') return { problem: `${excerpt(answer)}, but a regression model answers with numbers` }
    return { prediction: { ...NOTHING, label: String(answer) } }
  }
  if (answer === null) return { problem: 'null, which is no prediction' }
  if (Array.isArray(answer)) {
    return { problem: `the array ${excerpt(answer)}; give one number, one label or an object per row` }
  }
  return fromObject(answer as Record<string, unknown>)
}

function fromObject(answer: Record<string, unknown>): Normalised {
  const given = KEYS.filter((key) => answer[key] !== undefined && answer[key] !== null)
  if (given.length === 0) return { problem: `${excerpt(answer)}, which has none of ${KEYS.join(', ')}` }
  const prediction = { ...NOTHING }
  for (const key of given) {
    const value = answer[key]
    if (key === 'label') {
      if (!['string', 'number', 'boolean'].includes(typeof value))
        return wrong('label', value, 'a text, number or boolean')
      prediction.label = String(value)
    } else if (key === 'probabilities') {
      const entries = typeof value === 'object' && !Array.isArray(value) ? Object.entries(value as object) : null
      if (!entries?.every(([, p]) => Number.isFinite(p))) return wrong(key, value, 'an object of a number per class')
      prediction.probabilities = Object.fromEntries(entries) as Record<string, number>
    } else {
      if (!Number.isFinite(value)) return wrong(key, value, 'a finite number')
      prediction[key] = value as number
    }
  }
  return { prediction }
}

const wrong = (key: string, value: unknown, expected: string): Normalised => ({
  problem: `a ${key} of ${excerpt(value)}, which is not ${expected}`,
})

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
