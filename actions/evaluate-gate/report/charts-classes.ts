import { type Block, column, type Inline, table } from '../../../shared/report/blocks.js'
import { confusionMatrix } from '../../../shared/report/charts/comparison.js'
import { confusionPair } from '../../../shared/report/charts/confusion.js'
import { formatInteger, formatPercent, missing } from '../../../shared/report/format.js'
import { confusionOfSample } from '../../../shared/stats/metrics/cells.js'
import { type ClassSample, isClassSample } from '../../../shared/stats/sample.js'
import { cellText, pictureNames } from './labels.js'
import type { Named } from './named.js'

/** Side by side, as pictures at all, and as a table of a comment. */
const MOST = { pair: 8, picture: 20, comment: 6 } as const
/** Pairs of classes that are listed where there are too many for a picture. */
const MOST_PAIRS = 30
const TABLE = { importance: 64 } as const

interface Matrix {
  readonly name: string
  readonly classes: readonly string[]
  readonly cells: ArrayLike<number>
}

/** The confusion matrices of both models: side by side, else one after the other, else the commonest confusions. */
export function confusionPage(models: readonly Named[]): Block[] {
  const matrices = matricesOf(models)
  const [first] = matrices
  if (first === undefined) return []
  const labels = pictureNames(first.classes, 24)
  if (labels.length <= MOST.pair) {
    const pair = matrices.map((one) => ({ name: cellText(one.name, 40), counts: rowsOf(one) }))
    return [confusionPair({ title: 'Confusion matrices', labels, matrices: pair, ...TABLE })]
  }
  if (labels.length <= MOST.picture) {
    return matrices.map((one) =>
      confusionMatrix({ title: `Confusion, ${cellText(one.name, 60)}`, labels, counts: rowsOf(one), ...TABLE }),
    )
  }
  return [pairTable(matrices, MOST_PAIRS)]
}

/** For the comment: rows of the candidate by actual and predicted class, with the change against the baseline. */
export function confusionComment(models: readonly Named[]): Block[] {
  const [own, other] = matricesOf(models)
  if (own === undefined) return []
  const width = own.classes.length
  if (width > MOST.comment) return [pairTable(other === undefined ? [own] : [own, other], 8)]
  const names = pictureNames(own.classes, 40)
  const cell = (at: number) => {
    const count = own.cells[at] as number
    const change = other === undefined ? 0 : count - (other.cells[at] as number)
    const sign = change > 0 ? '+' : ''
    return other === undefined ? formatInteger(count) : `${formatInteger(count)} (${sign}${formatInteger(change)})`
  }
  return [
    table(
      ['actual ↓ predicted →', ...names.map((name) => column(name, 'right'))],
      names.map((name, row): Inline[] => [name, ...names.map((_, at) => cell(row * width + at))]),
      {
        caption:
          other === undefined ? 'Confusion, candidate' : 'Confusion, candidate (and how many more than the baseline)',
      },
    ),
  ]
}

function matricesOf(models: readonly Named[]): Matrix[] {
  return models.flatMap(({ name, sample }) =>
    isClassSample(sample) && sample.n > 0 ? [{ name, classes: sample.classes, cells: cellsOf(sample) }] : [],
  )
}

const cellsOf = (sample: ClassSample): ArrayLike<number> => confusionOfSample(sample).counts

function rowsOf({ classes, cells }: Matrix): number[][] {
  const width = classes.length
  return classes.map((_, row) => classes.map((_, at) => cells[row * width + at] as number))
}

/** The commonest confusions of the candidate, with how often the baseline makes them. */
function pairTable(matrices: readonly Matrix[], most: number): Block {
  const [own, other] = matrices as [Matrix, Matrix | undefined]
  const width = own.classes.length
  const kept: { at: number; count: number }[] = []
  for (let row = 0; row < width; row++) {
    for (let predicted = 0; predicted < width; predicted++) {
      const at = row * width + predicted
      const count = own.cells[at] as number
      if (row === predicted || count === 0) continue
      if (kept.length === most && count <= (kept.at(-1)?.count ?? 0)) continue
      const place = kept.findIndex((one) => one.count < count)
      kept.splice(place === -1 ? kept.length : place, 0, { at, count })
      if (kept.length > most) kept.pop()
    }
  }
  const rowTotal = (row: number) => {
    let sum = 0
    for (let predicted = 0; predicted < width; predicted++) sum += own.cells[row * width + predicted] as number
    return sum
  }
  return table(
    [
      'actual',
      'predicted',
      column('candidate', 'right'),
      ...(other === undefined ? [] : [column('baseline', 'right')]),
      column('share of the actual class', 'right'),
    ],
    kept.map(({ at, count }): Inline[] => {
      const row = Math.floor(at / width)
      return [
        cellText(own.classes[row] ?? missing, 60),
        cellText(own.classes[at % width] ?? missing, 60),
        formatInteger(count),
        ...(other === undefined ? [] : [formatInteger(other.cells[at] as number)]),
        formatPercent(count / rowTotal(row)),
      ]
    }),
    { caption: `The commonest confusions of ${formatInteger(width)} classes`, ...TABLE },
  )
}
