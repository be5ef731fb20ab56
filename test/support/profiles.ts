import type { ColumnProfile, DatasetProfile } from '../../shared/contracts/data-profile.js'

/** A column of text with two values. */
export const aColumn = (about: Partial<ColumnProfile> = {}): ColumnProfile => ({
  name: 'city',
  type: 'string',
  rows: 100,
  missing: 0,
  invalid: 0,
  nonFinite: 0,
  distinct: 2,
  numeric: null,
  length: { min: 4, max: 6, mean: 5 },
  mostly: null,
  top: [
    { value: 'Oslo', count: 60 },
    { value: 'Bergen', count: 40 },
  ],
  otherCount: 0,
  ...about,
})

/** A column of numbers from 0 to 100, evenly spread, in four bins. */
export const aNumber = (about: Partial<ColumnProfile> = {}): ColumnProfile =>
  aColumn({
    name: 'age',
    type: 'integer',
    distinct: 90,
    length: null,
    top: [],
    otherCount: 100,
    numeric: {
      min: 0,
      max: 100,
      mean: 50,
      sd: 29,
      quantiles: { p01: 1, p05: 5, p25: 25, p50: 50, p75: 75, p95: 95, p99: 99 },
      histogram: { kind: 'equal-mass', edges: [0, 25, 50, 75, 100], counts: [25, 25, 25, 25] },
    },
    ...about,
  })

export const aProfile = (about: Partial<DatasetProfile> = {}): DatasetProfile => ({
  name: 'train',
  files: [{ kind: 'file', name: 'data/train.csv', digest: `sha256:${'a'.repeat(64)}`, bytes: 2000, rows: 100 }],
  rows: 100,
  duplicates: { extra: 0, groups: 0, members: 0 },
  columns: [aColumn(), aNumber()],
  ...about,
})
