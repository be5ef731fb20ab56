import type { ColumnType, DataContract } from '../contracts/data-contract.js'

/** Whether values of a column are hashed, left out, or stay whatever its name suggests. */
type Sensitivity = 'hash' | 'omit' | 'none'
type Columns = Pick<DataContract, 'columns'>

/** Types that a contract declares; dates that are not written in ISO are read as text, and judged by their format. */
export const declaredTypes = ({ columns }: Columns): Map<string, ColumnType> =>
  new Map(
    columns.flatMap(({ name, type, 'date-format': format }) =>
      format !== undefined ? [[name, 'string'] as const] : type === undefined ? [] : [[name, type] as const],
    ),
  )

/** What a contract says of columns whose values stay out: `true` leaves them out, `false` overrules what their name suggests. */
export const declaredSensitive = ({ columns }: Columns): Map<string, Sensitivity> =>
  new Map(
    columns.flatMap(({ name, sensitive }) =>
      sensitive === undefined
        ? []
        : [[name, typeof sensitive === 'string' ? sensitive : sensitive ? 'omit' : 'none'] as const],
    ),
  )
