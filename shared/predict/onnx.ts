import { createRequire } from 'node:module'
import { isAbsolute, join } from 'node:path'
import type { Prediction, PredictSpec } from '../contracts/predict.js'
import { messageOf, UserError } from '../core/errors.js'
import { excerpt, normalise } from './normalise.js'
import { answersOf, type OnnxOutput, tensorsOf } from './onnx-tensors.js'
import type { Predictor, PredictPorts, Row } from './predictor.js'

type OnnxSpec = Extract<PredictSpec, { onnx: string }>

/** Rows of one run of the session. */
const BATCH = 1000

/** The part of onnxruntime-node that is used. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(path: string, options?: { intraOpNumThreads?: number }): Promise<OnnxSession>
  }
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => OnnxOutput
}

interface OnnxSession {
  readonly inputMetadata: readonly {
    name: string
    isTensor: boolean
    type?: string
    shape?: readonly (number | string)[]
  }[]
  readonly outputMetadata: readonly { name: string; isTensor: boolean }[]
  run(feeds: Record<string, OnnxOutput>, fetches: readonly string[]): Promise<Record<string, OnnxOutput>>
  release(): Promise<void>
}

/** An ONNX file, asked in this process by onnxruntime-node. Throws UserError when either cannot be loaded. */
export async function openOnnx(
  spec: OnnxSpec,
  ports: Pick<PredictPorts, 'cwd' | 'task' | 'log' | 'onnx'>,
  load: (folder: string) => OnnxRuntime = loadRuntime,
): Promise<Predictor> {
  const runtime = load((await ports.onnx?.()) ?? ports.cwd)
  const path = isAbsolute(spec.onnx) ? spec.onnx : join(ports.cwd, spec.onnx)
  let session: OnnxSession
  try {
    session = await runtime.InferenceSession.create(path)
  } catch (error) {
    throw new UserError(`cannot load the ONNX model ${spec.onnx}: ${messageOf(error)}`, {
      cure: 'check the path in predict.onnx, and that the file is whole',
    })
  }
  const fetches = session.outputMetadata.filter((output) => output.isTensor).map(({ name }) => name)
  if (fetches.length === 0) {
    await session.release()
    throw new UserError(`${spec.onnx} has no output that is a tensor`, {
      cure: 'convert scikit-learn models with options={"zipmap": False}',
    })
  }
  const unread = session.outputMetadata.filter((output) => !output.isTensor).map(({ name }) => excerpt(name))
  if (unread.length > 0 && ports.task !== 'regression') {
    ports.log.warning(
      `${spec.onnx}: output ${unread.join(', ')} is no tensor and is not read. If it holds the probabilities, convert with options={"zipmap": False}.`,
    )
  }
  let before = 0
  let queue: Promise<unknown> = Promise.resolve()
  const named = (problem: string) => new UserError(`${spec.onnx}: ${problem}`)

  async function ask(rows: readonly Row[]): Promise<Prediction[]> {
    const feeds: Record<string, OnnxOutput> = {}
    for (const tensor of tensorsOf(rows, session.inputMetadata, { mode: spec.inputs, before }, named)) {
      feeds[tensor.name] = new runtime.Tensor(tensor.type, tensor.data, tensor.dims)
    }
    let outputs: Record<string, OnnxOutput>
    try {
      outputs = await session.run(feeds, fetches)
    } catch (error) {
      throw named(`the model could not be run on rows ${before + 1} to ${before + rows.length}: ${messageOf(error)}`)
    }
    return answersOf(outputs, rows.length, { task: ports.task, classes: spec.classes ?? null }, named).map((answer) => {
      before += 1
      const result = normalise(ofTask(answer, ports.task), ports.task)
      if ('problem' in result) throw named(`the model answered row ${before} with ${result.problem}`)
      return result.prediction
    })
  }

  return {
    predict(rows) {
      const answers = queue.then(async () => {
        const predictions: Prediction[] = []
        for (let start = 0; start < rows.length; start += BATCH) {
          predictions.push(...(await ask(rows.slice(start, start + BATCH))))
        }
        return predictions
      })
      queue = answers.catch(() => undefined)
      return answers
    },
    process: () => ({ none: 'it runs within the process of the gate' }),
    async close() {
      await queue
      await session.release()
    },
  }
}

/** The columns of a model of quantiles, which `predict.classes` names by their levels. */
function ofTask(answer: unknown, task: PredictPorts['task']): unknown {
  const { probabilities } = answer as { probabilities?: unknown }
  return task === 'quantile' && probabilities !== undefined ? { quantiles: probabilities } : answer
}

/**
 * onnxruntime-node of a folder, else the one beside Plumbline; it is too large to be bundled. Throws UserError when it is
 * not there or its native part cannot be loaded.
 */
export function loadRuntime(folder: string): OnnxRuntime {
  let reason = ''
  for (const from of [join(folder, 'package.json'), import.meta.url]) {
    try {
      return createRequire(from)('onnxruntime-node') as OnnxRuntime
    } catch (error) {
      const message = messageOf(error).split('\n')[0] ?? ''
      // A runtime that is there but cannot start says more than one that is not there.
      if (reason === '' || !message.startsWith('Cannot find module')) reason = message
    }
  }
  throw new UserError(
    `the predict contract is an ONNX file, and onnxruntime-node cannot be loaded: ${excerpt(reason)}`,
    {
      cure: reason.startsWith('Cannot find module')
        ? 'run `npm install --no-save --ignore-scripts onnxruntime-node` in the working directory before this step'
        : 'on Linux it needs glibc 2.28: use a newer runner image; else remove onnxruntime-node from node_modules, and the folder plumbline-onnx from the tool cache, so that it is installed again',
    },
  )
}
