import { explainBehaviour } from './behaviour/explain.js'
import { explainPerformance } from './performance/explain.js'
import { explainSelfTest } from './self-test/words.js'
import { explainSlices } from './slices/explain.js'

/** What `plumbline explain` says about the rules of this stage. */
export const explain: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  'metric-min': {
    title: 'A metric is at least its lower bound',
    meaning:
      'The rule has `min`. It passes when the whole interval of the metric lies at or above the bound, fails when the whole interval lies below it, and is inconclusive when the bound lies inside.',
    cure: 'Fail: improve the model. Inconclusive: more test rows make the interval shorter; the message says about how many.',
  },
  'metric-max': {
    title: 'A metric is at most its upper bound',
    meaning: 'The rule has `max`. The same as metric-min, the other way round.',
    cure: 'Fail: improve the model. Inconclusive: give more test rows.',
  },
  'metric-loss': {
    title: 'A metric is not worse than the baseline’s, but for the allowed loss',
    meaning:
      'The rule has `max-loss`, a non-inferiority margin. Both models answered the same rows, and the interval is that of their paired difference. Pass: the whole interval is better than minus the margin. Fail: the whole interval is worse. Else inconclusive, with the smallest difference that the rows would show. A failure also has to stand Holm’s correction over all rules, because any one of many rules can fail by chance; passing needs no correction, because all rules have to pass.',
    cure: 'Look at the rows that got worse. If the loss is meant, raise `max-loss` of the rule. A margin of 0 can be proven only by a gain.',
  },
  'metric-gain': {
    title: 'A metric is better than the baseline’s by the wanted gain',
    meaning: 'The rule has `min-gain`. Pass: the whole interval of the paired difference is at least the gain.',
    cure: 'Keep the deployed model, or lower `min-gain`.',
  },
  'better-than-trivial': {
    title: 'The model is better than one that looks at nothing',
    meaning:
      'The trivial model answers every row with the shares of the classes, or the mean, of the judged rows themselves. The main metric (ROC AUC, accuracy, RMSE) has to be better with its whole interval. This rule always holds, also when none is written.',
    cure: 'Check that features and labels belong to the same rows, that the model has trained, and that the positive class is the right one.',
  },
  'scores-are-labels': {
    title: 'Every score is 0 or 1',
    meaning:
      'A bare number of a two-class model is the probability of the positive class. Here every one is exactly 0 or 1, as when a command or an MLflow model answers with the class (`predict`) rather than its probability (`predict_proba`). Metrics of ranking and calibration are then far below what the model can do.',
    cure: 'Answer with the probability, or, when the model has none, with `{"label": …}`: it is then judged by its labels alone.',
  },
  'first-version': {
    title: 'There is no version to compare with yet',
    meaning:
      'Nothing of this model is published or deployed. The candidate is judged by the rules with `min` and `max` and against a trivial model; rules on loss and gain begin with the next version.',
    cure: 'Nothing to do.',
  },
  'no-baseline': {
    title: 'No comparison is asked for',
    meaning: '`evaluate.baseline` is `none`. The candidate is judged by itself; rules on loss and gain are not judged.',
    cure: 'Set `evaluate.baseline: deployed` to compare with the deployed version.',
  },
  'same-model': {
    title: 'The candidate is the baseline itself',
    meaning:
      'Every model and code file of the candidate has the digest of the released one. There is no difference to judge, so rules on loss and gain do not apply; nothing would be replaced.',
    cure: 'Nothing to do.',
  },
  'baseline-unreadable': {
    title: 'The deployed version could not be asked',
    meaning:
      'There is a version to compare with, but its package could not be read, or its predict contract did not answer on these rows, and it has no stored answers on the same rows. The candidate is measured alone, and whether it is worse stays open.',
    cure: 'Make the version answer here: install what its predict command needs, keep its columns in the test data. Or name another baseline.',
  },
  'same-answers': {
    title: 'The candidate answers exactly as the baseline',
    meaning:
      'Two models that are not the same file by file gave the same answer on every judged row. It may be one model that was asked twice, or a training that changed nothing.',
    cure: 'Check that the candidate was trained anew, and that its predictions are its own.',
  },
  override: {
    title: 'A refusal was set aside',
    meaning:
      '`evaluate.override` names who answers for the model and why. The verdict of the gate becomes a warning; what the gate came to, the actor and the reason are printed here and in every later document.',
    cure: 'Take `evaluate.override` away when the reason is gone.',
  },
  'override-other-model': {
    title: 'An override is meant for another model',
    meaning: '`evaluate.override.candidate` is a digest, and this candidate has another one. It has no effect.',
    cure: 'Take the override away, or write the digest of this candidate.',
  },
  'slice-too-small': {
    title: 'A rule on slices had no slice to judge',
    meaning: 'No value of the column has `min-rows` rows (default 30), so the rule was judged on none of them.',
    cure: 'Give more test rows, or lower `min-rows` of the slice.',
  },
  'bias-ratio': {
    title: 'A rate of each group is near that of the reference',
    meaning:
      '`evaluate.bias` names columns whose values are groups. For each declared rate (of selection, true and false positives, …) the ratio of the group to the reference is measured with its interval. Pass: the interval of every group lies within tau … 1/tau. Fail: that of one lies outside, also by Holm’s correction over all comparisons. Else inconclusive. A ratio is undefined when the rate of the reference is 0, and a group with fewer than `min-rows` rows below the line of a rate decides nothing. It is a measurement on the judged rows: it says neither why groups differ nor whether they may.',
    cure: 'Outside: look at the rows of the group, at the labels, and at columns that go with it. Open: more test rows make intervals shorter; `min-rows` leaves small groups out and lists them; another `reference` or other `measures` may be what is meant.',
  },
  'bias-untested': {
    title: 'There were no two groups to compare',
    meaning:
      'Fewer than two groups of the declared columns have `min-rows` rows (default 30), so no rate was compared. Nothing compared is not passed.',
    cure: 'Give more test rows of each group, bring rare values together in data.prepare, or lower `min-rows`.',
  },
  ...explainBehaviour,
  ...explainPerformance,
  ...explainSlices,
  ...explainSelfTest,
}
