export interface FaultAnswer {
  readonly status: number
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
}
/** What happens to a request: another answer, a connection that breaks or says nothing, or an answer that is late. */
export type FaultKind = FaultAnswer | 'cut' | 'hang' | { readonly delay: number }
/** The k-th request from 1, over all servers; or those whose `METHOD /path` matches, all of them or the first `times`. */
export type FaultAt = { readonly at: number } | { readonly on: RegExp; readonly times?: number }
/**
 * Before the request has its effect, after it, or in the middle: an upload of an asset then leaves one in the state
 * `starter`; for anything else it is as `before`.
 */
export type FaultMoment = 'before' | 'midway' | 'after'

export interface Fault {
  readonly kind: FaultKind
  readonly moment: FaultMoment
}

export interface Faults {
  add(at: FaultAt, kind: FaultKind, moment?: FaultMoment): void
  /** The fault of the request with this number and name, which is used up by it. */
  take(number: number, name: string): Fault | null
}

export function createFaults(): Faults {
  const planned: { at: FaultAt; fault: Fault; left: number }[] = []
  return {
    add(at, kind, moment = 'before') {
      const left = 'at' in at ? 1 : (at.times ?? Number.POSITIVE_INFINITY)
      planned.push({ at, fault: { kind, moment }, left })
    },
    take(number, name) {
      const meets = ({ at, left }: { at: FaultAt; left: number }) =>
        left > 0 && ('at' in at ? at.at === number : at.on.test(name))
      const plan = planned.find(meets)
      if (plan === undefined) return null
      plan.left -= 1
      return plan.fault
    },
  }
}
