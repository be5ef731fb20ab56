import { chmodSync, existsSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { attack, PAYLOADS } from '../support/hostile.js'
import { type Project, project } from '../support/project.js'
import type { BundleOptions } from '../support/run-bundle.js'

const released: Project = project()

beforeAll(async () => {
  const slos = [{ name: 'hits', good: 'hit = 1', objective: 0.1, window: '5000d' }]
  released.configure({ monitor: { log: 'data/test.csv', time: 'day', 'max-age': '5000d', slos } })
  const stages = 'validate-data, train, evaluate-gate, package-model, deploy, monitor'
  const run = await attack('pipeline', { cwd: released.path, inputs: { stages } })
  if (run.code !== 0) throw new Error(`the chain failed:\n${run.stdout}\n${run.stderr}`)
})
afterAll(() => released.remove())

/** Windows has no signals to ignore, and links only for administrators. */
const onPosix = process.platform === 'win32' ? test.skip : test

let it: Project
beforeEach(() => {
  it = released.copy()
})
afterEach(() => it.remove())

/** Runs a stage that must not be green, and returns all that it says. */
async function refused(stage: string, options: Omit<BundleOptions, 'cwd'> = {}): Promise<string> {
  const run = await attack(stage, { cwd: it.path, ...options })
  expect(run.offences).toEqual([])
  expect(run.code).toBe(1)
  expect(['error', 'fail', 'inconclusive']).toContain(run.outputs.verdict)
  return [run.outputs.summary, ...run.annotations.map(({ message }) => message)].join('\n')
}

/** Nine names for nine names for nine …: a few hundred bytes that would be gigabytes. */
const bomb = [...'bcdefghij']
  .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(', ')}]`)
  .join('\n')

const CONFIGS: readonly (readonly [label: string, yaml: string | Uint8Array, says: RegExp])[] = [
  [
    'bytes that are no text',
    Uint8Array.from({ length: 500 }, (_, i) => (i * 97) % 256),
    /plumbline\.yml is not text in UTF-8/,
  ],
  ['Latin-1', Buffer.from('model: caf\xe9\n', 'latin1'), /plumbline\.yml is not text in UTF-8/],
  ['a bomb of aliases', `model: x\na: &a [x]\n${bomb}\n`, /plumbline\.yml: its aliases cannot be followed/],
  ['an alias of nothing', 'model: *nothing\n', /alias \*nothing has no anchor/],
  ['a key twice', 'model: x\ntask: binary\nmodel: y\n', /plumbline\.yml:3: /],
  ['a list', '- model\n', /plumbline\.yml:1: the file is not a map of keys/],
  ['a tab', 'model: x\n\ttask: binary\n', /plumbline\.yml:2: /],
  ['brackets without end', `model: x\ntask: ${'['.repeat(20_000)}`, /plumbline\.yml:2: /],
  [
    'keys of every object',
    'model: x\n__proto__: { a: 1 }\nconstructor: 1\n',
    /:2: unknown key `__proto__`[\s\S]*:3: unknown key `con/,
  ],
  [
    'numbers that are none',
    'model: x\ntrain: { seed: 1e400, timeout: .nan }\n',
    /`train.seed` is Infinity[\s\S]*`train.timeout` is NaN/,
  ],
  ['a key of 100,000 letters', `model: x\n${'k'.repeat(100_000)}: 1\n`, /plumbline\.yml:2: /],
  [
    'commands',
    'model: "::error::PWNED"\ntask: "\\n##[error]PWNED"\n"\\n::add-mask::PWNED": 1\n',
    /:1: [\s\S]*:2: [\s\S]*:3: /,
  ],
]

