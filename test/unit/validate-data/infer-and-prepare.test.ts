import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { loadContract } from '../../../actions/validate-data/contract.js'
import { dateIsWritten, dayText } from '../../../actions/validate-data/dates.js'
import { inferContract } from '../../../actions/validate-data/infer/infer.js'
import { reasonToRun } from '../../../actions/validate-data/prepare.js'
import { profileDataset } from '../../../shared/data/dataset.js'
import { again, csv, problemsOf, times, validate, workspace } from './support.js'

async function inferred(text: string, options: { target?: string; id?: string } = {}): Promise<string> {
  const fake = await workspace({ 'train.csv': text }, { train: 'train.csv', ...options })
  return inferContract(await profileDataset(fake.ctx, 'train', 'train.csv'), options)
}

describe('an inferred contract', () => {
  test('has bounds with slack, and tells of each line where it comes from', async () => {
    const rows = times(200, (i) => [
      `u${i}`,
      i % 10 === 0 ? null : i,
      (i % 7) / 4 + 0.5,
      i % 2 ? 'yes' : 'no',
      `2024-01-${String((i % 28) + 1).padStart(2, '0')}`,
      null,
      `free text ${i * 31}`,
      i % 4 === 0 ? 1 : 0,
    ])
    expect(
      await inferred(csv('id,n,x,c,day,empty,note,y', rows), { target: 'y', id: 'id' }),
    ).toBe(`# What fit data look like, inferred from 200 rows (train.csv).
# Read it, correct it, commit it: a line that you do not believe in is better deleted.

schema: plumbline.data-contract/1
rows:
  min: 100 # half of the 200 rows seen
duplicates:
  max-share: 0 # extra copies seen: 0 of 200 rows
extra-columns: warn
columns:
  - name: id
    type: string # all 200 values
    missing: { max-share: 0 } # never missing
    unique: true # all 200 values differ

  - name: n
    type: integer # all 180 values are written so
    missing: { max-share: 0.214 } # missing in 10 % of the rows
    range: { min: 0, max: 219 } # seen: 1 to 199; slack above: 10 % of the width

  - name: x
    type: number # all 200 values are written so
    missing: { max-share: 0 } # never missing
    range: { min: 0.35, max: 2.15 } # seen: 0.5 to 2; slack: 10 % of the width

  - name: c
    type: string # all 200 values
    missing: { max-share: 0 } # never missing
    values: [ no, yes ] # 2 values, the rarest 100 times

  - name: day
    type: date # all 200 values are written so
    missing: { max-share: 0 } # never missing
    range: { min: "2024-01-01", max: "2025-01-28" } # seen: 2024-01-01 to 2024-01-28; slack above: a year

  - name: empty
    missing: { max-share: 1 } # missing in 100 % of the rows

  - name: note
    type: string # all 200 values
    missing: { max-share: 0 } # never missing
    length: { min: 1, max: 28 } # seen: 11 to 14 characters

  - name: y
    type: integer # all 200 values are written so
    missing: { max-share: 0 } # never missing
    values: [ "0", "1" ] # 2 values, the rarest 50 times
label:
  min-share: 0.125 # half of the share of the rarest class
`)
  })

  test('is kept by the data that it was made of, whatever they are', async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        null,
        'NaN',
        'a',
        'true',
        '2024-02-29',
        '2024-02-29T01:02:03Z',
        '1.7e308',
        '1e300',
        '-0',
        '007',
        "it's: {x} # no",
        '- y',
        '"q"',
        'null',
        '~',
        ' ',
      ),
      fc.integer().map(String),
      fc.double({ noNaN: true }).map(String),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 2, maxLength: 40 }), async (rows) => {
        const text = csv(
          'a,b: #,c',
          rows.map((row, i) => [...row.slice(0, 2), row[2] ?? `v${i % 3}`]),
        )
        const { findings } = await validate({ 'train.csv': text, 'data-contract.yml': await inferred(text) })
        expect(findings.filter((finding) => !/ (no-target|mixed-types) /.test(finding))).toEqual([])
      }),
      { numRuns: 8, endOnFailure: true },
    )
  })

  test('holds text from data as text', async () => {
    const values = [
      'a: b',
      '# no comment',
      '- item',
      '"quoted"',
      "it's",
      'yes',
      '2024-01-01',
      '*alias',
      '&anchor',
      '!tag',
      '{x: 1}',
      'é\u2028x',
    ]
    const text = await inferred(
      csv(
        'c',
        times(120, (i) => [values[i % values.length] as string]),
      ),
    )
    const fake = await workspace({ 'data-contract.yml': text }, { train: 'train.csv' })
    const { contract } = await loadContract(fake.ctx)
    expect(contract.columns[0]?.values).toEqual([...values].sort())
  })
})

