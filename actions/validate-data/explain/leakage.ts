/** What `plumbline explain` says about the rules of the split. */
export const explainLeakage: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  'label-copy': {
    title: 'A feature is the label in another code',
    meaning:
      'Each value of the feature stands with one label, and each label with one value, in all rows that have both (30 at least, and two rows a value on average). It is found however rare the classes are; `label-leak` names the copies that have power enough.',
    cure: 'List it under `data.exclude`.',
  },
  'conflicting-labels': {
    title: 'Rows have the same features and different labels',
    meaning:
      'Training rows in groups that agree in every feature (missing equals missing) and hold two classes at least, as share of the rows with a label. No model can tell them all; the reason is a wrong label, a feature that is lacking, or chance. Numeric labels are not judged, and it is never more than a warning.',
    cure: 'Look at the rows that the report names; mend the labels, add a feature that tells them apart, or raise `leakage.max-conflicts`.',
  },
  'conflicting-split': {
    title: 'Test rows have the features of a training row and another label',
    meaning:
      'The same case on both sides of the split with two labels, as share of the labelled test rows. It passes when training rows contradict each other as often, for then `conflicting-labels` has said so.',
    cure: 'Look at the rows and keep one of the labels, or raise `leakage.max-conflicts`.',
  },
  'id-overlap': {
    title: 'Ids of test stand in train',
    meaning:
      'Test rows whose `data.id` is that of a training row, whatever the other columns say. It is a warning where both files number their rows from 0 or 1, because then the same id may be another case.',
    cure: 'Split again so that an id is in one of the two, or raise `leakage.max-id-overlap`.',
  },
  'group-overlap': {
    title: 'The same entity stands in train and in test',
    meaning:
      'Test rows whose `data.group` (all of its columns together) also stands in train: the model can know a patient, a device or a customer again, and the test score is that of known ones. Rows without any value in these columns are passed over.',
    cure: 'Split by the entity, or raise `leakage.max-group-overlap`.',
  },
  'near-duplicate-row': {
    title: 'Test rows are nearly training rows',
    meaning:
      'Test rows (10,000 at most, by a hash of their content) that are not equal to a training row, but equal after letters are made lower case, white space and punctuation are left out and numbers are rounded to three significant digits; or equal so in all features but one, each of the 40 with the most values in turn. It passes when twice the share that independent features would let expect (`byChance`) explains it, and is a warning where 5,000 training rows are as alike among themselves (`inTrain`).',
    cure: 'Remove the copies from one side, or split by what they are copies of, and before rows are varied; or raise `leakage.max-near-duplicates`.',
  },
  'similar-text': {
    title: 'Texts of test are nearly texts of train',
    meaning:
      'For features of prose whose values have 30 characters on average, three at most (digests, links and keys are left out): texts that have 0.8 of their pieces of five characters in common (Jaccard, found by MinHash in 16 bands of 4, then counted), in 1,000 characters of each. Of more than 20,000 training and 5,000 test rows those are taken whose words hash alike on both sides, and the report says how many. It is a warning where training texts are as alike among themselves.',
    cure: 'Keep copies of a text on one side of the split, or raise `leakage.max-similar-texts`.',
  },
  'date-overlap': {
    title: 'Test rows are older than the latest training row',
    meaning:
      'By `data.time`, as share of the test rows. It fails when the split is by time: the contract says so (`split.by: time`), or the median of test is later than 95 % of train. Otherwise it warns that the split is not by time; with `split.by: random` nothing is judged.',
    cure: 'Cut both at one moment. If the order in time does not matter, write `split: { by: random }`.',
  },
  'same-time': {
    title: 'Test rows have exactly the time of a training row',
    meaning:
      'Test rows whose `data.time` stands in train to the last digit, more than by chance (p < 0.001) and by more than one row in a hundred, against how often times repeat inside train: records of the same event on both sides.',
    cure: 'Keep all records of an event on one side: name what they share under `data.group`.',
  },
  'ordered-rows': {
    title: 'The rows stand in the order of the label or of the time',
    meaning:
      'For classes the shortage of runs (Wald and Wolfowitz: 0 as by chance, 1 each class in one block), or |2·AUC − 1| of the place of a class; for numbers and times the rank autocorrelation of neighbours (Bartels), or |Kendall’s tau-b| (Mann and Kendall). The larger counts, with p < 0.001, on 50,000 rows at most. A split or a batch of neighbouring rows does not look like the whole. Time is judged for random splits alone.',
    cure: 'Shuffle the rows. If the training does that, raise `split.max-order`.',
  },
  'id-order': {
    title: 'The order of the ids tells the label',
    meaning:
      'Rows put in the order of `data.id` (of a text its last digits, where nine of ten ids are different), measured as for `ordered-rows`. It is innocent where ids follow time and the label changes with it; it fails when the id is a feature.',
    cure: 'Keep the id out of the features and do not split by it, or raise `split.max-order`.',
  },
  'index-feature': {
    title: 'A feature counts the rows',
    meaning:
      'A whole-number feature that is different in every row and fills its range, and is called like an index (index, Unnamed: 0, row_id) or tells the label by its order: it was written with the file and is nothing that a new case has.',
    cure: 'List it under `data.exclude`, or write the file without its index.',
  },
  'test-size': {
    title: 'The test data are too small beside the training data',
    meaning: 'Rows of test per row of train, against `split.min-size`.',
    cure: 'Keep more rows for the test, or lower `split.min-size`.',
  },
  'label-drift': {
    title: 'Labels of test are not spread as those of train',
    meaning:
      'Cramér’s V with bias correction (Bergsma) and the p-value of chi-square for classes, the two-sample Kolmogorov–Smirnov statistic and its p-value for numbers. Above `split.max-label-drift` (0.15 and 0.2 if nothing is written) with p < 0.01 it is a finding; with a larger p the rows are too few to tell.',
    cure: 'Split with the same share of each label, or raise `split.max-label-drift`.',
  },
  'new-label': {
    title: 'Test has labels that train lacks',
    meaning:
      'Test rows whose class does not stand in train, as share of the labelled test rows. A model cannot know such a class, so it never passes unsaid. It is a warning where a random division of all rows leaves as many of them in test with a chance above 0.001 (by how often each class stands in both together: one with two rows in all is easily left out), else `leakage.level`. A contract that writes `split.max-new-labels` means it: above it `leakage.level` holds, by chance or not.',
    cure: 'Put rows of each label into train (a split by the shares of the labels, stratified, does), gather more of them, or join them with another label; or raise `split.max-new-labels`.',
  },
  'new-category': {
    title: 'Test has categories that train lacks',
    meaning:
      'Test rows with a value of a text feature that no training row has, as share of those with a value. Judged are features that repeat their values (two rows a value on average). As many as a random division of all rows leaves in test, by how often each value stands in both together, are no finding (p < 0.001).',
    cure: 'Check the spelling, put rows with them into train, or raise `split.max-new-categories`.',
  },
  'power-change': {
    title: 'A feature tells the label otherwise in test than in train',
    meaning:
      'Power as for `label-leak`, on as many rows of train as of test (20,000 at most, 200 at least) and in the same bins; the change has to exceed `split.max-power-change` and 3.3 standard errors.',
    cure: 'Find out how the feature is made on each side: a value that is filled in later is the usual cause.',
  },
}
