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
 * `_row`, `_tag`, `_version`, `_digest`, the features under their own names, and `plumbline_label`, `_score`, `_value` and
 * `plumbline_probability_<class>` as far as the model gave them.
 */
export function logLines({ at, id, manifest, digest, rows, predictions }: Answered): string {
  return rows
    .map((row, index) => {
      const { label = null, score = null, value = null, probabilities = null } = predictions[index] ?? {}
      const cells: [string, Row[string] | undefined][] = [
        ['plumbline_time', at.toISOString()],
        ['plumbline_request', id],
        ['plumbline_row', index],
        ['plumbline_tag', manifest.tag],
        ['plumbline_version', manifest.version],
        ['plumbline_digest', digest],
        ...Object.entries(row),
        ...(label === null ? [] : [['plumbline_label', label] as [string, string]]),
        ...(score === null ? [] : [['plumbline_score', score] as [string, number]]),
        ...(value === null ? [] : [['plumbline_value', value] as [string, number]]),
        ...Object.entries(probabilities ?? {}).map(([name, p]): [string, number] => [
          `plumbline_probability_${name}`,
          p,
        ]),
      ]
      return `{${cells.map(([name, cell]) => `${JSON.stringify(name)}:${cellJson(cell)}`).join(',')}}\n`
    })
    .join('')
}

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
