import type { ColumnProfile, DatasetProfile } from '../contracts/data-profile.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import { type Distribution, distributions } from './distribution.js'
import type { DataEngine } from './engine.js'
import { type Basics, basics, duplicates, measurable, mostlyOf, topValues, valuesTell } from './measure.js'

export interface ProfileOptions {
  /** Column that names a row: left out when whole rows are compared. */
  readonly id?: string
}

/**
 * The profile of a dataset: exact counts, moments and quantiles; floats rounded to twelve digits, so that threads and
 * the order of rows do not show. It holds no rows, and no values of columns that look like identifiers.
 */
export async function profileTable(
  engine: DataEngine,
  dataset: Dataset,
  options: ProfileOptions = {},
): Promise<DatasetProfile> {
  const basic = await basics(engine, dataset)
  const shapes = await distributions(engine, dataset, basic)
  const columns: ColumnProfile[] = []
  for (const [i, column] of dataset.columns.entries()) {
    columns.push(await profileColumn(engine, dataset, column, basic[i] as Basics, shapes.get(column)))
  }
  return {
    name: dataset.name,
    files: [...dataset.files],
    rows: dataset.rows,
    duplicates: await duplicates(engine, dataset, options.id),
    columns,
  }
}

async function profileColumn(
  engine: DataEngine,
  dataset: Dataset,
  column: DatasetColumn,
  basic: Basics,
  shape: Distribution | undefined,
): Promise<ColumnProfile> {
  const values = basic.present - basic.nonFinite
  const plain = !measurable(column.type) && valuesTell(values, basic.distinct)
  const top = shape?.top ?? (plain ? await topValues(engine, dataset.table, column) : [])
  return {
    name: column.name,
    type: column.type,
    rows: dataset.rows,
    missing: dataset.rows - basic.present - basic.invalid,
    invalid: basic.invalid,
    nonFinite: basic.nonFinite,
    distinct: basic.distinct,
    numeric: shape?.numeric ?? null,
    length: column.type === 'string' ? basic.length : null,
    mostly: column.type === 'string' ? await mostlyOf(engine, dataset.table, column, basic) : null,
    top,
    otherCount: values - top.reduce((sum, { count }) => sum + count, 0),
  }
}
