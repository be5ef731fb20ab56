import {
  type Block,
  column,
  details,
  heading,
  type Inline,
  list,
  paragraph,
  table,
} from '../../../shared/report/blocks.js'
import { forest } from '../../../shared/report/charts/comparison.js'
import { clip } from '../../../shared/report/escape.js'
import { formatInteger, plural } from '../../../shared/report/format.js'
import { LOSSES } from '../../../shared/stats/slices/loss.js'
import { valueText } from '../figures.js'
import type { Discovered, Discovery } from './discover.js'
import { gapText, liftText, methodText, searchText, toldSlices } from './judge.js'

const MOST_ROWS = 10
/** Characters of the name of a slice that are shown. */
const LONGEST = 160

/** For the comment: the confirmed slices as a table, else one folded sentence. */
export function discoveryComment(discovery: Discovery | null): Block[] {
  if (discovery === null) return []
  const told = toldSlices(discovery)
  const about = [paragraph(`${searchText(discovery)}.`), ...notesOf(discovery)]
  if (told.length === 0) return [details('Discovered slices: none confirmed', about, { importance: 3 })]
  const shown = told.slice(0, MOST_ROWS)
  const hidden = told.length - shown.length
  return [
    paragraph(`${plural(told.length, 'slice')} found on one half of the rows, confirmed on the other:`),
    sliceTable(shown, discovery, hidden > 0 ? `${formatInteger(hidden)} more on the page` : null),
    details('How slices were discovered', [...about, paragraph(methodText(discovery))], { importance: 3 }),
  ]
}

/** For the page: every slice that was tested, with a picture of the confirmed ones. */
export function discoveryPage(discovery: Discovery | null, level: number): Block[] {
  if (discovery === null) return []
  const told = toldSlices(discovery)
  const others = discovery.found.filter((one) => !told.includes(one))
  const blocks: Block[] = [heading(2, 'Discovered slices'), paragraph(`${searchText(discovery)}.`)]
  if (told.length > 0) blocks.push(sliceTable(told, discovery, null), liftChart(told, level))
  if (others.length > 0) {
    blocks.push(
      details(`${plural(others.length, 'slice')} found on one half and not told`, [
        sliceTable(others, discovery, null, true),
      ]),
    )
  }
  if (discovery.columns.length > 0) {
    blocks.push(
      details('Columns that were searched', [
        table(
          ['column', 'values'],
          discovery.columns.map(({ column: name, values }) => [
            name,
            values.map((value) => clip(value, 80)).join(', '),
          ]),
        ),
      ]),
    )
  }
  return [...blocks, ...notesOf(discovery), paragraph(methodText(discovery))]
}

function notesOf({ notes, slices }: Discovery): Block[] {
  // Without slices the last note is the sentence above.
  const rest = slices === 0 ? notes.slice(0, -1) : notes
  return rest.length === 0 ? [] : [list(rest.map((note) => clip(note, 600)))]
}

const KINDS = { weak: 'than the other rows', regression: 'than the baseline' } as const

function sliceTable(some: readonly Discovered[], { kind }: Discovery, caption: string | null, reasons = false): Block {
  const { title } = LOSSES[kind]
  return table(
    [
      'slice',
      column('rows', 'right'),
      column(title, 'right'),
      column('compared with', 'right'),
      column('difference', 'right'),
      column('lift', 'right'),
      reasons ? 'why' : 'worse',
    ],
    some.map((one): Inline[] => {
      const { contrast, candidate } = one
      const shown = (value: number) => valueText({ value, interval: contrast.difference.interval })
      const why = one.outcome === 'confirmed' ? 'confirmed, beyond the most that are told' : (one.reason ?? '')
      return [
        clip(one.name, LONGEST),
        formatInteger(contrast.rows),
        shown(contrast.loss),
        shown(contrast.against),
        gapText(one),
        liftText(one),
        reasons ? `${KINDS[candidate.kind]}: ${why}` : KINDS[candidate.kind],
      ]
    }),
    caption === null ? {} : { caption },
  )
}

function liftChart(told: readonly Discovered[], level: number): Block {
  // The picture has one line for each name.
  const names = told.map(({ name, candidate }) =>
    clip(`${name}, ${candidate.kind === 'weak' ? 'all rows' : 'baseline'}`, 60),
  )
  return forest({
    title: 'Loss of discovered slices as a multiple',
    measure: 'loss as a multiple of that of all rows, or of the baseline',
    rows: told.map(({ contrast }, i) => ({
      name: names.indexOf(names[i] as string) === i ? (names[i] as string) : `${names[i]} (${i + 1})`,
      estimate: Number.isFinite(contrast.lift.value) ? contrast.lift.value : null,
      low: contrast.lift.interval?.low ?? null,
      high: contrast.lift.interval?.high ?? null,
      n: contrast.rows,
      verdict: 'found on one half, confirmed on the other',
    })),
    reference: 1,
    level,
  })
}
