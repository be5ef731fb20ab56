import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitor } from '../../../actions/monitor/action.js'
import { Monitoring } from '../../../shared/contracts/monitoring.js'
import { UserError } from '../../../shared/core/errors.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { release, textColumn } from './releases.js'

let fake: FakeContext
afterEach(() => fake.cleanup())

const COUNTRIES = ['be', 'de', 'fr', 'nl']
const DEVICES = ['phone', 'web']
const START = Date.UTC(2026, 1, 1)
const HOUR = 3_600_000

interface Phase {
  readonly hours: number
  readonly version: string
  /** Clicks among a hundred rows of an hour. */
  readonly clicks: number
  readonly country?: (i: number) => string
  readonly device?: (i: number) => string
}

/** A hundred interactions an hour, phase after phase; countries and devices as in training unless told otherwise. */
function logOf(...phases: Phase[]): string {
  const lines = ['time,model_version,country,device,clicked']
  let hour = 0
  for (const {
    hours,
    version,
    clicks,
    country = (i: number) => COUNTRIES[i % 4] as string,
    device = (i: number) => DEVICES[i % 2] as string,
  } of phases) {
    for (let h = 0; h < hours; h++, hour++) {
      for (let i = 0; i < 100; i++) {
        const time = new Date(START + hour * HOUR + i * 30_000).toISOString()
        lines.push(`${time},${version},${country(i)},${device(i)},${i < clicks ? 1 : 0}`)
      }
    }
  }
  return `${lines.join('\n')}\n`
}

const at = (hour: number) => new Date(START + hour * HOUR).toISOString()

async function run(
  log: string,
  options: {
    monitor?: Record<string, unknown>
    now?: Date
    versions?: readonly (readonly [string, number, ...string[]])[]
  } = {},
) {
  fake = await fakeContext({
    files: { 'log.csv': log },
    ...(options.now === undefined ? {} : { now: options.now }),
    config: {
      monitor: {
        log: 'log.csv',
        time: 'time',
        version: 'model_version',
        now: 'log',
        slos: [{ name: 'clicks', good: 'clicked = 1', objective: 0.15, window: '3d', 'min-events': 500 }],
        ...options.monitor,
      },
    },
  })
  const registry = await fake.ctx.registry()
  for (const [version, hour, ...without] of options.versions ?? []) {
    const columns = [textColumn('country', COUNTRIES), textColumn('device', DEVICES)].filter(
      ({ name }) => !without.includes(name),
    )
    await release(registry, fake.root, version, columns, at(hour))
  }
  const outcome = await monitor.run({} as never, fake.ctx)
  const document = Monitoring.parse(JSON.parse(await readFile(join(fake.root, '.plumbline/monitoring.json'), 'utf8')))
  return { outcome, document, markdown: await readFile(join(fake.root, '.plumbline/monitoring.md'), 'utf8') }
}

const problemsOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UserError)
  return (error as UserError).problems.map(({ where, message, cure }) => `${where}: ${message} → ${cure}`)
}

test('an objective that is met passes, with attainment, interval and the budget in plain words', async () => {
  const { outcome, document, markdown } = await run(logOf({ hours: 48, version: '1.0.0', clicks: 20 }), {
    versions: [['1.0.0', 0]],
  })
  expect(outcome).toMatchObject({
    verdict: 'pass',
    summary: expect.stringMatching(
      /^clicks: 20 % \(960 of 4,800, 95 % interval 18\.9 … 21\.2 %\) is at or above the objective of 15 %$/,
    ),
    outputs: {
      action: 'none',
      attainment: 0.2,
      state: 'ok',
      deployed: 'model@v1.0.0',
      retrain: false,
      'rollback-to': null,
    },
  })
  expect(document.slos[0]).toMatchObject({ good: 960, total: 4800, state: 'ok', sliceSeconds: 21_600 })
  expect(document.slos[0]?.series).toHaveLength(8)
  expect(document.features).toMatchObject([
    { name: 'country', psi: 0, level: 'none', missing: 0, broken: false },
    { name: 'device', psi: 0, level: 'none', missing: 0, broken: false },
  ])
  expect(markdown).toMatch(/94\.1 % used: 3,840 bad rows, 4,080 are allowed/)
  expect(markdown).toMatch(/burns only 1\.18 times as fast as allowed/)
})

