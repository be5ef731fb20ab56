import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { openJsonl } from '../../../shared/predict/jsonl.js'
import { openPredictor } from '../../../shared/predict/predictor.js'
import { bench, rowsOf } from './support.js'

const source = (body: string) => `
import { readFileSync, writeFileSync } from 'node:fs'
const [input, output] = process.argv.slice(2)
const rows = readFileSync(input, 'utf8').trim().split('\\n').map((line) => JSON.parse(line))
${body}
`
const spec = { command: 'node model.mjs {input} {output}', protocol: 'files', timeout: 20 } as const

async function ask(body: string, n = 3, own: object = {}) {
  const at = await bench({ 'model.mjs': source(body) }, 'regression')
  const folders = () => readdirSync(tmpdir()).filter((name) => /^plumbline-predict-\w{6}$/.test(name)).length
  const before = folders()
  try {
    const predictor = await openPredictor({ ...spec, ...own }, at.ports)
    await predictor.predict(rowsOf(2).slice(2))
    return await predictor.predict(rowsOf(n))
  } finally {
    await at.cleanup()
    expect(folders()).toBeLessThanOrEqual(before)
  }
}

test('rows go out and answers come back by files', async () => {
  const answers = await ask(`writeFileSync(output, rows.map((row) => row.x * 2 + '\\n').join(''))`)
  expect(answers.map(({ value }) => value)).toEqual([0, 2, 4])
})

test.each([
  ['', 'ended well but wrote no file at {output}'],
  ['writeFileSync(output, "1\\n2\\n")', 'gave 2 answers for 3 rows'],
  ['writeFileSync(output, "1\\n2\\n3\\n4\\n")', 'gave 4 answers for 3 rows'],
  ['writeFileSync(output, "1\\nnan\\n3\\n")', 'answered row 2 with nan, which is not a number'],
  [
    'console.error("out of luck"); process.exit(9)',
    'ended with exit code 9. Its last lines on stderr:\n    out of luck',
  ],
])('%s', async (body, message) => {
  await expect(ask(body)).rejects.toThrow(message)
})

test('a run that takes too long is stopped', async () => {
  await expect(ask('setInterval(() => 0, 1000)', 3, { timeout: 1 })).rejects.toThrow('was stopped after 1 seconds')
})

test('both places have to be named', async () => {
  await expect(ask('', 1, { command: 'node model.mjs {input}' })).rejects.toThrow(
    '`node model.mjs {input}` does not name {output}',
  )
})

test('places of files under the other protocol are a mistake before anything runs', () => {
  const spec = { command: 'node model.mjs {input} {output}', protocol: 'jsonl', timeout: 1 } as const
  expect(() => openJsonl(spec, null as never)).toThrow(
    '`node model.mjs {input} {output}` names files, which protocol jsonl does not hand over',
  )
})
