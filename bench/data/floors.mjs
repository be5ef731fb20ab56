/** What DuckDB alone takes for the same columns. */
import { NUMBERS, TEXTS } from './inputs.mjs'

const ALL = [...NUMBERS, ...TEXTS, 'flag']
const number = (name) => (name === 'd' || name === 'ts' ? `epoch(${name})` : name)

/**
 * The floor: profile with estimated quantiles and distinct counts, duplicates by hash, top 20, histograms of 20 bins, one
 * pattern and one range, in one query.
 */
export function floor(from) {
  const edges = `[${Array.from({ length: 20 }, (_, i) => `${i * 1000}.0`).join(', ')}]`
  return [
    `SELECT ${[
      'count(*)',
      ...NUMBERS.map(
        (name) =>
          `count(${name}), approx_count_distinct(${name}), min(${name}), max(${name}), avg(${number(name)}), stddev_samp(${number(name)}), ` +
          `approx_quantile(${number(name)}, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]), histogram(${number(name)}, ${edges})`,
      ),
      ...TEXTS.map(
        (name) =>
          `count(${name}), approx_count_distinct(${name}), min(${name}), max(${name}), min(length(${name})), max(length(${name})), avg(length(${name}))`,
      ),
      'count(flag), approx_count_distinct(flag)',
      ...ALL.map((name) => `approx_top_k(${name}, 20)`),
      `count(DISTINCT hash(${ALL.join(', ')}))`,
      "count(*) FILTER (WHERE regexp_matches(note, '^[^@ ]+@[^@ ]+\\.[a-z]+$'))",
      'count(*) FILTER (WHERE amount < 0 OR amount > 1000000)',
    ].join(', ')} FROM ${from}`,
  ]
}

/** The same without estimates: what a profile holds. */
export function exact(from) {
  return [
    `SELECT ${[
      'count(*)',
      ...NUMBERS.map(
        (name) =>
          `count(${name}), min(${name}), max(${name}), count(DISTINCT ${name}), avg(${number(name)}), stddev_samp(${number(name)}), ` +
          `quantile_cont(${number(name)}, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])`,
      ),
      ...TEXTS.map(
        (name) =>
          `count(${name}), count(DISTINCT ${name}), min(length(${name})), max(length(${name})), avg(length(${name}))`,
      ),
      'count(flag), count(DISTINCT flag)',
    ].join(', ')} FROM ${from}`,
    `SELECT count(*) FROM (SELECT 1 FROM ${from} GROUP BY hash(${ALL.join(', ')}))`,
  ]
}
