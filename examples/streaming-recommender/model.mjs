// The model: logistic matrix factorisation. The log-odds of a click are an average, how eager the user is, how popular the
// item is, how the user's factors agree with the item's, and what the rank on the screen costs.

export const sigmoid = (x) => 1 / (1 + Math.exp(-x))

/** Log-odds of a click; an unknown or missing user, item or rank counts as an average one. */
export function logit(model, row) {
  const user = lookUp(model.users, row?.user)
  const item = lookUp(model.items, row?.item)
  let total = model.bias + (user?.bias ?? 0) + (item?.bias ?? 0) + (lookUp(model.ranks, row?.rank) ?? 0)
  if (user && item) for (const [k, value] of user.factors.entries()) total += value * item.factors[k]
  return total
}

/** Probability that the user clicks on the item at that rank. */
export function predict(model, row) {
  return Number(sigmoid(logit(model, row)).toFixed(6))
}

function lookUp(table, key) {
  return (typeof key === 'string' || typeof key === 'number') && Object.hasOwn(table, key) ? table[key] : undefined
}
