import { again, contract, csv, times, validate } from './support.js'

/**
 * Each trap that makes a gate wrong, shown of the whole stage: what DuckDB 1.5 does when it is asked plainly (measured), what
 * definitions differ in between the tools, and what users complain of.
 */
const rowsAfter = <T>(n: number, usual: T, odd: T): T[] => [...times(n, () => usual), odd]

describe('traps of the engine', () => {
  test('approx_count_distinct: a key of 200,001 values is unique, and one copy is one copy', async () => {
    // Measured: approx_count_distinct says 239,648 of 200,001.
    const rules = contract(
      'columns: [{ name: id, unique: true }]\nchecks: [{ check: statistic, column: id, statistic: distinct, min: 200001, max: 200001 }]',
    )
    const data = `id\n${times(200_001, (i) => `k${i}`).join('\n')}\n`
    const whole = await validate({ 'train.csv': data, 'data-contract.yml': rules })
    expect(whole.check('unique-error').verdict).toBe('pass')
    expect(whole.check('statistic-range').verdict).toBe('pass')
    expect(whole.profile.datasets[0]?.columns[0]?.distinct).toBe(200_001)
    const copied = await validate({ 'train.csv': data.replace('k200000\n', 'k199999\n'), 'data-contract.yml': rules })
    expect(copied.check('unique-error')).toMatchObject({ verdict: 'fail', measured: 1, n: 200_001 })
    expect(copied.check('statistic-range')).toMatchObject({ verdict: 'fail', measured: 200_000 })
  })

  test('approx_quantile: quantiles are exact, and a second run gives the same bytes', async () => {
    // 0.1, 0.2 … 9999.9 in a scattered order; numpy.median(numpy.arange(1, 100000) / 10) = 5000.0
    const data = `x\n${times(99_999, (i) => (((i * 7919) % 99_999) + 1) / 10).join('\n')}\n`
    const rules = contract('checks: [{ check: statistic, column: x, statistic: median, min: 5000, max: 5000 }]')
    const first = await validate({ 'train.csv': data, 'data-contract.yml': rules })
    expect(first.check('statistic-range')).toMatchObject({ verdict: 'pass', measured: 5000 })
    const second = await again(first.fake)
    expect(JSON.stringify(second.validation)).toBe(JSON.stringify(first.validation))
    expect(JSON.stringify(second.profile)).toBe(JSON.stringify(first.profile))
  })

  test('sniffing looks at 20,480 rows: what is written otherwise in row 50,001 is found as it is written', async () => {
    const columns: readonly (readonly [name: string, type: string, usual: string, odd: string])[] = [
      ['fraction', 'integer', '7', '3.99'],
      ['padded', 'integer', '7', '00042'],
      ['grouped', 'integer', '7', '1_000'],
      ['day', 'date', '2024-02-03', '2024-02-03 23:59:59'],
      ['flag', 'boolean', 'true', '1'],
      ['word', 'integer', '7', 'abc'],
      ['ambiguous', 'date', '2024-02-03', '01/02/2024'],
    ]
    const header = columns.map(([name]) => name).join(',')
    const rows = rowsAfter(
      50_000,
      columns.map(([, , usual]) => usual),
      columns.map(([, , , odd]) => odd),
    )
    const declared = columns.map(([name, type]) => `  - { name: ${name}, type: ${type} }`).join('\n')
    const { validation, check } = await validate({
      'train.csv': `${header}\n${rows.map((row) => row.join(',')).join('\n')}\n`,
      'data-contract.yml': contract(`columns:\n${declared}`),
    })
    expect(validation.verdict).toBe('fail')
    for (const [name, , , odd] of columns) {
      expect(check('type-error', `train: ${name}`)).toMatchObject({
        verdict: 'fail',
        measured: 1,
        n: 50_001,
        examples: [{ where: 'train.csv row 50001', value: odd }],
      })
    }
  })

  test('sniffing drops offsets of time: 01:00+05:00 is the evening before', async () => {
    const { check } = await validate({
      'train.csv': `t\n${rowsAfter(25_000, '2024-02-03 10:00:00', '2024-02-03 01:00:00+05:00').join('\n')}\n`,
      'data-contract.yml': contract('columns: [{ name: t, type: timestamp, range: { min: "2024-02-03 00:00:00" } }]'),
    })
    expect(check('type-error').verdict).toBe('pass')
    expect(check('value-range')).toMatchObject({ verdict: 'fail', measured: 1 })
  })

  test.each([
    ['integer', ['3.99', '1e3', '0x1F', '1_000', ' 7x', '--1']],
    ['number', ['0x1F', '1_000', '1,5', '1e', '.', '+-1']],
    ['boolean', ['yes', 'no', 't', '1', '0', 'on']],
    ['date', ['inf', 'infinity', 'epoch', '2024-02-30', '20240203', '2024/02/03']],
    ['timestamp', ['inf', 'today', '2024-02-03T25:00:00', '1706918400', '10:00', 'x']],
  ])('TRY_CAST is loose: no %s is written so', async (type, odd) => {
    const good = {
      integer: '42',
      number: '-1.5e3',
      boolean: 'false',
      date: '2024-02-03',
      timestamp: '2024-02-03T10:00:00Z',
    }
    const { check } = await validate({
      'train.csv': csv(
        'x',
        [...odd, good[type as keyof typeof good]].map((value) => [value]),
      ),
      'data-contract.yml': contract(`columns: [{ name: x, type: ${type} }]`),
    })
    expect(check('type-error')).toMatchObject({ verdict: 'fail', measured: odd.length, n: odd.length + 1 })
  })

  test('one NaN or infinity ends no query and moves no statistic: it is counted as what it is', async () => {
    const finite = times(1000, (i) => i + 0.5)
    const { validation, profile, check } = await validate({
      'train.csv': `x\n${['nan', 'inf', '-Infinity', ...finite].join('\n')}\n`,
      'data-contract.yml': contract(
        // numpy.mean, numpy.std(ddof=1), max of numpy.arange(1000) + 0.5
        'checks:\n' +
          '  - { check: statistic, column: x, statistic: mean, min: 500, max: 500 }\n' +
          '  - { check: statistic, column: x, statistic: sd, min: 288.8194, max: 288.8195 }\n' +
          '  - { check: statistic, column: x, statistic: max, min: 999.5, max: 999.5 }\n' +
          '  - { check: outliers, column: x, limit: 3 }\n' +
          '  - { check: missing, column: x }',
      ),
    })
    const statistics = validation.checks.filter(({ rule }) => rule === 'statistic-range')
    expect(statistics.map(({ verdict, measured }) => [verdict, Number(measured).toFixed(4)])).toEqual([
      ['pass', '500.0000'],
      ['pass', '288.8194'],
      ['pass', '999.5000'],
    ])
    expect(check('missing-value')).toMatchObject({ verdict: 'fail', measured: 3, n: 1003 })
    const [column] = profile.datasets[0]?.columns ?? []
    expect(column).toMatchObject({ nonFinite: 3, missing: 0 })
    expect(column?.numeric?.histogram.counts.reduce((sum, n) => sum + n, 0)).toBe(1000)
  })

  test('an empty cell and "" are missing, NA is a text until somebody says otherwise', async () => {
    const files = {
      'train.csv': `x,y\n${times(97, (i) => `v${i},1\n`).join('')},1\n"",1\nNA,1\n`,
      'data-contract.yml': contract('columns: [{ name: x, missing: { max-count: 0 } }]'),
    }
    expect((await validate(files)).check('missing-value')).toMatchObject({ measured: 2, n: 100 })
    const told = await validate(files, { train: { path: 'train.csv', missing: ['NA'] } })
    expect(told.check('missing-value')).toMatchObject({ measured: 3, n: 100 })
  })
})

