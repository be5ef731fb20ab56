import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, UserError } from '../../../shared/core/errors.js'
import { openPredictor, type Predictor } from '../../../shared/predict/predictor.js'
import { type Bench, bench, rowsOf, script } from './support.js'

let at: Bench
let predictor: Predictor | undefined

async function open(source: string, timeout = 30): Promise<Predictor> {
  at = await bench({ 'model.mjs': source })
  predictor = await openPredictor({ command: 'node model.mjs', protocol: 'jsonl', timeout }, at.ports)
  return predictor
}

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UserError)
  return messageOf(error)
}

afterEach(async () => {
  await predictor?.close().catch(() => undefined)
  predictor = undefined
  await at.cleanup()
})

test('answers are counted and keep their order over batches of one process', async () => {
  const model = await open(
    script(
      'answer(row.x / 10 + process.pid * 0)',
      `import { appendFileSync } from 'node:fs'\nappendFileSync('pids', process.pid + ' ')`,
    ),
  )
  expect((await model.predict(rowsOf(3))).map(({ score }) => score)).toEqual([0, 0.1, 0.2])
  expect(await model.predict([])).toEqual([])
  const both = await Promise.all([model.predict(rowsOf(2, 5)), model.predict(rowsOf(1, 8))])
  expect(both.map((batch) => batch.map(({ score }) => score))).toEqual([[0.5, 0.6], [0.8]])
  expect(readFileSync(join(at.cwd, 'pids'), 'utf8').trim().split(' ')).toHaveLength(1)
  await model.close()
})

test('pipes that fill in both directions do not lock: 30 MB of rows against 30 MB of answers', async () => {
  const padding = 'ü'.repeat(1500)
  const model = await open(script('answer({ label: row.pad, score: row.x })'))
  const rows = Array.from({ length: 10_000 }, (_, x) => ({ x, pad: padding }))
  const answers = await model.predict(rows)
  expect(answers).toHaveLength(10_000)
  expect(answers.every(({ score, label }, index) => score === index && label === padding)).toBe(true)
})

test('a model that reads nothing before all rows are written is not waited for by the writer for ever', async () => {
  const model = await open(
    script('answer(1); if (line === 1) { process.stdin.pause(); setInterval(() => 0, 1000) }'),
    1,
  )
  expect(await failure(model.predict(Array.from({ length: 2000 }, () => ({ pad: 'x'.repeat(2000) }))))).toMatch(
    /gave no answer to row \d+ within 1 seconds/,
  )
})

test('a model that closes its input and lives on is ended', async () => {
  const model = await open(
    script(
      'if (line === 1) { answer(1); process.stdin.destroy(); closeSync(0); setInterval(() => 0, 1000) }',
      `import { closeSync } from 'node:fs'`,
    ),
  )
  const rows = Array.from({ length: 2000 }, () => ({ pad: 'x'.repeat(2000) }))
  expect(await failure(model.predict(rows))).toContain('closed its input before it had read all rows')
})

test('values go over as JSON scalars', async () => {
  const model = await open(script('answer(text)').replace('const row = JSON.parse(text)', ''))
  const row = { i: 1, f: 0.5, big: 9007199254740993n, b: true, s: 'a"\n', no: null, nan: Number.NaN }
  const [answer] = await model.predict([row])
  expect(answer?.label).toBe('{"i":1,"f":0.5,"big":9007199254740993,"b":true,"s":"a\\"\\n","no":null,"nan":null}')
})

test('a crash names the command, the row without an answer, the exit code and the last lines of stderr', async () => {
  const model = await open(
    script(
      'if (line === 3) { console.error("first\\npassword=hunter2hunter2\\nKeyError: Speed"); process.exit(7) } answer(0.5)',
    ),
  )
  const message = await failure(model.predict(rowsOf(5)))
  expect(message).toContain('`node model.mjs` ended with exit code 7 after 2 of 5 rows; row 3 has no answer')
  expect(message).toContain('Its last lines on stderr:\n    first\n    password=***\n    KeyError: Speed')
  expect(await failure(model.predict(rowsOf(1)))).toBe(message)
})

test('row numbers go on over batches', async () => {
  const model = await open(script('if (row.x === 12) process.kill(process.pid, "SIGKILL"); else answer(0.5)'))
  await model.predict(rowsOf(10))
  expect(await failure(model.predict(rowsOf(5, 10)))).toMatch(
    /ended with signal SIGKILL .* after 2 of 5 rows; row 13 has no answer/,
  )
})