test('a breach from the first rows of a release rolls back to the version that met the objective', async () => {
  const log = logOf({ hours: 48, version: '1.0.0', clicks: 20 }, { hours: 24, version: '2.0.0', clicks: 8 })
  const { outcome, document } = await run(log, {
    versions: [
      ['1.0.0', 0],
      ['2.0.0', 48],
    ],
  })
  expect(outcome.outputs).toMatchObject({ action: 'rollback', 'rollback-to': 'model@v1.0.0', deployed: 'model@v2.0.0' })
  expect(document.versions).toMatchObject([
    { tag: 'model@v2.0.0', slos: [{ good: 192, total: 2400, state: 'breach' }] },
    { tag: 'model@v1.0.0', slos: [{ state: 'ok' }] },
  ])
  // Over the window of three days 1,152 of 7,200 rows are clicks: it still looks well.
  expect(document.slos[0]?.state).toBe('ok')
  expect(document.checks.map(({ rule }) => rule)).toContain('version-objective-breach')
  expect(outcome.verdict).toBe('fail')
  expect(document.decision.reasons[1]).toBe('model@v2.0.0 missed it from its first rows on')
})

test('a later decline with drift asks for a retraining', async () => {
  const log = logOf(
    { hours: 48, version: '1.0.0', clicks: 22 },
    { hours: 72, version: '1.0.0', clicks: 9, country: () => 'us' },
  )
  const { outcome, document } = await run(log, { versions: [['1.0.0', 0]] })
  expect(outcome).toMatchObject({ verdict: 'fail', outputs: { action: 'retrain', retrain: true } })
  expect(document.features[0]).toMatchObject({ name: 'country', level: 'drifted', broken: false })
  expect(document.decision.reasons.slice(1, 3)).toEqual([
    'model@v1.0.0 met the objective at first and fell later: the release is not the cause',
    expect.stringMatching(/^drifted features: country \(PSI \d+\.\d\d\)$/),
  ])
})

test('drift while the objective is met is only observed', async () => {
  const { outcome } = await run(logOf({ hours: 48, version: '1.0.0', clicks: 22, country: () => 'us' }), {
    versions: [['1.0.0', 0]],
  })
  expect(outcome).toMatchObject({ verdict: 'warn', outputs: { action: 'observe', retrain: false } })
})