describe('dates', () => {
  test('are written or not', () => {
    for (const text of ['2024-02-29', '2024-01-01T00:00:00Z', '2024-01-01 10:00', '0001-01-01'])
      expect([text, dateIsWritten(text)]).toEqual([text, true])
    for (const text of ['2023-02-29', '2024-13-01', '1/2/2024', 'soon', '2024-01-01T24:00:00', ''])
      expect([text, dateIsWritten(text)]).toEqual([text, false])
  })

  test('of days since 1970', () => {
    expect([0, 19_753, 0.5, -1].map(dayText)).toEqual([
      '1970-01-01',
      '2024-01-31',
      '1970-01-01T12:00:00Z',
      '1969-12-31',
    ])
  })
})

describe('data.prepare', () => {
  const SCRIPT = `import { readFileSync, writeFileSync, appendFileSync } from 'node:fs'
writeFileSync('train.csv', 'x,y\\n' + readFileSync('raw.txt', 'utf8').trim().split('\\n').map((line, i) => line + ',' + (i % 2)).join('\\n') + '\\n')
appendFileSync('runs.log', 'run\\n')
console.log('::error::not a command')
`
  const RAW = `${times(60, (i) => i).join('\n')}\n`
  const PREPARE = { command: 'node prepare.mjs', inputs: ['raw.txt', 'prepare.mjs'], outputs: ['train.csv'] }
  const DATA = { train: 'train.csv', target: 'y', prepare: PREPARE }

  test('runs when its command, inputs or outputs are not what they were, and not otherwise', async () => {
    const first = await validate({ 'prepare.mjs': SCRIPT, 'raw.txt': RAW }, DATA)
    const runs = async () => (await readFile(join(first.fake.root, 'runs.log'), 'utf8')).trim().split('\n').length
    const reason = async () => (await again(first.fake)).validation.prepare
    expect(first.validation.prepare).toMatchObject({ ran: true, reason: 'it has not run here before' })
    expect(first.validation.inputs.map(({ name }) => name)).toEqual([
      'prepare.mjs',
      'raw.txt',
      'train.csv',
      '.plumbline/data-profile.json',
    ])

    expect(await reason()).toMatchObject({
      ran: false,
      reason: 'command, inputs and outputs are unchanged',
      key: first.validation.prepare?.key,
    })
    expect(await runs()).toBe(1)

    await writeFile(join(first.fake.root, 'raw.txt'), `${RAW}60\n`)
    expect(await reason()).toMatchObject({ ran: true, reason: 'its inputs changed: raw.txt changed' })
    await writeFile(join(first.fake.root, 'train.csv'), 'x,y\n1,0\n')
    expect(await reason()).toMatchObject({
      ran: true,
      reason: 'its outputs are not as it left them: train.csv changed',
    })
    await rm(join(first.fake.root, 'train.csv'))
    expect(await reason()).toMatchObject({
      ran: true,
      reason: 'its outputs are not as it left them: train.csv is gone',
    })
    await writeFile(join(first.fake.root, '.plumbline/prepare-state.json'), '{"key":')
    expect(await reason()).toMatchObject({ ran: true, reason: 'it has not run here before' })
    expect(await runs()).toBe(5)
  })

  test('a command that changed is told from inputs that changed', () => {
    const state = { key: 'a', command: ['node', 'a.mjs'], inputs: [], outputs: [] }
    expect(reasonToRun(state, { ...state, key: 'b', command: ['node', 'b.mjs'] })).toBe('its command changed')
    expect(reasonToRun(state, state)).toBeNull()
  })

  test('what goes wrong is said with a cure', async () => {
    const files = {
      'prepare.mjs': 'console.log("reading"); console.error("no such table"); process.exit(3)',
      'raw.txt': RAW,
    }
    expect(await problemsOf(files, DATA)).toEqual([
      expect.stringMatching(
        /^: data\.prepare ended with code 3: node prepare\.mjs\n[\s\S]*no such table → run the command by hand/,
      ),
    ])
    expect(await problemsOf({ ...files, 'prepare.mjs': '' }, DATA)).toEqual([
      'data.prepare.outputs: the command ended without error, and did not write train.csv → let it write the file, or correct `data.prepare.outputs`',
    ])
    expect(await problemsOf({}, DATA)).toEqual([
      'data.prepare.inputs: raw.txt matches no file → check the path: it is relative to the working directory',
      'data.prepare.inputs: prepare.mjs matches no file → check the path: it is relative to the working directory',
    ])
    expect(
      await problemsOf(
        { ...files, 'prepare.mjs': 'setTimeout(() => {}, 60000)' },
        { ...DATA, prepare: { ...PREPARE, timeout: 0.3 } },
      ),
    ).toEqual([expect.stringMatching(/^: data\.prepare took longer than 0\.3 seconds/)])
  })
})
