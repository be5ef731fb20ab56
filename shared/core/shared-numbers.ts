/** Columns of numbers, all 0, that threads read without a copy. */
export const sharedDoubles = (n: number): Float64Array => new Float64Array(new SharedArrayBuffer(8 * n))
export const sharedShorts = (n: number): Uint16Array => new Uint16Array(new SharedArrayBuffer(2 * n))
