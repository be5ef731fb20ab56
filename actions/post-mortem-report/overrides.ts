import type { Override } from '../../shared/contracts/model-manifest.js'
import type { OverrideOfVersion } from '../../shared/contracts/post-mortem.js'
import { overrideOfGate } from '../../shared/registry/overrides.js'
import type { Collected, Documents } from './evidence.js'

/**
 * What people set aside on the way to the versions that the report speaks of: by the manifests of these tags, then by the
 * documents of the run, which know more than the registry when it could not be asked. Each once. Pure.
 */
export function overridesOf(
  { documents, releases }: Pick<Collected, 'documents' | 'releases'>,
  tags: readonly (string | null)[],
): OverrideOfVersion[] {
  const found = new Map<string, OverrideOfVersion>()
  const add = (tag: string | null, overrides: readonly Override[] | undefined) => {
    for (const override of overrides ?? [])
      found.set(JSON.stringify([tag, ...contentOf(override)]), { tag, ...override })
  }
  for (const tag of tags) if (tag !== null) add(tag, releases.get(tag)?.manifest?.overrides)
  const { package: packaged, deployment, monitoring } = documents
  add(packaged?.model.tag ?? null, packaged?.overrides)
  add(deployment?.wanted?.tag ?? null, deployment?.overrides)
  add(monitoring?.deployed?.tag ?? null, monitoring?.overrides)
  const known = new Set([...found.values()].map((override) => JSON.stringify(contentOf(override))))
  add(
    null,
    ofGate(documents).filter((override) => !known.has(JSON.stringify(contentOf(override)))),
  )
  return [...found.values()]
}

/** A model that the gate let through, whether or not a version came of it. */
function ofGate({ evaluation }: Documents): Override[] {
  const override = evaluation === null ? null : overrideOfGate(evaluation)
  return override === null ? [] : [override]
}

const contentOf = ({ rule, message, reason, actor }: Override) => [rule, message, reason, actor ?? null]
