import type { SloState, VersionResult } from '../../shared/contracts/monitoring.js'
import { readTag } from '../../shared/registry/names.js'
import type { SliceCounts } from './measure.js'
import type { Observation } from './observe.js'
import type { Production } from './release.js'
import { goalOf, type Objective, stateOf, sum } from './slo.js'

/** The release tag that a value of the version column means: a tag, a version with or without v, or a manifest digest. */
export function tagLookup({
  published,
  history,
}: Pick<Production, 'published' | 'history'>): (value: string) => string | null {
  const known = new Map<string, string>()
  for (const { tag } of history) {
    known.set(tag, tag)
    const version = readTag(tag)?.version
    if (version !== undefined) known.set(version, tag).set(`v${version}`, tag)
  }
  for (const { tag, version, manifestDigest } of published) {
    known.set(tag, tag).set(version, tag).set(`v${version}`, tag)
    known.set(manifestDigest, tag).set(manifestDigest.replace(/^sha256:/, ''), tag)
  }
  return (value) => known.get(value) ?? null
}

/** Every version of the log with its state per objective, over all its rows. */
export function versionResults(
  { served, objectives }: Pick<Observation, 'served' | 'objectives'>,
  tagOf: (value: string) => string | null,
  confidence: number,
): VersionResult[] {
  return served.map(({ version, rows, from, to }) => ({
    value: version,
    tag: tagOf(version),
    rows,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    slos: objectives.map(({ config, slices }) => {
      const counts = sum(slices.filter((slice) => slice.version === version))
      return { name: config.name, ...counts, state: stateOf(counts, goalOf(config, confidence)) }
    }),
  }))
}

/**
 * The state of a version on its first rows: the first third of them, and at least `min-events`. It tells a release that
 * was bad from the start from one that declined later. Null when it has no rows.
 */
export function stateAtFirst(slices: readonly SliceCounts[], version: string, goal: Objective): SloState | null {
  const own = slices.filter((slice) => slice.version === version).sort((a, b) => a.at - b.at)
  const all = sum(own)
  if (all.total === 0) return null
  const wanted = Math.max(goal.minEvents, all.total / 3)
  const first: SliceCounts[] = []
  for (const slice of own) {
    if (sum(first).total >= wanted) break
    first.push(slice)
  }
  return stateOf(sum(first), goal)
}