describe('one word, several meanings', () => {
  test('duplicates: extra copies, duplicated groups and all members, named apart; extra copies decide', async () => {
    // Five rows a, two b, and 93 of their own: extra 4 + 1, groups 2, members 7.
    const rows = [...times(5, () => 'a,1'), ...times(2, () => 'b,1'), ...times(93, (i) => `c${i},1`)]
    const files = (most: number) => ({
      'train.csv': `x,y\n${rows.join('\n')}\n`,
      'data-contract.yml': contract(`duplicates: { max-share: ${most} }`),
    })
    const strict = await validate(files(0.04))
    expect(strict.profile.datasets[0]?.duplicates).toMatchObject({ extra: 5, groups: 2, members: 7 })
    expect(strict.check('duplicate-row').verdict).toBe('fail')
    expect((await validate(files(0.05))).check('duplicate-row').verdict).toBe('pass')
  })

  test('mostly: 0.9 of ten rows is nine, though 0.9 of them is 0.8999 in floating point', async () => {
    const files = (bad: number) => ({
      'train.csv': csv(
        'x',
        times(10, (i) => [i < bad ? 'z' : 'a']),
      ),
      'data-contract.yml': contract('checks: [{ check: values, column: x, values: [a], mostly: 0.9 }]'),
    })
    expect((await validate(files(1))).check('allowed-values')).toMatchObject({ verdict: 'pass', measured: 1 })
    expect((await validate(files(2))).check('allowed-values')).toMatchObject({ verdict: 'fail', measured: 2 })
  })

  test('mostly counts values, not rows: missing ones are passed over, and none at all is no pass', async () => {
    const rules = contract('checks: [{ check: values, column: x, values: [a], mostly: 0.5 }]')
    const files = (values: (string | null)[]) => ({
      'train.csv': csv(
        'x,y',
        values.map((value) => [value, 1]),
      ),
      'data-contract.yml': rules,
    })
    expect((await validate(files(['a', 'z', 'z', null, null, null, null]))).check('allowed-values')).toMatchObject({
      verdict: 'fail',
      n: 3,
    })
    expect((await validate(files([null, null, null]))).check('allowed-values').verdict).toBe('inconclusive')
  })

  test('a pattern is of the whole text or of any place, and says which', async () => {
    const verdictOf = async (match: string) =>
      (
        await validate({
          'train.csv': 'x\nab1\nab2\n',
          'data-contract.yml': contract(`checks: [{ check: pattern, column: x, patterns: "[a-z]+", match: ${match} }]`),
        })
      ).check('value-pattern').verdict
    expect(await verdictOf('whole')).toBe('fail')
    expect(await verdictOf('anywhere')).toBe('pass')
  })

  test('class balance fails when a class is rare, not when the classes are even', async () => {
    const files = (rare: number) => ({
      'train.csv': csv(
        'x,y',
        times(1000, (i) => [i, i < rare ? 'b' : 'a']),
      ),
      'data-contract.yml': contract('label: { min-share: 0.1 }'),
    })
    const data = { train: 'train.csv', target: 'y' }
    expect((await validate(files(500), data)).check('label-balance').verdict).toBe('pass')
    expect((await validate(files(50), data)).check('label-balance').verdict).toBe('fail')
  })

  test('a named format is no loose regular expression: 999.1.1.1 is no address, digits around a card are no card', async () => {
    const { check } = await validate({
      'train.csv': 'ip,card\n999.1.1.1,x4111111111111111\n10.0.0.1,4111111111111111\n',
      'data-contract.yml': contract('columns: [{ name: ip, format: ipv4 }, { name: card, format: card }]'),
    })
    expect(check('value-format', 'train: ip').measured).toBe(1)
    expect(check('value-format', 'train: card').measured).toBe(1)
  })
})

