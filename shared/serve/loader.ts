import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Exec, Log } from '../core/context.js'
import { UserError } from '../core/errors.js'
import { type ModelFolder, openModel, readGolden, readModelFolder } from '../predict/package.js'
import type { PredictPorts } from '../predict/predictor.js'
import type { Registry } from '../registry/registry.js'
import type { Loaded } from './serving.js'
import { createWorker } from './worker.js'

const WARM_UP_ROWS = 5

export interface LoaderPorts {
  readonly exec: Exec
  readonly log: Log
  /** Longest silence of the model on a row, in seconds, whatever its predict contract allows. */
  readonly timeoutSeconds: number
  /** `onnx` of the context, for models in ONNX files. */
  readonly onnx?: PredictPorts['onnx']
}

/** Copies a version out of the registry, verifies it and warms it up. Throws UserError; then nothing is left behind. */
export async function loadTag(
  registry: Registry,
  tag: string,
  wantedDigest: string | null,
  ports: LoaderPorts,
): Promise<Loaded> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-serve-'))
  const release = () => rm(folder, { recursive: true, force: true })
  try {
    await registry.fetch(tag, folder)
    const model = await readModelFolder(folder, tag)
    if (wantedDigest !== null && model.digest !== wantedDigest) {
      throw new UserError(
        `${tag} in the registry of this server has manifest ${model.digest}, wanted is ${wantedDigest}`,
        {
          cure: 'let server and deployment use the same registry',
        },
      )
    }
    return await warm(model, release, ports)
  } catch (error) {
    await release()
    throw error
  }
}

/** Loads a package from the folder it lies in. `name` stands for it in messages. Throws UserError. */
export async function loadFolder(folder: string, name: string, ports: LoaderPorts): Promise<Loaded> {
  // A link such as `current` may be switched while this version still answers.
  const real = await realpath(folder).catch(() => folder)
  return warm(await readModelFolder(real, name), async () => undefined, ports)
}

async function warm(model: ModelFolder, release: () => Promise<void>, ports: LoaderPorts): Promise<Loaded> {
  const { exec, log, onnx, timeoutSeconds } = ports
  const asked = { exec, log, onnx, signals: 'caller', maxSeconds: timeoutSeconds } as const
  const worker = createWorker(() => openModel(model, asked), log)
  try {
    const rows = (await readGolden(model)).slice(0, WARM_UP_ROWS).map(({ row }) => row)
    // Without golden rows too, so that a package that cannot be opened is not switched to.
    await worker.predict(rows)
    return { model, worker, release }
  } catch (error) {
    await worker.close()
    throw error
  }
}
