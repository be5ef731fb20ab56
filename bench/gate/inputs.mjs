/** Test rows and predictions of two models that evaluate-gate is measured on, made by DuckDB. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const FEATURES = ['f1', 'f2', 'f3', 'f4', 'f5']

/**
 * SQL that writes rows with five features of eight values, and a probability of each model for every row, as Parquet. The
 * features make 5 × 8 slices of one condition and 10 × 64 of two: 680.
 */
export function twoModels(folder, rows) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'plumbline.yml'),
    `model: bench
data: { test: test.parquet, target: y, id: id }
evaluate:
  predictions: candidate.parquet
  baseline: baseline.parquet
  rules: [{ metric: roc_auc, max-loss: 0.01 }, { metric: brier, max-loss: 0.01 }]
  discover-slices: { columns: [${FEATURES.join(', ')}], predicates: 2 }
`,
  )
  // Hashed twice: hashes of neighbouring numbers and of two numbers together tell each other.
  const drawn = (k) => `((hash(hash(i * 16 + ${k})) >> 11) / 9007199254740992.0)`
  const features = FEATURES.map((name, k) => `CAST(floor(${drawn(k)} * 8) AS INTEGER) AS ${name}`)
  const answers = (noise, k) =>
    `SELECT id, least(1, greatest(0, 1 / (1 + exp(-3 * x + ${noise} * (${drawn(k)} - 0.5))))) AS score FROM drawn`
  const write = (query, name) => `COPY (${query}) TO '${join(folder, `${name}.parquet`)}' (FORMAT parquet)`
  return [
    `CREATE TEMP TABLE drawn AS SELECT i, i AS id, 2 * ${drawn(5)} - 1 AS x, ${features.join(', ')} FROM range(${rows}) t(i)`,
    write(
      `SELECT id, x, ${FEATURES.join(', ')}, CAST(${drawn(6)} < 1 / (1 + exp(-3 * x)) AS INTEGER) AS y FROM drawn`,
      'test',
    ),
    write(answers(0.3, 7), 'candidate'),
    write(answers(1.5, 8), 'baseline'),
  ]
}
