import { featureNames } from '../../../shared/data/features.js'

const COLUMNS = ['id', 'time', 'a', 'b', 'cost', 'label']
const ROLES = { features: undefined, target: 'label', id: 'id', time: 'time', exclude: ['cost'] }

test('features are all columns but target, id, time and excluded ones, in the order of the data', () => {
  expect(featureNames(ROLES, COLUMNS)).toEqual(['a', 'b'])
})

test('features that are named are taken as they are named', () => {
  expect(featureNames({ ...ROLES, features: ['b', 'time'] }, COLUMNS)).toEqual(['b', 'time'])
})

test('without roles every column is a feature', () => {
  const none = { features: undefined, target: undefined, id: undefined, time: undefined, exclude: [] }
  expect(featureNames(none, COLUMNS)).toEqual(COLUMNS)
})
