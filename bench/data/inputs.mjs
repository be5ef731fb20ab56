/** Data that validate-data is measured on, made by DuckDB; each folder has a plumbline.yml and a contract. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const NUMBERS = ['id', 'd', 'ts', 'amount', 'age', 'big', 'score']
export const TEXTS = ['hex', 'cat', 'city', 'note']

/** SQL that writes rows × 12 columns of mixed types, one row in a hundred twice, as CSV and Parquet. */
export function table(folder, rows) {
  mkdirSync(folder, { recursive: true })
  config(folder, 'data.csv', 'flag', CONTRACT)
  const [csv, parquet] = ['csv', 'parquet'].map((ending) => join(folder, `data.${ending}`))
  return [
    `COPY (SELECT i AS id, md5(i::VARCHAR) AS hex, DATE '2020-01-01' + (i * 7919 % 1500)::INT AS d,
    TIMESTAMP '2020-01-01' + to_seconds((i * 104729) % 100000000) AS ts,
    CASE WHEN hash(i) % 33 > 0 THEN round(exp((hash(i + 1) % 100000) / 12500.0), 2) END AS amount, (hash(i + 2) % 100)::INT AS age,
    (hash(i + 3) % 1000000)::INT AS big, (hash(i + 4) % 100000) / 1000.0 AS score, 'cat ' || (hash(i + 5) % 20) AS cat,
    'city ' || (hash(i + 6) % 900) AS city, 'note ' || (hash(i + 7) % 200000) AS note, hash(i + 8) % 2 = 0 AS flag
    FROM (SELECT unnest(CASE WHEN range % 100 = 0 THEN [range, range] ELSE [range] END) AS i FROM range(${Math.round(rows / 1.01)}))) TO '${csv}' (HEADER)`,
    `COPY (SELECT * FROM '${csv}') TO '${parquet}' (FORMAT parquet)`,
  ]
}

/** SQL that writes 20,000 rows × 2,000 columns of texts, integers, numbers and truth values as CSV. */
export function wide(folder) {
  mkdirSync(folder, { recursive: true })
  const types = ['string', 'integer', 'number', 'boolean']
  const names = Array.from({ length: 1999 }, (_, i) => i + 1)
  const columns = names.map((i) => {
    // Hashed twice: the hash of two values is an exclusive or, and all columns would tell each other.
    const h = `hash(hash(i * 2003 + ${i}))`
    const value = [`'v ' || (${h} % ${10 + i})`, `(${h} % ${50 + i})::INT`, `(${h} % 100000) / 1000.0`, `${h} % 2 = 0`]
    return `${value[i % 4]} AS c${i}`
  })
  const lines = names.map((i) => `  - { name: c${i}, type: ${types[i % 4]}, missing: { max-share: 0 } }\n`)
  config(folder, 'data.csv', 'c3', `schema: plumbline.data-contract/1\ncolumns:\n${lines.join('')}`)
  return [
    `COPY (SELECT i AS id, ${columns.join(', ')} FROM range(20000) t(i)) TO '${join(folder, 'data.csv')}' (HEADER)`,
  ]
}

/** Cuts a CSV file of 100,000 rows into 10,000 files of ten. */
export function manyFiles(folder, csv) {
  mkdirSync(join(folder, 'parts'), { recursive: true })
  config(folder, 'parts/*.csv', 'flag', CONTRACT)
  const [header, ...rows] = readFileSync(csv, 'utf8').trimEnd().split('\n')
  for (let file = 0; file < 10_000; file++) {
    const own = rows.slice(file * 10, file * 10 + 10)
    writeFileSync(join(folder, 'parts', `${String(file).padStart(5, '0')}.csv`), `${[header, ...own].join('\n')}\n`)
  }
}

function config(folder, train, target, contract) {
  const data = `train: ${train}, target: ${target}, id: id, contract: contract.yml`
  writeFileSync(join(folder, 'plumbline.yml'), `model: bench\ndata: { ${data} }\n`)
  writeFileSync(join(folder, 'plumbline-256.yml'), `model: bench\ndata: { ${data}, memory-limit: 256MB }\n`)
  writeFileSync(join(folder, 'contract.yml'), contract)
}

const CONTRACT = `schema: plumbline.data-contract/1
columns:
  - { name: id, type: integer, missing: { max-share: 0 } }
  - { name: hex, type: string, missing: { max-share: 0 }, length: { min: 32, max: 32 } }
  - { name: d, type: date, range: { min: "2020-01-01", max: "2030-01-01" } }
  - { name: ts, type: timestamp }
  - { name: amount, type: number, missing: { max-share: 0.1 }, range: { min: 0 }, outliers: { z: 6, max-share: 0.01 } }
  - { name: age, type: integer, range: { min: 0, max: 120 } }
  - { name: big, type: integer }
  - { name: score, type: number, range: { min: 0, max: 100 } }
  - { name: cat, type: string, missing: { max-share: 0 } }
  - { name: city, type: string }
  - { name: note, type: string, length: { min: 1, max: 40 } }
  - { name: flag, type: boolean, missing: { max-share: 0 } }
duplicates: { max-share: 0.02 }
label: { min-share: 0.1 }
`
