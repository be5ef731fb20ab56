// The model: gradient-boosted trees on ordered bins. A column becomes a small integer (its bin), a tree asks
// "bin <= split?", and the score is the sigmoid of the sum of leaves.

/** Bin of a number that is missing. A missing or unseen category goes to the bin of the pooled rare ones. */
const MISSING = 0

/** True for everything that is no value: absent, null, a list or an object, empty or blank text. */
export function isMissing(value) {
  return value === undefined || typeof value === 'object' || String(value).trim() === ''
}

/** Bin of one value under one encoder (see `train.mjs` for how encoders are learnt). */
export function bin(encoder, value) {
  if (encoder.kind === 'category') {
    const name = isMissing(value) ? '' : String(value).trim()
    return Object.hasOwn(encoder.bins, name) ? encoder.bins[name] : encoder.other
  }
  const number = isMissing(value) ? Number.NaN : Number(value)
  if (!Number.isFinite(number)) return MISSING
  return 1 + encoder.edges.filter((edge) => number > edge).length
}

/** Value of the leaf that a row of bins falls into. */
export function leaf(tree, bins) {
  let node = tree
  while (node.value === undefined) node = bins[node.column] <= node.split ? node.low : node.high
  return node.value
}

export const sigmoid = (x) => 1 / (1 + Math.exp(-x))

/** Probability that the strike damaged the aircraft, for a row given as an object of features. */
export function predict(model, row) {
  const bins = model.features.map((name, i) => bin(model.encoders[i], row?.[name]))
  const score = model.trees.reduce((sum, tree) => sum + leaf(tree, bins), model.bias)
  return Number(sigmoid(score).toFixed(6))
}
