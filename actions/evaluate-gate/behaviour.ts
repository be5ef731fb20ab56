import type { Check } from '../../shared/contracts/common.js'
import type { EvaluateConfig } from '../../shared/contracts/config.js'
import type { BehaviourResult } from '../../shared/contracts/evaluation.js'
import type { Prediction } from '../../shared/contracts/predict.js'
import { checkOf } from '../../shared/core/check.js'
import type { Problem } from '../../shared/core/errors.js'
import type { Cell } from '../../shared/data/engine.js'
import { formatPercent, plural, shortList } from '../../shared/report/format.js'
import { wilson } from '../../shared/stats/intervals.js'
import { variance } from '../../shared/stats/numeric.js'
import { hash32, type Random, seededRandom } from '../../shared/stats/sampling/rng.js'
import { intervalText } from './figures.js'
import type { Question, Row } from './question.js'
import { verdictOfDecision } from './rules.js'

/** A row whose input was changed. */
export interface ChangedRow {
  readonly index: number
  readonly row: Row
  /** The column that changed most, with its values. */
  readonly column: string
  readonly before: Cell
  readonly after: Cell
}

export interface BehaviourTest {
  readonly kind: BehaviourResult['kind']
  readonly name: string
  /** Rows that were picked. */
  readonly rows: number
  /** Those whose input really changed. */
  readonly changed: readonly ChangedRow[]
  readonly tolerance: number
  readonly maxFailures: number
  readonly level: 'fail' | 'warn'
  /** Its key in plumbline.yml. */
  readonly at: readonly PropertyKey[]
}

/** The declared tests: one of noise on numeric features, one per column whose value is swapped. */
export function planBehaviour(question: Question, config: EvaluateConfig, seed: string): BehaviourTest[] {
  const tests: BehaviourTest[] = []
  const { perturbation } = config
  if (perturbation !== undefined) {
    const picked = pickRows(question, perturbation.rows, seed)
    const spreads = numericSpreads(question, perturbation.columns ?? question.features)
    const random = seededRandom(`${seed} perturbation`)
    tests.push({
      kind: 'perturbation',
      name: `noise of ${perturbation.scale} standard deviations on ${shortList([...spreads.keys()])}`,
      rows: picked.length,
      changed: picked.flatMap((index) => shaken(question, index, spreads, perturbation.scale, random)),
      tolerance: perturbation.tolerance,
      maxFailures: perturbation['max-failures'],
      level: perturbation.level,
      at: ['evaluate', 'perturbation'],
    })
  }
  for (const [i, invariance] of config.invariance.entries()) {
    const { column } = invariance
    const picked = pickRows(question, invariance.rows, seed)
    const values = invariance.values ?? distinctValues(question.rows, column)
    const random = seededRandom(`${seed} invariance ${column}`)
    tests.push({
      kind: 'invariance',
      name: `${column} swapped`,
      rows: picked.length,
      changed: picked.flatMap((index) => swapped(question, index, column, values, random)),
      tolerance: invariance.tolerance,
      maxFailures: invariance['max-failures'],
      level: invariance.level,
      at: ['evaluate', 'invariance', i],
    })
  }
  return tests
}

/** Mistakes in the declared tests: columns that are not there or that the model never sees. */
export function behaviourProblems(config: EvaluateConfig, question: Question, columns: readonly string[]): Problem[] {
  const named = [
    ...(config.perturbation?.columns ?? []).map((column) => ({ column, where: 'evaluate.perturbation.columns' })),
    ...config.invariance.map(({ column }, i) => ({ column, where: `evaluate.invariance[${i}].column` })),
  ]
  return named.flatMap(({ column, where }): Problem[] => {
    if (!columns.includes(column)) {
      const cure = `it has: ${shortList(columns, 20)}`
      return [{ where, message: `the test data have no column "${column}"`, cure }]
    }
    if (question.features.includes(column)) return []
    const cure = `features are: ${shortList(question.features, 20)}`
    return [{ where, message: `"${column}" is no feature, so changing it would change nothing`, cure }]
  })
}

/** Rows in the order of the hash of their names, so that the choice does not depend on the order of the file. */
function pickRows({ names }: Question, most: number, seed: string): number[] {
  const hashes = names.map((name) => hash32(`${seed} ${name}`))
  return [...names.keys()].sort((a, b) => (hashes[a] as number) - (hashes[b] as number) || a - b).slice(0, most)
}

function numericSpreads({ rows }: Question, columns: readonly string[]): Map<string, number> {
  const spreads = new Map<string, number>()
  for (const column of columns) {
    const cells = rows.map((row) => row[column]).filter((cell) => cell !== null && cell !== undefined)
    const numbers = cells.filter((cell): cell is number => typeof cell === 'number' && Number.isFinite(cell))
    const spread = Math.sqrt(variance(numbers))
    if (cells.length === numbers.length && spread > 0) spreads.set(column, spread)
  }
  return spreads
}

function shaken(
  { rows }: Question,
  index: number,
  spreads: ReadonlyMap<string, number>,
  scale: number,
  random: Random,
): ChangedRow[] {
  const row = rows[index] as Row
  const after: Record<string, Cell> = { ...row }
  let largest: { column: string; move: number } | null = null
  for (const [column, spread] of spreads) {
    const noise = random.normal() * scale
    const value = row[column]
    if (typeof value !== 'number') continue
    const moved = value + noise * spread
    // Whole numbers stay whole: a model may take 2.3 engines for bad input.
    const changed = Number.isInteger(value) ? Math.round(moved) : moved
    if (changed === value) continue
    after[column] = changed
    if (largest === null || Math.abs(noise) > largest.move) largest = { column, move: Math.abs(noise) }
  }
  if (largest === null) return []
  const { column } = largest
  return [{ index, row: after, column, before: row[column] as Cell, after: after[column] as Cell }]
}

