import type { Check } from '../../shared/contracts/common.js'

/** A check that did not pass, with what a test is about. */
export const aCheck = (about: Partial<Check> = {}): Check => ({
  rule: 'missing-value',
  subject: 'train: age',
  verdict: 'fail',
  message: '12 of 100 values of "age" are missing (12 %)',
  measured: 0.12,
  expected: 'at most 0.05',
  n: 100,
  interval: null,
  details: {},
  examples: [{ where: 'data/train.csv row 17', value: null }],
  cure: 'find out why they are empty',
  where: { file: 'data-contract.yml', line: 7 },
  ...about,
})

export const aPass = (about: Partial<Check> = {}): Check =>
  aCheck({ verdict: 'pass', message: 'no value is missing', measured: 0, examples: [], cure: null, ...about })
