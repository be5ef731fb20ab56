import { explainDrift } from './explain/drift.js'
import { explainLeakage } from './explain/leakage.js'
import { explainRules } from './explain/rules.js'

/** What `plumbline explain` says about the rules of this stage. */
export const explain: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  ...explainRules,
  ...explainLeakage,
  ...explainDrift,
  // Two rules share the name: the subject of a finding, "train and test" or "train: label", tells which one it is.
  'label-drift': {
    title: 'The label is spread otherwise than it was',
    meaning: `Between train and test: ${explainLeakage['label-drift']?.meaning} Against the baseline: ${explainDrift['label-drift']?.meaning}`,
    cure: `Between train and test: ${explainLeakage['label-drift']?.cure} Against the baseline: ${explainDrift['label-drift']?.cure}`,
  },
  'breaking-contract-change': {
    title: 'The contract changed in a way that breaks somebody',
    meaning:
      'A rule became stricter (data that were valid may fail: the producer) or something can no longer be relied on (the consumer), and the first number of `version` is the same.',
    cure: 'Raise the first number of `version`, or take the change back. `plumbline contract diff` lists the changes.',
  },
  'no-contract': {
    title: 'There is no data contract',
    meaning:
      'Without the file of `data.contract` nothing is known about columns, types, ranges and missing values. Leakage, duplicates, label balance and drift are judged all the same.',
    cure: 'Write a contract with `plumbline infer`, read it, commit it.',
  },
  'missing-label': {
    title: 'A column is missing',
    meaning:
      'The contract, or `data.target`, `time`, `id`, `group`, `features` or `exclude` of plumbline.yml, names a column that the data do not have. Names are compared letter by letter.',
    cure: 'Write the column again, correct its name, or set `required: false` for it in the contract.',
  },
  'extra-label': {
    title: 'A column is not in the contract',
    meaning:
      'The data have columns that the contract does not name; `extra-columns` says whether that is allowed, a warning or a failure.',
    cure: 'Add the columns to the contract, leave them out of the data, or write `extra-columns: allow`.',
  },
  'type-error': {
    title: 'Values are not of the declared type',
    meaning:
      'A value has a type only when it is written the way the type is written: integer 42 (not 42.0, 1_000 or 007), number 3.5 or 1e3, boolean true or false, date 2024-01-31, timestamp 2024-01-31T12:00:00Z. In Parquet the type of the file counts.',
    cure: 'Mend the values, declare another type, or name texts such as NA under `missing` of the source.',
  },
  'mixed-types': {
    title: 'Most values look like numbers or dates, some do not',
    meaning:
      'At least nine of ten values of a text column are written as numbers, dates or timestamps. The rest is mostly a stand-in for a missing value, or a typing error.',
    cure: 'Declare the type in the contract to see the others, or name their text under `missing` of the source.',
  },
  'missing-value': {
    title: 'Too many values are missing',
    meaning:
      'Empty cells, null, the texts under `missing` of the source, and NaN or infinities of numbers, as share of all rows.',
    cure: 'Find out why they are empty, or raise `missing.max-share` of the column.',
  },
  'unique-error': {
    title: 'Values stand in more than one row',
    meaning:
      'The column is declared `unique`. Counted are the extra copies: values that are there, less different values.',
    cure: 'Remove the copies, or drop `unique`.',
  },
  'allowed-values': {
    title: 'Values are not among the allowed ones',
    meaning:
      'The values of the column that are there, compared as text, against `values` of the contract; `max-unknown` is the share that may be outside.',
    cure: 'Mend the values, or add the new ones to `values`.',
  },
  'value-range': {
    title: 'Values are outside the range',
    meaning:
      'Both ends belong to the range; a day as upper end includes the whole day. `max-unknown` is the share that may be outside.',
    cure: 'Mend the values, or widen `range`.',
  },
  'value-length': {
    title: 'Texts are too short or too long',
    meaning: 'The length is counted in Unicode characters.',
    cure: 'Mend the values, or widen `length`.',
  },
  'deviated-value': {
    title: 'Values lie far from the others',
    meaning:
      'Further than `outliers.z` sample standard deviations from the mean of the same data; more of them than `outliers.max-share`.',
    cure: 'Look at the rows that the report names: wrong units, typing errors, stand-ins such as 999999.',
  },
  'row-count': {
    title: 'There are too few or too many rows',
    meaning: '`rows` of the contract is compared with the rows of the training data.',
    cure: 'Check whether the source was cut off or read twice, or correct `rows`.',
  },
  'duplicate-row': {
    title: 'Rows are equal to others',
    meaning:
      'Rows that are the same in every column but `data.id`. Three numbers are reported, for the word has three meanings: extra copies (rows less different rows; this one is judged), groups of equal rows, and all rows in such groups.',
    cure: 'Remove the copies (a join that multiplies rows is the usual cause), or raise `duplicates.max-share`.',
  },
  'no-target': {
    title: 'No target is named',
    meaning: 'Without `data.target` neither the balance of the label nor features that give it away can be judged.',
    cure: 'Add `target: <column>` under `data` in plumbline.yml.',
  },
  'row-without-label': {
    title: 'Rows have no label',
    meaning: 'The target is missing, NaN or not of its declared type in some rows. It fails when no row has one.',
    cure: 'Leave these rows out, or find their labels.',
  },
  'label-balance': {
    title: 'A class of the label is too rare',
    meaning:
      'The share of the rarest class of the target among the labelled rows, against `label.min-share`. One class alone always fails.',
    cure: 'Collect more rows of the class, or lower `label.min-share`.',
  },
  'target-among-features': {
    title: 'The target is a feature',
    meaning: '`data.features` lists the column that is to be predicted.',
    cure: 'Take it out of `data.features`.',
  },
  'label-leak': {
    title: 'A feature alone gives the label away',
    meaning:
      'Power of one feature on rows that did not teach it: for classes 2·AUC − 1 of the rate of the class per value or bin, of more than two the mean weighted by their rows; for numbers R² of the mean. A number or time tells by its order too: |2·AUC − 1| of its values, or the squared rank correlation; the larger counts. Five folds by the content of the row, rates drawn to the overall one by ten rows, so that identifiers have no power. 0 says nothing, 1 says all; above `leakage.max-power` it is a leak. Of more than two classes, one that is told so well from all others is a warning.',
    cure: 'Ask whether it is known before the label is. If not, list it under `data.exclude`; if it is honest, raise `leakage.max-power`.',
  },
  'rare-label-leak': {
    title: 'A feature gives the label away in the few rows where it speaks',
    meaning:
      'In a column that is the same, or missing, in nine of ten rows, the other rows are looked at, all of them and their upper parts by value. Power is (Wilson 95 % lower bound of the rate of a class − its base rate) / (1 − its base rate). A cost that is filled in after the damage is known has next to no AUC and a high rare-value power.',
    cure: 'Ask whether it is known before the label is. If not, list it under `data.exclude`; if it is honest, raise `leakage.max-rare-power`.',
  },
  'row-overlap': {
    title: 'Test rows stand in the training data',
    meaning:
      'Test rows that are equal to a training row in every feature, the target and the time; missing equals missing. It is a warning where rows repeat about as often inside the training data, so that chance explains it (p above 0.001).',
    cure: 'Split again so that a row, and everything of one entity, is in one of the two; or raise `leakage.max-overlap`.',
  },
  'no-baseline': {
    title: 'Drift was switched off',
    meaning: '`data.baseline` is `none`.',
    cure: 'Set it to `deployed` to compare with the data of the deployed version.',
  },
  'first-run': {
    title: 'There is nothing to measure drift against yet',
    meaning:
      'No version is deployed in the environment, or no earlier run of the workflow has succeeded, so these data become the first baseline.',
    cure: 'Nothing to do.',
  },
  'baseline-unreadable': {
    title: 'The baseline could not be read',
    meaning:
      'The deployed version is not published any more, its release has no data-profile.json that this version of Plumbline can read, GitHub cannot be asked, or `{ runs: … }` is used where there are no runs, as on a laptop.',
    cure: 'Package the model in a chain with validate-data, or set `data.baseline` to `none` or to a file.',
  },
}
