import { readFile } from 'node:fs/promises'
import { posix } from 'node:path'
import type { Context } from '../../../shared/core/context.js'
import { type BadRowTable, writeBadRows } from '../../../shared/data/bad-rows.js'
import { placeOfBadRows } from '../../../shared/data/bad-rows-place.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { readEvent } from '../../../shared/github/event.js'
import type { Evidence } from '../evidence.js'

/**
 * Keeps all rows that break the contract as Parquet, where they may be kept. Returns the path; null without such rows, or where
 * `data.bad-rows` says so. Values of sensitive columns are left out.
 */
export async function keepBadRows(
  ctx: Context,
  engine: DataEngine,
  evidence: readonly Evidence[],
  sensitive: ReadonlySet<string>,
): Promise<string | null> {
  const { log, config, files } = ctx
  const path = posix.join(ctx.runDirectory, 'data-validation-bad-rows.parquet')
  const event = (await readEvent(ctx.env)) as { repository?: { private?: unknown } } | null
  const place = placeOfBadRows(config.data['bad-rows'], event?.repository)
  if (place === 'off') return null
  const absolute = files.resolve(path)
  const { id } = config.data
  const kept = await writeBadRows(engine, evidence.map(tableOf), { path: absolute, id, sensitive })
  if (kept === null) return null
  if (kept.note !== null) log.notice(kept.note)
  // What is written through the context is handed over.
  if (place === 'artifact') await files.write(path, await readFile(absolute))
  else if (config.data['bad-rows'] === 'auto') {
    log.notice(
      `${path} stays on this machine, for everybody can download the artifacts of a public repository. Set \`data.bad-rows: artifact\` if these rows may be seen.`,
    )
  }
  return path
}

const tableOf = ({ dataset, badRows }: Evidence): BadRowTable => ({
  dataset,
  findings: badRows.map(({ check, column, reads, from, row, shown }) => ({
    rule: check.rule,
    subject: check.subject,
    column,
    reads,
    from,
    row,
    shown,
  })),
})
