import * as z from 'zod'

/** Program and arguments. A string is split like a shell would, but no shell ever sees it. */
export const Command = z.union([z.string().min(1), z.array(z.string()).min(1)])
export type Command = z.output<typeof Command>

const seconds = z.number().gt(0)

/**
 * How to ask a model. Stored in the manifest, so that a package can always be asked to predict.
 *
 * - `command`, protocol `jsonl` (default): one JSON object per row on stdin, one answer per line on stdout in the same
 *   order, answered as soon as read; the process is kept alive between batches and ends at end of input.
 * - `command`, protocol `files`: `{input}` and `{output}` in the arguments are replaced by paths of JSON Lines files.
 * - `url`: an HTTP endpoint, Open Inference Protocol v2 or MLflow `/invocations`.
 * - `onnx`: an ONNX file, asked in-process.
 *
 * An answer is a number (score of the positive class, or value), a string (label), or an object
 * `{"label": …, "score": …, "probabilities": {class: p}, "value": …}`.
 */
export const PredictSpec = z.union([
  z.strictObject({
    command: Command,
    protocol: z.enum(['jsonl', 'files']).default('jsonl'),
    timeout: seconds.default(600),
  }),
  z.strictObject({
    url: z.url(),
    protocol: z.enum(['open-inference-v2', 'mlflow-invocations']).default('open-inference-v2'),
    timeout: seconds.default(60),
  }),
  z.strictObject({
    onnx: z.string().min(1),
    /** How rows become tensors: one named input per feature, or one matrix of all features in order. */
    inputs: z.enum(['named', 'matrix']).default('matrix'),
    timeout: seconds.default(600),
  }),
])
export type PredictSpec = z.output<typeof PredictSpec>

/** One answer of a model, normalised: exactly what the model said, nothing derived. */
export const Prediction = z.strictObject({
  label: z.string().nullable(),
  score: z.number().nullable(),
  probabilities: z.record(z.string(), z.number()).nullable(),
  value: z.number().nullable(),
})
export type Prediction = z.output<typeof Prediction>
