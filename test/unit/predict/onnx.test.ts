/** @jest-environment ./test/unit/predict/native-environment.mjs */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { UserError } from '../../../shared/core/errors.js'
import { loadRuntime, type OnnxRuntime, openOnnx } from '../../../shared/predict/onnx.js'
import { answersOf, tensorsOf } from '../../../shared/predict/onnx-tensors.js'
import { MODELS } from './onnx-models.js'

const probe = [
  { x0: 0.5, x1: 0.25 },
  { x0: 2, x1: -1 },
  { x0: 3, x1: 3 },
]

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'plumbline-onnx-'))
  for (const [name, text] of Object.entries(MODELS))
    await writeFile(join(cwd, `${name}.onnx`), Buffer.from(text, 'base64'))
})
afterAll(() => rm(cwd, { recursive: true, force: true }))

/** Folder with a node_modules that has onnxruntime-node; it is too large to be a dependency of every clone. */
const home = process.env.PLUMBLINE_ONNXRUNTIME ?? process.cwd()

let runtime: OnnxRuntime | null = null
try {
  runtime = loadRuntime(home)
} catch {
  runtime = null
}
const real = runtime === null ? describe.skip : describe

real('with onnxruntime-node', () => {
  const open = (file: string, task: 'binary' | 'multiclass' | 'regression', classes?: string[]) =>
    openOnnx(
      { onnx: file, inputs: 'matrix', ...(classes ? { classes } : {}) },
      { cwd, task, log: { debug: () => undefined, warning: () => undefined } },
      () => runtime as OnnxRuntime,
    )

  test('binary: the score is the probability of the second class', async () => {
    const model = await open('binary.onnx', 'binary')
    const answers = await model.predict(probe)
    for (const [i, p] of [0.2909122407436371, 0.4075103998184204, 0.9532169103622437].entries()) {
      expect(answers[i]?.score).toBeCloseTo(p, 6)
    }
    expect(answers.map(({ label }) => label)).toEqual(['0', '0', '1'])
    await model.close()
  })

  test('multiclass with named classes', async () => {
    const model = await open('multi.onnx', 'multiclass', ['a', 'b', 'c'])
    const answers = await model.predict(probe)
    expect(answers.map(({ label }) => label)).toEqual(['a', 'a', 'c'])
    expect(answers[2]?.probabilities?.c).toBeCloseTo(0.8896129727363586, 6)
    expect(answers[0]?.probabilities?.b).toBeCloseTo(0.36287012696266174, 6)
    await model.close()
    const unnamed = await open('multi.onnx', 'multiclass')
    await expect(unnamed.predict(probe)).rejects.toThrow('has 3 columns; name their classes in predict.classes')
    await unnamed.close()
  })

  test('regression, over more rows than one run takes', async () => {
    const model = await open('linear.onnx', 'regression')
    const rows = Array.from({ length: 2500 }, (_, i) => probe[i % 3] as Record<string, number>)
    const answers = await model.predict(rows)
    expect(answers).toHaveLength(2500)
    for (const [i, value] of [1.7765631675720215, 6.206249713897705, 3.9937491416931152].entries()) {
      expect(answers[i + 2400]?.value).toBeCloseTo(value, 5)
    }
    await expect(model.predict([{ x0: 1, x1: 'text' }])).rejects.toThrow(
      'linear.onnx: row 2501, column "x1": "text" cannot be given to an input of type float32',
    )
    await expect(model.predict([{ x0: 1 }])).rejects.toThrow('the model asks for 2 features, the rows have 1: x0')
    await model.close()
  })

  test('a file that is no model', async () => {
    await writeFile(join(cwd, 'bad.onnx'), 'hello')
    await expect(open('bad.onnx', 'binary')).rejects.toThrow('cannot load the ONNX model bad.onnx: ')
    await expect(open('absent.onnx', 'binary')).rejects.toThrow('cannot load the ONNX model absent.onnx: ')
  })
})

test('the runtime of the project is found, and a broken or absent one named with the cure', async () => {
  const install = async (name: string, source: string) => {
    const module = join(cwd, name, 'node_modules', 'onnxruntime-node')
    await mkdir(module, { recursive: true })
    await writeFile(join(module, 'index.js'), source)
    return join(cwd, name)
  }
  const broken = await install('broken', 'throw new Error("libonnxruntime.so.1: cannot open shared object file")')
  if (runtime === null || home !== process.cwd()) {
    expect(() => loadRuntime(broken)).toThrow(
      'the predict contract is an ONNX file, and onnxruntime-node cannot be loaded: "libonnxruntime.so.1: cannot open shared object file"',
    )
    expect(() => loadRuntime(join(cwd, 'empty'))).toThrow("cannot be loaded: \"Cannot find module 'onnxruntime-node'")
  }
  const cureOf = (folder: string) => {
    try {
      return loadRuntime(folder)
    } catch (error) {
      return (error as UserError).problems[0]?.cure
    }
  }
  if (runtime === null || home !== process.cwd()) {
    expect(cureOf(join(cwd, 'empty'))).toMatch(/^run `npm install --no-save --ignore-scripts onnxruntime-node`/)
    expect(cureOf(broken)).toMatch(
      /^on Linux it needs glibc 2\.28.*remove .* the folder plumbline-onnx from the tool cache/,
    )
  }
  const whole = await install('whole', 'module.exports = { InferenceSession: "session", Tensor: "tensor" }')
  expect(loadRuntime(whole)).toEqual({ InferenceSession: 'session', Tensor: 'tensor' })
})

