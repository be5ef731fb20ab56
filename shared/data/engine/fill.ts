import type { DataEngine } from './engine.js'

/**
 * Puts the numbers of a query of row and number, none of them missing, where `placeOf` says that their rows are: by default
 * at the row itself. A place below 0 is none.
 */
export async function fillByRow<T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(
  engine: DataEngine,
  sql: string,
  into: T,
  placeOf: (row: number) => number = (row) => row,
): Promise<T> {
  await engine.numbers(sql, (chunk, count) => {
    const [rows, values] = chunk as [ArrayLike<number>, ArrayLike<number>]
    for (let k = 0; k < count; k++) {
      const place = placeOf(rows[k] as number)
      if (place >= 0) into[place] = values[k] as number
    }
  })
  return into
}

/** Puts the numbers of a query of one column, none of them missing, in the order in which they come: for a scan, that of the rows. */
export async function fillInOrder<T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(
  engine: DataEngine,
  sql: string,
  into: T,
): Promise<T> {
  let from = 0
  await engine.numbers(sql, ([values], count) => {
    into.set(values as ArrayLike<number>, from)
    from += count
  })
  return into
}
