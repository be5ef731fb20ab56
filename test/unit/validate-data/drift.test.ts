import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadedContract } from '../../../actions/validate-data/contract.js'
import { findBaseline } from '../../../actions/validate-data/drift/baseline.js'
import { checkBaseline, checkDrift } from '../../../actions/validate-data/drift/check.js'
import { explainDrift } from '../../../actions/validate-data/explain/drift.js'
import type { RunRef } from '../../../shared/contracts/common.js'
import { DataContract } from '../../../shared/contracts/data-contract.js'
import { loadDataset } from '../../../shared/data/dataset.js'
import { measureDrift } from '../../../shared/data/drift/columns.js'
import { measureDataDrift } from '../../../shared/data/drift/measure.js'
import { driftRules } from '../../../shared/data/drift/rules.js'
import { profileTable } from '../../../shared/data/profile.js'
import type { Artifacts } from '../../../shared/github/artifacts.js'
import type { GitHub } from '../../../shared/github/github.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

const open: FakeContext[] = []
afterEach(async () => {
  for (const fake of open.splice(0)) await fake.cleanup()
})
async function workspace(options: Parameters<typeof fakeContext>[0]): Promise<FakeContext> {
  const fake = await fakeContext(options)
  open.push(fake)
  return fake
}

const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
/** Ten rows a day; `shift` moves x, `color` picks the colour. */
const rows = (n: number, from = '2024-01-01', shift = 0, color = (i: number) => ['red', 'green'][i % 2] as string) =>
  `at,x,color,y\n${times(n, (i) => `${new Date(Date.parse(from) + Math.floor(i / 10) * 86_400_000).toISOString().slice(0, 10)},${((i * 37) % 101) + shift},${color(i)},${i % 3 === 0 ? 'yes' : 'no'}`).join('\n')}\n`

function loaded(drift: Record<string, unknown> = {}): LoadedContract {
  const contract = DataContract.parse({ schema: 'plumbline.data-contract/1', drift })
  return { contract, path: 'data-contract.yml', ref: null, place: () => null } as unknown as LoadedContract
}

interface JudgeOptions {
  readonly baseline?: unknown
  readonly more?: boolean
  readonly slices?: readonly string[]
  /** Whether the baseline is a profile from before slices had cells, and pairs of columns tables. */
  readonly older?: boolean
}

/** The profile of base.csv, as a document of the workspace. */
async function writeProfile(fake: FakeContext, path: string, slices: readonly string[], older: boolean): Promise<void> {
  const engine = await fake.ctx.data()
  const profile = await profileTable(engine, await loadDataset(engine, fake.ctx.files, 'train', 'base.csv'), { slices })
  const document = {
    schema: 'plumbline.data-profile/1',
    createdAt: '2026-01-01T00:00:00.000Z',
    plumblineVersion: '0.0.0',
    run: { kind: 'local', commit: null, dirty: false },
    verdict: 'pass',
    summary: 'made',
    inputs: [],
    checks: [],
    target: 'y',
    features: ['x', 'color'],
    datasets: [profile],
  }
  const text = JSON.stringify(document, (key, value) =>
    older && (key === 'cells' || key === 'tables') ? undefined : value,
  )
  await fake.ctx.files.write(path, text)
}

/** Checks of train.csv against base.csv in a workspace, as the stage makes them. */
async function judged(
  files: { base: string; train: string },
  drift: Record<string, unknown>,
  { baseline = { data: 'base.csv' }, more = true, slices = [], older = false }: JudgeOptions = {},
) {
  const data = { train: 'train.csv', target: 'y', time: 'at', baseline }
  const fake = await workspace({ files: { 'base.csv': files.base, 'train.csv': files.train }, config: { data } })
  if (typeof baseline === 'string') await writeProfile(fake, baseline, slices, older)
  const found = await findBaseline(fake.ctx)
  if (found.state !== 'found') throw new Error(found.reason)
  const engine = await fake.ctx.data()
  const dataset = await loadDataset(engine, fake.ctx.files, 'train', 'train.csv')
  const profile = await profileTable(engine, dataset, { slices })
  const [before] = found.profile.datasets
  if (before === undefined) throw new Error('no dataset')
  const contract = loaded(drift)
  const names = ['x', 'color']
  const request = { dataset, profile, baseline: before, names, rows: found.rows ?? null, label: 'y', time: 'at' }
  const rules = driftRules(contract.contract)
  return checkDrift(
    {
      profile,
      sameAsBaseline: false,
      drift: await measureDrift(engine, dataset, before, names),
      more: more ? await measureDataDrift(engine, { ...request, rules, joint: true }) : null,
    },
    contract,
  )
}

