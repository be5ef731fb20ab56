import { variantCondition } from '../../../shared/data/variants.js'
import { plain, present, type RowTest, type TestScope } from './row-test.js'
import type { ScopedColumn } from './scope.js'

/** Values that differ from a more frequent one in case, white space, punctuation or accents alone. */
export const variantTest = (column: ScopedColumn, at: TestScope): RowTest =>
  plain(present(column), variantCondition(column.text, at.source), column.text)
