import { sep } from 'node:path'
import type { TrainConfig } from '../../shared/contracts/config.js'
import type { Context, Exec, Files } from '../../shared/core/context.js'
import { messageOf, UserError } from '../../shared/core/errors.js'
import { maskSecrets } from '../../shared/report/secrets.js'
import { type Ending, explainExit } from './exit.js'
import { MAX_METRICS_BYTES, type Metrics, readMetrics } from './metrics.js'
import { OutputKeeper } from './output.js'
import { collectOutputs, type Snapshot, snapshot, type Written } from './outputs.js'

/** What one run of the training command did; texts are masked. */
export interface Attempt {
  readonly ending: Ending
  readonly durationSeconds: number
  readonly outputs: Written[]
  /** Null when no metrics file is configured. */
  readonly metrics: (Metrics & { readonly file: string }) | null
  /** Null after a success. */
  readonly firstError: string | null
  readonly tail: string[]
}

/** Linux hands over at most 128 KiB in one environment variable. */
const MAX_PARAMS_BYTES = 120_000

/** State of outputs and metrics before a training, by which it is seen later what it wrote. */
export const lookBefore = (ctx: Context, { outputs, metrics }: TrainConfig): Promise<Snapshot> =>
  snapshot(ctx.files, [...outputs, ...(metrics === undefined ? [] : [metrics])])

/** What lies in the places of outputs and metrics now. */
export async function collect(
  ctx: Context,
  { outputs, metrics }: TrainConfig,
  before: Snapshot,
): Promise<Pick<Attempt, 'outputs' | 'metrics'>> {
  return {
    outputs: await collectOutputs(ctx.files, outputs, before),
    metrics: metrics === undefined ? null : await metricsOf(ctx.files, metrics, before),
  }
}

/** Runs the training command once, streaming its output to the log, and collects what it left behind. */
export async function trainOnce(ctx: Context, command: readonly string[], config: TrainConfig): Promise<Attempt> {
  const env = trainingEnvironment(config)
  const before = await lookBefore(ctx, config)
  const output = new OutputKeeper()
  const show = (line: string) => {
    output.add(line)
    ctx.log.info(line)
  }
  const { ending, durationSeconds } = await ctx.log.group(`Training: ${maskSecrets(command.join(' '))}`, () =>
    runCommand(ctx.exec, command, env, config.timeout, show),
  )
  const clean = (text: string) => maskSecrets(withoutRoot(text, ctx.files.root))
  const firstError = ending.status === 'succeeded' ? null : output.firstError()
  return {
    ending,
    durationSeconds,
    ...(await collect(ctx, config, before)),
    firstError: firstError === null ? null : clean(firstError),
    tail: output.lines === 0 ? [] : clean(output.tail().join('\n')).split('\n'),
  }
}

/** Paths of this machine say nothing elsewhere: those below the workspace become relative. */
function withoutRoot(text: string, root: string): string {
  return text.replaceAll(`${root}${sep}`, '').replaceAll(root, '.')
}

/** Variables that the command sees besides those of this process. Throws UserError when the params do not fit. */
function trainingEnvironment({ seed, params }: Pick<TrainConfig, 'seed' | 'params'>): Record<string, string> {
  const json = JSON.stringify(params)
  if (Buffer.byteLength(json) > MAX_PARAMS_BYTES) {
    throw new UserError(
      `\`train.params\` has ${Buffer.byteLength(json)} bytes of JSON; an environment variable takes ${MAX_PARAMS_BYTES}`,
      {
        cure: 'put the parameters into a file, name it in the command, and list it under train.code',
      },
    )
  }
  // Python would otherwise hold its output back until the end.
  return { PLUMBLINE_SEED: String(seed), PYTHONHASHSEED: String(seed), PLUMBLINE_PARAMS: json, PYTHONUNBUFFERED: '1' }
}

async function runCommand(
  exec: Exec,
  command: readonly string[],
  env: Record<string, string>,
  timeoutSeconds: number,
  onLine: (line: string) => void,
): Promise<{ ending: Ending; durationSeconds: number }> {
  try {
    const result = await exec.run(command, { env, timeoutSeconds, onLine })
    return { ending: explainExit(result, timeoutSeconds), durationSeconds: result.durationSeconds }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const cure = error.problems[0]?.cure ?? null
    const ending: Ending = {
      status: 'not-started',
      exitCode: null,
      meaning: `did not start: ${messageOf(error)}`,
      cure,
    }
    return { ending, durationSeconds: 0 }
  }
}

async function metricsOf(files: Files, file: string, before: Snapshot): Promise<Attempt['metrics']> {
  const nothing = (problem: string) => ({ file, metrics: {}, notFinite: [], ignored: [], problem })
  const now = await snapshot(files, [file])
  const [path, mark] = [...now][0] ?? []
  if (path === undefined) return nothing('is not there')
  if (before.get(path) === mark) return nothing('lay there before and was not written by this run')
  const { bytes } = await files.digest(path)
  if (bytes > MAX_METRICS_BYTES) return nothing(`has ${bytes} bytes; at most ${MAX_METRICS_BYTES} are read`)
  return { file, ...readMetrics(await files.readText(path)) }
}