test('an end after too few answers with exit code 0 is a failure too', async () => {
  const model = await open(script('if (line > 2) process.exit(0); answer(0.5)'))
  expect(await failure(model.predict(rowsOf(4)))).toContain(
    'ended with exit code 0 after 2 of 4 rows; row 3 has no answer. It wrote nothing on stderr.',
  )
})

test('a model that ends between batches fails the next one', async () => {
  const model = await open(script('answer(0.5); process.exitCode = 3; process.stdin.destroy()'))
  await model.predict(rowsOf(1))
  expect(await failure(model.predict(rowsOf(1)))).toMatch(/ended (by itself )?with exit code 3/)
})

test.each([
  ['NaN', 'answered row 2 with NaN, which is not a number'],
  ['loading model...', 'answered row 2 with "loading model...", which is not JSON'],
  ['', 'answered row 2 with an empty line'],
  ['null', 'answered row 2 with null, which is no prediction'],
  ['[0.1,0.9]', 'answered row 2 with the array [0.1,0.9]'],
  ['{"Score":1}', 'answered row 2 with {"Score":1}, which has none of label, score, probabilities, value'],
])('an answer of %j is refused with its row', async (text, message) => {
  const model = await open(script(`line === 2 ? console.log(${JSON.stringify(text)}) : answer(0.5)`))
  expect(await failure(model.predict(rowsOf(3)))).toContain(message)
})

test('silence is cut off, and the cure speaks of flushing', async () => {
  const model = await open(script('if (line < 3) answer(0.5)'), 1)
  const error = await model.predict(rowsOf(4)).catch((thrown: unknown) => thrown)
  expect(messageOf(error)).toContain('gave no answer to row 3 within 1 seconds')
  expect((error as UserError).problems[0]?.cure).toContain('flush stdout')
})

test('more answers than rows are found at the next batch or at the end', async () => {
  const model = await open(script('answer(0.5); if (line === 2) answer("extra")'))
  await model.predict(rowsOf(2))
  expect(await failure(model.close())).toContain(
    'wrote 1 more line than the 2 rows it was given, the first being "\\"extra\\""',
  )
})

test('a program that is not there', async () => {
  at = await bench()
  const model = await openPredictor(
    { command: ['no-such-program-xyz', 'a b'], protocol: 'jsonl', timeout: 5 },
    at.ports,
  )
  expect(await failure(model.predict(rowsOf(1)))).toBe(
    'the predict command `no-such-program-xyz "a b"` cannot be started: no such program, or no such working directory',
  )
  await model.close()
})

test('a program that is named from the working directory is not in a package', async () => {
  at = await bench()
  const model = await openPredictor({ command: '.venv/bin/python predict.py', protocol: 'jsonl', timeout: 5 }, at.ports)
  await expect(model.predict(rowsOf(1))).rejects.toMatchObject({
    problems: [{ cure: 'write a program of the PATH, or an absolute path: a package is asked inside its own folder' }],
  })
  await model.close()
})

test('the whole tree is ended after a failure, and a last exit code is only worth a warning', async () => {
  const model = await open(
    script(
      'answer("no JSON for you".slice(99) || NaN)',
      `import { spawn } from 'node:child_process'\nspawn(process.execPath, ['-e', 'setInterval(() => require("node:fs").writeFileSync("alive", String(Date.now())), 50)'])`,
    ).replace('answer("no', 'setTimeout(answer, 500, "no'),
  )
  await failure(model.predict(rowsOf(1)))
  await model.close()
  await new Promise((go) => setTimeout(go, 300))
  const seen = existsSync(join(at.cwd, 'alive')) ? readFileSync(join(at.cwd, 'alive'), 'utf8') : ''
  await new Promise((go) => setTimeout(go, 300))
  expect(existsSync(join(at.cwd, 'alive')) ? readFileSync(join(at.cwd, 'alive'), 'utf8') : '').toBe(seen)
  await at.cleanup()

  const other = await open(script('answer(1)', `process.stdin.on('end', () => { process.exitCode = 4 })`))
  await other.predict(rowsOf(1))
  await other.close()
  expect(at.logged).toEqual(['The predict command answered every row and then ended with exit code 4.'])
})