describe('what users complain of', () => {
  test('a count below the limit is told too', async () => {
    const { check } = await validate({
      'train.csv': csv(
        'x',
        times(100, (i) => [i < 3 ? 'z' : 'a']),
      ),
      'data-contract.yml': contract('columns: [{ name: x, values: [a], max-unknown: 0.05 }]'),
    })
    const told = check('allowed-values')
    expect(told).toMatchObject({ verdict: 'pass', measured: 3, n: 100 })
    expect(told.message).toContain('3 of 100')
  })

  test('every failure is counted, however few are shown', async () => {
    const { check } = await validate({
      'train.csv': csv(
        'x',
        times(5000, (i) => [i % 2 ? 'z' : 'a']),
      ),
      'data-contract.yml': contract('columns: [{ name: x, values: [a] }]'),
    })
    expect(check('allowed-values').measured).toBe(2500)
    expect(check('allowed-values').examples).toHaveLength(5)
  })

  test('one missing value among very many does not break a contract that tolerates some', async () => {
    // TFDV calls a column with presence 0.999997 dropped.
    const { check } = await validate({
      'train.csv': `x,y\n${times(300_000, (i) => (i === 7 ? ',1' : `${i % 5},1`)).join('\n')}\n`,
      'data-contract.yml': contract('columns: [{ name: x, missing: { max-share: 0.00001 } }]'),
    })
    expect(check('missing-value')).toMatchObject({ verdict: 'pass', measured: 1, n: 300_000 })
  })

  test('a message says which number tripped: the value, the bound, the rows', async () => {
    const { check } = await validate({
      'train.csv': csv(
        'x',
        times(100, (i) => [i]),
      ),
      'data-contract.yml': contract('checks: [{ check: statistic, column: x, statistic: mean, max: 40 }]'),
    })
    expect(check('statistic-range')).toMatchObject({ verdict: 'fail', measured: 49.5, n: 100 })
    expect(check('statistic-range').message).toMatch(/49\.5/)
    expect(check('statistic-range').expected).toMatch(/40/)
  })

  test('one far-off value is no drift of a column', async () => {
    const old = csv(
      'x,y',
      times(2000, (i) => [(i * 37) % 100, i % 2]),
    )
    const now = csv(
      'x,y',
      times(2000, (i) => [i === 5 ? 1e8 : (i * 53) % 100, i % 2]),
    )
    const { findings, check } = await validate(
      {
        'old.csv': old,
        'train.csv': now,
        'data-contract.yml': contract('extra-columns: allow\ndrift: { method: auto }'),
      },
      { train: 'train.csv', target: 'y', baseline: { data: 'old.csv' } },
    )
    expect(findings).toEqual([])
    expect(check('drift')).toMatchObject({ verdict: 'pass', subject: 'train: x', details: { pValue: 1 } })
    expect(check('drift').message).toContain('which is chance or a few values: p 1 ')
  })

  test('a random split of rows that repeat by nature is no leak, whichever half shares more', async () => {
    // Drawn with replacement from 2,000 cases, by the generator of Lehmer: 48271 modulo 2³¹ − 1.
    let state = 42
    const draw = () => {
      state = (state * 48_271) % 2_147_483_647
      return state % 2000
    }
    const drawn = times(900, draw)
    const rows = drawn.map((one) => [`case-${one}`, one % 7, (one >> 3) & 1])
    for (const offset of [0, 1]) {
      const { findings } = await validate(
        {
          'train.csv': csv(
            'a,b,y',
            rows.filter((_, i) => i % 2 === offset),
          ),
          'test.csv': csv(
            'a,b,y',
            rows.filter((_, i) => i % 2 !== offset),
          ),
          'data-contract.yml': contract('extra-columns: allow'),
        },
        { train: 'train.csv', test: 'test.csv', target: 'y' },
      )
      expect(findings.filter((finding) => / row-overlap/.test(finding))).toEqual(['warn row-overlap train and test'])
    }
  })

  test('data as large as the world, and a difference that matters to nobody, are no drift', async () => {
    const rows = (shift: number) =>
      csv(
        'x,y',
        times(60_000, (i) => [(i * 37) % 1000 < 500 + shift ? 'a' : 'b', i % 2]),
      )
    const { validation } = await validate(
      { 'old.csv': rows(0), 'train.csv': rows(8), 'data-contract.yml': contract('drift: { method: chi-square }') },
      { train: 'train.csv', target: 'y', baseline: { data: 'old.csv' } },
    )
    // scipy.stats.chi2_contingency([[30000, 30000], [30480, 29520]], correction=False).pvalue = 0.0056
    expect(validation.checks.filter(({ rule, verdict }) => /drift/.test(rule) && verdict === 'fail')).toEqual([])
  })
})
