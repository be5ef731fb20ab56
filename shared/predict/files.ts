import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Prediction, PredictSpec } from '../contracts/predict.js'
import { codeOf, UserError } from '../core/errors.js'
import { parseAnswer } from './normalise.js'
import type { Predictor, PredictPorts, Row, Task } from './predictor.js'
import { rowJson } from './rows.js'
import { ending, rowsText, shown, splitCommand, Tail } from './words.js'

type FilesSpec = Extract<PredictSpec, { command: unknown }>

/** A command that is started for each batch with `{input}` and `{output}` replaced by paths of JSON Lines files. */
export function openFiles(spec: FilesSpec, ports: PredictPorts): Predictor {
  const template = splitCommand(spec.command)
  const missing = ['{input}', '{output}'].filter((name) => !template.some((word) => word.includes(name)))
  if (missing.length > 0) {
    throw new UserError(`predict.command \`${shown(template)}\` does not name ${missing.join(' and ')}`, {
      cure: 'protocol files hands over two paths: write both places, such as `python predict.py {input} {output}`',
    })
  }
  let before = 0
  let queue: Promise<unknown> = Promise.resolve()
  return {
    predict(rows) {
      const answers = queue.then(async () => {
        if (rows.length === 0) return []
        const predictions = await ask(template, spec.timeout, rows, before, ports)
        before += rows.length
        return predictions
      })
      queue = answers.catch(() => undefined)
      return answers
    },
    process: () => ({ none: 'its command is started anew for each call' }),
    async close() {
      await queue
    },
  }
}

async function ask(
  template: readonly string[],
  timeoutSeconds: number,
  rows: readonly Row[],
  before: number,
  ports: PredictPorts,
): Promise<Prediction[]> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-predict-'))
  try {
    const input = join(folder, 'input.jsonl')
    const output = join(folder, 'output.jsonl')
    await pipeline(Readable.from(jsonLines(rows)), createWriteStream(input))
    const command = template.map((word) => word.replaceAll('{input}', () => input).replaceAll('{output}', () => output))
    const tail = new Tail()
    const result = await ports.exec.run(command, {
      cwd: ports.cwd,
      timeoutSeconds,
      ...(ports.env === undefined ? {} : { env: ports.env }),
      onLine: (line, stream) => {
        if (stream === 'stderr') tail.push(line)
        ports.log.debug(line)
      },
    })
    const name = `the predict command \`${shown(template)}\``
    if (result.timedOut) {
      throw new UserError(`${name} was stopped after ${timeoutSeconds} seconds. ${tail}`, {
        cure: 'raise predict.timeout',
      })
    }
    if (result.code !== 0) throw new UserError(`${name} ended with ${ending(result.code, result.signal)}. ${tail}`)
    return await readAnswers(output, rows.length, before, ports.task, name)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function* jsonLines(rows: readonly Row[]): Generator<string> {
  for (const row of rows) yield `${rowJson(row)}\n`
}

async function readAnswers(
  path: string,
  wanted: number,
  before: number,
  task: Task,
  name: string,
): Promise<Prediction[]> {
  const predictions: Prediction[] = []
  let found = 0
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      found += 1
      if (found > wanted) continue
      const result = parseAnswer(line, task)
      if ('problem' in result) throw new UserError(`${name} answered row ${before + found} with ${result.problem}`)
      predictions.push(result.prediction)
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    throw new UserError(`${name} ended well but wrote no file at {output}`, {
      cure: 'write one line of JSON per row to the path given as {output}',
    })
  }
  if (found !== wanted) {
    throw new UserError(`${name} gave ${found} ${found === 1 ? 'answer' : 'answers'} for ${rowsText(wanted)}`, {
      cure: 'write exactly one line of JSON per row of {input}, in the same order',
    })
  }
  return predictions
}
