import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { attack, PAYLOADS } from '../support/hostile.js'
import { type Project, project } from '../support/project.js'

/** Verdicts of a step that has not been talked into anything. */
const NOT_GREEN = ['error', 'fail', 'inconclusive']

const released: Project = project()
const RELEASE_STAGES = 'validate-data, train, evaluate-gate, package-model, deploy'
const lines = released.read('data/train.csv').trim().split('\n')
const csv = lines.join('\n')

beforeAll(async () => {
  const slos = [{ name: 'hits', good: 'hit = 1', objective: 0.1, window: '5000d' }]
  released.configure({ monitor: { log: 'data/test.csv', time: 'day', 'max-age': '5000d', slos } })
  const run = await attack('pipeline', { cwd: released.path, inputs: { stages: RELEASE_STAGES } })
  if (run.code !== 0) throw new Error(`the chain failed:\n${run.stdout}\n${run.stderr}`)
})
afterAll(() => released.remove())

/** Windows knows no such names, and links only for administrators. */
const onPosix = process.platform === 'win32' ? test.skip : test

let it: Project
beforeEach(() => {
  it = released.copy()
})
afterEach(() => it.remove())

function useData(name: string, content: string | Uint8Array): void {
  writeFileSync(join(it.path, name), content)
  it.configure({ data: { train: name, test: name }, monitor: { log: name } })
}

const object = (i: number) => ({ id: `x${i}`, day: '2024-01-01', size: 'large', speed: i, hit: i % 2 })
const jsonl = (row: (i: number) => unknown) => Array.from({ length: 300 }, (_, i) => JSON.stringify(row(i))).join('\n')

/** Name, content, what the message says. */
const UNREADABLE: readonly (readonly [label: string, file: string, content: string | Uint8Array, says: RegExp])[] = [
  ['an empty file', 'data/x.csv', '', /data\/x\.csv is empty/],
  ['a header without rows', 'data/x.csv', `${lines[0]}\n`, /data\/x\.csv has no rows/],
  [
    'a row cut short',
    'data/x.csv',
    [...lines.slice(0, 50), 'a,b', ...lines.slice(50)].join('\n'),
    /x\.csv:51: .*2 cells/,
  ],
  ['a row too long', 'data/x.csv', [...lines.slice(0, 2900), `${lines[5]},1`].join('\n'), /x\.csv:2901: .*6 cells/],
  ['another delimiter', 'data/x.csv', csv.replaceAll(',', ';'), /delimiter seems to be ";"/],
  ['an open quotation mark', 'data/x.csv', `${lines[0]}\n1,"a\n${lines[1]}`, /x\.csv:2: .*not closed/],
  [
    'Latin-1',
    'data/x.csv',
    Buffer.from(csv.replaceAll('small', 'sm\xe4ll'), 'latin1'),
    /x\.csv:\d+: .*not valid UTF-8/,
  ],
  [
    'UTF-16',
    'data/x.csv',
    Buffer.from(csv, 'utf16le'),
    /x\.csv seems to be written in UTF-16 without a byte order mark/,
  ],
  ['two columns of one name', 'data/x.csv', csv.replace('speed', 'size'), /columns 3 and 4 are both named "size"/],
  ['a column without a name', 'data/x.csv', csv.replace('size', ''), /column 3 has no name/],
  ['a name with a line end', 'data/x.csv', csv.replace('size', '"a\n::error::PWNED"'), /column 3, .*line end/],
  ['100,000 columns', 'data/x.csv', `${'c,'.repeat(99_999)}c\n`, /100,000 columns/],
  ['no gzip', 'data/x.csv.gz', 'not gzip at all', /x\.csv\.gz cannot be unpacked/],
  ['half a gzip', 'data/x.csv.gz', gzipSync(csv).subarray(0, 8000), /x\.csv\.gz cannot be unpacked/],
  ['no Parquet', 'data/x.parquet', 'garbage'.repeat(99), /x\.parquet is not a Parquet file/],
  ['half a Parquet', 'data/x.parquet', `PAR1${'x'.repeat(999)}`, /x\.parquet is cut off/],
  [
    'Parquet of garbage',
    'data/x.parquet',
    `PAR1${'x'.repeat(999)}\xff\0\0\0PAR1`,
    /^\S+ data\/x\.parquet.* cannot be read/,
  ],
  ['a broken line of JSON', 'data/x.jsonl', `${jsonl(object)}\n{"id": "2"\n`, /x\.jsonl:301: .*not JSON/],
  ['lines of JSON that are lists', 'data/x.jsonl', '[1]\n[2]\n', /x\.jsonl:1: .*not a JSON object/],
  ['a file of another kind', 'data/x.xlsx', 'PK\x03\x04', /format of data\/x\.xlsx is not clear/],
]