describe('checks of drift', () => {
  test('equal data pass in every way, and every finding has an explanation', async () => {
    const checks = await judged({ base: rows(2000), train: rows(1500, '2024-06-01') }, { method: 'auto' })
    expect(checks.map(({ rule, subject, verdict }) => `${verdict} ${rule} ${subject}`)).toEqual([
      'pass drift train: x',
      'pass drift train: color',
      'pass label-drift train: y',
      'pass dataset-drift train',
      'pass joint-drift train',
    ])
    for (const { rule, cure } of checks) {
      expect(explainDrift).toHaveProperty(rule)
      expect(cure).toBeNull()
    }
    expect(checks[0]?.details).toMatchObject({ method: 'wasserstein', limit: 0.1, correction: 'Holm', bound: 0 })
    expect(checks[0]?.details.formula).toContain('∫ |F − G|')
  })

  test('a shift and a new value: how large, since when, which values', async () => {
    const train = rows(1500, '2024-06-01', 60, (i) =>
      i >= 700 && i % 2 ? 'violet' : (['red', 'green'][i % 2] as string),
    )
    const checks = await judged({ base: rows(2000), train }, { method: 'auto' })
    const verdicts = checks.map(({ rule, verdict }) => `${verdict} ${rule}`)
    expect(verdicts).toEqual(['fail drift', 'fail drift', 'pass label-drift', 'fail dataset-drift', 'fail joint-drift'])
    const [x, color, , all, joint] = checks
    expect(x?.message).toMatch(
      /^"x" has drifted: its Wasserstein distance in standard deviations is 2\.\d{3}, p below 0\.000001 \(Kolmogorov–Smirnov, asymptotic\), below 0\.000001 after Holm; ".*" went from .* of the rows; off since the data begin \(2024-06-01\)$/,
    )
    // Row 700 is 2024-08-10: the share of August is off too.
    expect(color?.message).toMatch(
      /; "green" went from 50 % to 23.* of the rows; off since the month of 2024-08-01; new: "violet" \(400 rows\)$/,
    )
    expect(color?.examples).toEqual([{ where: 'new value, 400 rows', value: 'violet' }])
    expect(all?.message).toBe(
      'the dataset has drifted: 2 of 2 columns of the train data have ("x", "color"); the first of them since 2024-06-01',
    )
    expect(joint?.message).toMatch(
      /^rows are told from those of the baseline with an AUC of 0\.\d{3} \(0\.\d{3} to \d\.\d{3}\), by "x"/,
    )
  })

  test('PSI says what it always said, without a word on the dataset', async () => {
    const files = { base: rows(2000), train: rows(1500, '2024-06-01', 60) }
    const [x, color, ...others] = await judged(files, {}, { more: false })
    expect(others).toEqual([])
    expect(x).toMatchObject({
      verdict: 'fail',
      rule: 'drift',
      expected: 'a population stability index below 0.1',
      details: { warn: 0.1, fail: 0.25, method: 'psi' },
    })
    expect(x?.message).toMatch(/^"x" has drifted: its index is \d+\.\d{3}; ".*" went from .* of the rows$/)
    expect(color).toMatchObject({ verdict: 'pass', message: '"color" has not drifted: its index is 0.000' })
    // `max-share` asks for the dataset; one of two columns is half of them.
    const share = (await judged(files, { 'max-share': 0.5 }, { more: false })).at(-1)
    expect(share).toMatchObject({ rule: 'dataset-drift', verdict: 'fail', measured: 0.5 })
    expect((await judged(files, { 'max-share': 0.6 }, { more: false })).at(-1)).toMatchObject({ verdict: 'pass' })
  })

  test('few rows are inconclusive, column by column and together', async () => {
    const checks = await judged({ base: rows(60), train: rows(25) }, { method: 'auto' })
    expect(new Set(checks.filter(({ rule }) => rule !== 'label-drift').map(({ verdict }) => verdict))).toEqual(
      new Set(['inconclusive']),
    )
    for (const { cure } of checks) expect(cure).not.toBe('')
  })
})

