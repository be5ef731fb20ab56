import { DataProfile } from '../../shared/contracts/data-profile.js'
import { DataValidation } from '../../shared/contracts/data-validation.js'
import { TrainingRun } from '../../shared/contracts/training-run.js'
import { defineAction, override } from '../../shared/core/action.js'
import { commandLine } from '../../shared/core/command.js'
import type { Context } from '../../shared/core/context.js'
import { readDocument, writeDocument } from '../../shared/core/documents.js'
import { UserError } from '../../shared/core/errors.js'
import { verdictOf } from '../../shared/core/verdict.js'
import { maskSecrets } from '../../shared/report/secrets.js'
import { readEnvironment } from './environment.js'
import { judge, summarise } from './judge.js'
import { digestCode, linkData } from './lineage.js'
import { renderTraining } from './render.js'
import { trainOrRestore } from './train-or-restore.js'

export const train = defineAction({
  name: 'train',
  title: 'Plumbline: train',
  description: 'Runs your training command with a seed and parameters, and records what made the model.',
  icon: 'cpu',
  color: 'blue',
  permissions: { contents: 'read, to check out the repository' },
  inputs: {
    command: override('train.command', 'Program and arguments that train the model; no shell is used.'),
    seed: override('train.seed', 'Seed, handed over as PLUMBLINE_SEED and PYTHONHASHSEED.'),
    params: override('train.params', 'Parameters as a YAML or JSON map, handed over as JSON in PLUMBLINE_PARAMS.'),
    outputs: override('train.outputs', 'Files and folders that the command writes.'),
    metrics: override('train.metrics', 'JSON file of metrics that the command writes.'),
    timeout: override('train.timeout', 'Seconds after which the command is stopped.'),
  },
  outputs: {
    status: '`succeeded`, `failed`, `killed`, `timed-out` or `not-started`.',
    'exit-code': 'Exit code of the command; empty when it has none.',
    document: 'Path of training-run.json.',
  },
  async run(_inputs, ctx) {
    const command = commandOf(ctx)
    const profile = await readDocument(ctx, DataProfile)
    const validation = await readDocument(ctx, DataValidation)
    const data = await linkData(ctx, profile?.document ?? null)
    const code = await digestCode(ctx, command)
    const environment = await readEnvironment(ctx, command[0] as string)

    const { attempt, cache, keep } = await trainOrRestore(ctx, { command, code, data: data.refs, environment })
    const { ending, outputs, metrics, firstError } = attempt
    const checks = judge({
      ending,
      restoredFrom: cache?.trainedBy ?? null,
      firstError,
      outputs,
      metrics,
      validation: validation?.document ?? null,
      changedData: data.changed,
      dataFiles: data.refs.length,
    })
    const body = {
      verdict: verdictOf(checks),
      summary: summarise(checks),
      inputs: [ctx.configRef, ...data.refs, profile?.ref, validation?.ref].filter((ref) => ref != null),
      checks,
      command: command.map(maskSecrets),
      seed: ctx.config.train.seed,
      params: ctx.config.train.params,
      status: ending.status,
      exitCode: ending.exitCode,
      exitMeaning: ending.meaning,
      durationSeconds: attempt.durationSeconds,
      // What a failed command left behind counts only if it wrote it.
      outputs: outputs.flatMap(({ files, fresh }) => (ending.status === 'succeeded' || fresh ? files : [])),
      metrics: metrics?.metrics ?? {},
      metricsIgnored: [...(metrics?.notFinite ?? []), ...(metrics?.ignored ?? [])],
      code,
      environment,
      ...(cache === null ? {} : { cache }),
      firstError,
      tail: attempt.tail,
    }
    const { path } = await writeDocument(ctx, TrainingRun, body, renderTraining(body))
    return {
      verdict: body.verdict,
      summary: body.summary,
      outputs: { status: ending.status, 'exit-code': ending.exitCode, document: path },
      ...(keep && { publish: () => keep().then(() => ({})) }),
    }
  },
})

function commandOf(ctx: Context): string[] {
  const { command } = ctx.config.train
  const argv = command === undefined ? [] : commandLine(command)
  if (argv.length > 0) return argv
  throw new UserError('`train.command` is missing: there is nothing to run', {
    cure: 'add to plumbline.yml:  train: { command: python train.py }',
  })
}
