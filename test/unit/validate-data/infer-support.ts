import { parse } from 'yaml'
import { inferContract } from '../../../actions/validate-data/infer/infer.js'
import { lookAtData } from '../../../actions/validate-data/infer/look.js'
import { DataContract } from '../../../shared/contracts/data-contract.js'
import type { ColumnProfile, DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { asNumber, asText, isNumeric, typedValue } from '../../../shared/data/column-types.js'
import type { Dataset, DatasetColumn } from '../../../shared/data/dataset.js'
import { double, literal, literalList } from '../../../shared/data/engine/sql.js'
import { formatCondition } from '../../../shared/data/formats.js'
import { profileTable } from '../../../shared/data/profile.js'
import type { Bench } from '../data/support.js'

export interface Inferred {
  readonly text: string
  readonly contract: DataContract
}

/** The contract that a dataset suggests, as `plumbline infer` writes it. */
export async function inferFrom(
  bench: Bench,
  dataset: Dataset,
  options: { target?: string; id?: string; time?: string; key?: readonly string[] } = {},
  profile?: DatasetProfile,
): Promise<Inferred> {
  profile ??= await profileTable(bench.engine, dataset, options)
  const look = await lookAtData(bench.engine, dataset, profile, options)
  const text = inferContract(profile, options, look)
  return { text, contract: DataContract.parse(parse(text)) }
}

/**
 * What inference reads of a profile, by SQL alone: hundreds of samples are profiled in the time that `profileTable` takes for
 * a few.
 */
export async function plainProfile(bench: Bench, dataset: Dataset): Promise<DatasetProfile> {
  const columns: ColumnProfile[] = []
  for (const { name, type, sql } of dataset.columns) {
    const isOrdered = type !== 'string' && type !== 'boolean'
    const x = isOrdered ? asNumber(type, sql) : 'NULL::DOUBLE'
    const length = type === 'string' ? `length(${sql})` : 'NULL::INT'
    const [row = {}] = await bench.engine.all(
      `SELECT count(${sql}) AS n, count(DISTINCT ${sql}) AS d, min(${x}) AS lo, max(${x}) AS hi, avg(${x}) AS m, stddev_samp(${x}) AS s, kurtosis_pop(${x}) AS k, min(${length}) AS l0, max(${length}) AS l1, avg(${length}) AS lm FROM ${dataset.table}`,
    )
    const probabilities = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
    const [cuts = {}] = await bench.engine.all(
      `SELECT ${probabilities.map((p, i) => `quantile_cont(${x}, ${p}) AS q${i}`).join(', ')} FROM ${dataset.table}`,
    )
    const top = await bench.engine.all(
      `SELECT ${asText(type, sql)} AS v, count(*) AS n FROM ${dataset.table} WHERE ${sql} IS NOT NULL GROUP BY 1 ORDER BY n DESC, v LIMIT 100`,
    )
    const [n, q] = [
      Number(row.n),
      probabilities.map((_, i) => Number(cuts[`q${i}`])) as [number, number, number, number, number, number, number],
    ]
    columns.push({
      name,
      type,
      rows: dataset.rows,
      missing: dataset.rows - n,
      invalid: 0,
      nonFinite: 0,
      distinct: Number(row.d),
      numeric: isOrdered
        ? {
            min: Number(row.lo),
            max: Number(row.hi),
            mean: Number(row.m),
            sd: Number(row.s),
            kurtosis: row.k === null ? null : Number(row.k),
            quantiles: { p01: q[0], p05: q[1], p25: q[2], p50: q[3], p75: q[4], p95: q[5], p99: q[6] },
            histogram: { kind: 'equal-mass', edges: [Number(row.lo), Number(row.hi)], counts: [n] },
          }
        : null,
      length: type === 'string' ? { min: Number(row.l0), max: Number(row.l1), mean: Number(row.lm) } : null,
      mostly: null,
      top: top.map(({ v, n }) => ({ value: String(v), count: Number(n) })),
      otherCount: n - top.reduce((sum, { n }) => sum + Number(n), 0),
    })
  }
  return {
    name: dataset.name,
    files: [...dataset.files],
    rows: dataset.rows,
    duplicates: { extra: 0, groups: 0, members: 0 },
    columns,
  }
}

/**
 * What a dataset breaks of a contract, as `column: key`. Written for these tests alone, by the words of the contract, and
 * for the keys that inference writes.
 */
export async function breaches(
  bench: Bench,
  dataset: Dataset,
  contract: DataContract,
  target?: string,
): Promise<string[]> {
  const found: string[] = []
  const ask = async (name: string, sql: string) => {
    const [row = {}] = await bench.engine.all(`SELECT ${sql} AS holds FROM ${dataset.table}`)
    if (row.holds !== true) found.push(name)
  }
  const column = (name: string) => dataset.columns.find((one) => one.name === name) as DatasetColumn
  const { rows } = dataset
  if (rows < (contract.rows.min ?? 0)) found.push('rows')
  const row = dataset.columns.map(({ sql }) => sql).join(', ')
  if (contract.duplicates !== undefined) {
    const most = Math.floor(contract.duplicates['max-share'] * rows + 1e-9)
    await ask('duplicates', `count(*) - count(DISTINCT (${row})) <= ${most}`)
  }
  for (const rule of contract.columns) {
    const { name } = rule
    const one = column(name)
    if (one === undefined) continue
    const { sql, type } = one
    const text = asText(type, sql)
    const isThere = type === 'number' ? `isfinite(${sql})` : `${sql} IS NOT NULL`
    if (rule.type !== undefined && rule.type !== type && !(rule.type === 'number' && type === 'integer'))
      found.push(`${name}: type`)
    const missing = rule.missing?.['max-share'] ?? 1
    await ask(`${name}: missing`, `count(*) FILTER (WHERE ${isThere}) >= ${rows - Math.floor(missing * rows + 1e-9)}`)
    if (rule.unique) await ask(`${name}: unique`, `count(DISTINCT ${sql}) = count(${sql})`)
    const unknown: string[] = []
    if (rule.values !== undefined) unknown.push(`NOT list_contains(${literalList(rule.values)}, ${text})`)
    if (rule.forbidden !== undefined)
      await ask(
        `${name}: forbidden`,
        `NOT coalesce(bool_or(list_contains(${literalList(rule.forbidden)}, ${text})), false)`,
      )
    if (rule.format !== undefined) unknown.push(`NOT ${formatCondition(rule.format, text)}`)
    if (rule.length !== undefined)
      unknown.push(`NOT length(${text}) BETWEEN ${rule.length.min ?? 0} AND ${rule.length.max ?? 1e9}`)
    if (rule.range !== undefined) {
      const { min, max } = rule.range
      unknown.push(
        isNumeric(type)
          ? `NOT ${asNumber(type, sql)} BETWEEN ${double(Number(min))} AND ${double(Number(max))}`
          : `NOT (CAST(${sql} AS TIMESTAMP) >= ${typedValue('timestamp', literal(String(min)))} AND CAST(${sql} AS TIMESTAMP) < ${typedValue('timestamp', literal(String(max)))} + INTERVAL 1 DAY)`,
      )
    }
    if (unknown.length > 0) {
      await ask(
        `${name}: values`,
        `count(*) FILTER (WHERE ${isThere} AND (${unknown.join(' OR ')})) <= floor(${rule['max-unknown']} * count(*) FILTER (WHERE ${isThere}) + 1e-9)`,
      )
    }
    if (rule.order !== undefined) {
      const sign = { increasing: '<', decreasing: '>', 'strictly-increasing': '<=', 'strictly-decreasing': '>=' }[
        rule.order
      ]
      const [bad = {}] = await bench.engine.all(
        `SELECT count(*) AS n FROM (SELECT x, lag(x) OVER (ORDER BY r) AS before FROM (SELECT ${sql} AS x, rowid AS r FROM ${dataset.table}) WHERE x IS NOT NULL) WHERE x ${sign} before`,
      )
      if (bad.n !== 0) found.push(`${name}: order`)
    }
    for (const [statistic, { min, max }] of Object.entries(rule.statistics ?? {})) {
      const x = type === 'number' || type === 'integer' ? asNumber(type, sql) : text
      const value = { mean: `avg(${x})`, sd: `stddev_samp(${x})`, distinct: `count(DISTINCT ${x})` }[statistic]
      await ask(
        `${name}: ${statistic}`,
        `${value} BETWEEN ${double(Number(min ?? -1e300))} AND ${double(Number(max ?? 1e300))}`,
      )
    }
  }
  for (const check of contract.checks) {
    if (check.check !== 'compare') throw new Error(`no judge for ${check.check}`)
    const [a, b] = check.columns.map((name) => column(name).sql)
    await ask(`${check.columns.join(` ${check.operator} `)}`, `coalesce(bool_and(${a} ${check.operator} ${b}), false)`)
  }
  if (contract.label !== undefined && target !== undefined) {
    const { sql } = column(target)
    const [least = {}] = await bench.engine.all(
      `SELECT min(n) / sum(n) AS share FROM (SELECT count(*) AS n FROM ${dataset.table} WHERE ${sql} IS NOT NULL GROUP BY ${sql})`,
    )
    if (Number(least.share) < contract.label['min-share']) found.push('label')
  }
  return found
}

/** {@link breaches} of a contract as text. */
export const breachesOf = (bench: Bench, dataset: Dataset, text: string): Promise<string[]> =>
  breaches(bench, dataset, DataContract.parse(parse(text)))

/** SQL: uniform in [0, 1), by row, column and seed. */
const u = (name: string, seed: number) =>
  `((hash(i, '${name}', ${seed}) % 9007199254740992)::DOUBLE / 9007199254740992)`
const exponential = (name: string, seed: number) => `(-ln(1 - ${u(name, seed)}))`
const normal = (name: string, seed: number) =>
  `(sqrt(-2 * ln(1 - ${u(name, seed)})) * cos(2 * pi() * ${u(`${name}2`, seed)}))`

/** Columns of the distributions that tables are made of; rows of one seed are independent of those of another. */
export const simulated = (rows: number, seed: number): string => `SELECT
  i + 1000 AS order_id,
  md5(i || 'row' || ${seed}) AS session,
  'user' || hash(i, ${seed}) || '@example.org' AS contact,
  ${u('uniform', seed)} * 100 AS uniform,
  ${normal('normal', seed)} * 15 + 100 AS normal,
  CASE WHEN ${u('gap', seed)} >= 0.1 THEN ${exponential('exponential', seed)} * 30 END AS exponential,
  exp(${normal('lognormal', seed)}) AS lognormal,
  floor(${exponential('count', seed)} * 5)::BIGINT AS visits,
  CASE WHEN ${u('zero', seed)} < 0.7 THEN 0 ELSE round(${exponential('zeros', seed)} * 100, 2) END AS refund,
  ['red', 'green', 'blue', 'black', 'white'][1 + floor(pow(${u('color', seed)}, 1.3) * 5)::INT] AS color,
  'city ' || floor(pow(${u('city', seed)}, 2) * 60)::INT AS city,
  'text ' || repeat('x', 5 + floor(${u('note', seed)} * 60)::INT) || hash(i, ${seed}, 'n') AS note,
  ${u('flag', seed)} < 0.4 AS flag,
  DATE '2022-01-01' + floor(${u('start', seed)} * 1000)::INT AS start_day,
  DATE '2022-01-01' + floor(${u('start', seed)} * 1000)::INT + floor(${exponential('stay', seed)} * 6)::INT AS end_day,
  TIMESTAMP '2024-01-01 00:00:00' + INTERVAL 1 SECOND * (i * 60 + floor(${u('tick', seed)} * 60)::INT) AS at,
  CASE WHEN ${u('label', seed)} < 0.2 THEN 1 ELSE 0 END AS label
FROM range(${rows}) r(i)`