function swapped(
  { rows }: Question,
  index: number,
  column: string,
  values: readonly Cell[],
  random: Random,
): ChangedRow[] {
  const row = rows[index] as Row
  const before = row[column] ?? null
  const draw = random.uniform()
  const others = values.filter((value) => value !== before)
  if (others.length === 0) return []
  const after = others[Math.floor(draw * others.length)] as Cell
  return [{ index, row: { ...row, [column]: after }, column, before, after }]
}

function distinctValues(rows: readonly Row[], column: string): Cell[] {
  const values = new Set(rows.map((row) => row[column] ?? null).filter((cell) => cell !== null))
  return [...values].sort((a, b) => (String(a) < String(b) ? -1 : 1))
}

/**
 * How far an answer moved: the change of the score, the largest change of a probability, 1 for another label where there
 * is no score, or the change of the value relative to its size before.
 */
export function moveOf(before: Prediction, after: Prediction): number {
  if (before.value !== null && after.value !== null) {
    if (before.value === after.value) return 0
    return Math.abs(after.value - before.value) / Math.abs(before.value)
  }
  if (before.score !== null && after.score !== null) return Math.abs(after.score - before.score)
  if (before.probabilities !== null && after.probabilities !== null) {
    const names = new Set([...Object.keys(before.probabilities), ...Object.keys(after.probabilities)])
    const of = (probabilities: Record<string, number>, name: string) => probabilities[name] ?? 0
    return Math.max(
      ...[...names].map((name) =>
        Math.abs(
          of(after.probabilities as Record<string, number>, name) -
            of(before.probabilities as Record<string, number>, name),
        ),
      ),
    )
  }
  return before.label === after.label ? 0 : 1
}

/** The number of an answer that is shown beside an example. */
function shownScore(prediction: Prediction): number {
  return (
    prediction.score ??
    prediction.value ??
    (prediction.probabilities === null ? Number.NaN : Math.max(...Object.values(prediction.probabilities)))
  )
}

export function judgeBehaviour(
  test: BehaviourTest,
  question: Question,
  before: readonly Prediction[],
  after: readonly Prediction[],
  confidence: number,
): { result: BehaviourResult; check: Check } {
  const moves = test.changed.map((changed, i) => ({
    changed,
    was: before[changed.index] as Prediction,
    is: after[i] as Prediction,
    move: moveOf(before[changed.index] as Prediction, after[i] as Prediction),
  }))
  const failed = moves.filter(({ move }) => move > test.tolerance).sort((a, b) => b.move - a.move)
  const interval = wilson(failed.length, moves.length, confidence)
  const examples = failed
    .map(({ changed, was, is }) => ({
      id: question.names[changed.index] as string,
      column: changed.column,
      before: scalar(changed.before),
      after: scalar(changed.after),
      scoreBefore: shownScore(was),
      scoreAfter: shownScore(is),
    }))
    .filter(({ scoreBefore, scoreAfter }) => Number.isFinite(scoreBefore) && Number.isFinite(scoreAfter))
    .slice(0, 5)
  const result: BehaviourResult = {
    kind: test.kind,
    name: test.name,
    rows: test.rows,
    changed: moves.length,
    failed: failed.length,
    rate: moves.length === 0 ? null : failed.length / moves.length,
    interval: interval && { ...interval },
    tolerance: test.tolerance,
    examples,
  }
  return { result, check: checkOfBehaviour(test, result) }
}

function checkOfBehaviour(test: BehaviourTest, { changed, failed, rate, interval, rows }: BehaviourResult): Check {
  const facts = {
    rule: test.kind,
    subject: test.name,
    measured: rate,
    expected: `at most ${formatPercent(test.maxFailures)} of the changed rows move by more than ${test.tolerance}`,
    n: changed,
    interval,
    details: { failed, rows, tolerance: test.tolerance },
  }
  if (interval === null || rate === null) {
    return checkOf(verdictOfDecision('open', test.level), {
      ...facts,
      message: `${test.name}: none of ${plural(rows, 'row')} was really changed, so nothing was tested`,
      cure: test.kind === 'perturbation' ? 'name numeric features that vary' : 'name a column with at least two values',
    })
  }
  const decision = interval.high <= test.maxFailures ? 'kept' : interval.low > test.maxFailures ? 'broken' : 'open'
  return checkOf(verdictOfDecision(decision, test.level), {
    ...facts,
    message: `${test.name}: the answer moves by more than ${test.tolerance} on ${formatPercent(rate)} of ${plural(changed, 'changed row')} (${formatPercent(interval.level)} interval ${intervalText(interval, false)}); allowed ${formatPercent(test.maxFailures)}`,
    cure:
      decision === 'open'
        ? 'test more rows, or allow more failures'
        : 'train with less weight on this feature, or widen the tolerance if such moves are right',
  })
}

function scalar(cell: Cell): string | number | boolean | null {
  return typeof cell === 'bigint' ? cell.toString() : cell
}
