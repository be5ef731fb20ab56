import { modelNameFrom } from '../../shared/core/model-name.js'
import { configText, workflowText } from './config-text.js'
import type { Guess } from './detect.js'
import type { Found } from './find.js'
import { sourceOf } from './find.js'
import { MODEL_SCRIPT, PREDICT_SCRIPT, prepareScript, TABLE_SCRIPT, trainScript } from './scripts.js'

export interface Plan {
  /** Text to write, by path. */
  readonly files: Readonly<Record<string, string>>
  /** What runs write, and git need not keep. */
  readonly ignored: readonly string[]
  /** Whether training and predict scripts are among the files. */
  readonly scripts: boolean
}

export interface PlanFacts {
  readonly folder: string
  readonly found: Found
  readonly choice: Guess
  readonly columns: readonly string[]
  /** Training code that is there already. */
  readonly code: string | null
  /** Folder that the split may write `train.csv` and `test.csv` into without touching anything. */
  readonly splitFolder: string
}

/** Parquet needs a library in every language, so its owner's own code has to read it. */
export const isParquet = ({ train, test }: Found): boolean =>
  /\.parquet$/i.test(train) || /\.parquet$/i.test(test ?? '')

/** Everything that `init` writes. */
export function planOf({ folder, found, choice, columns, code, splitFolder }: PlanFacts): Plan {
  const scripts = code === null && !isParquet(found)
  const split = found.test === null && scripts
  const id = choice.id ?? (split ? freeName(columns) : null)
  const [train, test] = split ? [`${splitFolder}/train.csv`, `${splitFolder}/test.csv`] : [found.train, found.test]
  const delimiter = split ? null : found.delimiter
  const facts = { ...choice, train, delimiter }
  return {
    scripts,
    ignored: [
      '/.plumbline/',
      '/.plumbline-registry/',
      '/deployed/',
      ...(scripts ? ['/model/', '/metrics.json'] : []),
      ...(split ? [`/${train}`, `/${test}`] : []),
    ],
    files: {
      'plumbline.yml': configText({
        model: modelNameFrom(folder),
        guess: { ...choice, id },
        train: sourceOf(train, delimiter),
        test: test === null ? null : sourceOf(test, delimiter),
        prepare: split ? { inputs: [found.train, 'prepare.mjs', 'table.mjs'], outputs: [train, test as string] } : null,
        scripts,
        code,
      }),
      '.github/workflows/plumbline.yml': workflowText(),
      ...(scripts
        ? {
            'table.mjs': TABLE_SCRIPT,
            'model.mjs': MODEL_SCRIPT,
            'train.mjs': trainScript(facts),
            'predict.mjs': PREDICT_SCRIPT,
          }
        : {}),
      ...(split
        ? {
            'prepare.mjs': prepareScript({
              source: found.train,
              delimiter: found.delimiter,
              train,
              test: test as string,
              time: choice.time,
              id: id as string,
              numbered: choice.id === null,
            }),
          }
        : {}),
    },
  }
}

/** A name for row numbers that no column has. */
function freeName(columns: readonly string[]): string {
  const taken = new Set(columns.map((name) => name.toLowerCase()))
  let name = 'id'
  for (let i = 1; taken.has(name); i++) name = i === 1 ? 'row_id' : `row_id_${i}`
  return name
}
