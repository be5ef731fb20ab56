/** What `plumbline explain` says about the rules of this stage. */
export const explain: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  'objective-ok': {
    title: 'The objective is met',
    meaning:
      'The whole confidence interval (Wilson) of the share of good rows in the window lies at or above the objective.',
    cure: 'Nothing to do.',
  },
  'objective-breach': {
    title: 'The objective is missed',
    meaning: 'The whole confidence interval of the share of good rows lies below the objective: it is not chance.',
    cure: 'Follow the decision of the report: rollback, retrain, fix-data, each with its evidence.',
  },
  'objective-inconclusive': {
    title: 'The objective may be met or missed',
    meaning:
      'The objective lies inside the confidence interval. The report says how many rows would decide at the share seen so far.',
    cure: 'Wait for more rows, or take a longer window.',
  },
  'objective-insufficient-data': {
    title: 'Too few rows to judge the objective',
    meaning: 'Fewer rows than `min-events` count in the window. Nothing is green for lack of evidence.',
    cure: 'Wait for more rows, take a longer window, or lower `min-events` on purpose.',
  },
  'objective-stale': {
    title: 'The log is too old to judge what happens now',
    meaning: 'The newest row is older than `monitor.max-age`. Whatever the older rows say, nothing is known about now.',
    cure: 'Check the job that writes the log. For a replay of old data set `monitor.now: log`.',
  },
  'objective-error': {
    title: 'The condition of an objective could not be evaluated',
    meaning:
      'The data engine refused the condition, mostly because a column has another type than the condition expects.',
    cure: 'Correct `good` or `valid` of this objective; the message says what the engine found.',
  },
  'version-objective-breach': {
    title: 'The deployed version misses the objective, older rows hide it',
    meaning:
      'Over the whole window the objective is met, but the rows that the deployed version answered miss it. The window is only slower to show it.',
    cure: 'Follow the decision of the report; do not wait for the window.',
  },
  'outcomes-missing': {
    title: 'For many rows it is not known whether they are good',
    meaning:
      'The condition is NULL for more than a fifth of the counted rows, mostly because outcomes arrive late. Those rows are left out of the share.',
    cure: 'Exclude rows that are too young with `valid`, or let the log carry the outcome.',
  },
  'feature-missing': {
    title: 'A feature arrives empty more often than in training',
    meaning:
      'Its share of missing values in the window is higher than in the training data of the deployed version by more than `drift.max-missing-increase`: a broken feed.',
    cure: 'Mend the feed. The report says since when, and whether it came with the release.',
  },
  'feature-drift': {
    title: 'A feature has moved away from the training data',
    meaning:
      'Its population stability index, PSI = Σ (c − b) ln(c / b) over the bins of the training profile, is above `drift.warn`. Above `drift.fail` it counts as drifted and can justify a retraining when the objective is missed.',
    cure: 'Drift without a missed objective is watched, not acted on.',
  },
  'feature-not-logged': {
    title: 'A feature is not watched',
    meaning:
      'The log, or the profile of the training data, has no column of this name, so neither its drift nor its missing values are known.',
    cure: 'Log the feature, or name the ones to watch in `monitor.drift.columns`.',
  },
  'drift-not-measured': {
    title: 'Drift was not measured',
    meaning:
      'Nothing is deployed, the release carries no profile of its training data, or the log has none of its features.',
    cure: 'Log the features of each row, deploy a release made by package-model, or switch drift off with `drift: { columns: [] }`.',
  },
  'time-unreadable': {
    title: 'Rows without a time that can be read',
    meaning: 'They are left out of everything.',
    cure: 'Write times as ISO 8601, such as 2026-01-31T12:00:00Z; without an offset they are taken as UTC.',
  },
  'time-in-future': {
    title: 'Rows that are dated in the future',
    meaning:
      'Their time is after the clock of this run. They are left out of everything: one of them would make a log look fresh that has ended.',
    cure: 'Write times with their offset, such as 2026-01-31T12:00:00+01:00; without one they are taken as UTC. Check the clock of the machine that writes the log.',
  },
  'version-not-in-log': {
    title: 'The deployed version does not appear in the log',
    meaning: 'No row of the window names it in `monitor.version`, so its rows cannot be judged apart.',
    cure: 'Log the release tag, the version, or the manifest digest of the model that answered.',
  },
}
