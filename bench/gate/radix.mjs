/** `node radix.mjs ROWS`: orders two columns of scores by a radix sort of 64-bit keys with their rows, least digit first. */
const ROWS = Number(process.argv[2])
const BITS = 11

for (const seed of [1, 2]) sort(scores(seed))

function scores(seed) {
  let state = seed
  return Float64Array.from({ length: ROWS }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  })
}

/** Rows in ascending order of numbers of 0 or more, whose bits order as they do. */
function sort(values) {
  const words = new Uint32Array(values.buffer)
  let [low, high, rows] = [new Uint32Array(ROWS), new Uint32Array(ROWS), new Uint32Array(ROWS)]
  for (let i = 0; i < ROWS; i++) [low[i], high[i], rows[i]] = [words[2 * i], words[2 * i + 1], i]
  let [nextLow, nextHigh, nextRows] = [new Uint32Array(ROWS), new Uint32Array(ROWS), new Uint32Array(ROWS)]
  for (let shift = 0; shift < 64; shift += BITS) {
    const digits = digitsOf(low, high, shift)
    const places = new Uint32Array((1 << BITS) + 1)
    for (let i = 0; i < ROWS; i++) places[digits[i] + 1]++
    for (let d = 0; d < 1 << BITS; d++) places[d + 1] += places[d]
    for (let i = 0; i < ROWS; i++) {
      const to = places[digits[i]]++
      nextLow[to] = low[i]
      nextHigh[to] = high[i]
      nextRows[to] = rows[i]
    }
    ;[low, nextLow, high, nextHigh, rows, nextRows] = [nextLow, low, nextHigh, high, nextRows, rows]
  }
  return rows
}

function digitsOf(low, high, shift) {
  const mask = (1 << BITS) - 1
  const digits = new Uint16Array(ROWS)
  for (let i = 0; i < ROWS; i++) {
    if (shift >= 32) digits[i] = (high[i] >>> (shift - 32)) & mask
    else digits[i] = ((low[i] >>> shift) | (shift + BITS > 32 ? high[i] << (32 - shift) : 0)) & mask
  }
  return digits
}
