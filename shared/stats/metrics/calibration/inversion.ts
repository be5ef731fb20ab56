import { mean, quantileSorted, variance } from '../../numeric.js'

/** An error of 0 or more that noise adds to, as a function of the parts of its bins. */
export interface NoisyError {
  /** Measured parts of the bins. */
  readonly parts: Float64Array
  /** What replicates add to them: replicates × bins. */
  readonly noise: Float64Array
  /** The error of the parts from an offset on; 0 when all are 0. */
  of(parts: Float64Array, offset: number): number
}

/** Bounds of the true error, its middle, and what replicates of an error of that size would show. */
export interface Size {
  readonly low: number
  readonly middle: number
  readonly high: number
  readonly replicates: Float64Array
}

/**
 * Noise adds to such an error: a perfectly calibrated model shows an ECE of 0.07 on 300 rows, and replicates carry that
 * noise twice. So the interval holds the sizes of the true parts which, with the noise of the bins, would give the
 * measured value. `along` and `even` are the directions that the true parts may lie in: the lower bound and the middle
 * are taken along the first, the upper bound along whichever of them lets it be larger.
 */
export function sizeOf(
  error: NoisyError,
  value: number,
  level: number,
  along: Float64Array,
  even: readonly Float64Array[],
): Size {
  const half = (1 - level) / 2
  const own = scaled(error, along)
  const middle = own.sizeAt(0.5, value)
  const low = Math.min(value, own.sizeAt(1 - half, value).size)
  const highs = [own, ...even.map((direction) => scaled(error, direction))].map((one) => one.sizeAt(half, value).size)
  return { low, middle: middle.size, high: Math.max(value, ...highs), replicates: own.shown(middle.scale) }
}

/**
 * Bounds of a − b. Of errors both proven above 0: square-and-add, with the correlation of the models on the same rows
 * (Zou 2007). Next to 0 an error is not normal, and the bounds themselves are subtracted.
 */
export function sizeDifference(a: Size, b: Size): { low: number; high: number } {
  if (a.low === 0 || b.low === 0) return { low: a.low - b.high, high: a.high - b.low }
  const shared = 2 * correlation(a.replicates, b.replicates)
  const reach = (x: number, y: number) => Math.sqrt(Math.max(0, x * x + y * y - shared * x * y))
  const centre = a.middle - b.middle
  return {
    low: centre - reach(a.middle - a.low, b.high - b.middle),
    high: centre + reach(a.high - a.middle, b.middle - b.low),
  }
}

/** Standard deviation of the noise of each bin. */
export function noiseByBin(noise: Float64Array, bins: number): Float64Array {
  const replicates = noise.length / bins
  const ofBin = new Float64Array(replicates)
  return Float64Array.from({ length: bins }, (_, bin) => {
    for (let replicate = 0; replicate < replicates; replicate++)
      ofBin[replicate] = noise[replicate * bins + bin] as number
    return Math.sqrt(variance(ofBin))
  })
}

interface Scaled {
  /** Errors that true parts of a scale would show, one per replicate. */
  shown(scale: number): Float64Array
  /** The size of which the share `p` of the replicates shows less than the value; 0 where even none shows more. */
  sizeAt(p: number, value: number): { size: number; scale: number }
}

function scaled(error: NoisyError, direction: Float64Array): Scaled {
  const bins = direction.length
  const parts = new Float64Array(bins)
  const sizeOfScale = (scale: number) => error.of(fill(parts, direction, scale, error.noise, -1), 0)
  const shown = (scale: number) =>
    Float64Array.from({ length: error.noise.length / bins }, (_, replicate) =>
      error.of(fill(parts, direction, scale, error.noise, replicate), 0),
    )
  const quantile = (scale: number, p: number) => quantileSorted(shown(scale).sort(), p)
  return {
    shown,
    sizeAt(p, value) {
      if (!(sizeOfScale(1) > 0) || quantile(0, p) >= value) return { size: 0, scale: 0 }
      let [below, above] = [0, value / sizeOfScale(1)]
      for (let doubling = 0; doubling < 40 && quantile(above, p) < value; doubling++)
        [below, above] = [above, 2 * above]
      for (let step = 0; step < 16; step++) {
        const middle = (below + above) / 2
        if (quantile(middle, p) < value) below = middle
        else above = middle
      }
      const scale = (below + above) / 2
      return { size: sizeOfScale(scale), scale }
    },
  }
}

/** `scale × direction`, with the noise of a replicate unless it is below 0. */
function fill(
  parts: Float64Array,
  direction: Float64Array,
  scale: number,
  noise: Float64Array,
  replicate: number,
): Float64Array {
  const from = replicate * parts.length
  for (let bin = 0; bin < parts.length; bin++) {
    parts[bin] = scale * (direction[bin] as number) + (replicate < 0 ? 0 : (noise[from + bin] as number))
  }
  return parts
}

function correlation(a: Float64Array, b: Float64Array): number {
  const n = Math.min(a.length, b.length)
  const [x, y] = [a.subarray(0, n), b.subarray(0, n)]
  const [ofX, ofY] = [mean(x), mean(y)]
  const product = mean(x.map((value, i) => (value - ofX) * ((y[i] as number) - ofY)))
  const spread = Math.sqrt(variance(x) * variance(y))
  return spread > 0 ? product / spread : 0
}
