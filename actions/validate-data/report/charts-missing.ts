import type { MissingMap } from '../../../shared/data/missing-map.js'
import { type ChartBlock, column } from '../../../shared/report/blocks.js'
import { clip, exactLine } from '../../../shared/report/escape.js'
import { agree, formatInteger, formatPercent, plural } from '../../../shared/report/format.js'

/** Missing values by column and block of rows; null when none is missing. */
export function missingChart(dataset: string, rows: number, map: MissingMap): ChartBlock | null {
  if (map.columns.length === 0) return null
  const shares = ({ counts }: MissingMap['columns'][number]) =>
    counts.map((count, i) => count / Math.max(1, map.blocks[i]?.rows ?? 1))
  const name = (text: string) => clip(exactLine(text), 40)
  const more =
    map.more === 0
      ? ''
      : ` ${plural(map.more, 'more column')} with fewer missing values ${agree(map.more, 'is', 'are')} not drawn.`
  return {
    kind: 'chart',
    title: `Missing values of the ${dataset} data, by column and row`,
    description: `${plural(map.columns.length, 'column')} with missing values, most first, by ${plural(map.blocks.length, 'block')} of neighbouring rows: the stronger the colour, the larger the share that is missing; blank where none is.${more}`,
    spec: {},
    picture: {
      kind: 'heat',
      low: 'row 1',
      high: `row ${formatInteger(rows)}`,
      rows: map.columns.map((one) => ({
        name: name(one.name),
        shares: shares(one),
        total: formatPercent(one.missing / Math.max(1, rows)),
      })),
    },
    data: {
      columns: [
        column('column'),
        column('missing', 'right'),
        column('blocks with any', 'right'),
        column('worst block'),
      ],
      rows: map.columns.map((one) => {
        const all = shares(one)
        const worst = all.indexOf(Math.max(...all))
        const { first = 1, rows: size = 0 } = map.blocks[worst] ?? {}
        return [
          name(one.name),
          formatPercent(one.missing / Math.max(1, rows)),
          formatInteger(all.filter((share) => share > 0).length),
          `rows ${formatInteger(first)} to ${formatInteger(first + size - 1)}: ${formatPercent(all[worst])}`,
        ]
      }),
    },
  }
}
