import { type Block, banner, details, list, paragraph, type Report } from '../../../shared/report/blocks.js'
import { plural } from '../../../shared/report/format.js'
import { behaviourComment } from '../behaviour/render.js'
import { biasComment } from '../bias/render.js'
import { performanceComment } from '../performance/render.js'
import { selfTestBlocks } from '../self-test/words.js'
import { discoveryComment } from '../slices/render.js'
import type { Charts } from './charts.js'
import type { Facts } from './facts.js'
import { cellText } from './labels.js'
import { otherTroubles, ruleTable } from './rule-table.js'
import { sliceComment } from './slice-table.js'
import { headlineOf, reasonOf, scopeOf, whereToLook } from './words.js'

/** Rows of a table before the fold. */
const MOST_ROWS = 12
const MOST_NOTES = 40
const LONGEST_NOTE = 400

/** The comment: verdict, reason, how sure, where to look. One that passes has four lines. */
export function renderComment(facts: Facts, charts: Pick<Charts, 'comment'>): Report {
  const head = {
    title: 'evaluate-gate',
    verdict: banner(facts.verdict, headlineOf(facts), reasonOf(facts)),
  }
  const scope = paragraph(scopeOf(facts), { importance: 86 })
  const last = paragraph(whereToLook(facts), { importance: 88 })
  const { came } = facts
  const itself = selfTestBlocks(came.selfTest, false)
  if (facts.verdict === 'pass') return { ...head, blocks: [scope, ...itself, last] }
  return {
    ...head,
    blocks: [
      ...ruleTable(facts, MOST_ROWS),
      ...otherTroubles(facts, MOST_ROWS),
      ...biasComment(came.bias),
      scope,
      ...itself,
      ...sliceComment(facts),
      ...discoveryComment(came.discovery),
      ...behaviourComment(came.behaviour),
      ...performanceComment(came.performance),
      ...(charts.comment.length === 0 ? [] : [details('Charts', charts.comment, { importance: 15 })]),
      ...notMeasured(facts, MOST_NOTES),
      last,
    ],
  }
}

/** What the numbers do not cover, folded. */
export function notMeasured({ notMeasured: notes }: Pick<Facts, 'notMeasured'>, most: number): Block[] {
  if (notes.length === 0) return []
  const shown = notes.slice(0, most).map((note) => cellText(note, LONGEST_NOTE))
  const more = notes.length - shown.length
  return [
    details(
      'What was not measured',
      [list(more > 0 ? [...shown, `${plural(more, 'more note')} on the page`] : shown)],
      {
        importance: 21,
      },
    ),
  ]
}