describe('a feature that arrives empty', () => {
  const empty = { device: () => '' }

  test('after the version had served with it filled: mend the data, a rollback will not help', async () => {
    const log = logOf(
      { hours: 24, version: '1.0.0', clicks: 20 },
      { hours: 48, version: '2.0.0', clicks: 20 },
      { hours: 80, version: '2.0.0', clicks: 8, ...empty },
    )
    const { outcome, document } = await run(log, {
      versions: [
        ['1.0.0', 0],
        ['2.0.0', 24],
      ],
    })
    expect(outcome).toMatchObject({ verdict: 'fail', outputs: { action: 'fix-data', 'rollback-to': null } })
    expect(document.features[1]).toMatchObject({
      name: 'device',
      missing: 1,
      broken: true,
      since: at(72),
      began: 'later',
    })
    expect(document.decision.reasons.at(-1)).toMatch(
      /^a rollback will not help: model@v2.0.0 had served with device filled before/,
    )
  })

  test('from the first rows of a release on: roll back', async () => {
    const log = logOf(
      { hours: 48, version: 'v1.0.0', clicks: 20 },
      { hours: 72, version: 'v2.0.0', clicks: 8, ...empty },
    )
    const { outcome, document } = await run(log, {
      versions: [
        ['1.0.0', 0],
        ['2.0.0', 48],
      ],
    })
    expect(outcome.outputs).toMatchObject({ action: 'rollback', 'rollback-to': 'model@v1.0.0' })
    expect(document.features[1]).toMatchObject({ since: at(48), began: 'with-version' })
  })

  test('which an earlier version never read: that version helps', async () => {
    const log = logOf(
      { hours: 24, version: '1.0.0', clicks: 20 },
      { hours: 48, version: '2.0.0', clicks: 20 },
      { hours: 80, version: '2.0.0', clicks: 8, ...empty },
    )
    const { document } = await run(log, {
      versions: [
        ['1.0.0', 0, 'device'],
        ['2.0.0', 24],
      ],
    })
    expect(document.decision).toMatchObject({ action: 'rollback', to: 'model@v1.0.0' })
    expect(document.decision.reasons.at(-1)).toBe(
      'model@v1.0.0 met the objective in the same log and does not read device',
    )
  })

  test('without harm yet is still a failure', async () => {
    const log = logOf({ hours: 80, version: '1.0.0', clicks: 25, ...empty })
    const { outcome } = await run(log, { versions: [['1.0.0', 0]] })
    expect(outcome).toMatchObject({ verdict: 'fail', outputs: { action: 'fix-data', state: 'ok' } })
  })
})

describe('never green without evidence', () => {
  const log = logOf({ hours: 48, version: '1.0.0', clicks: 20 })

  test('too few rows', async () => {
    const { outcome } = await run(logOf({ hours: 2, version: '1.0.0', clicks: 90 }), { versions: [['1.0.0', 0]] })
    expect(outcome).toMatchObject({
      verdict: 'inconclusive',
      outputs: { action: 'observe', state: 'insufficient-data' },
    })
  })

  test('a log that stopped is stale, whatever it says', async () => {
    const { outcome } = await run(log, {
      monitor: { now: 'clock' },
      now: new Date(START + 100 * HOUR),
      versions: [['1.0.0', 0]],
    })
    expect(outcome).toMatchObject({ verdict: 'inconclusive', outputs: { action: 'observe', state: 'stale' } })
    expect(outcome.summary).toMatch(/older than 2d: what happens now is not known$/)
  })

  test('one row dated in the future does not make a log fresh that has stopped, and is named', async () => {
    const future = `${log}2026-12-24T00:00:00Z,1.0.0,be,phone,1\n`
    const { outcome, document } = await run(future, {
      monitor: { now: 'clock' },
      now: new Date(START + 100 * HOUR),
      versions: [['1.0.0', 0]],
    })
    expect(outcome).toMatchObject({ verdict: 'inconclusive', outputs: { action: 'observe', state: 'stale' } })
    expect(document.newest?.slice(0, 13)).toBe(at(47).slice(0, 13))
    expect(document.checks.find(({ rule }) => rule === 'time-in-future')).toMatchObject({
      verdict: 'warn',
      message: '1 of 4,801 rows are dated after now, up to 2026-12-24 00:00 UTC, and are left out',
    })
  })

  test('a log of the future alone has no newest row', async () => {
    const { outcome, document } = await run(log, {
      monitor: { now: 'clock' },
      now: new Date(START - HOUR),
      versions: [['1.0.0', -2]],
    })
    expect(outcome).toMatchObject({ verdict: 'inconclusive', outputs: { state: 'stale' } })
    expect(document).toMatchObject({
      newest: null,
      slos: [{ total: 0, message: 'the log has no row with a time up to now' }],
    })
  })

  test('an interval on both sides of the objective', async () => {
    const { outcome } = await run(logOf({ hours: 10, version: '1.0.0', clicks: 14 }), { versions: [['1.0.0', 0]] })
    expect(outcome).toMatchObject({ verdict: 'inconclusive', outputs: { state: 'inconclusive' } })
    expect(outcome.summary).toMatch(/at this share about [\d,]+ rows would decide$/)
  })

  test('a condition that the engine cannot evaluate is an error that quotes it', async () => {
    const { outcome, document } = await run(log, {
      monitor: { slos: [{ name: 'odd', good: 'country > 3 AND CAST(country AS INTEGER) = 1', objective: 0.5 }] },
      versions: [['1.0.0', 0]],
    })
    expect(outcome.verdict).toBe('error')
    expect(document.slos[0]?.message).toMatch(
      /the condition could not be evaluated: .*Cannot compare values of type VARCHAR and type INTEGER/,
    )
  })

  test('rows whose outcome is not known are not counted, and many of them are said', async () => {
    const late = log.replace(/,(phone|web),0$/gm, ',$1,')
    const { outcome, document } = await run(late, { versions: [['1.0.0', 0]] })
    expect(document.slos[0]).toMatchObject({ good: 960, total: 960, undecided: 3840 })
    expect(document.checks.find(({ rule }) => rule === 'outcomes-missing')?.message).toMatch(/for 3,840 of 4,800 rows/)
    expect(outcome.verdict).toBe('warn')
  })

  test('without a deployment the objective is judged and drift is said to be unmeasured', async () => {
    const { outcome, document } = await run(log)
    expect(outcome).toMatchObject({ verdict: 'warn', outputs: { deployed: null, action: 'none' } })
    expect(outcome.summary).toMatch(/no deployment is recorded/)
    expect(document.deployed).toBeNull()
  })

  test('a deployed version that the log does not name is said', async () => {
    const { document } = await run(log, {
      versions: [
        ['1.0.0', 0],
        ['2.0.0', 40],
      ],
    })
    expect(document.checks.map(({ rule }) => rule)).toEqual(['objective-ok', 'version-not-in-log'])
  })
})

