import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { commandLine } from '../../../shared/core/command.js'
import type { Context } from '../../../shared/core/context.js'
import { UserError } from '../../../shared/core/errors.js'
import { rowJson } from '../../../shared/predict/rows.js'
import { clip } from '../../../shared/report/escape.js'
import type { Sample } from '../../../shared/stats/sample.js'
import { type Answers, answerOf } from '../answers/columns.js'
import type { Frame } from '../answers/sample.js'
import { type OwnAnswer, readOwnAnswer } from './answer.js'
import type { OwnMetric } from './metric.js'

const AT_ONCE = 1000
/** Characters of output that are read; a number for each of 10 million rows fits. */
const MOST_OUTPUT = 300_000_000

/**
 * Asks each metric command about a model: a sample with what they say of its rows, and of all of them. Throws UserError
 * when a command fails or prints what is no metric.
 */
export async function measureOwn(
  ctx: Context,
  metrics: readonly OwnMetric[],
  frame: Frame,
  sample: Sample,
  answers: Answers,
): Promise<Sample> {
  if (metrics.length === 0) return sample
  const folder = await mkdtemp(join(ctx.env.RUNNER_TEMP ?? tmpdir(), 'plumbline-metric-'))
  try {
    const input = join(folder, 'input.jsonl')
    await pipeline(Readable.from(lines(frame, answers)), createWriteStream(input))
    const own = new Map<string, OwnAnswer>()
    for (const metric of metrics) own.set(metric.name, await ask(ctx, metric, input, frame.rows.n))
    return { ...sample, own }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Each judged row with all its columns, and what the model answered as `prediction`. */
async function* lines({ rows }: Frame, answers: Answers): AsyncGenerator<string> {
  const columns = rows.columns.map(({ name }) => name)
  let row = 0
  for await (const batch of rows.batches(columns, AT_ONCE)) {
    yield batch
      .map((cells) => {
        const prediction = JSON.stringify(answerOf(answers, row++))
        return `${rowJson(cells).slice(0, -1)}${columns.length === 0 ? '' : ','}"prediction":${prediction}}\n`
      })
      .join('')
  }
}

async function ask(ctx: Context, metric: OwnMetric, input: string, rows: number): Promise<OwnAnswer> {
  const command = commandLine(metric.command).map((word) => word.replaceAll('{input}', () => input))
  const where = `evaluate.metrics.${metric.name}`
  const output: string[] = []
  const errors: string[] = []
  let size = 0
  const result = await ctx.exec.run(command, {
    timeoutSeconds: metric.timeout,
    onLine(line, stream) {
      if (stream === 'stderr') errors.push(clip(line, 200))
      else if (size < MOST_OUTPUT) {
        size += line.length
        output.push(line)
      }
    },
  })
  const last = errors.slice(-3).join(' | ')
  if (result.timedOut) {
    throw new UserError(`its command was stopped after ${metric.timeout} seconds. ${last}`, {
      where,
      cure: 'raise its timeout',
    })
  }
  if (result.code !== 0) {
    throw new UserError(`its command ended with ${result.signal ?? `code ${result.code}`}. ${last}`, {
      where,
      cure: 'run it on a laptop with a file of rows: each line has the columns and "prediction"',
    })
  }
  const answer = readOwnAnswer(output.join('\n'), rows)
  if (!('problem' in answer)) return answer
  throw new UserError(`its command printed ${answer.problem}`, {
    where,
    cure: 'print a number, {"value": …, "low": …, "high": …}, or {"rows": […]} with a number for each line of {input}',
  })
}
