export interface Ignored {
  readonly key: string
  readonly reason: string
}

export interface Metrics {
  readonly metrics: Record<string, number>
  /** Numbers that are NaN or infinite: the sign of a training that diverged. */
  readonly notFinite: Ignored[]
  /** Values that are no numbers. */
  readonly ignored: Ignored[]
  /** Why the whole file could not be read, else null. */
  readonly problem: string | null
}

export const MAX_METRICS_BYTES = 10_000_000
export const MAX_METRICS = 1000
const MAX_DEPTH = 20

/** JSON as Python and JavaScript trainers write it: bare NaN and infinities, which JSON does not know, become marks. */
const BARE_NUMBER = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g
const MARK = '\u0000not-finite:'

/**
 * Numbers of a JSON text, nested keys joined by dots. What is no finite number is listed with its reason. Never throws:
 * a text that is not a JSON object is a `problem`.
 */
export function readMetrics(text: string): Metrics {
  const failed = (problem: string): Metrics => ({ metrics: {}, notFinite: [], ignored: [], problem })
  if (text.trim() === '') return failed('is empty')
  if (text.includes('\u0000') || text.includes('\ufffd')) return failed('is not text in UTF-8')
  let json: unknown
  try {
    json = JSON.parse(
      text.replace(BARE_NUMBER, (token) => (token.startsWith('"') ? token : JSON.stringify(MARK + token))),
    )
  } catch {
    return failed('is not JSON')
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json))
    return failed('is not a JSON object of names and numbers')
  const found = new Map<string, number>()
  const notFinite: Ignored[] = []
  const ignored: Ignored[] = []
  for (const [key, value] of leaves(json, [])) {
    const finite = reasonNotFinite(value)
    const reason = finite ?? (found.has(key) ? 'stands twice' : reasonAgainst(value, found.size))
    const list = finite === null ? ignored : notFinite
    if (reason === null) found.set(key, value as number)
    else if (list.length < MAX_METRICS) list.push({ key, reason })
  }
  return { metrics: Object.fromEntries(found), notFinite, ignored, problem: null }
}

function* leaves(object: object, path: readonly string[]): Generator<[key: string, value: unknown]> {
  for (const [name, value] of Object.entries(object)) {
    const keys = [...path, name]
    const isMap = value !== null && typeof value === 'object' && !Array.isArray(value)
    if (isMap && keys.length < MAX_DEPTH) yield* leaves(value, keys)
    else yield [keys.join('.'), value]
  }
}

function reasonNotFinite(value: unknown): string | null {
  if (typeof value === 'string' && value.startsWith(MARK)) return `is ${value.slice(MARK.length)}`
  return typeof value === 'number' && !Number.isFinite(value) ? 'is too large for a number' : null
}

/** Why a value is not taken as a metric, or null. */
function reasonAgainst(value: unknown, taken: number): string | null {
  if (Array.isArray(value)) return `is a list of ${value.length} values, not a number`
  if (typeof value === 'string') return 'is a text, not a number'
  if (typeof value !== 'number')
    return `is ${value !== null && typeof value === 'object' ? 'nested too deeply' : value}`
  return taken >= MAX_METRICS ? `is beyond the first ${MAX_METRICS} metrics` : null
}
