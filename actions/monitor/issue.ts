import type { Monitoring } from '../../shared/contracts/monitoring.js'
import type { Context } from '../../shared/core/context.js'
import { runLink } from '../../shared/github/issue-report.js'
import type { IssueText } from '../../shared/github/issues.js'
import { type Block, paragraph, type Report } from '../../shared/report/blocks.js'
import { formatTime } from '../../shared/report/format.js'

type Judged = Pick<Monitoring, 'checks' | 'slos' | 'decision' | 'environment' | 'summary' | 'deployed'>

/**
 * Whether there is something to do (an objective missed or stale, a fault, a decision to act), nothing to do, or neither
 * for sure: then an open issue stays open and none is opened.
 */
export function troubleOf({ checks, slos, decision }: Pick<Judged, 'checks' | 'slos' | 'decision'>): boolean | null {
  const acts = decision.action !== 'none' && decision.action !== 'observe'
  const isBroken = checks.some(({ verdict }) => verdict === 'fail' || verdict === 'error')
  if (acts || isBroken || slos.some(({ state }) => state === 'stale')) return true
  return slos.every(({ state }) => state === 'ok') ? false : null
}

/** The issue of a model in an environment. */
export function issueOf(ctx: Context, judged: Judged, report: Report, retraining: Block[], open: boolean): IssueText {
  const { model } = ctx.config
  const { environment, summary } = judged
  const judgedAt = paragraph(['Judged ', formatTime(ctx.now().toISOString()), ' by ', runLink(ctx), '.'])
  return {
    marker: `monitor ${model} ${environment}`,
    title: `Monitoring of ${model} in ${environment}`,
    labels: ['plumbline-monitor'],
    body: { ...report, blocks: [judgedAt, ...retraining, ...report.blocks] },
    open,
    said: open ? [`${summary} (`, runLink(ctx), ')'] : ['every objective is met again (', runLink(ctx), ')'],
  }
}