test('an earlier version that is damaged is none to return to, and does not stop the watching', async () => {
  const log = logOf({ hours: 48, version: '1.0.0', clicks: 20 }, { hours: 24, version: '2.0.0', clicks: 8 })
  await run(log, {
    versions: [
      ['1.0.0', 0],
      ['2.0.0', 48],
    ],
  })
  const registry = join(fake.root, '.plumbline-registry')
  const paths = (await readdir(registry, { recursive: true })).filter((path) => /1\.0\.0.*manifest\.json$/.test(path))
  expect(paths).toHaveLength(1)
  await chmod(join(registry, paths[0] as string), 0o644)
  await writeFile(join(registry, paths[0] as string), '{')
  const outcome = await monitor.run({} as never, fake.ctx)
  expect(outcome.outputs).toMatchObject({ action: 'observe', 'rollback-to': null })
})

test('without a version column rows belong to what was deployed at their time', async () => {
  const log = logOf({ hours: 48, version: 'x', clicks: 20 }, { hours: 24, version: 'y', clicks: 8 })
  const slos = [{ name: 'clicks', good: 'clicked = 1', objective: 0.15, window: '3d' }]
  fake = await fakeContext({
    files: { 'log.csv': log },
    config: { monitor: { log: 'log.csv', time: 'time', now: 'log', slos } },
  })
  const registry = await fake.ctx.registry()
  await release(registry, fake.root, '1.0.0', [textColumn('country', COUNTRIES)], at(0))
  await release(registry, fake.root, '2.0.0', [textColumn('country', COUNTRIES)], at(48))
  const outcome = await monitor.run({} as never, fake.ctx)
  expect(outcome.outputs).toMatchObject({ action: 'rollback', 'rollback-to': 'model@v1.0.0' })
})

