import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ModelManifest } from '../contracts/model-manifest.js'
import type { Prediction } from '../contracts/predict.js'
import type { Log } from '../core/context.js'
import { fileError } from '../core/files.js'
import type { Row } from '../predict/predictor.js'
import { cellJson } from '../predict/rows.js'

/** One batch of answered rows. */
export interface Answered {
  readonly at: Date
  readonly id: string
  readonly manifest: Pick<ModelManifest, 'tag' | 'version'>
  readonly digest: string
  readonly rows: readonly Row[]
  readonly predictions: readonly Prediction[]
}

export interface RequestLog {
  write(answered: Answered): void
  /** Settles when everything is in the file. */
  close(): Promise<void>
}

/**
 * One flat line of JSON for each row that was answered, so that every column can be queried: `plumbline_time`, `_request`,
 * `_row`, `_tag`, `_version`, `_digest`, the features under their own names, and `plumbline_label`, `_score`, `_value`,
 * `_labels` (a JSON list), `_text`, `plumbline_probability_<class>` and `plumbline_quantile_<level>` as far as the model gave them.
 */
export function logLines({ at, id, manifest, digest, rows, predictions }: Answered): string {
  return rows
    .map((row, index) => {
      const cells: [string, Row[string] | undefined][] = [
        ['plumbline_time', at.toISOString()],
        ['plumbline_request', id],
        ['plumbline_row', index],
        ['plumbline_tag', manifest.tag],
        ['plumbline_version', manifest.version],
        ['plumbline_digest', digest],
        ...Object.entries(row),
        ...answerCells(predictions[index]),
      ]
      return `{${cells.map(([name, cell]) => `${JSON.stringify(name)}:${cellJson(cell)}`).join(',')}}\n`
    })
    .join('')
}

/** What the model said of a row; what it did not say has no column. */
function answerCells(prediction: Prediction | undefined): [string, string | number][] {
  if (prediction === undefined) return []
  const { label, score, value, labels, text, probabilities, quantiles } = prediction
  const said: [string, string | number | null | undefined][] = [
    ['plumbline_label', label],
    ['plumbline_score', score],
    ['plumbline_value', value],
    ['plumbline_labels', labels && JSON.stringify(labels)],
    ['plumbline_text', text],
    ...parts('plumbline_probability', probabilities),
    ...parts('plumbline_quantile', quantiles),
  ]
  return said.filter((cell): cell is [string, string | number] => cell[1] !== null && cell[1] !== undefined)
}

const parts = (prefix: string, numbers: Readonly<Record<string, number>> | null | undefined): [string, number][] =>
  Object.entries(numbers ?? {}).map(([name, number]) => [`${prefix}_${name}`, number])

/** Opens a log for appending. A disk that fails later stops the log with a warning, never the answers. */
export async function openRequestLog(path: string, log: Pick<Log, 'warning'>): Promise<RequestLog> {
  const stream = await open(path).catch((error: unknown) => {
    throw fileError(error, `the request log ${path}`)
  })
  let broken = false
  stream.on('error', (error) => {
    if (!broken) log.warning(`The request log ${path} cannot be written and ends here: ${error.message}`)
    broken = true
  })
  return {
    write(answered) {
      if (!broken) stream.write(logLines(answered))
    },
    close: () => new Promise((closed) => (broken ? closed() : stream.end(closed))),
  }
}

async function open(path: string): Promise<WriteStream> {
  await mkdir(dirname(path), { recursive: true })
  const stream = createWriteStream(path, { flags: 'a' })
  await new Promise((opened, failed) => stream.once('open', opened).once('error', failed))
  return stream
}