describe('checks of slices and of all columns together', () => {
  /** Ten rows a day; of the green ones `green` says x. */
  const made = (n: number, from: string, green = (_: number, x: number) => x) =>
    `at,x,color,y\n${times(n, (i) => {
      const x = (i * 37) % 101
      return `${day(from, i)},${i % 2 ? green(i, x) : x},${['red', 'green'][i % 2]},${i % 3 === 0 ? 'yes' : 'no'}`
    }).join('\n')}\n`
  const day = (from: string, i: number) =>
    new Date(Date.parse(from) + Math.floor(i / 10) * 86_400_000).toISOString().slice(0, 10)

  test.each([
    ['a dataset', undefined],
    ['a profile', 'base.json'],
  ])('against %s: what moved, how far, since when', async (_, baseline) => {
    // Row 900 is of 2024-08-30; narrower while the mean stays.
    const train = made(1500, '2024-06-01', (i, x) => (i >= 300 ? 50 + (x - 50) * 0.4 : x))
    const options = { slices: ['color'], ...(baseline === undefined ? {} : { baseline }) }
    const checks = await judged({ base: made(2000, '2024-01-01'), train }, { method: 'auto' }, options)
    const found = checks.find(({ rule }) => rule === 'slice-drift')
    expect(found).toMatchObject({
      verdict: 'fail',
      details: { compared: 4, drifted: 1, tooSmall: 0, means: 0, since: '2024-07-01', period: 'quarter' },
    })
    expect(found?.message).toMatch(
      /^1 column of a slice has drifted, most of all where color = "green": x: Kolmogorov–Smirnov statistic 0\.\d{3}(?: \(.* of the baseline\))?; off since the quarter of 2024-07-01 \(1,000 rows of the baseline, 750 of these\)$/,
    )
    expect(found?.examples[0]?.where).toBe('color = "green"')
  })

  test('an older profile: means, and the finding says so', async () => {
    const train = made(1500, '2024-06-01')
    const checks = await judged(
      { base: made(2000, '2024-01-01'), train },
      { method: 'auto' },
      {
        slices: ['color'],
        baseline: 'base.json',
        older: true,
      },
    )
    expect(checks.find(({ rule }) => rule === 'slice-drift')?.message).toBe(
      '6 comparisons within slices: none has drifted; 2 of them by their means alone, as the baseline keeps no more of them',
    )
  })

  const together = (n: number, from: string, turned: (i: number) => boolean) =>
    `at,x,color,y\n${times(n, (i) => {
      const x = (i * 37) % 101
      return `${day(from, i)},${x},${x > 50 !== turned(i) ? 'red' : 'green'},${i % 3 === 0 ? 'yes' : 'no'}`
    }).join('\n')}\n`
  // Row 920 is of 2024-09-01.
  const turning = {
    base: together(2000, '2024-01-01', () => false),
    train: together(2000, '2024-06-01', (i) => i >= 920),
  }

  test('of the joint distribution: since when', async () => {
    const found = (await judged(turning, { method: 'auto' })).find(({ rule }) => rule === 'joint-drift')
    expect(found).toMatchObject({ verdict: 'fail', details: { since: '2024-09-01', period: 'month' } })
    expect(found?.message).toMatch(/, by "(?:x|color)" .*; off since the month of 2024-09-01$/)
  })

  test('of two columns against a profile: how large, since when, which values; the columns alone have not moved', async () => {
    const checks = await judged(turning, { method: 'auto' }, { baseline: 'base.json' })
    expect(checks.map(({ rule, verdict }) => `${verdict} ${rule}`)).toEqual([
      'pass drift',
      'pass drift',
      'pass label-drift',
      'pass dataset-drift',
      'fail pair-drift',
    ])
    const found = checks.at(-1)
    expect(found?.details).toMatchObject({
      pairs: 3,
      changed: 1,
      since: '2024-09-01',
      period: 'month',
      baselineRows: 2000,
    })
    expect(found?.message).toMatch(
      /^1 of 3 pairs of columns of the train data goes together in another way than in the baseline, most of all "(?:x|color)" and "(?:x|color)": effect 0\.\d+, p below 0\.000001 after Holm.*; \d[\d.]* % of the rows have .* with .*, and \d[\d.]* % would; off since the month of 2024-09-01$/,
    )
    expect(explainDrift).toHaveProperty('pair-drift')
    const same = await judged(
      { base: turning.base, train: turning.base },
      { method: 'auto' },
      { baseline: 'base.json' },
    )
    expect(same.at(-1)).toMatchObject({
      rule: 'pair-drift',
      verdict: 'pass',
      message: '3 pairs of columns of the train data: each goes together as in the baseline',
    })
    const older = await judged(turning, { method: 'auto' }, { baseline: 'base.json', older: true })
    expect(older.map(({ rule }) => rule)).not.toContain('pair-drift')
  })
})

