/** Random numbers that are the same on every machine: a generator for a seed and the name of its purpose. */
export function randomSource(seed, purpose = '') {
  let state = seed >>> 0
  for (const character of purpose) state = Math.imul(state ^ character.codePointAt(0), 0x01000193) >>> 0

  /** Uniform in [0, 1): mulberry32. */
  function uniform() {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  return {
    uniform,
    below: (n) => Math.floor(uniform() * n),
    /** Standard normal, near enough: the sum of twelve uniform numbers. */
    normal: () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6),
    shuffle(values) {
      for (let i = values.length - 1; i > 0; i--) {
        const j = Math.floor(uniform() * (i + 1))
        ;[values[i], values[j]] = [values[j], values[i]]
      }
      return values
    },
  }
}
