import type { SloConfig } from '../../shared/contracts/config.js'
import type { SloState, VersionResult } from '../../shared/contracts/monitoring.js'
import { readTag } from '../../shared/registry/names.js'
import type { PublishedVersion } from '../../shared/registry/registry.js'
import type { Served, SliceCounts } from './measure.js'
import { type Counts, stateOf } from './slo.js'

/** The release tag that a value of the version column means: a tag, a version with or without v, or a manifest digest. */
export function tagLookup(
  published: readonly PublishedVersion[],
  tags: readonly string[],
): (value: string) => string | null {
  const known = new Map<string, string>()
  for (const tag of tags) {
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

/** Sum of slices. */
export function sum(slices: readonly Counts[]): Counts {
  return { good: slices.reduce((n, { good }) => n + good, 0), total: slices.reduce((n, { total }) => n + total, 0) }
}

/** Every version of the log with its state per objective, over all its rows. */
export function versionResults(
  served: readonly Served[],
  slos: readonly { readonly config: SloConfig; readonly slices: readonly SliceCounts[] }[],
  tagOf: (value: string) => string | null,
  confidence: number,
): VersionResult[] {
  return served.map(({ version, rows, from, to }) => ({
    value: version,
    tag: tagOf(version),
    rows,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    slos: slos.map(({ config, slices }) => {
      const counts = sum(slices.filter((slice) => slice.version === version))
      const goal = { objective: config.objective, minEvents: config['min-events'], confidence }
      return { name: config.name, ...counts, state: stateOf(counts, goal) }
    }),
  }))
}

/**
 * The state of a version on its first rows: the first third of them, and at least `min-events`. It tells a release that
 * was bad from the start from one that declined later. Null when it has no rows.
 */
export function stateAtFirst(
  slices: readonly SliceCounts[],
  version: string,
  goal: Parameters<typeof stateOf>[1],
): SloState | null {
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
