import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { runCommand, workspace } from '../support/run-bundle.js'

const COMMAND = fileURLToPath(new URL('../../dist/plumbline.js', import.meta.url))

/** 700 rows whose answer follows from two columns with noise; one column gives it away, one is the same everywhere. */
function table(): string {
  let state = 5
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const lines = ['size in m;"a ""quoted"" name";verdict_code;country;bought']
  for (let row = 0; row < 700; row++) {
    const size = random() * 10
    const kind = ['plain', 'with; delimiter', 'größer'][Math.floor(random() * 3)] as string
    const bought = size + (kind === 'plain' ? 3 : 0) + random() * 4 > 8 ? 'yes' : 'no'
    lines.push(`${size.toFixed(4)};"${kind}";${bought === 'yes' ? 'B' : 'N'};CH;${bought}`)
  }
  return `\ufeff${lines.join('\r\n')}\r\n`
}

describe('the command, from a table to a served version', () => {
  let shop: ReturnType<typeof workspace>
  beforeAll(() => {
    shop = workspace({ 'my data/all rows.csv': table() })
  })
  afterAll(() => shop.remove())

  const plumbline = (...args: string[]) => runCommand(args, { cwd: shop.path })
  const json = async (...args: string[]) => {
    const { code, stdout } = await plumbline(...args, '--json')
    return { code, result: JSON.parse(stdout) }
  }
  const deployed = () =>
    readdirSync(join(shop.path, 'deployed'), { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.startsWith('.lock'))
      .sort()
  const read = (path: string) => readFileSync(join(shop.path, path), 'utf8')

  test('init writes what runs, and says what it left out and why', async () => {
    const { code, stdout, stderr } = await plumbline('init')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Target: bought (binary)')
    expect(stdout).toContain('Left out of the features: country, the same value everywhere.')
    expect(stdout).toMatch(/Left out of the features: verdict_code, it alone tells the target, with a power of 1\.00/)
    expect(parse(read('plumbline.yml')).data).toMatchObject({
      target: 'bought',
      positive: 'yes',
      features: ['size in m', 'a "quoted" name'],
      prepare: { inputs: ['my data/all rows.csv', 'prepare.mjs', 'table.mjs'] },
    })
    expect(read('.gitignore').split('\n')).toEqual(expect.arrayContaining(['/.plumbline/', '/data/train.csv']))
  })

  test('init again changes nothing', async () => {
    const { result } = await json('init')
    expect(new Set(result.files.map(({ state }: { state: string }) => state))).toEqual(new Set(['kept']))
  })

  test('run makes a deployed version out of it, without an edit', async () => {
    const { code, stdout, stderr } = await plumbline('run')
    expect({ code, stderr: stderr.match(/error: .*/) }).toEqual({ code: 0, stderr: null })
    expect(stdout).toMatch(/^! run: warn: .*no contract/)
    expect(stdout).toContain('plumbline explain no-contract')
  })

  test('with the contract that infer writes the same run passes and publishes nothing twice', async () => {
    expect((await plumbline('infer')).code).toBe(0)
    const before = deployed()
    const { code, result } = await json('run')
    expect({ code, verdict: result.verdict, failed: result.failed }).toEqual({
      code: 0,
      verdict: 'pass',
      failed: false,
    })
    expect(deployed()).toEqual(before)
    expect((await json('list')).result).toMatchObject([{ version: '1.0.0', deployed: ['production'] }])
  })

  test('show tells what a version is made of', async () => {
    const { result } = await json('show', 'latest')
    expect(result.manifest.files.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining(['model/model.json', 'predict.mjs', 'model.mjs']),
    )
    const { stdout } = await plumbline('show', '1.0.0')
    expect(stdout).toContain('inputs     size in m: number, a "quoted" name: string')
  })

  test('what is not there is a mistake with its cure, as JSON too', async () => {
    const [unpublished, nonsense, again] = await Promise.all([json('show', 'v7.7.7'), json('show', '?'), json('infer')])
    expect([unpublished.code, nonsense.code, again.code]).toEqual([2, 2, 2])
    expect(unpublished.result.problems[0].cure).toContain('@v1.0.0')
    expect(again.result.problems[0].cure).toContain('--force')
  })

  test('serve answers what the package answers, and ends by a signal with nothing left', async () => {
    const child = spawn(process.execPath, [COMMAND, 'serve', '--port', '0', '--json'], { cwd: shop.path })
    const { url, tag } = JSON.parse(await firstLine(child))
    const model = tag.split('@')[0]
    const response = await fetch(`${url}/v2/models/${model}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        inputs: [
          { name: 'size in m', datatype: 'FP64', shape: [2, 1], data: [9.5, 0.5] },
          { name: 'a "quoted" name', datatype: 'BYTES', shape: [2, 1], data: ['plain', 'größer'] },
        ],
      }),
    })
    const { outputs } = (await response.json()) as { outputs: { data: number[] }[] }
    const [likely, unlikely] = outputs.flatMap(({ data }) => data) as [number, number]
    expect(likely).toBeGreaterThan(0.8)
    expect(unlikely).toBeLessThan(0.2)
    child.kill('SIGINT')
    expect(await ended(child)).toBe(0)
    await expect(fetch(`${url}/v2/health/live`)).rejects.toThrow()
  })

  test('ten mistakes in plumbline.yml come in one error, each with its line and cure', async () => {
    writeFileSync(join(shop.path, 'wrong.yml'), WRONG)
    const { code, stdout, stderr } = await plumbline('run', '--config', 'wrong.yml', '--json')
    const { problems } = JSON.parse(stdout)
    expect(code).toBe(2)
    const lines = problems.map(({ where }: { where: string }) => Number(where.match(/^wrong\.yml:(\d+)/)?.[1]))
    expect(lines.sort((a: number, b: number) => a - b)).toEqual(MISTAKEN_LINES)
    expect(problems.every(({ cure }: { cure?: string }) => cure)).toBe(true)
    for (const line of MISTAKEN_LINES) expect(stderr).toContain(`wrong.yml:${line}: `)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

const WRONG = `model: my model
task: binray
data:
  train: ''
  targett: y
  exclude: age
train:
  seed: -1
  timeout: soon
predict: {}
evaluate:
  confidence: 2
  rules: [{ metrics: roc_auc }]
deploy:
  target: { type: cloud }
`
const MISTAKEN_LINES = [1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 13, 15]

describe('exit codes and streams', () => {
  let folder: ReturnType<typeof workspace>
  beforeAll(() => {
    folder = workspace({
      'plumbline.yml': 'model: small\ndata: { train: train.csv, test: test.csv, target: y }\n',
      'train.csv': csv((row) => [row, (row * 7) % 3]),
      'test.csv': csv((row) => [row + 0.5, (row * 7) % 3]),
      'one/plumbline.yml': 'model: one\ndata: { train: train.csv, target: y }\n',
      'one/train.csv': csv((row) => [row % 7, 1]),
      'few/plumbline.yml': 'model: few\ndata: { train: train.csv, target: y }\n',
      'few/train.csv': 'x,y\n1,a\n2,b\n3,a\n',
    })
  })
  afterAll(() => folder.remove())
  const plumbline = (...args: string[]) => runCommand(args, { cwd: folder.path })

  test.each([
    ['0, a warning', ['validate-data'], 0],
    ['0, --help', ['run', '--help'], 0],
    ['0, --version', ['--version'], 0],
    ['1, the data are unfit', ['validate-data', '--working-directory', 'one'], 1],
    ['0, fail-on never', ['validate-data', '--working-directory', 'one', '--fail-on', 'never'], 0],
    ['1, fail-on warn', ['validate-data', '--fail-on', 'warn'], 1],
    ['3, too few rows', ['validate-data', '--working-directory', 'few'], 3],
    ['1, nothing to roll back to; a switch needs no value', ['deploy', '--rollback'], 1],
    ['2, a key is missing', ['train'], 2],
    ['2, the same in the chain', ['run', '--stages', 'train'], 2],
    ['2, an unknown command', ['trian'], 2],
    ['2, an unknown flag', ['run', '--sed', '1'], 2],
    ['2, a flag with a wrong value', ['run', '--seed', 'abc', '--fail-on', 'sometimes'], 2],
    ['2, no such folder', ['run', '--working-directory', 'nowhere'], 2],
    ['2, no such configuration', ['list', '--config', 'nowhere.yml'], 2],
    ['2, no data', ['init', '--working-directory', '.github'], 2],
  ])('%s', async (_, args, expected) => {
    const isJson = args.includes('validate-data') && expected !== 0
    const { code, stdout, stderr } = await plumbline(...args, ...(isJson ? ['--json'] : []))
    expect({ code, stack: stderr.match(/^\s+at .*/m) }).toEqual({ code: expected, stack: null })
    if (isJson) expect(JSON.parse(stdout)).toMatchObject({ failed: true })
  })

  test('a folder that is not there is not made', () => {
    expect(existsSync(join(folder.path, 'nowhere'))).toBe(false)
  })

  test('a mistake in the chain keeps its cure, and a rule can be explained', async () => {
    const { stderr } = await plumbline('run', '--stages', 'train')
    expect(stderr).toContain('→ add to plumbline.yml:  train: { command:')
    const { stdout } = await plumbline('explain', 'label-leak', 'inconclusive')
    expect(stdout.match(/What to do: /g)).toHaveLength(2)
    expect((await plumbline('explain', 'label-leek')).stderr).toContain('label-leak')
  })

  test('no colours and no progress where nobody looks', async () => {
    const { stdout, stderr } = await runCommand(['validate-data'], { cwd: folder.path, env: { NO_COLOR: undefined } })
    expect(stdout + stderr).not.toContain('\u001b')
    expect(stdout + stderr).not.toContain('\r')
  })
})

function csv(cells: (row: number) => number[]): string {
  const lines = Array.from({ length: 200 }, (_, row) => [...cells(row), (row * 37) % 101].join(','))
  return `x,y,z\n${lines.join('\n')}\n`
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', resolve)
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it said anything`)))
  })
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(child.exitCode)))