describe('mistakes in plumbline.yml', () => {
  test('everything that is missing is named at once', async () => {
    fake = await fakeContext()
    expect(await problemsOf(monitor.run({} as never, fake.ctx))).toEqual([
      'monitor.log: is missing: there is nothing to look at → write under monitor:  log: logs/*.jsonl',
      'monitor.time: is missing: rows have no time → write under monitor:  time: timestamp',
      'monitor.slos: is missing: there is no objective → write under monitor:  slos: [{ name: clicks, good: clicked = 1, objective: 0.15 }]',
    ])
  })

  test('every wrong column and condition is named at once', async () => {
    const wrong = run(logOf({ hours: 1, version: '1.0.0', clicks: 20 }), {
      monitor: {
        version: 'modelversion',
        slos: [
          { name: 'a', good: 'clickd = 1', objective: 0.5 },
          { name: 'b', good: 'clicked =', objective: 0.5 },
          { name: 'c', good: "EXISTS (SELECT 1 FROM read_text('/etc/passwd'))", objective: 0.5 },
          { name: 'd', good: 'clicked = 1; DROP TABLE log', objective: 0.5 },
          { name: 'f', good: 'clicked = 1), (true', objective: 0.5 },
          { name: 'e', good: 'true', valid: "write_log('x') IS NULL", objective: 0.5 },
        ],
      },
    })
    const problems = await problemsOf(wrong)
    expect(problems).toHaveLength(8)
    expect(problems[0]).toMatch(
      /^monitor\.version: the log has no column "modelversion" → its columns are: time, model_version/,
    )
    expect(problems[1]).toMatch(/^monitor\.slos\[0\]\.good \(a\): the log has no column "clickd"/)
    expect(problems[2]).toMatch(/"clicked =" is no SQL expression: syntax error/)
    expect(problems[3]).toMatch(/contains a query; only a condition on the columns of one row is allowed/)
    expect(problems[4]).toMatch(/is no SQL expression: syntax error at or near ";"/)
    expect(problems[5]).toMatch(/is more than one expression/)
    expect(problems[6]).toMatch(/the condition "true" names no column, so it is the same for every row/)
    expect(problems[7]).toMatch(/calls write_log\(\), which is not a function of one row without side effects/)
  })

  test('two objectives of one name, and a log that is not there', async () => {
    const slo = { name: 'a', good: 'clicked = 1', objective: 0.5 }
    expect(await problemsOf(run('', { monitor: { slos: [slo, slo] } }))).toEqual([
      'monitor.slos: two objectives are called "a" → give each a name of its own',
    ])
    await fake.cleanup()
    expect((await problemsOf(run('', { monitor: { log: 'logs/*.jsonl' } })))[0]).toMatch(
      /no file matches "logs\/\*\.jsonl"/,
    )
  })
})

test('hostile names and values in the log stay data', async () => {
  const nasty = `time,"a""; DROP TABLE log; --",model_version,clicked,"<img src=x>"\n${Array.from(
    { length: 600 },
    (_, i) =>
      `${new Date(START + i * 60_000).toISOString()},'; --,"<script>alert(1)</script>",${i % 4 === 0 ? 1 : 0},@octocat`,
  ).join('\n')}\n`
  const { outcome, markdown } = await run(nasty, {
    monitor: {
      slos: [
        {
          name: 'quoted',
          good: `clicked = 1 AND "a""; DROP TABLE log; --" = '''; --'`,
          objective: 0.1,
          'min-events': 100,
        },
      ],
    },
  })
  expect(outcome.outputs).toMatchObject({ attainment: 0.25, state: 'ok' })
  // Inside code it is only text.
  expect(markdown.replace(/`[^`]*`/g, '')).not.toMatch(/<script|<img/)
})

test('the same log gives the same document', async () => {
  const log = logOf({ hours: 30, version: '1.0.0', clicks: 16 })
  const first = (await run(log, { versions: [['1.0.0', 0]] })).document
  await fake.cleanup()
  const second = (await run(log, { versions: [['1.0.0', 0]] })).document
  expect(second).toEqual(first)
})
