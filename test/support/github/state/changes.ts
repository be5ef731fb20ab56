import { blobSha, historyOf } from './commits.js'
import type { Commit, Repository } from './types.js'

/** What became of a file. */
export interface Change {
  readonly path: string
  readonly status: 'added' | 'removed' | 'modified'
  readonly additions: number
  readonly deletions: number
  /** Blob of the new text, or of the old one where it was removed. */
  readonly sha: string
}

/** What is different in a tree; lines are counted as sets, not by their order. */
export function changesBetween(before: Commit['files'], after: Commit['files']): Change[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return paths.flatMap((path) => {
    const [old, now] = [before[path], after[path]]
    if (old === now) return []
    const [oldLines, newLines] = [linesOf(old), linesOf(now)]
    return {
      path,
      status: old === undefined ? 'added' : now === undefined ? 'removed' : 'modified',
      additions: newLines.filter((line) => !oldLines.includes(line)).length,
      deletions: oldLines.filter((line) => !newLines.includes(line)).length,
      sha: blobSha(now ?? old ?? ''),
    }
  })
}

const linesOf = (text = '') => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

export interface Comparison {
  readonly status: 'identical' | 'ahead' | 'behind' | 'diverged'
  readonly common: Commit
  /** Of the head and not of the base, oldest first. */
  readonly ahead: readonly Commit[]
  readonly behind: readonly Commit[]
  /** Since they parted. */
  readonly changes: readonly Change[]
}

/** What a head has that its base has not, as `base...head`; null when they have nothing in common. */
export function compare(repository: Repository, base: Commit, head: Commit): Comparison | null {
  const [ofBase, ofHead] = [historyOf(repository, base.sha), historyOf(repository, head.sha)]
  const common = ofHead.find(({ sha }) => ofBase.some((commit) => commit.sha === sha))
  if (common === undefined) return null
  const missing = (from: readonly Commit[], other: readonly Commit[]) =>
    from.filter(({ sha }) => !other.some((commit) => commit.sha === sha)).reverse()
  const [ahead, behind] = [missing(ofHead, ofBase), missing(ofBase, ofHead)]
  const status =
    ahead.length > 0 ? (behind.length > 0 ? 'diverged' : 'ahead') : behind.length > 0 ? 'behind' : 'identical'
  return { status, common, ahead, behind, changes: changesBetween(common.files, head.files) }
}
