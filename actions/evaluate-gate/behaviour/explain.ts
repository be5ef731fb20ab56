/** What `plumbline explain` says about the rules of behaviour. */
export const explainBehaviour: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  perturbation: {
    title: 'A small change of the input does not turn the answer',
    meaning:
      '`evaluate.perturbation` declares changes: normal noise on numeric features in standard deviations over the judged rows (whole numbers stay whole), numbers with fewer significant digits, a value taken away, a category that no row has or another one, and in text capital letters, typing errors, no punctuation, no accents. A row fails when its answer moves by more than `tolerance`. Only rows whose input really changed count; the share of failures is judged with its Wilson interval against `max-failures`. A model that answers a row as it is and ends or fails on the changed one fails the test. Rows are chosen by the hash of their names and changed by random numbers of their own, so the same rows give the same test.',
    cure: 'Regularise the model, train with such changes, or widen `tolerance` if such moves are right.',
  },
  invariance: {
    title: 'Swapping a feature that should not matter does not turn the answer',
    meaning:
      '`evaluate.invariance` names columns. Each chosen row gets another value of the column, or, with `words`, other words of the declared groups in its text. A row fails when its answer moves by more than `tolerance`; rows without one of the words do not count.',
    cure: 'Train without the feature, or take the test away if the feature may matter.',
  },
  directional: {
    title: 'A feature moves the answer one way only',
    meaning:
      '`evaluate.directional` names a numeric feature and what its rise means: the score `increases` or `decreases`. The feature is changed by the amount (`by`) or share (`by-share`); a row fails when the score moves the other way by more than `tolerance`. Of several classes the score of `class` is meant; of a forecast, the median. No move at all is no failure.',
    cure: 'Constrain the model to be monotone in the feature, or take the test away if the direction may turn.',
  },
  'minimum-functionality': {
    title: 'Rows with known answers get them',
    meaning:
      '`evaluate.cases` names files of rows with an expected label, text, or range of a score or value. Each case stands for itself: one that fails, fails the rule, unless `max-failures` allows a share of them. A case that the model gives no answer to has failed.',
    cure: 'Look at the failed cases. Either the model is wrong, or what is expected of it.',
  },
  determinism: {
    title: 'The same row gets the same answer',
    meaning:
      '`evaluate.determinism` asks rows twice in one process and once in a new one. A row fails when an answer differs from the first by more than `tolerance`. This is a statement about the rows that were asked: one that differs is proof enough, none that differs is no proof for other rows.',
    cure: 'Fix the seeds of the model, switch off dropout and the like when it predicts, and keep no state between rows.',
  },
  batching: {
    title: 'A row gets the same answer alone and in a batch',
    meaning:
      '`evaluate.batching` asks rows in one call and each in a call of its own. A row fails when the answers differ by more than `tolerance`: the answer then depends on which rows it is asked with.',
    cure: 'Answer each row by itself: no statistics over the batch, no padding that shows in the answer.',
  },
  churn: {
    title: 'Few answers differ from those of the baseline',
    meaning:
      '`evaluate.churn` bounds the share of rows whose label is not that of the baseline, or, with `tolerance` and for numbers, whose answer lies further away. Two models of equal quality can disagree on many rows, and users feel each. The share is judged with its Wilson interval.',
    cure: 'Look at the rows that changed. If the changes are meant, raise `max`.',
  },
  'behaviour-untested': {
    title: 'A declared behaviour test could not be run',
    meaning:
      'A model is known only by a file of predictions, so it cannot be asked about other rows; or the baseline did not answer. Nothing tested is not passed.',
    cure: 'Add `predict` to plumbline.yml beside `evaluate.predictions`; for churn, compare with a version whose package can predict.',
  },
}
