import type { Prediction } from '../../../shared/contracts/predict.js'
import type { TextSample } from '../../../shared/stats/sample.js'
import type { Codes } from '../judged-rows.js'
import type { FaultSink } from './faults.js'
import { readArray, readEngineList } from './lists.js'
import { type AnswerSink, placeOf, type RowFrame } from './sink.js'

export interface TextTruth {
  readonly frame: RowFrame
  /** Of each row, one or more. */
  readonly references: readonly (readonly string[])[]
}

/**
 * The references out of a column: a text, or a JSON array of several. In a column of lists, as Parquet has them, every cell is
 * a list as the engine writes one: a text in brackets among others is a text.
 */
export function truthOfTexts(frame: RowFrame, column: Codes, faults: FaultSink): TextTruth {
  const texts = column.names.filter((text) => text !== null)
  const ofLists = texts.every((text) => (readArray(text) ?? readEngineList(text)) !== null)
  const lists = column.names.map((text): readonly string[] => {
    if (text === null) return []
    return readArray(text) ?? (ofLists ? readEngineList(text) : null) ?? [text]
  })
  const references: (readonly string[])[] = []
  for (let row = 0; row < frame.n; row++) {
    const own = lists[column.codes[row] as number] as readonly string[]
    if (own.length === 0) faults.add('no reference', row, 'give at least one reference, as text or as a JSON array')
    references.push(own)
  }
  return { frame, references }
}

/** Answers of a text model. */
export class TextSink implements AnswerSink<TextTruth, TextSample> {
  readonly n: number
  readonly #texts: (string | undefined)[]

  constructor(n: number) {
    this.n = n
    this.#texts = new Array<string | undefined>(n)
  }

  put(place: number, { text }: Prediction): void {
    this.#texts[place] = text
  }

  sample({ frame, references }: TextTruth, faults: FaultSink, places?: Int32Array): TextSample {
    const output: string[] = []
    for (let row = 0; row < frame.n; row++) {
      const place = placeOf(row, places)
      const text = place < 0 ? undefined : this.#texts[place]
      if (text === undefined) faults.add('no text', row, 'answer with a text, or with {"text": …}')
      output.push(text ?? '')
    }
    return { task: 'text', ...frame, references, output }
  }
}