describe('baselines', () => {
  const baselineOf = async (baseline: unknown, files: Record<string, string>, extra: object = {}) => {
    const data = { train: 'train.csv', target: 'y', baseline, ...extra }
    const fake = await workspace({ files: { 'train.csv': rows(1000, '2025-03-01'), ...files }, config: { data } })
    return { fake, found: await findBaseline(fake.ctx) }
  }

  test('a dataset, with the features of the configuration', async () => {
    const { found } = await baselineOf({ data: 'base.csv' }, { 'base.csv': rows(300) }, { time: 'at' })
    expect(found).toMatchObject({ state: 'found', source: 'base.csv', rows: { rows: 300 } })
    expect(found.state === 'found' && found.profile).toMatchObject({
      features: ['x', 'color'],
      datasets: [{ name: 'train', rows: 300 }],
    })
  })

  test('a season of it; none is inconclusive, and no time is a mistake', async () => {
    const files = { 'base.csv': rows(4000, '2024-02-01') }
    const { found } = await baselineOf({ data: 'base.csv', season: 'year' }, files, { time: 'at' })
    // The data are of 2025-03-01 to 2025-06-08.
    expect(found).toMatchObject({
      state: 'found',
      source: 'base.csv, from 2024-03-01 to 2024-06-30',
      rows: { rows: 1220 },
    })
    const { found: none } = await baselineOf(
      { data: 'base.csv', season: 'year' },
      { 'base.csv': rows(30, '2020-02-01') },
      { time: 'at' },
    )
    expect(checkBaseline(none)).toEqual([
      expect.objectContaining({
        rule: 'baseline-without-rows',
        verdict: 'inconclusive',
        message: 'drift was not measured: base.csv has no rows, from 2024-03-01 to 2024-06-30',
      }),
    ])
    expect(explainDrift).toHaveProperty('baseline-without-rows')
    await expect(baselineOf({ data: 'base.csv', season: 'year' }, files)).rejects.toThrow('a season needs `data.time`')
    await expect(baselineOf({ data: 'base.csv', season: 'week' }, files, { time: 'x' })).rejects.toThrow(
      'the train data has no dates in "x"',
    )
  })

  /** The profile document of some rows. */
  async function profileText(text: string): Promise<string> {
    const { found } = await baselineOf({ data: 'base.csv' }, { 'base.csv': text })
    if (found.state !== 'found') throw new Error(found.reason)
    return JSON.stringify(found.profile)
  }

  test('several profiles put together', async () => {
    const [one, two] = [await profileText(rows(300)), await profileText(rows(200, '2025-01-01'))]
    const files = { 'profiles/a.json': one, 'profiles/b.json': two }
    const { found } = await baselineOf({ files: 'profiles/*.json' }, files)
    expect(found).toMatchObject({ state: 'found', source: '2 profiles, profiles/a.json and others' })
    expect(found.state === 'found' && found.profile.datasets).toMatchObject([{ name: 'train', rows: 500 }])
    await expect(baselineOf({ files: 'none/*.json' }, files)).rejects.toThrow('no profile matches "none/*.json"')
    await expect(baselineOf({ files: 'profiles/*' }, { 'profiles/c.json': '{}' })).rejects.toThrow()
  })

  describe('earlier runs', () => {
    const run: RunRef = {
      kind: 'github',
      repository: 'acme/strikes',
      commit: 'c'.repeat(40),
      ref: 'refs/heads/main',
      event: 'push',
      workflow: 'train',
      job: 'validate',
      runId: '100',
      attempt: 1,
      url: 'https://github.com/acme/strikes/actions/runs/100',
    }
    const listed = (id: number, event = 'push') => ({
      id,
      html_url: '',
      workflow_id: 7,
      run_attempt: 1,
      event,
      status: 'completed',
      conclusion: 'success',
      head_sha: '',
      head_branch: 'main',
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
    })

    async function ofRuns(profiles: Record<number, string>, events: Record<number, string> = {}, wanted = 2) {
      const asked: Record<string, unknown>[] = []
      const github = {
        ask: async (route: string, parameters: Record<string, unknown>) => {
          asked.push({ route, ...parameters })
          if (route.endsWith('/actions/runs/{run_id}')) return { data: listed(100) }
          const ids = [100, ...Object.keys(profiles).map(Number)].sort((a, b) => b - a)
          return { data: { workflow_runs: ids.map((id) => listed(id, events[id])) } }
        },
      } as unknown as GitHub
      const artifacts: Artifacts = {
        upload: async () => ({ id: 1, url: '', digest: null }),
        list: async (from) =>
          profiles[from?.runId ?? 0]
            ? [{ id: from?.runId ?? 0, name: 'plumbline-validate-data', bytes: 1, digest: null }]
            : [],
        download: async (_, into, from) => {
          await mkdir(join(into, '.plumbline'), { recursive: true })
          await writeFile(join(into, '.plumbline', 'data-profile.json'), profiles[from?.runId ?? 0] ?? '')
          return true
        },
      }
      const fake = await workspace({
        files: { 'train.csv': rows(100) },
        config: { data: { train: 'train.csv', baseline: { runs: wanted } } },
        run,
        github,
        artifacts,
        env: { GITHUB_BASE_REF: '' },
      })
      return { asked, found: await findBaseline(fake.ctx), fake }
    }

    test('the newest that have a profile; runs of pull requests are of strangers', async () => {
      const [a, b, c] = [await profileText(rows(100)), await profileText(rows(200)), await profileText(rows(400))]
      const { found, asked, fake } = await ofRuns({ 90: a, 95: '', 97: b, 98: c }, { 98: 'pull_request' })
      expect(found).toMatchObject({ state: 'found', source: 'the last 2 successful runs of this workflow on main' })
      expect(found.state === 'found' && found.profile.datasets[0]?.rows).toBe(300)
      expect(asked[1]).toMatchObject({ workflow_id: 7, branch: 'main', status: 'success' })
      expect(await fake.ctx.files.exists('.plumbline/.cache/baseline-97')).toBe(false)
      const one = await ofRuns({ 90: a })
      expect(one.found).toMatchObject({
        source: 'the last 1 successful run of this workflow on main, of 2 wanted',
      })
    })

    test('none is a first run, a damaged one and a laptop are not green', async () => {
      const none = await ofRuns({ 98: '' })
      expect(none.found).toEqual({
        state: 'first-run',
        reason: 'no earlier successful run of this workflow on main has a profile',
      })
      const damaged = await ofRuns({ 98: '{"schema":"plumbline.data-profile/9"}' })
      expect(damaged.found.state).toBe('unreadable')
      const { found } = await baselineOf({ runs: 3 }, {})
      expect(checkBaseline(found)).toMatchObject([{ rule: 'baseline-unreadable', verdict: 'inconclusive' }])
    })
  })
})
