import { type Block, column, heading, type Inline, paragraph, table } from '../../../shared/report/blocks.js'
import { formatGiven, formatNumber, missing, plural } from '../../../shared/report/format.js'
import { LOSSES } from '../../../shared/stats/slices/loss.js'
import type { Subjects } from '../compare.js'
import { answerText, truthText } from './answers.js'
import { cellText } from './labels.js'
import type { Example, Examples } from './worst.js'

/** Rows that a person should look at: the worst ones, and those that changed most. */
export function examplePage(examples: Examples | null, subjects: Subjects, baselineName: string): Block[] {
  if (examples === null || examples.worst.length === 0) return []
  const { kind, worst, regressed, improved } = examples
  const { title, definition } = LOSSES[kind]
  const shown = (some: readonly Example[], caption: string) =>
    some.length === 0 ? [] : [exampleTable(some, examples, subjects, caption)]
  return [
    heading(2, 'Examples'),
    paragraph(
      `Loss of a row: ${title} (${definition}). Each list holds at most ${plural(20, 'row')}; of equal losses those are shown that a hash of their names puts first.`,
      { importance: EXAMPLES },
    ),
    ...shown(worst, 'Largest loss of the candidate'),
    ...shown(regressed, `Largest rise of the loss against ${cellText(baselineName, 60)}`),
    ...shown(improved, `Largest fall of the loss against ${cellText(baselineName, 60)}`),
  ]
}

const EXAMPLES = 50

function exampleTable(
  some: readonly Example[],
  { columns, kind }: Examples,
  { candidate, baseline }: Subjects,
  caption: string,
): Block {
  const { title } = LOSSES[kind]
  return table(
    [
      'row',
      ...columns.map((name) => column(cellText(name, 60))),
      'truth',
      'candidate',
      ...(baseline === null ? [] : ['baseline']),
      column(title, 'right'),
      ...(baseline === null ? [] : [column(`${title} of the baseline`, 'right')]),
    ],
    some.map(({ name, row, loss, before, cells }): Inline[] => [
      cellText(name),
      ...columns.map((column) => cellOf(cells[column])),
      truthText(candidate, row),
      answerText(candidate, row),
      ...(baseline === null ? [] : [answerText(baseline, row)]),
      formatNumber(loss),
      ...(baseline === null ? [] : [formatNumber(before)]),
    ]),
    { caption, importance: EXAMPLES },
  )
}

function cellOf(cell: Example['cells'][string] | undefined): string {
  if (cell === null || cell === undefined) return missing
  return typeof cell === 'number' ? formatGiven(cell) : cellText(String(cell))
}
