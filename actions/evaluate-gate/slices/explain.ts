/** What `plumbline explain` says about the rules of discovered slices. */
export const explainSlices: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  'weak-slice': {
    title: 'A discovered slice has a larger loss than the other rows',
    meaning:
      '`evaluate.discover-slices` looks at every slice of up to `predicates` conditions (ranges of numbers by quantiles, the commonest values, missing ones) on one half of the rows, and tests those that stand out on the other half, which had no part in finding them: Welch’s t on the loss, Newcombe’s interval for errors, block sums where rows are clustered. Confirmed is what Benjamini and Hochberg’s correction over all tests leaves and whose lift is at least `min-lift`. Some rows are harder than others for any model, so the default level is `off`: it is told and decides nothing.',
    cure: 'Look at these rows: features that they lack, their labels, how many of them the training data have. Declare the slice under `evaluate.slices` to hold it to a rule.',
  },
  'slice-regression': {
    title: 'On a discovered slice the candidate’s loss is larger than the baseline’s',
    meaning:
      'Found and tested as weak slices are, by the paired difference of the losses of both models on the same rows. Where the candidate’s loss is larger on the whole, the slice has to have lost more than the other rows.',
    cure: 'Look at the rows of the slice that got worse. Declare the slice under `evaluate.slices` to hold it to a rule.',
  },
  'slice-search': {
    title: 'The search for slices confirmed none',
    meaning:
      'No slice with enough rows was confirmed to be worse. When nothing could be searched or tested (too few rows, no column with values of enough rows, too few clusters) the check is inconclusive, or warns at level `warn`: nothing looked at is not passed.',
    cure: 'Give more test rows, lower `min-rows` of discover-slices, or name other `columns`.',
  },
}
