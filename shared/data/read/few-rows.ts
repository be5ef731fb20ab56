import { stat } from 'node:fs/promises'
import type { Config, Source } from '../../contracts/config.js'
import type { Files } from '../../core/context.js'

/** Bytes of text up to which a query takes less time than to share it between threads. */
const FEW_BYTES = 20_000_000
/** What is not packed: of other files the size tells less of the rows. */
const PLAIN_TEXT = /\.(csv|tsv|jsonl|ndjson|json)$/i

/**
 * Whether all configured datasets are small files of plain text. Then one thread for each question is enough, as two are asked at a
 * time; anything that is not such a file says no.
 */
export async function areFew(files: Pick<Files, 'resolve'>, data: Config['data']): Promise<boolean> {
  const { train, test, baseline } = data
  const before = typeof baseline === 'object' && 'data' in baseline ? baseline.data : undefined
  const sources = [train, test, before].filter((source) => source !== undefined)
  let bytes = 0
  for (const path of sources.flatMap(pathsOf)) {
    if (path === null || !PLAIN_TEXT.test(path)) return false
    const info = await stat(files.resolve(path)).catch(() => null)
    if (info?.isFile() !== true) return false
    bytes += info.size
  }
  return sources.length > 0 && bytes <= FEW_BYTES
}

/** The paths of a source; null for one that is no file. */
function pathsOf(source: Source): (string | null)[] {
  if (typeof source === 'string') return [source]
  if (Array.isArray(source)) return [...source]
  return 'path' in source ? [source.path].flat() : [null]
}
