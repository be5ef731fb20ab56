/** What `plumbline explain` says about the rules that only a contract asks. */
export const explainRules: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  'blank-header': {
    title: 'A column has no name',
    meaning:
      'The data cannot be read: a cell of the first line is empty. Mostly it is the index that pandas or R writes before the first column.',
    cure: 'Write the file without it (`to_csv(index=False)`, `write.csv(row.names = FALSE)`), or give the column a name.',
  },
  'duplicate-label': {
    title: 'Two columns have the same name',
    meaning: 'The data cannot be read: nobody could say which of the columns a rule means.',
    cure: 'Give each column a name of its own.',
  },
  'incorrect-label': {
    title: 'The columns are not those, or not in the order, that the contract says',
    meaning:
      '`column-order` compares the columns that both have; the check `columns` compares names: exact, subset, superset or partial.',
    cure: 'Write the columns as they were, or correct the contract.',
  },
  'unexpected-value': {
    title: 'Values stand where there should be none',
    meaning: 'The check `empty`: every row of a column without a value. All rows are judged.',
    cure: 'Find out who fills the column, or drop the check.',
  },
  'forbidden-value': {
    title: 'Forbidden values stand in the data',
    meaning: 'Values, compared as text, that `forbidden` of a column or the check `forbidden` names.',
    cure: 'Mend the values. A stand-in for a missing one, such as -999, belongs under `missing` of the source.',
  },
  'value-pattern': {
    title: 'Texts do not match a pattern',
    meaning:
      'Regular expressions in RE2’s syntax (no look-ahead, no back-references); `pattern` of a column has to match the whole text.',
    cure: 'Mend the values, or correct the pattern.',
  },
  'value-format': {
    title: 'Texts do not have their format',
    meaning: 'Named formats are decided whole: check digits, calendars, ranges of addresses, lists of codes.',
    cure: 'Mend the values, or name another format.',
  },
  'date-format': {
    title: 'Texts are not dates written as they should be',
    meaning: 'The text is read by the strftime format; without one any of twenty usual ways to write a date will do.',
    cure: 'Mend the values, or correct the format.',
  },
  'json-error': {
    title: 'Texts are not the JSON that they should be',
    meaning: 'The text does not parse, or does not fulfil the JSON Schema of the check.',
    cure: 'Mend the values, or correct the schema.',
  },
  'row-schema': {
    title: 'Rows do not fulfil the JSON Schema',
    meaning:
      'Each row is checked by the schema. Under a contract that is a JSON Schema, a row of JSON is taken as it stands in the file; else it is made an object out of its columns (`a.b` lies in `a`, missing values are left out).',
    cure: 'Mend the rows, or correct the schema.',
  },
  'sequential-value': {
    title: 'Values are not in order',
    meaning:
      'Each value is compared with the one before it in the order of the files; missing ones are passed over. Every row that is out of order counts, as in Great Expectations.',
    cure: 'Sort the rows where they are written, find the late ones, or drop `order`.',
  },
  'string-variants': {
    title: 'One value is written in several ways',
    meaning:
      'Values that are equal but for case, accents, white space and punctuation; those that are not the most frequent spelling are counted.',
    cure: 'Write them as the most frequent spelling.',
  },
  'primary-key': {
    title: 'Rows have the same key',
    meaning:
      '`key` of the contract, or a check `key`: the extra copies of rows that are equal in its columns (or, with `count: members`, all of them).',
    cure: 'Remove the copies (a join that multiplies rows is the usual cause), or name the columns that tell rows apart.',
  },
  'foreign-key': {
    title: 'Values are unknown in another dataset',
    meaning:
      'Rows whose values, compared as text, stand in no row of the other dataset. Rows with a missing value are passed over.',
    cure: 'Add the missing entries to the other dataset, or leave these rows out.',
  },
  'column-comparison': {
    title: 'Two columns do not compare as they should',
    meaning: 'Numbers are compared as numbers, dates as dates, everything else as text.',
    cure: 'Mend the values: exchanged columns, wrong time zones and signs are the usual causes.',
  },
  'column-pairs': {
    title: 'Two columns hold a pair that is not allowed',
    meaning: 'Both values of a row, compared as text, against the listed pairs; null is missing.',
    cure: 'Mend the values, or add the new pairs.',
  },
  'column-sum': {
    title: 'Columns do not add up',
    meaning: 'The difference from the total is larger than `tolerance`, which is relative where the total is above 1.',
    cure: 'Mend the parts or the total.',
  },
  'equal-columns': {
    title: 'Columns of a row hold the same value',
    meaning: 'The check `differ` compares the values of a row with each other, as text.',
    cure: 'Mend the values: a column that was copied over another is the usual cause.',
  },
  'row-constraint': {
    title: 'Rows break a condition',
    meaning: 'The SQL condition is false; where it is unknown (NULL), the row is passed over, as SQL’s own CHECK does.',
    cure: 'Mend the rows, or correct the condition.',
  },
  'statistic-range': {
    title: 'A statistic is outside its bounds',
    meaning:
      'Missing values and NaN are left out. The standard deviation is that of a sample (n − 1); medians and quantiles interpolate, or with `nearest` are values of the data; the mean of booleans is the share of true.',
    cure: 'Find out what changed at the source, or correct the bounds.',
  },
  'value-set': {
    title: 'The different values are not the expected ones',
    meaning: 'The set of values of the column against that of the check: subset, superset or equal.',
    cure: 'Mend the values, or correct the set.',
  },
  'most-common-value': {
    title: 'The most frequent value is another',
    meaning: 'Values that share the first place are one finding unless `ties` allows them.',
    cure: 'Find out what changed at the source, or correct the set.',
  },
  'value-divergence': {
    title: 'Values are spread otherwise than expected',
    meaning:
      'Kullback–Leibler divergence Σ o·ln(o / e), in nats, of observed from expected weights, with the holdouts of Great Expectations. It is infinite where something stands of which nothing was expected.',
    cure: 'Find out what changed at the source, or measure the expected weights again.',
  },
  'column-correlation': {
    title: 'Two columns go together otherwise than they should',
    meaning:
      'Pearson’s r, Spearman’s rho with mean ranks, or Cramér’s V without correction, on rows that have both values.',
    cure: 'Find out what changed at the source, or correct the bounds.',
  },
  'field-count': {
    title: 'There are too few or too many columns',
    meaning: 'The number of columns against the check `column-count`.',
    cure: 'Check the delimiter and the source, or correct the check.',
  },
  'row-volume': {
    title: 'There are far fewer or more rows than in the baseline',
    meaning:
      'Rows of a dataset over those of the same dataset in the baseline. Without a baseline there is nothing to compare.',
    cure: 'Check whether the source was cut off or read twice.',
  },
  freshness: {
    title: 'The newest row is too old',
    meaning:
      'The age of the newest value at the time of the run. A day lasts until its end; a newest value more than a day ahead of the clock is wrong, not fresh.',
    cure: 'Find out why no newer rows arrive, or raise `max-age`.',
  },
  'constant-column': {
    title: 'A column never changes',
    meaning: 'Every value that is there is the same.',
    cure: 'Leave the column out: it tells nothing; or find out why it never changes.',
  },
  'sql-rows': {
    title: 'A query found rows',
    meaning:
      'The SQL of the check `sql` runs on the views `data` (this dataset), `train` and `test`; every row that it returns is bad.',
    cure: 'Mend the rows that it names, or correct the query.',
  },
}
