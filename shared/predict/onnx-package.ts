import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { NativePackage } from '../native/package.js'

/** The exact version that is installed; the lock file beside the bundle pins its integrity. */
export const ONNX_VERSION = '1.30.0'

/** Systems and architectures that this version is built for: glibc alone on Linux, no Intel Macs since 1.24. */
const BUILDS = [
  ['linux', 'x64'],
  ['linux', 'arm64'],
  ['darwin', 'arm64'],
  ['win32', 'x64'],
  ['win32', 'arm64'],
] as const

/**
 * The runtime of ONNX models on the CPU. A version of the user's serves from 1.22.0 on, the first that tells names and
 * types of inputs and outputs.
 */
export const ONNXRUNTIME: NativePackage = {
  name: 'onnxruntime-node',
  title: 'the ONNX runtime onnxruntime-node',
  short: 'the runtime',
  version: ONNX_VERSION,
  wanted: '^1.22.0',
  accepts: (version) => Number(/^1\.(\d+)\.\d+$/.exec(version)?.[1] ?? 0) >= 22,
  isWhole: (resolve, { os, arch }) => {
    const bin = join(dirname(resolve.resolve('onnxruntime-node/package.json')), 'bin')
    return readdirSync(bin).some((napi) => existsSync(join(bin, napi, os, arch, 'onnxruntime_binding.node')))
  },
  platforms: BUILDS.map(([os, arch]) => `${os}-${arch}`),
  home: 'plumbline-onnx',
  lock: 'onnx',
  megabytes: { download: 115, free: 600 },
  // The package holds the libraries of every system: 290 MB, of which a fifth is ours.
  unneeded: ({ os, arch }) =>
    BUILDS.filter((build) => build[0] !== os || build[1] !== arch).map((build) =>
      join('node_modules', 'onnxruntime-node', 'bin', 'napi-v6', ...build),
    ),
}
