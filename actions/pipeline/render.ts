import type { Chain } from '../../shared/contracts/chain.js'
import type { Verdict } from '../../shared/contracts/common.js'
import { banner, code, type Inline, join, paragraph, type Report, verdictLabel } from '../../shared/report/blocks.js'

interface Told {
  readonly results: readonly Pick<Chain['stages'][number], 'stage' | 'verdict'>[]
  readonly verdict: Verdict
  readonly summary: string
  /** The stage that stopped the chain. */
  readonly failed: string | null
}

/** What the chain says of itself on a pull request: how far it came, and why not further. */
export function chainReport({ results, verdict, summary, failed }: Told): Report {
  const stages = results.map(
    ({ stage, verdict }): Inline => [stage, ' ', verdict === null ? 'not run' : verdictLabel(verdict)],
  )
  return {
    title: 'pipeline',
    verdict: banner(verdict, failed === null ? 'all stages ran' : ['stopped at ', code(failed)], summary),
    blocks: [paragraph(join(stages, ' · '))],
  }
}
