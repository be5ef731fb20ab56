import type { BehaviourConfig } from '../../../shared/contracts/evaluate-behaviour.js'
import type { Problem } from '../../../shared/core/errors.js'
import { nearestNames } from '../../../shared/core/nearest.js'
import { shortList } from '../../../shared/report/format.js'
import type { JudgedRows } from '../judged-rows.js'
import { isNumericType } from './columns.js'
import { PERTURBED } from './perturbation.js'
import type { BehaviourQuestion } from './types.js'

type Kind = 'numeric' | 'text' | 'any'

interface Named {
  readonly column: string
  readonly where: string
  readonly kind: Kind
}

/** Every mistake in the declared tests: columns that are not there, that the model never sees, or of the wrong type. */
export function behaviourProblems(
  config: BehaviourConfig,
  rows: Pick<JudgedRows, 'columns'>,
  question: BehaviourQuestion,
): Problem[] {
  return [
    ...namedColumns(config).flatMap((named) => columnProblems(named, rows, question.features)),
    ...directionProblems(config, question),
  ]
}

function namedColumns(config: BehaviourConfig): Named[] {
  const { perturbation, invariance, directional } = config
  return [
    ...perturbation.flatMap((part, i) =>
      (part.columns ?? []).map((column): Named => {
        const where = `evaluate.perturbation${perturbation.length > 1 ? `[${i}]` : ''}.columns`
        return { column, where, kind: PERTURBED[part.kind ?? 'noise'] }
      }),
    ),
    ...invariance.map(({ column, words }, i): Named => {
      return { column, where: `evaluate.invariance[${i}].column`, kind: words === undefined ? 'any' : 'text' }
    }),
    ...directional.map(({ column }, i): Named => {
      return { column, where: `evaluate.directional[${i}].column`, kind: 'numeric' }
    }),
  ]
}

function columnProblems(
  { column, where, kind }: Named,
  { columns }: Pick<JudgedRows, 'columns'>,
  features: readonly string[],
): Problem[] {
  const names = columns.map(({ name }) => name)
  const type = columns.find(({ name }) => name === column)?.type
  if (type === undefined) {
    const [near] = nearestNames(column, names)
    const cure = near === undefined ? `it has: ${shortList(names, 20)}` : `did you mean "${near}"?`
    return [{ where, message: `the test data have no column "${column}"`, cure }]
  }
  if (!features.includes(column)) {
    const cure = `features are: ${shortList(features, 20)}`
    return [{ where, message: `"${column}" is no feature, so changing it would change nothing`, cure }]
  }
  if (kind === 'numeric' && !isNumericType(type)) {
    const numeric = columns.filter((one) => isNumericType(one.type) && features.includes(one.name))
    const cure = `numeric features are: ${shortList(
      numeric.map(({ name }) => name),
      20,
    )}`
    return [{ where, message: `"${column}" is no numeric feature but ${type}`, cure }]
  }
  if (kind === 'text' && type !== 'string') {
    const texts = columns.filter((one) => one.type === 'string' && features.includes(one.name))
    const cure = `features of text are: ${shortList(
      texts.map(({ name }) => name),
      20,
    )}`
    return [{ where, message: `"${column}" is no feature of text but ${type}`, cure }]
  }
  return []
}

/** A direction needs a number that can go up: that of one class, where there are several. */
function directionProblems({ directional }: BehaviourConfig, { task, classes }: BehaviourQuestion): Problem[] {
  return directional.flatMap((part, i): Problem[] => {
    const where = `evaluate.directional[${i}]`
    if (task === 'text') {
      return [{ where, message: 'a text has no direction', cure: 'take the test away, or use `invariance`' }]
    }
    if (part.class === undefined) {
      if (task !== 'multiclass' && task !== 'multilabel') return []
      const cure = classes.length === 0 ? 'add `class`' : `add \`class\`, one of: ${shortList(classes, 20)}`
      return [{ where, message: `a ${task} model has a score for each class, and none is named`, cure }]
    }
    if (task !== 'binary' && task !== 'multiclass' && task !== 'multilabel') {
      return [{ where: `${where}.class`, message: `a ${task} model has no classes`, cure: 'take `class` away' }]
    }
    // The classes of a multilabel model are known by its answers.
    if (classes.includes(part.class) || (task === 'multilabel' && classes.length === 0)) return []
    const [near] = nearestNames(part.class, classes)
    const cure = near === undefined ? `it is one of: ${shortList(classes, 20)}` : `did you mean "${near}"?`
    return [{ where: `${where}.class`, message: `there is no class "${part.class}"`, cure }]
  })
}
