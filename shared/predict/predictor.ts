import type { Config } from '../contracts/config.js'
import type { Prediction, PredictSpec } from '../contracts/predict.js'
import type { Exec, Log } from '../core/context.js'
import type { UserError } from '../core/errors.js'
import type { Cell } from '../data/engine/engine.js'
import { openFiles } from './files.js'
import { openJsonl } from './jsonl.js'
import { openUrl } from './url.js'

export type Row = Readonly<Record<string, Cell>>
export type Task = NonNullable<Config['task']>

/** A model that can be asked. Rows are counted from 1 over its whole life; errors name that number. */
export interface Predictor {
  /**
   * One prediction per row, in the order of the rows. Calls are answered one after the other.
   * Throws UserError when the model does not answer as agreed; after that it answers nothing more.
   */
  predict(rows: readonly Row[]): Promise<Prediction[]>
  /** Why it answers nothing more, such as a process that ended while nothing was asked; null: it may answer. */
  failure?(): UserError | null
  /** The process that answers and lives between calls, or why there is none to look at; null before the first rows. */
  process?(): { readonly pid: number } | { readonly none: string } | null
  /** Ends the model's process. Throws UserError when it had more answers than it was given rows. */
  close(): Promise<void>
}

export interface PredictPorts {
  readonly exec: Exec
  /** Absolute folder that the command is started in. */
  readonly cwd: string
  /** Decides what a bare number means: the score of the positive class, a class label, or the value. */
  readonly task: Task
  readonly env?: Readonly<Record<string, string>>
  readonly log: Pick<Log, 'debug' | 'warning'>
  /** `end` (default): a signal to this process ends the model and this process. `caller`: the caller sees to it. */
  readonly signals?: 'end' | 'caller'
  /** `onnx` of the context, for models in ONNX files. Default: onnxruntime-node seen from `cwd`, or beside this program. */
  readonly onnx?: (() => Promise<string>) | undefined
}

/** Opens a model by its predict contract. A command is started with the first rows, not before. */
export async function openPredictor(spec: PredictSpec, ports: PredictPorts): Promise<Predictor> {
  if ('url' in spec) return openUrl(spec, ports)
  if ('onnx' in spec) return (await import('./onnx.js')).openOnnx(spec, ports)
  return spec.protocol === 'files' ? openFiles(spec, ports) : openJsonl(spec, ports)
}
