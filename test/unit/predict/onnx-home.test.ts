/** @jest-environment ./test/unit/predict/native-environment.mjs */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createContext } from '../../../shared/core/context-maker.js'
import { createExec } from '../../../shared/core/exec.js'
import { programFolder } from '../../../shared/data/program-folder.js'
import { currentPlatform, findNpm, platformName } from '../../../shared/native/platform.js'
import { provision } from '../../../shared/native/provision.js'
import { loadRuntime, openOnnx } from '../../../shared/predict/onnx.js'
import { ONNX_VERSION, ONNXRUNTIME } from '../../../shared/predict/onnx-package.js'
import { MODELS } from './onnx-models.js'

const REPOSITORY = join(programFolder(), '../..')
const lock = await import(join(REPOSITORY, 'scripts/engine-lock.mjs'))

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plumbline-onnx-home-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

describe('the lock file that is shipped', () => {
  const { packages } = lock.onnxLock()

  test('has the version that is asked for, and so have the checks of this repository', () => {
    expect(lock.onnxPackage().dependencies).toEqual({ 'onnxruntime-node': ONNX_VERSION })
    expect(JSON.parse(readFileSync(join(REPOSITORY, 'scripts/onnx/package.json'), 'utf8')).dependencies).toEqual({
      'onnxruntime-node': ONNX_VERSION,
    })
    expect(packages['node_modules/onnxruntime-node'].version).toBe(ONNX_VERSION)
    expect(readFileSync(join(REPOSITORY, '.ci/run'), 'utf8')).toContain(`\nONNXRUNTIME_VERSION=${ONNX_VERSION}\n`)
  })

  test('has a hash for every package, and names no registry', () => {
    const names = Object.keys(packages).filter((path) => path !== '')
    expect(names).toContain('node_modules/onnxruntime-common')
    expect(names.filter((path) => !/^sha512-/.test(packages[path].integrity))).toEqual([])
    expect(names.filter((path) => 'resolved' in packages[path])).toEqual([])
  })
})

test('a stage that asks no ONNX model pays nothing; one that does asks once, and again after a failure', async () => {
  const found: string[] = []
  let fails = true
  const { context } = createContext(
    {
      findOnnx: async () => {
        found.push('asked')
        if (fails) throw new Error('no network')
        return root
      },
    } as never,
    { inputs: { 'run-directory': '.plumbline' }, config: { data: {} } } as never,
  )
  expect(found).toEqual([])
  await expect(Promise.all([context.onnx(), context.onnx()])).rejects.toThrow('no network')
  expect(found).toHaveLength(1)
  fails = false
  expect(await Promise.all([context.onnx(), context.onnx()])).toEqual([root, root])
  expect(found).toHaveLength(2)
})

// More than 100 MB over the network: only where the runtime is wanted.
const real = process.env.PLUMBLINE_ONNXRUNTIME === undefined ? test.skip : test

real('a real npm ci from the lock file that is shipped gives a runtime that answers', async () => {
  const npm = findNpm(process.execPath, process.env.PATH)
  if (npm === null) throw new Error('this test needs npm')
  await mkdir(join(root, 'lock'))
  for (const [file, content] of Object.entries(lock.nativeLocks().onnx)) {
    await writeFile(join(root, 'lock', file), JSON.stringify(content))
  }
  const platform = currentPlatform()
  const get = () =>
    provision(ONNXRUNTIME, {
      searchFrom: [root],
      toolCache: join(root, 'tools'),
      temporary: root,
      lockFolder: join(root, 'lock'),
      platform,
      npm,
      run: (command, { cwd, ...rest }) => createExec(cwd, process.env).run(command, rest),
      info: () => undefined,
    })
  const home = join(root, 'tools', 'plumbline-onnx', ONNX_VERSION, platformName(platform))
  expect(await get()).toEqual({ folder: home, source: 'installed' })
  expect(await get()).toEqual({ folder: home, source: 'tool-cache' })
  const native = join(home, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6')
  expect(existsSync(join(native, 'win32', 'x64'))).toBe(platformName(platform) === 'win32-x64')

  await writeFile(join(root, 'binary.onnx'), Buffer.from(MODELS.binary, 'base64'))
  const log = { debug: () => undefined, warning: () => undefined }
  const ports = { cwd: root, task: 'binary', log, onnx: async () => home } as const
  const model = await openOnnx({ onnx: 'binary.onnx', inputs: 'matrix' }, ports, loadRuntime)
  // predict_proba of scikit-learn.
  expect((await model.predict([{ x0: 3, x1: 3 }]))[0]?.score).toBeCloseTo(0.9532169103622437, 6)
  await model.close()
})
