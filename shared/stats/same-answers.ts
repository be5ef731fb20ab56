import type { Sample } from './sample.js'

/** Whether two models say the same of every row: equal scores or values, to the last bit; labels where there is nothing else. */
export function sameAnswers(a: Sample, b: Sample): boolean {
  const [ofA, ofB] = [answers(a), answers(b)]
  return ofA.length === ofB.length && ofA.every((column, i) => sameValues(column, ofB[i]))
}

function sameValues(a: ArrayLike<unknown>, b: ArrayLike<unknown> | undefined): boolean {
  if (b === undefined || a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function answers(sample: Sample): ArrayLike<unknown>[] {
  switch (sample.task) {
    case 'binary':
      return [sample.score ?? sample.label]
    case 'multiclass':
      return [sample.probabilities ?? sample.label]
    case 'multilabel':
      return [sample.scores ?? sample.label]
    case 'regression':
      return [sample.value]
    case 'quantile':
      return [sample.values]
    case 'ranking':
      return [sample.offsets, sample.item, sample.score]
    case 'text':
      return [sample.output]
  }
}
