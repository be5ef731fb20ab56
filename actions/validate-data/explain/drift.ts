/** What `plumbline explain` says about drift. */
export const explainDrift: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  drift: {
    title: 'A column has drifted from the baseline',
    meaning:
      'With the default method, psi: population stability index Σ (c − b) ln(c / b) over the shares b of the baseline and c of these data: numbers in the bins of the baseline’s histogram, text and few values by the commonest 20 that both sides can be expected to hold ten times, the other ones that the baseline lists, and those that it does not, as far as they are more than the values that stand in the baseline only once let expect; missing as a bin of its own, an empty bin as 0.0001. `byChance` is what equal data of these sizes stay below in 99 of 100 cases: an index below it is no drift, and when it reaches `drift.fail` the rows are too few to tell. With every other method two voices must speak: an effect size of at least `drift.limit`, and a p that stays at most `drift.alpha` after Holm’s correction over all columns, so that one false alarm in all columns together is as rare as that. Where cells are too rare for chi-square they are pooled and each is tested by itself too, by Fisher’s exact test, times twice their number. Missing values, NaN and infinities are left out of both sides and tested apart, as a share; a column without a single value has lost them all. `formula` in the details names how each number was made, `bound` how far the exact one may be off where the baseline keeps only bins. `method: auto` chooses as Evidently does: up to 1,000 values in the baseline Kolmogorov–Smirnov for numbers with more than 5 different values, a z-test for two values, chi-square else; above that the Wasserstein distance in standard deviations, or the Jensen–Shannon distance. Fewer than 20 values never tell.',
    cure: 'Find out what changed at the source. If the change is real, train on data that hold it.',
  },
  'label-drift': {
    title: 'The label has drifted from the baseline',
    meaning: 'As `drift`, for the column that is to be predicted. New classes are named with their rows.',
    cure: 'Find out whether the world has changed or the way labels are made; a model of the old shares is biased now.',
  },
  'dataset-drift': {
    title: 'Many columns have drifted',
    meaning:
      'Share of drifted columns among those that could be measured, against `drift.max-share` (0.5 when nothing is said). Judged when `max-share` is written, or a method other than psi.',
    cure: 'When most columns move at once, look for one cause: another source, another time, another unit, a broken join.',
  },
  'slice-drift': {
    title: 'Columns have drifted within a slice',
    meaning:
      'For each of the 20 commonest values of a slicing column that both sides have, with at least 20 rows on each: the whole distribution of every column, numbers by Kolmogorov–Smirnov or the Wasserstein distance, other values by z-test, chi-square or Jensen–Shannon, as `method: auto` chooses, texts by their length (0.1 or `drift.limit` counts), and the share of missing values. With a dataset as baseline from every row of both sides; against a profile in the cells that it keeps of each slice, exactly counted, and the range behind an effect says how far the exact one may be off. Of a slice without cells (older profiles, and the rarest slices of many) the mean is compared, as difference in standard deviations of the whole baseline column (0.2 or `drift.limit` counts); the finding says of how many. Where the cells leave a Wasserstein distance open on both sides of its limit, Kolmogorov–Smirnov decides. Rarer values are not compared, nor a column that the baseline does not tell apart: the finding says how many and with how many rows. A column of `data.slices` that is not there, or whose values may not be shown, is inconclusive. Holm over all of them. With `data.time` the five largest are dated by the rows of their slice, as columns are.',
    cure: 'Look at the rows of the slice: a part that moved hides in the whole.',
  },
  'joint-drift': {
    title: 'Rows can be told from those of the baseline',
    meaning:
      'With a dataset as baseline a model learns to tell rows of these data from rows of the baseline (up to 10,000 each, 40 columns), by bins of single columns and of pairs. Its ROC AUC is measured on rows that it has not seen; 0.5 is not at all, 1 always. It is drift from `drift.max-auc` on, when the DeLong interval lies above 0.5. A changed dependence of two columns shows here although each alone is as before. With `data.time`: since the first day, week, month, quarter or year from which on the rows of every later one are told from the baseline, by the area under the ROC curve of their scores (those of at least 50 rows) against all scores of the baseline, at least `drift.max-auc` and with an interval above 0.5. A profile holds no rows, so it is not measured against one, be it a file, the deployed one or those of earlier runs, and no such check is listed then; `data.baseline: { data: … }` with the rows of the baseline measures it.',
    cure: 'Look at the columns that the finding names, together.',
  },
  'pair-drift': {
    title: 'Two columns go together in another way',
    meaning:
      'Against a profile, which holds no rows: for each pair of its first twenty associated columns it keeps how many rows of its sample fall into the parts of both, numbers in fifths, other columns by their commonest values. Up to 10,000 rows of these data are put into the same parts. Tested is whether the odds ratios of both tables are equal, by the log-linear model without a three-way interaction, so that a column that has moved by itself does not count. A pair has changed when the effect is at least `drift.limit` (0.1 when nothing is said: a correlation of 0.2 that was not there, or of 0.5 that is 0.3) and p stays at most `drift.alpha` after Holm over all pairs. Below 500 rows on a side nothing is said. With `data.time`: since the first period from which on every later one differs so. Of several earlier runs each is asked in its own cells, and most of them decide: of N profiles the k-th largest effect counts and N/k times the k-th smallest p, k the next whole number above N/2 (Rüger, Metrika 25 (1978) 171–178); the finding says how many tell too little, as those with fewer rows or of earlier versions, which keep no such counts.',
    cure: 'Look at both columns together, at the cell that the finding names: a changed join, another encoding of one of them, or a world that has changed.',
  },
  'baseline-without-rows': {
    title: 'The baseline has no rows of that season',
    meaning:
      'With `season` only rows of the baseline of the same time one year, month or week earlier count, by `data.time`: for a year the same months, for a month or week the same days.',
    cure: 'Give a baseline that reaches back so far, or another `season`.',
  },
}
