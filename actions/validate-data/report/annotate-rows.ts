import type { Source } from '../../../shared/contracts/config.js'
import type { Context } from '../../../shared/core/context.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { lineOfRow } from '../../../shared/data/row-line.js'
import { pathOf } from '../../../shared/github/annotations.js'
import type { Evidence } from '../evidence.js'

/** GitHub shows no more than ten of each kind for a step. */
const MOST = 10

/** The first bad row of each finding as a notice at its line of the data file, where that line is known. */
export async function annotateRows(ctx: Context, engine: DataEngine, evidence: readonly Evidence[]): Promise<void> {
  if (ctx.run.kind !== 'github') return
  let shown = 0
  for (const { dataset, badRows } of evidence) {
    if (!isPlain(ctx.config.data[dataset.name as 'train' | 'test'])) continue
    for (const { check, from, row } of badRows) {
      if (check.verdict === 'pass' || shown === MOST) continue
      const [first = {}] = await engine.all(`SELECT min(${row}) AS row FROM ${from}`)
      const place = first.row == null ? null : await placeOf(ctx, dataset.parts, Number(first.row))
      if (place === null) continue
      shown += 1
      ctx.log.notice(`${check.message}: the first is here`, {
        title: `validate-data: ${check.rule}: ${check.subject}`.slice(0, 200),
        ...place,
      })
    }
  }
}

/** Whether files are read as they stand: options of reading move their rows. */
const isPlain = (source: Source | undefined): boolean => typeof source === 'string' || Array.isArray(source)

const FORMATS = [
  [/\.(csv|tsv)$/i, 'csv'],
  [/\.(jsonl|ndjson)$/i, 'jsonl'],
] as const

async function placeOf(ctx: Context, parts: Evidence['dataset']['parts'], row: number) {
  let rest = row
  for (const { file, rows } of parts) {
    if (rest >= rows) {
      rest -= rows
      continue
    }
    const format = FORMATS.find(([pattern]) => pattern.test(file))?.[1]
    const line = format === undefined ? null : await lineOfRow(ctx.files.resolve(file), format, rest)
    return line === null ? null : { file: pathOf(ctx, file), line }
  }
  return null
}
