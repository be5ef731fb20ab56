import { formatFixed, formatGiven, formatInteger, plural } from '../../../shared/report/format.js'
import type { Sample } from '../../../shared/stats/sample.js'
import { cellText } from './labels.js'

const LONGEST = 200

/** What is true of a row. */
export function truthText(sample: Sample, row: number): string {
  switch (sample.task) {
    case 'binary':
    case 'multiclass':
      return cellText(sample.classes[sample.truth[row] as number] ?? '')
    case 'regression':
    case 'quantile':
      return formatGiven(sample.truth[row])
    case 'multilabel':
      return labelSet(sample.truth, sample.classes, row)
    case 'ranking': {
      const [from, to] = [sample.idealOffsets[row] as number, sample.idealOffsets[row + 1] as number]
      let relevant = 0
      for (let i = from; i < to; i++) if ((sample.ideal[i] as number) > 0) relevant += 1
      return `${plural(relevant, 'relevant item')}`
    }
    case 'text':
      return cellText((sample.references[row] ?? []).join(' | '), LONGEST)
  }
}

/** What a model answered to it, with how sure it was. */
export function answerText(sample: Sample, row: number): string {
  switch (sample.task) {
    case 'binary': {
      const label = cellText(sample.classes[sample.label[row] as number] ?? '')
      const positive = cellText(sample.classes[1] ?? '', 40)
      return sample.score === null ? label : `${label} (${positive}: ${formatFixed(sample.score[row], 3)})`
    }
    case 'multiclass': {
      const code = sample.label[row] as number
      const label = cellText(sample.classes[code] ?? '')
      if (sample.probabilities === null) return label
      const at = (k: number) => sample.probabilities?.[row * sample.classes.length + k]
      const truth = sample.truth[row] as number
      const own = `${label} (${formatFixed(at(code), 3)}`
      return truth === code ? `${own})` : `${own}; true class: ${formatFixed(at(truth), 3)})`
    }
    case 'regression':
      return formatGiven(sample.value[row])
    case 'quantile': {
      const width = sample.levels.length
      return sample.levels
        .map((level, k) => `${level}: ${formatGiven(sample.values[row * width + k])}`)
        .slice(0, 7)
        .join(', ')
    }
    case 'multilabel':
      return labelSet(sample.label, sample.classes, row)
    case 'ranking':
      return firstPlaces(sample.relevance, sample.offsets[row] as number, sample.offsets[row + 1] as number)
    case 'text':
      return cellText(sample.output[row] ?? '', LONGEST)
  }
}

function labelSet(cells: Uint8Array, classes: readonly string[], row: number): string {
  const width = classes.length
  const names = classes.filter((_, k) => cells[row * width + k] === 1)
  return names.length === 0 ? 'none' : cellText(names.map((name) => cellText(name, 40)).join(', '), LONGEST)
}

/** Where relevant items stand among the ranked ones: `relevant at 2, 7 of 20`. */
function firstPlaces(relevance: Float64Array, from: number, to: number): string {
  const places: number[] = []
  for (let i = from; i < to && places.length < 5; i++) if ((relevance[i] as number) > 0) places.push(i - from + 1)
  const where =
    places.length === 0 ? 'none relevant' : `relevant at ${places.map((place) => formatInteger(place)).join(', ')}`
  return `${where} of ${plural(to - from, 'item')}`
}