describe('data that cannot be read', () => {
  const stages = ['validate-data', 'evaluate-gate', 'monitor']

  test.each(UNREADABLE.map((row, i) => [stages[i % 3] as string, ...row] as const))(
    '%s names the file and the cure of %s',
    async (stage, _, file, content, says) => {
      useData(file, content)
      const run = await attack(stage, { cwd: it.path })
      expect(run.offences).toEqual([])
      expect(run.code).toBe(1)
      expect(run.outputs.verdict).toBe('error')
      expect(run.annotations.map(({ message }) => message).join('\n')).toMatch(says)
      expect(run.annotations.some(({ message }) => message.includes('→'))).toBe(true)
    },
  )

  test.each([
    ['that is not there', () => undefined],
    ['that is a folder', (path: string) => mkdirSync(path)],
  ])('a file %s', async (_, make) => {
    rmSync(join(it.path, 'data/train.csv'))
    make(join(it.path, 'data/train.csv'))
    const run = await attack('validate-data', { cwd: it.path })
    expect(run.offences).toEqual([])
    expect(run.outputs.verdict).toBe('error')
    expect(run.annotations[0]?.message).toContain('data/train.csv is not there')
  })

  test.each([
    ['nested and mixed types', jsonl((i) => ({ ...object(i), size: { a: ['::error::PWNED'] }, speed: [i] }))],
    ['other keys in every line', jsonl((i) => (i % 2 ? { a: i } : { b: i }))],
    ['numbers beyond a double', jsonl(object).replaceAll(/"speed":\d+/g, '"speed":1e400')],
  ])('JSON Lines with %s are no pass', async (_, content) => {
    useData('data/x.jsonl', content)
    const run = await attack('validate-data', { cwd: it.path })
    expect(run.offences).toEqual([])
    expect(NOT_GREEN).toContain(run.outputs.verdict)
    expect(run.code).toBe(1)
  })
})

onPosix('a link to itself is no file', async () => {
  rmSync(join(it.path, 'data/train.csv'))
  symlinkSync('train.csv', join(it.path, 'data/train.csv'))
  const run = await attack('validate-data', { cwd: it.path })
  expect(run.offences).toEqual([])
  expect(run.outputs.verdict).toBe('error')
})

test('2,000 columns are as many as two', async () => {
  const more = (fill: (i: number) => string) => Array.from({ length: 2000 }, (_, i) => fill(i)).join(',')
  const [head, ...rows] = it.read('data/test.csv').trim().split('\n').slice(0, 400)
  const values = more((i) => String(i % 7))
  const text = [`${head},${more((i) => `c${i}`)}`, ...rows.map((row) => `${row},${values}`)].join('\n')
  for (const name of ['log.csv', 'data/test.csv']) it.write(name, text)
  it.configure({ monitor: { log: 'log.csv' } })
  for (const stage of ['evaluate-gate', 'monitor']) {
    const run = await attack(stage, { cwd: it.path })
    expect({ stage, offences: run.offences }).toEqual({ stage, offences: [] })
    expect({ stage, code: run.code }).toEqual({ stage, code: 0 })
  }
})

test('columns named as members of every object are columns', async () => {
  const row = (i: number) => ({ ...object(i), constructor: `${i % 7}`, toString: i % 5, hasOwnProperty: `${i % 3}` })
  useData('data/x.jsonl', `${jsonl(row).slice(0, -1)}, "__proto__": 1}`)
  const run = await attack('validate-data', { cwd: it.path })
  expect(run.offences).toEqual([])
  const { datasets } = it.readJson('.plumbline/data-profile.json')
  const names = datasets[0].columns.map(({ name }: { name: string }) => name)
  expect(names).toEqual(expect.arrayContaining(['constructor', 'toString', 'hasOwnProperty', '__proto__']))
})

test('hostile names, values and settings stay what they are from the first stage to the last', async () => {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
  const names = PAYLOADS.filter((name) => !name.includes('\u0085'))
  const poison = (name: string) => {
    const [head, ...rows] = it.read(name).trim().split('\n')
    const values = (row: number) => names.map((_, i) => cell(PAYLOADS[(row * 7 + i) % PAYLOADS.length] as string))
    it.write(
      name,
      `${[[head, ...names.map(cell)].join(','), ...rows.map((row, i) => [row, ...values(i)].join(','))].join('\n')}\n`,
    )
  }
  for (const name of ['data/train.csv', 'data/test.csv']) poison(name)
  // The trainer of the small project splits lines at commas and knows five columns.
  it.write(
    'train.mjs',
    `${it.read('train.mjs').replace("split('\\n').map((line)", 'split(/\\n(?=1-)/).map((line)')}
for (const text of ${JSON.stringify(PAYLOADS)}) console.log(text), console.error(text)
`,
  )
  const all = PAYLOADS.join(' ')
  it.configure({
    evaluate: { slices: ['size', ...names.slice(0, 8), '<!-- plumbline -->'] },
    monitor: { slos: [{ name: all.slice(0, 900), good: 'hit = 1', objective: 0.1, window: '5000d' }] },
    package: { description: all, limits: PAYLOADS, license: '<b>MIT' },
    deploy: { environment: '<script>::error::PWNED' },
    postmortem: { title: '</details><script>@everyone #1' },
  })
  const env = { GITHUB_REF: 'refs/heads/<script>@everyone', GITHUB_WORKFLOW: '::error::PWNED\n::error::PWNED' }
  for (const stage of [...RELEASE_STAGES.split(', '), 'monitor', 'post-mortem-report']) {
    const run = await attack(stage, { cwd: it.path, env })
    expect({ stage, offences: run.offences }).toEqual({ stage, offences: [] })
    expect({ stage, verdict: run.outputs.verdict }).toEqual({
      stage,
      verdict: expect.stringMatching(/^(?:pass|warn)$/),
    })
  }
})

onPosix('a file name is no SQL, no Markdown and no command', async () => {
  const name = "data/'); DROP TABLE x; -- <img src=x>\n::error::PWNED.csv"
  it.write(name, it.read('data/train.csv'))
  it.configure({ data: { train: 'data/*DROP*' } })
  const run = await attack('validate-data', { cwd: it.path })
  expect(run.offences).toEqual([])
  expect(run.outputs.verdict).toBe('warn')
  expect(it.readJson('.plumbline/data-validation.json').inputs.map((input: { name: string }) => input.name)).toContain(
    name,
  )
})
