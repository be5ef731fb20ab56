import { programFolder } from '../data/program-folder.js'
import { type HostOptions, provisionOnHost, runnerTools, userTools } from '../native/host.js'
import { ONNXRUNTIME } from './onnx-package.js'

type Options = Pick<HostOptions, 'log' | 'env' | 'workspace' | 'cache'>

/**
 * Folder whose node_modules hold onnxruntime-node, for an action on a runner. Throws UserError when it cannot be had:
 * see `provision`.
 */
export async function findRunnerOnnx(options: Options): Promise<string> {
  return find(options, runnerTools(options.env))
}

/** The same for the `plumbline` command. */
export async function findLocalOnnx(options: Options): Promise<string> {
  return find(options, userTools(options.env))
}

async function find(options: Options, toolCache: string): Promise<string> {
  const { folder } = await provisionOnHost(ONNXRUNTIME, { ...options, program: programFolder(), toolCache })
  return folder
}
