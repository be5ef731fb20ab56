import * as z from 'zod'
import { Scalar } from './common.js'
import { PREDICTION_TASK_KEYS } from './evaluate-tasks.js'

/** Program and arguments. A string is split like a shell would, but no shell ever sees it. */
export const Command = z.union([z.string().min(1), z.array(z.string()).min(1)])
export type Command = z.output<typeof Command>

/** A time limit in seconds. Timers of Node that are set to more than 24 days end at once. */
export const Seconds = z.number().gt(0).max(2_000_000)

/**
 * How to ask a model. Stored in the manifest, so that a package can always be asked to predict.
 *
 * - `command`, protocol `jsonl` (default): one JSON object per row on stdin, one answer per line on stdout in the same
 *   order, answered as soon as read; the process is kept alive between batches and ends at end of input.
 * - `command`, protocol `files`: `{input}` and `{output}` in the arguments are replaced by paths of JSON Lines files.
 * - `url`: the address of a model over HTTP: Open Inference Protocol v2 (`https://host/v2/models/<name>`, asked at
 *   `/infer`), or MLflow (`https://host`, asked at `/invocations`).
 * - `onnx`: an ONNX file, asked in-process by onnxruntime-node.
 *
 * Values are JSON scalars: numbers as numbers, a missing value as null. An answer is a number (the score of the positive
 * class, or of a row that is ranked; the value of a regression; a class label of a multiclass task), a text or boolean
 * (label; the text of a text task), or an object `{"label": …, "score": …, "probabilities": {class: p}, "value": …}` with
 * at least one of the keys. A multilabel model answers with `{"labels": […]}`, or with `probabilities` that each stand for
 * themselves, or with both; a model of quantiles with `{"quantiles": {"0.1": …, "0.9": …}}`; one of texts with
 * `{"text": …}`.
 */
export const PredictSpec = z.union([
  z.strictObject({
    command: Command,
    protocol: z.enum(['jsonl', 'files']).default('jsonl'),
    timeout: Seconds.default(600).describe(
      'Seconds without an answer to the next row (jsonl), or for a whole batch (files).',
    ),
  }),
  z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    protocol: z.enum(['open-inference-v2', 'mlflow-invocations']).default('open-inference-v2'),
    timeout: Seconds.default(60).describe('Seconds for one request of at most 500 rows.'),
  }),
  z.strictObject({
    onnx: z.string().min(1),
    inputs: z
      .enum(['named', 'matrix'])
      .default('matrix')
      .describe('How rows become tensors: one named input per feature, or one matrix of all features in order.'),
    classes: z
      .array(z.string())
      .min(2)
      .optional()
      .describe(
        'Classes in the order of the columns of the probability output (of a model of quantiles the levels, such as "0.1"). Binary: the second is positive by default.',
      ),
  }),
])
export type PredictSpec = z.output<typeof PredictSpec>

/** One answer of a model, normalised: exactly what the model said, nothing derived. */
export const Prediction = z.strictObject({
  label: z.string().nullable(),
  score: z.number().nullable(),
  probabilities: z.record(z.string(), z.number()).nullable(),
  value: z.number().nullable(),
  ...PREDICTION_TASK_KEYS,
})
export type Prediction = z.output<typeof Prediction>

/** One line of `golden.jsonl`: a row, and what the model answered when it was packaged. */
export const GoldenRow = z.strictObject({ row: z.record(z.string(), Scalar), prediction: Prediction })
export type GoldenRow = z.output<typeof GoldenRow>
