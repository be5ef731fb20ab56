import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import * as inference from '../../../actions/validate-data/infer/data.js'
import { type InferOptions, infer } from '../../../cli/infer.js'
import type { CommandContext } from '../../../cli/main.js'
import { describeError } from '../../../shared/core/errors.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { csv, times } from './support.js'

let fake: FakeContext
afterEach(() => fake.cleanup())

const DATA = csv(
  'a,day',
  times(60, (i) => [i % 3, `2024-0${1 + (i % 2)}-${String((i % 28) + 1).padStart(2, '0')}`]),
)
const OLD = 'schema: plumbline.data-contract/1\ncolumns:\n  - name: a # ours\n    range: { max: 1 }\n  - name: day\n'

async function run(options: InferOptions, files: Record<string, string> = {}, json = false, data: object = {}) {
  fake = await fakeContext({
    files: { 'train.csv': DATA, ...files },
    config: { data: { train: 'train.csv', ...data } },
  })
  const written = { out: '', err: '' }
  const stream = (name: 'out' | 'err') =>
    new Writable({
      write(chunk, _, done) {
        written[name] += chunk
        done()
      },
    })
  const command = {
    terminal: { out: stream('out'), err: stream('err'), color: false, quiet: false },
    json: () => json,
    catalogue: { inference: async () => inference },
  } as unknown as CommandContext
  const code = await infer(command, fake.ctx, options)
  return { code, ...written }
}
const contract = () => readFile(join(fake.root, 'data-contract.yml'), 'utf8')
const refused = (options: InferOptions, files: Record<string, string> = {}) =>
  run(options, files).then(
    () => 'done',
    (error) => describeError(error),
  )

test('a contract is written once, and shown alone with --dry-run', async () => {
  const dry = await run({ dryRun: true })
  expect(dry.out).toMatch(/^# What fit data look like/)
  await expect(contract()).rejects.toThrow('ENOENT')
  await fake.cleanup()
  const { code, out } = await run({})
  expect(code).toBe(0)
  expect(out).toMatch(/^wrote {2}data-contract\.yml, from 60 rows\./)
  expect(await contract()).toBe(dry.out)
  await fake.cleanup()
  expect(await refused({}, { 'data-contract.yml': OLD })).toMatch(/^data-contract\.yml is there already\n.*--update/)
})

test('--update writes the difference that it shows, and --dry-run shows it alone', async () => {
  const files = { 'data-contract.yml': OLD }
  const dry = await run({ update: true, dryRun: true }, files)
  expect(dry.out).toContain('-    range: { max: 1 }\n+    range: { max: 3 } # was max 1\n')
  expect(dry.err).toMatch(/^would change {2}data-contract\.yml in 1 place\./)
  expect(await contract()).toBe(OLD)
  await fake.cleanup()
  const done = await run({ update: true }, files)
  expect(done.out).toBe(dry.out)
  expect(await contract()).toBe(OLD.replace('{ max: 1 }', '{ max: 3 } # was max 1'))
  await fake.cleanup()
  const json = await run({ update: true }, files, true)
  expect(JSON.parse(json.out)).toMatchObject({
    written: true,
    changes: ['"a": range.max 1 became 3, 20 values are outside'],
    left: [],
  })
})

test('what does not go together is refused', async () => {
  const files = { 'data-contract.yml': OLD }
  for (const [options, message] of [
    [{ tighten: true }, '--tighten needs --update'],
    [{ update: true, force: true }, '--update and --force exclude each other'],
    [{ key: 'a,,b', force: true }, '--key is "a,,b"'],
    [{ key: 'a', force: true }, 'a cannot be a key: 57 rows are alike in it, of 60'],
  ] as const) {
    expect(await refused(options, files)).toContain(message)
    await fake.cleanup()
  }
  expect(await refused({ update: true })).toMatch(/^data-contract\.yml is not there: there is nothing to update/)
})

test('a target, id or time that is no column is told, all at once, with the nearest name', async () => {
  const error = await run({}, {}, false, { target: 'A', id: 'dy', time: 'day' }).catch(describeError)
  expect(error).toContain('`data.target` names "A", which is no column of the data')
  expect(error).toContain('did you mean "a"?')
  expect(error).toContain('`data.id` names "dy", which is no column of the data')
  expect(error).not.toContain('data.time')
  await expect(contract()).rejects.toThrow('ENOENT')
})
