import type * as z from 'zod'
import type { ModelRef } from '../../shared/contracts/common.js'
import type { Deployment } from '../../shared/contracts/deployment.js'
import { overrideBlocks } from '../../shared/registry/overrides.js'
import {
  type Block,
  banner,
  code,
  details,
  type Inline,
  list,
  type Report,
  table,
  verdictLabel,
} from '../../shared/report/blocks.js'
import { formatDigest } from '../../shared/report/format.js'

type Facts = Omit<z.input<typeof Deployment>, 'schema' | 'createdAt' | 'plumblineVersion' | 'run' | 'inputs'>

/** What serves now and how it is known, then the steps in their order. */
export function renderDeployment(facts: Facts): Report {
  return {
    title: 'deploy',
    verdict: banner(facts.verdict, headline(facts), facts.summary),
    blocks: [served(facts), ...overrideBlocks(facts.overrides), steps(facts), ...examples(facts), ...refused(facts)],
  }
}

function headline({ verdict, action, wanted, environment, rolledBack, confirmed, checks }: Facts): Inline {
  const version: Inline = wanted?.tag ? code(wanted.tag) : 'no version'
  const good = verdict === 'pass' || verdict === 'warn'
  if (checks.some(({ rule }) => rule === 'dry-run')) return ['plan for ', version, ` in ${environment}`]
  if (good && action === 'none') return [version, ` serves in ${environment}`]
  if (good) return [action === 'rollback' ? 'rolled back to ' : '', version, ` serves in ${environment}`]
  if (rolledBack) return [version, ` did not hold in ${environment} and was rolled back`]
  if (action === 'none') return [version, ` was not deployed to ${environment}`]
  return [version, confirmed ? ` did not hold in ${environment}` : `: what serves in ${environment} is not confirmed`]
}

function served({ before, wanted, serving, confirmed, target, golden }: Facts): Block {
  const rows: Inline[][] = [
    ['target', [target.type, ' ', code(target.address)]],
    ['before', version(before, 'nothing, or not known')],
    ['wanted', version(wanted, 'none')],
    ['now, by the target itself', [version(serving, 'nothing, or not known'), confirmed ? '' : ', not confirmed']],
  ]
  if (golden) {
    const count = (n: number | null) => (n === null ? 'not asked' : `${n} of ${golden.rows}`)
    rows.push([
      `golden rows as recorded, within ${golden.tolerance}`,
      `before the switch ${count(golden.before)} · through the target ${count(golden.after)}`,
    ])
  }
  return table(['', ''], rows)
}

const version = (ref: ModelRef | null, nothing: string): Inline =>
  ref?.tag ? [code(ref.tag), ref.digest ? ` (${formatDigest(ref.digest)})` : ''] : nothing

function steps({ checks }: Facts): Block {
  const rows = checks.map((check): Inline[] => [
    verdictLabel(check.verdict),
    code(check.rule),
    check.message,
    check.cure ?? '',
  ])
  return table(['', 'step', 'what happened', 'what to do'], rows)
}

function examples({ checks }: Facts): Block[] {
  const found = checks.flatMap((check) => check.examples)
  if (found.length === 0) return []
  return [
    details('Golden rows that differ', [
      list(found.map(({ where, value }) => `${where}, answered ${value ?? 'nothing'}`)),
    ]),
  ]
}

function refused({ refused }: Facts): Block[] {
  if (refused.length === 0) return []
  return [
    details('Versions that were not taken for the rollback', [
      list(refused.map(({ tag, reason }): Inline => [code(tag), `: ${reason}`])),
    ]),
  ]
}
