import type { TrainingRun } from '../../shared/contracts/training-run.js'
import { troubles } from '../../shared/core/verdict.js'
import {
  type Block,
  banner,
  code,
  codeBlock,
  column,
  details,
  type Inline,
  join,
  list,
  paragraph,
  type Report,
  table,
} from '../../shared/report/blocks.js'
import { findingsTable } from '../../shared/report/findings.js'
import { formatBytes, formatDigest, formatDuration, formatNumber, plural } from '../../shared/report/format.js'

type Facts = Pick<
  TrainingRun,
  | 'verdict'
  | 'summary'
  | 'checks'
  | 'command'
  | 'seed'
  | 'params'
  | 'durationSeconds'
  | 'outputs'
  | 'metrics'
  | 'metricsIgnored'
  | 'code'
  | 'environment'
  | 'firstError'
  | 'tail'
  | 'inputs'
  | 'status'
  | 'cache'
>

const HEADLINES: Readonly<Record<TrainingRun['status'], string>> = {
  succeeded: 'the model is trained',
  failed: 'the training failed',
  killed: 'the training was killed',
  'timed-out': 'the training took too long',
  'not-started': 'the training did not start',
}

/** What a person wants to know about a training run, in that order: did it train, what came out, what it was made of. */
export function renderTraining(run: Facts): Report {
  return {
    title: 'train',
    verdict: banner(run.verdict, HEADLINES[run.status], run.summary),
    blocks: [...problems(run), ...metrics(run), ...outputs(run), ...made(run), ...output(run)],
  }
}

function problems({ checks, firstError }: Facts): Block[] {
  const found = troubles(checks)
  const blocks: Block[] = found.length === 0 ? [] : [findingsTable(found)]
  if (firstError !== null)
    blocks.push(paragraph('First line of the output that looks like an error:'), codeBlock(firstError))
  return blocks
}

function metrics({ metrics, metricsIgnored }: Facts): Block[] {
  const rows = Object.entries(metrics)
  const blocks: Block[] = []
  if (rows.length > 0) {
    blocks.push(
      table(
        ['metric, as the command reports it', column('value', 'right')],
        rows.slice(0, 12).map(([name, value]) => [name, formatNumber(value, 4)]),
      ),
    )
  }
  if (rows.length > 12) {
    blocks.push(
      details(`${rows.length - 12} more metrics`, [
        table(
          ['metric', column('value', 'right')],
          rows.slice(12).map(([name, value]) => [name, formatNumber(value, 4)]),
        ),
      ]),
    )
  }
  if (metricsIgnored.length > 0) {
    blocks.push(
      details(`${plural(metricsIgnored.length, 'key')} of the metrics file not taken`, [
        list(metricsIgnored.map(({ key, reason }) => [code(key), ` ${reason}`])),
      ]),
    )
  }
  return blocks
}

function outputs({ outputs }: Facts): Block[] {
  if (outputs.length === 0) return []
  const rows = outputs.map(({ path, bytes, digest }): Inline[] => [
    code(path),
    formatBytes(bytes),
    code(formatDigest(digest)),
  ])
  const files = table(['output', column('size', 'right'), 'digest'], rows)
  return rows.length <= 12 ? [files] : [details(`${rows.length} output files`, [files])]
}

function made(run: Facts): Block[] {
  const { os, arch, node, program, runnerImage } = run.environment
  const data = run.inputs.filter(({ kind }) => kind === 'file')
  const rows: Inline[][] = [
    ['command', code(run.command.join(' '))],
    ['seed', String(run.seed)],
    ['params', code(JSON.stringify(run.params))],
    [
      'data',
      refs(
        data.map(({ name, digest, rows }) => ({
          path: name,
          digest,
          note: rows === undefined ? '' : `, ${plural(rows, 'row')}`,
        })),
      ),
    ],
    ['code', refs(run.code.map(({ path, digest }) => ({ path, digest, note: '' })))],
    ['environment', [program, os, arch, runnerImage, `recorded by Node ${node}`].filter(Boolean).join(' · ')],
    ['time', formatDuration(run.durationSeconds * 1000)],
    ...(run.cache === undefined ? [] : [['cache', cached(run.cache)]]),
  ]
  return [details('What made it', [table(['what', 'value'], rows)])]
}

function cached({ key, trainedBy }: NonNullable<TrainingRun['cache']>): Inline {
  if (trainedBy === null) return ['kept under ', code(key)]
  const trainer = trainedBy.kind === 'github' ? [', trained by run ', code(trainedBy.runId)] : []
  return ['restored from ', code(key), ...trainer]
}

function refs(files: readonly { path: string; digest: string; note: string }[]): Inline {
  if (files.length === 0) return 'not recorded'
  const shown = files
    .slice(0, 8)
    .map(({ path, digest, note }): Inline => [code(path), ` ${formatDigest(digest)}${note}`])
  return files.length > 8 ? [join(shown, ', '), `, and ${files.length - 8} more`] : join(shown, ', ')
}

function output({ tail, status }: Facts): Block[] {
  if (tail.length === 0) return []
  const text = codeBlock(tail.join('\n'))
  return status === 'succeeded' ? [details('End of the output', [text])] : [paragraph('End of the output:'), text]
}
