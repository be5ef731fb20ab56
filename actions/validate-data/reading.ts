import type { Source } from '../../shared/contracts/config.js'
import type { SourceHints } from './formats/builder.js'

/** A source with what its contract says of reading; what plumbline.yml says of it wins. Pure. */
export function withHints(source: Source, hints: SourceHints): Source {
  const { missing, ...dialect } = hints
  const said = { ...(missing === undefined ? {} : { missing }) }
  if (Object.keys(hints).length === 0) return source
  const isPath = typeof source === 'string' || Array.isArray(source)
  // How a text is written says nothing of a table in a database.
  if (!isPath && !('path' in source)) return { ...said, ...source } as Source
  return { ...dialect, ...said, ...(isPath ? { path: source } : source) } as Source
}
