import { UserError } from '../../core/errors.js'

/** More columns than this are taken for a mistake, such as keys that are data. */
export const MOST_COLUMNS = 10_000

export const tooManyColumns = (path: string, count: number): UserError =>
  new UserError(`${path} has ${count.toLocaleString('en')} columns, more than ${MOST_COLUMNS.toLocaleString('en')}`, {
    where: path,
    cure: 'check the delimiter; turn keys that are data into rows',
  })

/** Whether a table has so few columns that two queries of it at once have the memory that they need. */
export const isNarrow = (columns: { readonly length: number }): boolean => columns.length <= 100
