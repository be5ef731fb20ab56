import * as z from 'zod'
import { InputRef } from '../../contracts/common.js'
import { ColumnType } from '../../contracts/data-contract.js'

/** What decides a profile besides the data: parts that were read otherwise cannot be put together. */
export const StateSettings = z.strictObject({
  /** Role of the dataset. */
  name: z.string(),
  id: z.string().nullable(),
  target: z.string().nullable(),
  slices: z.array(z.string()),
  sensitive: z.array(z.tuple([z.string(), z.enum(['hash', 'omit', 'none'])])),
  /** How the files are read: format, delimiter, missing texts and the like, without their paths. */
  reading: z.string(),
})
export type StateSettings = z.output<typeof StateSettings>

export const StateColumn = z.strictObject({
  name: z.string(),
  /** `text`: typed by all values of all parts; else the type that the format or a contract gives. */
  type: z.union([ColumnType, z.literal('text')]),
  invalid: z.int().min(0),
  /** Missing values by kind. */
  missing: z.strictObject({
    empty: z.int().min(0),
    token: z.int().min(0),
    null: z.int().min(0),
    unknown: z.int().min(0),
  }),
})
export type StateColumn = z.output<typeof StateColumn>

/** The head of a state: everything but the counts. */
export const StateHead = z.strictObject({
  schema: z.literal('plumbline.profile-state/1'),
  plumblineVersion: z.string(),
  /** Hashes are those of one version of the engine. */
  engine: z.string(),
  settings: StateSettings,
  rows: z.int().min(0),
  files: z.array(InputRef),
  /** Which part this is, from 1; null where a person chose the files. */
  shard: z.strictObject({ index: z.int().min(1), of: z.int().min(1), by: z.enum(['files', 'rows']) }).nullable(),
  columns: z.array(StateColumn),
  /** Columns, by index, with values that are not written the usual way, in the order of `e` of the rows. */
  unusual: z.array(z.int().min(0)),
  /** Whether each slice column has few enough values for sums. */
  sliced: z.array(z.boolean()),
  /** Of head and counts: see `stateDigest`. */
  digest: z.string(),
})
export type StateHead = z.output<typeof StateHead>