describe('a plumbline.yml with', () => {
  test.each(CONFIGS)('%s', async (_, yaml, says) => {
    writeFileSync(join(it.path, 'plumbline.yml'), yaml)
    expect(await refused('train')).toMatch(says)
  })

  test.each([
    ['package-model', { package: { files: ['../../etc/passwd'] } }, /\.\.\/\.\.\/etc\/passwd lies outside/],
    ['monitor', { monitor: { log: '/etc/passwd' } }, /\/etc\/passwd lies outside/],
    ['validate-data', { data: { train: '../*/x.csv' } }, /\.\.\/\*\/x\.csv lies outside/],
    [
      'validate-data',
      { data: { contract: 'nowhere.yml' } },
      /data\.contract: nowhere\.yml is not there|nowhere\.yml is not there/,
    ],
    ['deploy', { deploy: { target: { type: 'server', url: 'file:///etc/passwd' } } }, /http:\/\/ or https:\/\//],
    [
      'deploy',
      { deploy: { target: { type: 'directory', path: 'plumbline.yml' } } },
      /plumbline\.yml goes through a file/,
    ],
    ['evaluate-gate', { predict: { command: 'node predict.mjs; touch pwned' } }, /predict command/],
  ] as const)('a place for %s that it may not have: %j', async (stage, changes, says) => {
    it.configure(changes)
    expect(await refused(stage)).toMatch(says)
  })
})

describe('inputs', () => {
  const heredoc = 'x\nverdict=pass\nghadelimiter_x\nEOF\n::error::PWNED\n##[error]PWNED'

  test.each([
    ['config', heredoc, /input "config": .*is not there/s],
    ['config', 'data', /data is a folder/],
    ['working-directory', heredoc, /input "working-directory": .*is not there/s],
    ['working-directory', 'plumbline.yml', /plumbline\.yml is not a folder/],
    ['run-directory', '../outside', /\.\.\/outside lies outside the working directory/],
    ['run-directory', 'plumbline.yml', /plumbline\.yml goes through a file/],
    ['fail-on', '::error::PWNED\n::error::PWNED', /input "fail-on": is "::error::PWNED/],
  ])('%s of %j', async (name, value, says) => {
    expect(await refused('train', { inputs: { [name]: value } })).toMatch(says)
  })

  test('of spaces alone are not given', async () => {
    const inputs = { config: '  ', 'working-directory': ' ', 'run-directory': ' \n ', 'fail-on': '  ', seed: ' ' }
    const run = await attack('train', { cwd: it.path, inputs })
    expect(run.offences).toEqual([])
    expect(run.outputs.verdict).toBe('pass')
    expect(it.readJson('.plumbline/training-run.json').seed).toBe(42)
  })

  test.each(['../../x@v1\n::error::PWNED', '__proto__', 'strikes@v9.9.9'])('tag of %j is none', async (tag) => {
    expect(await refused('deploy', { inputs: { tag } })).toMatch(/neither a release tag nor a version|is not published/)
  })

  test('a runner without room for outputs fails the step, one without a summary does not', async () => {
    const full = existsSync('/dev/full') ? '/dev/full' : '/nowhere/output'
    const mute = await attack('train', { cwd: it.path, env: { GITHUB_OUTPUT: full } })
    expect(mute.offences).toEqual([])
    expect(mute.code).toBe(1)
    expect(mute.annotations.map(({ message }) => message).join('\n')).toMatch(
      /the outputs of this step cannot be written/,
    )
    const blind = await attack('train', { cwd: it.path, env: { GITHUB_STEP_SUMMARY: full } })
    expect(blind.offences).toEqual([])
    expect(blind.outputs.verdict).toBe('pass')
    expect(blind.annotations.map(({ message }) => message).join('\n')).toMatch(/step summary cannot be written/)
  })
})

describe('documents of earlier stages', () => {
  const damage: readonly (readonly [label: string, change: (text: string) => string, says: RegExp])[] = [
    ['cut', (text) => text.slice(0, text.length / 2), /is not JSON/],
    ['of a newer version', (text) => text.replace('/1"', '/2"'), /written by a newer version of Plumbline/],
    ['of another kind', (text) => text.replace('plumbline.', 'other.'), /another kind of file/],
    ['null', () => 'null', /has schema null/],
    ['of nothing but brackets', () => '['.repeat(100_000), /is not JSON/],
    [
      'of other types',
      (text) => JSON.stringify({ ...JSON.parse(text), verdict: '\n::error::PWNED', checks: 7 }),
      /damaged/,
    ],
  ]
  const stages = ['train', 'evaluate-gate', 'package-model', 'deploy']

  test.each(damage.map((row, i) => [stages[i % 4] as string, ...row] as const))(
    '%s refuses them when they are %s',
    async (stage, _, change, says) => {
      for (const name of readdirSync(join(it.path, '.plumbline')).filter((file) => file.endsWith('.json')))
        it.write(`.plumbline/${name}`, change(it.read(`.plumbline/${name}`)))
      const run = await attack(stage, { cwd: it.path })
      expect(run.offences).toEqual([])
      expect(run.outputs.verdict).toBe('error')
      expect(run.annotations[0]?.message).toMatch(says)
      expect(run.annotations[0]?.message).toMatch(/\.plumbline\/[\w-]+\.json/)
    },
  )

  test('damaged ones are no good news in a post-mortem', async () => {
    for (const name of readdirSync(join(it.path, '.plumbline')).filter((file) => file.endsWith('.json')))
      it.write(`.plumbline/${name}`, 'null')
    expect(await refused('post-mortem-report')).toMatch(/cannot be read, so it is not known whether anything failed/)
  })

  test('a file stands where their folder should be', async () => {
    rmSync(join(it.path, '.plumbline'), { recursive: true })
    it.write('.plumbline', '')
    expect(await refused('post-mortem-report')).toMatch(/\.plumbline goes through a file/)
  })
})

test('a contract with mistakes names each with its line', async () => {
  it.write(
    'data-contract.yml',
    'schema: plumbline.data-contract/9\nrows: { min: many }\ncolour: ::error::PWNED\ncolumns:\n  - { name: id, type: text }\n  - { nam: x }\n',
  )
  const said = await refused('validate-data')
  for (const line of [1, 2, 3, 5, 6]) expect(said).toContain(`data-contract.yml:${line}: `)
})

describe('a command that', () => {
  const each = (statement: string) =>
    `import { createInterface } from 'node:readline'\ncreateInterface({ input: process.stdin }).on('line', () => { ${statement} })\n`

  test.each([
    ['crashes', "process.stderr.write('::error::PWNED\\n##[error]PWNED\\n'); process.exit(3)", /exit code 3/],
    [
      'hangs and ignores SIGTERM',
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)",
      /no answer to row 1 within 1 sec/,
    ],
    ['answers garbage', each("console.log('::error::PWNED <script>')"), /row 1 with .*not JSON/],
    ['answers too much', each("console.log('0.5\\n0.5')"), /more lines? than the/],
    ['answers too little', each("if (Math.random() < 0.5) console.log('0.5')"), /no answer to row \d+ within 1 sec/],
    ['answers NaN', each("console.log('NaN')"), /row 1 with NaN/],
    ['answers 1e400', each("console.log('1e400')"), /not a finite number/],
    ['answers no probability', each("console.log('2')"), /score outside 0 … 1/],
    ['answers bytes', each('process.stdout.write(Buffer.from([255, 0, 10]))'), /not JSON/],
  ])('predicts and %s', async (_, code, says) => {
    it.write('predict.mjs', code)
    it.configure({ predict: { timeout: 1 } })
    expect(await refused('evaluate-gate')).toMatch(says)
  })

  onPosix('trains, ignores SIGTERM and leaves a child behind', async () => {
    it.write(
      'train.mjs',
      `import { spawn } from 'node:child_process'
process.on('SIGTERM', () => {})
spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: 'inherit' })
setInterval(() => {}, 1000)
`,
    )
    it.configure({ train: { timeout: 1 } })
    expect(await refused('train')).toMatch(/stopped after the time limit of 1 s/)
  })

  test('trains, speaks to the runner and fails', async () => {
    it.write(
      'train.mjs',
      `for (const text of ${JSON.stringify(PAYLOADS)}) console.log(text + '\\r' + text)\nprocess.exit(1)`,
    )
    expect(await refused('train')).toMatch(/reported an error \(exit code 1\)/)
  })

  test.each([
    ['huge', "'{\"a\":' + '1'.repeat(11e6) + '}'", /has 1\d{7} bytes; at most 10000000 are read/],
    ['not finite', `'{"a": NaN, "b": -Infinity, "c": 1e400}'`, /finite|NaN/],
    ['binary', 'Buffer.from([0, 255, 1])', /not text in UTF-8/],
    ['hostile', JSON.stringify(JSON.stringify(Object.fromEntries(PAYLOADS.map((name, i) => [name, i])))), /^$/],
  ])('trains and writes metrics that are %s', async (label, content, says) => {
    it.append('train.mjs', `\nwriteFileSync('metrics.json', ${content})\n`)
    const run = await attack('train', { cwd: it.path })
    expect(run.offences).toEqual([])
    const { verdict, checks } = it.readJson('.plumbline/training-run.json')
    expect(verdict).toBe(label === 'hostile' ? 'pass' : 'warn')
    const messages = checks.flatMap((check: { verdict: string; message: string }) =>
      check.verdict === 'pass' ? [] : [check.message],
    )
    expect(messages.join('\n')).toMatch(says)
  })
})

describe('a registry where somebody has', () => {
  const version = '.plumbline-registry/models/strikes/v1.0.0'
  const overwrite = (path: string, content: string) => {
    chmodSync(join(it.path, path), 0o644)
    it.write(path, content)
  }
  const manifest = () => it.read(`${version}/manifest.json`)
  const tampering: readonly (readonly [label: string, tamper: () => void])[] = [
    ['changed a file', () => overwrite(`${version}/model/model.json`, '{}')],
    ['removed a file', () => rmSync(join(it.path, version, 'model/model.json'))],
    [
      'changed the manifest',
      () => overwrite(`${version}/manifest.json`, manifest().replace('predict.mjs', '../../pwned')),
    ],
    [
      'emptied everything',
      () => {
        for (const name of readdirSync(join(it.path, '.plumbline-registry'), { recursive: true, encoding: 'utf8' })) {
          const path = `.plumbline-registry/${name}`
          if (statSync(join(it.path, path)).isFile()) overwrite(path, '')
        }
      },
    ],
  ]

  test.each(
    tampering.flatMap(([label, tamper]) =>
      ['evaluate-gate', 'package-model', 'deploy'].map((stage) => [label, stage, tamper] as const),
    ),
  )('%s is not believed by %s', async (_, stage, tamper) => {
    tamper()
    if (stage === 'deploy') rmSync(join(it.path, 'deployed'), { recursive: true })
    expect(await refused(stage)).toMatch(/strikes@v1\.0\.0 has been changed since it was published/)
  })

  test('put garbage into the history is not believed', async () => {
    it.append('.plumbline-registry/environments/production.jsonl', 'garbage\n')
    expect(await refused('deploy')).toMatch(/history of environment "production" is damaged in line 2/)
  })
})

onPosix('a link out of the workspace is not packaged', async () => {
  symlinkSync('/etc/hosts', join(it.path, 'model/secret'))
  expect(await refused('package-model')).toMatch(/model\/secret: .*link that leads out of the working directory/)
})

test('conditions of objectives cannot read, write or ask for anything but the row', async () => {
  const refusals: readonly (readonly [sql: string, says: RegExp])[] = [
    ["1 = 1); COPY (SELECT 1) TO 'pwned'; --", /no SQL expression/],
    ["hit = 1; ATTACH 'pwned.db'", /no SQL expression/],
    ['hit = 1; INSTALL httpfs', /no SQL expression/],
    ['PRAGMA version', /no SQL expression/],
    ["EXISTS (FROM read_csv('/etc/passwd'))", /contains a query/],
    ["read_text('/etc/passwd') = ''", /calls read_text\(\)/],
    ["1=1) UNION ALL SELECT 1 FROM read_text('/etc/passwd') --", /no SQL expression/],
    ["getenv('HOME') = ''", /calls getenv\(\)/],
    ["query('SELECT 1')", /calls query\(\)/],
    ["write_log('x') = 1", /calls write_log\(\)/],
    ['COLUMNS(*) = 1', /contains `\*`/],
    ['hit = ?', /contains parameter/],
    ["current_setting('memory_limit') = ''", /names no column/],
    ['true', /names no column/],
    ["hit = 'x' -- \n::error::PWNED", /is no SQL expression|error/],
  ]
  const slos = refusals.map(([good], i) => ({ name: `s${i}`, good, objective: 0.5 }))
  it.configure({ monitor: { slos } })
  const said = await refused('monitor')
  refusals.slice(0, -1).forEach(([, says], i) => {
    const problem = said.split('monitor.slos[').find((part) => part.startsWith(`${i}].good`))
    expect({ i, problem }).toEqual({ i, problem: expect.stringMatching(says) })
  })
})
