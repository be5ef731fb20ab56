import type { FeatureResult, VersionResult } from '../../shared/contracts/monitoring.js'
import type { BrokenFeature, Candidate, Evidence, ObjectiveEvidence } from './decide.js'
import type { judgeVersion, Observation } from './observe.js'
import type { Production } from './release.js'
import { goalOf } from './slo.js'
import { stateAtFirst } from './versions.js'

/** The deployed version as the log calls it; the newest one where no deployment is recorded; null when not told apart. */
export function currentVersion(versions: readonly VersionResult[], deployed: string | null): string | null {
  const found = deployed === null ? versions[0] : versions.find(({ tag }) => tag === deployed)
  return found?.value ?? null
}

export interface Measured {
  readonly observed: Observation
  /** Per objective: the rows of the deployed version in the window. */
  readonly own: readonly (ReturnType<typeof judgeVersion> | null)[]
  readonly versions: readonly VersionResult[]
  readonly current: string | null
  readonly features: readonly FeatureResult[]
  readonly production: Production
  readonly confidence: number
}

/** What the decision is made from. */
export function evidenceOf(measured: Measured): Evidence {
  const { observed, own, current, features, production, confidence } = measured
  const objectives = observed.objectives.map(
    ({ result, config, slices }, i): ObjectiveEvidence => ({
      name: result.name,
      state: result.state,
      message: result.message,
      current: own[i] ?? null,
      atFirst: current === null ? null : stateAtFirst(slices, current, goalOf(config, confidence)),
    }),
  )
  const moved = (level: FeatureResult['level']) =>
    features.flatMap(({ name, psi, broken, level: own }) =>
      // A feature that arrives empty has moved too, but that is not what the world did.
      own === level && psi !== null && !broken ? [{ name, psi }] : [],
    )
  return {
    deployed: production.deployed?.record.tag ?? null,
    objectives,
    broken: features.flatMap(brokenOf),
    drifted: moved('drifted'),
    shifted: moved('shifted'),
    candidates: candidatesOf(measured),
  }
}

function brokenOf({ broken, name, missing, trainingMissing, since, began }: FeatureResult): BrokenFeature[] {
  return broken ? [{ name, missing: missing ?? 0, trainingMissing: trainingMissing ?? 0, since, began }] : []
}

/** Versions that served before, with what the same log says about them. */
function candidatesOf({ production, versions }: Measured): Candidate[] {
  return production.earlier.map(({ tag, manifest }) => {
    const seen = versions.find((version) => version.tag === tag)
    const inputs = manifest.signature.inputs.map(({ name }) => name)
    return {
      tag,
      states: Object.fromEntries((seen?.slos ?? []).map(({ name, state }) => [name, state])),
      reads: inputs.length === 0 ? null : inputs,
    }
  })
}
