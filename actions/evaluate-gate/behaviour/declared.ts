import type { BehaviourTest } from './types.js'

/** Keys that every test of rows has in plumbline.yml. */
interface Part {
  readonly tolerance: number
  readonly 'max-failures': number
  readonly rows: number
  readonly level: 'fail' | 'warn'
}

/** What a test takes from its part of the configuration, `at` in the file. */
export function declared<Basis extends BehaviourTest['basis']>(part: Part, at: readonly PropertyKey[], basis: Basis) {
  return {
    tolerance: part.tolerance,
    maxFailures: part['max-failures'],
    wanted: part.rows,
    basis,
    level: part.level,
    at,
    needsBaseline: false,
  } as const
}