test('the folder that the context found is loaded from, not the one of the model', async () => {
  const asked: string[] = []
  const session = {
    inputMetadata: [],
    outputMetadata: [{ name: 'y', isTensor: true }],
    run: async () => ({}),
    release: async () => undefined,
  }
  const load = (folder: string) => {
    asked.push(folder)
    return { InferenceSession: { create: async () => session }, Tensor: class {} } as unknown as OnnxRuntime
  }
  const log = { debug: () => undefined, warning: () => undefined }
  const spec = { onnx: 'm.onnx', inputs: 'matrix' } as const
  await openOnnx(spec, { cwd, task: 'binary', log, onnx: async () => '/found/there' }, load)
  await openOnnx(spec, { cwd, task: 'binary', log }, load)
  expect(asked).toEqual(['/found/there', cwd])
})

const failed = (problem: string) => new Error(problem)

test('named inputs take their own types', () => {
  const inputs = [
    { name: 'n', isTensor: true, type: 'int64', shape: [-1, 1] },
    { name: 's', isTensor: true, type: 'string', shape: [-1] },
    { name: 'b', isTensor: true, type: 'bool', shape: [-1, 1] },
    { name: 'f', isTensor: true, type: 'float32', shape: [-1, 1] },
  ]
  const rows = [
    { f: null, n: 3, s: 'a', b: true },
    { f: 1.5, n: 9007199254740993n, s: null, b: false },
  ]
  expect(tensorsOf(rows, inputs, { mode: 'named', before: 0 }, failed)).toEqual([
    { name: 'n', type: 'int64', dims: [2, 1], data: new BigInt64Array([3n, 9007199254740993n]) },
    { name: 's', type: 'string', dims: [2], data: ['a', ''] },
    { name: 'b', type: 'bool', dims: [2, 1], data: new Uint8Array([1, 0]) },
    { name: 'f', type: 'float32', dims: [2, 1], data: new Float32Array([Number.NaN, 1.5]) },
  ])
  const named = (row: Record<string, string | number | null>) => () =>
    tensorsOf([row], inputs.slice(0, 1), { mode: 'named', before: 4 }, failed)
  expect(named({ n: 1.5 })).toThrow('row 5, column "n": 1.5 cannot be given to an input of type int64')
  expect(named({ n: null })).toThrow('row 5, column "n": a missing value cannot be given to an input of type int64')
  expect(named({ m: 1 })).toThrow('the model asks for "n", which the rows do not have')
  expect(() => tensorsOf(rows, inputs, { mode: 'matrix', before: 0 }, failed)).toThrow(
    'the model has 4 inputs, and predict.inputs `matrix` feeds one; use `named`',
  )
})

test('outputs that fit no answer are listed', () => {
  const outputs = { y: { type: 'float32', data: new Float32Array(6), dims: [2, 3] } }
  expect(() => answersOf(outputs, 2, { task: 'binary', classes: null }, failed)).toThrow(
    'no output can be read as the answers to 2 rows of a binary task: "y" float32 [2, 3]',
  )
  expect(() => answersOf(outputs, 2, { task: 'binary', classes: ['a', 'b'] }, failed)).toThrow(
    'output "y" has 3 columns, predict.classes names 2 classes',
  )
})

test('one column a class (zipmap "columns") is no score, and probabilities in a map (zipmap on) are named', async () => {
  const column = { type: 'float32', data: new Float32Array(3), dims: [3] }
  const columns = { label: { type: 'int64', data: new BigInt64Array(3), dims: [3] }, i0: column, i1: column }
  expect(() => answersOf(columns, 3, { task: 'binary', classes: null }, failed)).toThrow(
    'the outputs "i0", "i1" have one number a row each, and any could be the score',
  )
  expect(answersOf(columns, 3, { task: 'regression', classes: null }, failed)).toHaveLength(3)

  const warnings: string[] = []
  const session = {
    inputMetadata: [],
    outputMetadata: [
      { name: 'output_label', isTensor: true },
      { name: 'output_probability', isTensor: false },
    ],
    run: async () => ({}),
    release: async () => undefined,
  }
  const fake = { InferenceSession: { create: async () => session }, Tensor: class {} } as unknown as OnnxRuntime
  const log = { debug: () => undefined, warning: (message: string) => void warnings.push(message) }
  for (const task of ['binary', 'regression'] as const) {
    await (await openOnnx({ onnx: 'zip.onnx', inputs: 'matrix' }, { cwd, task, log }, () => fake)).close()
  }
  expect(warnings).toEqual([
    'zip.onnx: output "output_probability" is no tensor and is not read. If it holds the probabilities, convert with options={"zipmap": False}.',
  ])
})
