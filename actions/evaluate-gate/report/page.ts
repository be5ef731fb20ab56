import { type Block, banner, heading, paragraph, type Report } from '../../../shared/report/blocks.js'
import { behaviourPage } from '../behaviour/render.js'
import { biasPage } from '../bias/render.js'
import { performancePage } from '../performance/render.js'
import { selfTestBlocks } from '../self-test/words.js'
import { discoveryPage } from '../slices/render.js'
import type { Charts } from './charts.js'
import { notMeasured } from './comment.js'
import type { Facts } from './facts.js'
import { definitionTable, metricTable } from './metric-table.js'
import { otherTroubles, ruleTable } from './rule-table.js'
import { sliceTable, smallSlices } from './slice-table.js'
import { headlineOf, reasonOf, scopeOf, whereToLook } from './words.js'
import type { Examples } from './worst.js'
import { examplePage } from './worst-table.js'

/**
 * The page: everything, with pictures and the definition of every number. In the order of a reader's questions: what was
 * decided, by which numbers, on whom it does not hold, on which rows, how it answers and how fast.
 */
export function renderPage(facts: Facts, charts: Charts, examples: Examples | null): Report {
  const { came, confidence } = facts
  const all = Number.POSITIVE_INFINITY
  return {
    title: 'evaluate-gate',
    contents: true,
    verdict: banner(facts.verdict, headlineOf(facts), reasonOf(facts)),
    blocks: [
      paragraph(scopeOf(facts), { importance: 88 }),
      ...section('Rules', [
        ...ruleTable(facts, all),
        ...otherTroubles(facts, all),
        ...selfTestBlocks(came.selfTest, true),
      ]),
      ...section('Metrics', [metricTable(facts)]),
      ...section('Answers', charts.answers),
      ...charts.calibration,
      ...section('Slices', [...charts.slices, ...sliceTable(facts), ...smallSlices(facts)]),
      ...discoveryPage(came.discovery, confidence),
      ...examplePage(examples, came.subjects, facts.baselineName),
      ...biasPage(came.bias, confidence),
      ...behaviourPage(came.behaviour),
      ...performancePage(came.performance, confidence),
      ...section('Definitions', [
        definitionTable(came.measurements),
        ...(came.subjects.trivial === null
          ? []
          : [
              paragraph(
                `The trivial model looks at no feature: it answers with ${facts.trivialName} of the judged rows.`,
              ),
            ]),
      ]),
      ...notMeasured(facts, all),
      paragraph(whereToLook(facts), { importance: 88 }),
    ],
  }
}

const section = (title: string, blocks: readonly Block[]): Block[] =>
  blocks.length === 0 ? [] : [heading(2, title), ...blocks]
