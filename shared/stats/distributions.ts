import binomialCdfOf from '@stdlib/stats-base-dists-binomial-cdf'
import chisquareCdfOf from '@stdlib/stats-base-dists-chisquare-cdf'
import normalCdfOf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantileOf from '@stdlib/stats-base-dists-normal-quantile'
import tCdfOf from '@stdlib/stats-base-dists-t-cdf'
import tQuantileOf from '@stdlib/stats-base-dists-t-quantile'

/** P(Z ≤ z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  return normalCdfOf(z, 0, 1)
}

/** z with P(Z ≤ z) = p. */
export function normalQuantile(p: number): number {
  return normalQuantileOf(p, 0, 1)
}

/** z of a two-sided level: 1.96 for 0.95. */
export function twoSidedZ(level: number): number {
  return normalQuantile(0.5 + level / 2)
}

/** P(T ≤ t) of Student's t. */
export function tCdf(t: number, degrees: number): number {
  return tCdfOf(t, degrees)
}

/** The x with P(X ≤ x) = p of Student's t with so many degrees of freedom. */
export function tQuantile(p: number, degrees: number): number {
  return tQuantileOf(p, degrees)
}

/** P(X ≤ k) of the binomial distribution with n trials. */
export function binomialCdf(k: number, n: number, p: number): number {
  return binomialCdfOf(k, n, p)
}

/** P(X > x) of the chi-square distribution. */
export function chisquareTail(x: number, degrees: number): number {
  return 1 - chisquareCdfOf(x, degrees)
}
