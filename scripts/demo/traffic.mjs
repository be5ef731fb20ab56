/** Production traffic: strikes of later years, asked over HTTP in the order in which they happened. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const BATCH = 250

/** The strikes of some years, each as the object of the columns of data/production.csv. */
export async function strikesOf(folder, years) {
  const { parseCsv } = await import(pathToFileURL(join(folder, 'csv.mjs')).href)
  const rows = parseCsv(readFileSync(join(folder, 'data/production.csv'), 'utf8'))
  return rows.filter((row) => years.includes(row.flight_date.slice(0, 4)))
}

/**
 * Asks the server about each strike, then writes what it answered and what the inspection found into the interaction
 * log, as a service with delayed labels would. Returns the number of strikes.
 */
export async function playTraffic({ url, model, rows, log, spoil = (row) => row }) {
  const lines = []
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH).map(spoil)
    const { scores, version } = await ask(url, model, batch)
    for (const [i, row] of batch.entries()) lines.push({ ...row, score: scores[i], model_version: version })
  }
  if (lines.length === 0) return 0
  const names = Object.keys(lines[0])
  if (!existsSync(log)) writeFileSync(log, csvLine(names))
  appendFileSync(log, lines.map((line) => csvLine(names.map((name) => line[name]))).join(''))
  return lines.length
}

/** What the served version takes, as the server itself tells it. */
async function inputsOf(url, model) {
  const response = await fetch(`${url}/v2/models/${model}`)
  if (!response.ok) throw new Error(`the server answered ${response.status}: ${await response.text()}`)
  return (await response.json()).inputs
}

/** One request of the Open Inference Protocol v2: a tensor per input, null for a missing value. */
async function ask(url, model, rows) {
  const inputs = (await inputsOf(url, model)).map(({ name, datatype }) => ({
    name,
    datatype,
    shape: [rows.length],
    data: rows.map((row) => (row[name] === '' ? null : datatype === 'BYTES' ? row[name] : Number(row[name]))),
  }))
  const response = await fetch(`${url}/v2/models/${model}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs }),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(`the server answered ${response.status}: ${answer.error}`)
  return { scores: answer.outputs.find(({ name }) => name === 'score').data, version: answer.model_version }
}

function csvLine(cells) {
  const quote = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  return `${cells.map((cell) => quote(String(cell ?? ''))).join(',')}\n`
}
