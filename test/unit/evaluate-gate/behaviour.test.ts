import fc from 'fast-check'
import { behaviourProblems } from '../../../actions/evaluate-gate/behaviour/problems.js'
import type { Row } from '../../../actions/evaluate-gate/judged-rows.js'
import { UserError } from '../../../shared/core/errors.js'
import type { Cell } from '../../../shared/data/engine/engine.js'
import { mean, variance } from '../../../shared/stats/numeric.js'
import { answer, fakeModel } from '../../support/fake-models.js'
import { BINARY, evaluate, run } from './behaviour-support.js'
import { memoryRows } from './memory-rows.js'

const ROWS = Array.from({ length: 200 }, (_, i) => ({
  id: `r${i}`,
  speed: i % 5 === 0 ? null : (i * 37) % 100,
  share: ((i * 17) % 100) / 100,
  constant: 3,
  colour: ['red', 'green', 'blue'][i % 3] as Cell,
  note: `Flüge Nr. ${i}, ging gut!`,
  y: i % 2,
}))
const FEATURES = ['speed', 'share', 'constant', 'colour', 'note']
const still = () => fakeModel(() => 0.5, { columns: FEATURES })

/** Rows before and after their change, as a model saw them. */
async function changed(given: Record<string, unknown>, rows: readonly Row[] = ROWS) {
  const model = still()
  const report = await run(given, memoryRows(rows), model)
  const seen = model.calls.flat()
  const pairs = seen.filter((_, i) => i % 2 === 0).map((before, i) => ({ before, after: seen[2 * i + 1] as Row }))
  return { report, pairs, result: report.results[0], check: report.checks[0] }
}

const differing = ({ before, after }: { before: Row; after: Row }) =>
  FEATURES.filter((column) => before[column] !== after[column])

describe('noise', () => {
  test('has the declared size on each numeric feature, whole numbers stay whole, empty cells stay empty', async () => {
    const { pairs, result } = await changed({ perturbation: { scale: 0.1 } })
    expect(result).toMatchObject({ kind: 'perturbation', rows: 200, failed: 0 })
    expect(result?.name).toBe('noise of 0.1 standard deviations on speed, share')
    expect(pairs.length).toBe(result?.changed)
    expect(pairs.length).toBeGreaterThan(190)
    const noise = pairs.map(({ before, after }) => (after.share as number) - (before.share as number))
    const spread = Math.sqrt(variance(ROWS.map(({ share }) => share)))
    expect(Math.abs(mean(noise))).toBeLessThan(0.3 * 0.1 * spread)
    expect(Math.sqrt(variance(noise)) / (0.1 * spread)).toBeCloseTo(1, 0)
    for (const { before, after } of pairs) {
      if (before.speed === null) expect(after.speed).toBeNull()
      else expect(Number.isInteger(after.speed)).toBe(true)
      expect(after).toMatchObject({ constant: 3, colour: before.colour, note: before.note })
    }
  })

  test('only rows that really changed count, and nothing changed is not passed', async () => {
    const { result, check } = await changed({ perturbation: { columns: ['speed'], scale: 0.001 } })
    expect(result).toMatchObject({ rows: 200, changed: 0, rate: null, interval: null })
    expect(check?.verdict).toBe('inconclusive')
    expect(check?.message).toBe(
      'noise of 0.001 standard deviations on speed: none of 200 rows was really changed, so nothing was tested',
    )
  })

  test('the same rows get the same noise whatever their order', async () => {
    const given = { perturbation: { rows: 20 } }
    const forward = await changed(given)
    const backward = await changed(given, [...ROWS].reverse())
    expect(forward.pairs).toHaveLength(20)
    expect(backward.pairs).toEqual(forward.pairs)
  })
})

describe('other changes', () => {
  test('significant digits', async () => {
    const rows = [1234.5678, 0.00123456, -9.996, 12, null].map((share, i) => ({ ...ROWS[i], share }))
    const { pairs } = await changed({ perturbation: { kind: 'rounding', digits: 3, columns: ['share'] } }, rows)
    // numpy 2: [float(f'{x:.3g}') for x in (1234.5678, 0.00123456, -9.996, 12)] is [1230.0, 0.00123, -10.0, 12.0].
    expect(pairs.map(({ after }) => after.share).sort()).toEqual([-10, 0.00123, 1230])
  })

  test('one value is taken away, of those that are there', async () => {
    const { pairs, result } = await changed({ perturbation: { kind: 'missing' } })
    expect(result?.changed).toBe(200)
    const columns = pairs.map((pair) => differing(pair))
    expect(columns.every((some) => some.length === 1)).toBe(true)
    expect(new Set(columns.flat())).toEqual(new Set(FEATURES))
    for (const { before, after } of pairs) {
      const [column = ''] = differing({ before, after })
      expect([before[column] === null, after[column]]).toEqual([false, null])
    }
  })

  test('a category becomes one that no row has, or another; text that does not repeat is none', async () => {
    const unseen = await changed({ perturbation: { kind: 'unseen-category' } })
    expect(unseen.result?.name).toBe('a category that no row has in colour')
    expect(new Set(unseen.pairs.map(({ after }) => after.colour))).toEqual(new Set(['never seen']))
    const swapped = await changed({ perturbation: { kind: 'swapped-category' } })
    expect(swapped.pairs).toHaveLength(200)
    for (const { before, after } of swapped.pairs) {
      expect(after.colour).not.toBe(before.colour)
      expect(['red', 'green', 'blue']).toContain(after.colour)
    }
  })

  test('the value that no row has is really new', async () => {
    const rows = ROWS.map((row, i) => ({ ...row, colour: i % 2 === 0 ? 'never seen' : 'red' }))
    const { pairs } = await changed({ perturbation: { kind: 'unseen-category' } }, rows)
    expect(new Set(pairs.map(({ after }) => after.colour))).toEqual(new Set(['never seen 2']))
  })

  test.each([
    [{ kind: 'case' }, 'FLÜGE NR. 7, GING GUT!'],
    [{ kind: 'case', to: 'lower' }, 'flüge nr. 7, ging gut!'],
    [{ kind: 'case', to: 'title' }, 'Flüge Nr. 7, Ging Gut!'],
    [{ kind: 'punctuation' }, 'Flüge Nr 7 ging gut'],
    [{ kind: 'accents' }, 'Fluge Nr. 7, ging gut!'],
  ])('%j on text', async (perturbation, text) => {
    const { pairs } = await changed({ perturbation })
    expect(pairs.find(({ before }) => before.note === ROWS[7]?.note)?.after.note).toBe(text)
    expect(new Set(pairs.flatMap(differing))).toEqual(new Set(['note']))
  })

  test('several at once, each with its own bounds and line', async () => {
    const report = await run(
      {
        perturbation: [
          { kind: 'missing', rows: 10 },
          { level: 'warn', tolerance: 0.2 },
          { kind: 'typos', rate: 0.3 },
        ],
      },
      memoryRows(ROWS),
      still(),
    )
    expect(report.results.map(({ rows, tolerance }) => [rows, tolerance])).toEqual([
      [10, 0.1],
      [200, 0.2],
      [200, 0.1],
    ])
    expect(report.checks.map(({ where }) => where?.line)).toEqual([10, 11, 12])
  })
})

describe('swapped values', () => {
  test('every row gets another one of the values seen', async () => {
    const { pairs } = await changed({ invariance: [{ column: 'colour' }] })
    expect(pairs).toHaveLength(200)
    for (const { before, after } of pairs) {
      expect(after.colour).not.toBe(before.colour)
      expect(['red', 'green', 'blue']).toContain(after.colour)
    }
  })

  test('declared values alone', async () => {
    const { pairs } = await changed({ invariance: [{ column: 'colour', values: ['red', 'blue'] }] })
    expect(new Set(pairs.map(({ after }) => after.colour))).toEqual(new Set(['red', 'blue']))
  })

  test('numbers stay numbers', async () => {
    const { pairs } = await changed({ invariance: [{ column: 'speed' }] })
    expect(pairs.every(({ after }) => typeof after.speed === 'number')).toBe(true)
  })

  test('a column with one value changes nothing, and nothing tested is not passed', async () => {
    const { result, check } = await changed({ invariance: [{ column: 'constant' }] })
    expect(result).toMatchObject({ rows: 200, changed: 0, rate: null, interval: null })
    expect(check?.verdict).toBe('inconclusive')
    expect(check?.message).toBe('constant swapped: none of 200 rows was really changed, so nothing was tested')
  })

  test('words of a text, whole ones, with their capitals; rows without them do not count', async () => {
    const texts = ['He said: “he is the HE of hers”', 'She and he', 'the sheet', null]
    const rows = texts.map((note, i) => ({ ...ROWS[i], note }))
    const { pairs } = await changed({ invariance: [{ column: 'note', words: [['he', 'she']] }] }, rows)
    expect(pairs.map(({ after }) => after.note).sort()).toEqual(['He and she', 'She said: “she is the SHE of hers”'])
  })
})

describe('the verdict is that of the interval', () => {
  const failing = (failures: number, level: 'fail' | 'warn' = 'fail') => {
    let rows = 0
    const model = fakeModel(
      (_, __, all) => {
        const isAfter = all.length > 0 && rows++ % 2 === 1
        return isAfter && rows / 2 <= failures ? 0.9 : 0.5
      },
      { columns: FEATURES },
    )
    const given = { invariance: [{ column: 'colour', tolerance: 0.1, 'max-failures': 0.1, level }] }
    return run(given, memoryRows(ROWS), model)
  }

  test('statsmodels 0.15.0 proportion_confint(method="wilson"): 8/200 is 2.0 … 7.7 %, 20/200 6.6 … 14.9 %, 40/200 15.0 … 26.1 %', async () => {
    expect((await failing(8)).checks[0]?.verdict).toBe('pass')
    expect((await failing(20)).checks[0]?.verdict).toBe('inconclusive')
    const { checks, results } = await failing(40)
    expect(checks[0]?.verdict).toBe('fail')
    expect(checks[0]?.message).toBe(
      'colour swapped: the answer moves by more than 0.1 on 20 % of 200 changed rows (95 % interval 0.15 … 0.26); allowed 10 %',
    )
    expect((await failing(40, 'warn')).checks[0]?.verdict).toBe('warn')
    expect(results[0]?.interval?.low).toBeCloseTo(0.150452, 6)
    expect(results[0]?.interval?.high).toBeCloseTo(0.260855, 6)
  })

  test('failures are shown with what was changed and both answers', async () => {
    const { results, checks } = await failing(40)
    expect(results[0]?.examples).toHaveLength(5)
    const [example] = results[0]?.examples ?? []
    expect(example).toMatchObject({ from: '0.5', to: '0.9', move: 0.4 })
    expect(example?.changes.map(({ column }) => column)).toEqual(['colour'])
    expect(checks[0]?.examples[0]?.value).toMatch(/^colour: (red|green|blue) → (red|green|blue); 0\.5 → 0\.9$/)
  })

  test('no number of rows proves a share of 0', async () => {
    const given = { invariance: [{ column: 'colour', 'max-failures': 0 }] }
    const { checks } = await run(given, memoryRows(ROWS), still())
    expect(checks[0]?.verdict).toBe('inconclusive')
    expect(checks[0]?.cure).toBe('no number of rows proves a share of 0: allow a small one, such as 0.01')
  })
})

describe('a model that cannot take the changed row', () => {
  const brittle = (also = false) =>
    fakeModel(
      (row) => {
        if (row.colour === 'never seen' || also) throw new UserError('KeyError: never seen')
        return 0.5
      },
      { columns: FEATURES },
    )

  test('has failed the test, and is asked on in a new process', async () => {
    const model = brittle()
    const given = { perturbation: [{ kind: 'unseen-category' }, { kind: 'noise' }] }
    const { checks, results } = await run(given, memoryRows(ROWS), model)
    expect(checks.map(({ verdict }) => verdict)).toEqual(['fail', 'pass'])
    expect(checks[0]?.message).toBe(
      'a category that no row has in colour: the model answers the rows as they are, but not when they are changed: KeyError: never seen',
    )
    expect(results[0]).toMatchObject({ changed: 0, rate: null })
    expect(model.opened).toEqual({ count: 2, closed: 2 })
  })

  test('one that does not answer rows as they are is an error', async () => {
    await expect(run({ perturbation: {} }, memoryRows(ROWS), brittle(true))).rejects.toThrow('KeyError')
  })
})

describe('direction', () => {
  const columns = ['speed', 'share']
  const given = (more: Record<string, unknown>) => ({
    directional: [{ column: 'share', by: 0.1, expect: 'increases', ...more }],
  })
  const rows = memoryRows(ROWS)

  test('a score that goes the right way or stays passes, one that goes the other way fails', async () => {
    const rising = fakeModel((row) => Number(row.share) / 10, { columns })
    expect((await run(given({}), rows, rising)).checks[0]).toMatchObject({
      verdict: 'pass',
      subject: 'share up by 0.1: score increases',
      rule: 'directional',
      measured: 0,
      n: 200,
    })
    const { checks, results } = await run(given({ expect: 'decreases' }), rows, rising)
    expect(checks[0]?.verdict).toBe('fail')
    expect(checks[0]?.message).toContain('the answer rises by more than 0.000001 on 100 % of 200 changed rows')
    expect(results[0]?.examples[0]?.move).toBeCloseTo(0.01, 12)
    expect(
      (
        await run(
          given({ expect: 'decreases' }),
          rows,
          fakeModel(() => 0.3, { columns }),
        )
      ).checks[0]?.verdict,
    ).toBe('pass')
    expect((await run(given({ expect: 'decreases', by: -0.1 }), rows, rising)).checks[0]?.verdict).toBe('pass')
  })

  test('a share of a number is added to it; a missing number does not count', async () => {
    const seen = fakeModel(() => 0.3, { columns })
    const part = { column: 'speed', by: undefined, 'by-share': 0.1 }
    const { results } = await run(given(part), rows, seen)
    expect(results[0]?.name).toBe('speed up by 10 %: score increases')
    const all = seen.calls.flat()
    for (let i = 0; i < all.length; i += 2) {
      expect(all[i + 1]?.speed).toBe(Math.round(1.1 * Number(all[i]?.speed)))
    }
    // 160 rows have a speed; a tenth of one below 5 rounds to nothing: 0, 1, 2, 3, 4.
    const moved = ROWS.filter(({ speed }) => speed !== null && Math.round(1.1 * speed) !== speed).length
    expect(results[0]).toMatchObject({ rows: 200, changed: moved })
  })

  test.each([
    ['multiclass', { probabilities: { a: 0.2, b: 0.8 } }, { class: 'b' }, 'inconclusive'],
    ['regression', { value: 10 }, {}, 'pass'],
    ['quantile', { quantiles: { '0.1': 1, '0.5': 4, '0.9': 9 } }, {}, 'pass'],
    ['ranking', { score: 12 }, {}, 'pass'],
    ['multilabel', { probabilities: { a: 0.2 } }, { class: 'a' }, 'pass'],
  ] as const)('%s', async (task, given_, more, verdict) => {
    const model = fakeModel(() => answer(verdict === 'pass' ? given_ : { label: 'b' }), { columns })
    const question = { task, classes: ['a', 'b'], positive: null, threshold: null }
    const { checks } = await run(given(more), rows, model, { question })
    expect(checks[0]?.verdict).toBe(verdict)
    if (verdict === 'inconclusive') expect(checks[0]?.message).toContain('no answer to 200 rows has what is compared')
  })
})

describe('mistakes', () => {
  const columns = [
    { name: 'speed', type: 'number' },
    { name: 'colour', type: 'string' },
    { name: 'id', type: 'string' },
  ] as const
  const question = { ...BINARY, features: ['speed', 'colour'] }

  test('all at once: columns that are not there, that the model never sees, of the wrong type', () => {
    const config = evaluate({
      perturbation: [{ columns: ['sped', 'colour'] }, { kind: 'case', columns: ['speed'] }],
      invariance: [{ column: 'id' }, { column: 'speed', words: [['a', 'b']] }],
      directional: [{ column: 'colour', by: 1, expect: 'increases', class: 'yess' }],
    })
    const problems = behaviourProblems(config, { columns }, question)
    expect(problems.map(({ where, message, cure }) => `${where}: ${message} → ${cure}`)).toEqual([
      'evaluate.perturbation[0].columns: the test data have no column "sped" → did you mean "speed"?',
      'evaluate.perturbation[0].columns: "colour" is no numeric feature but string → numeric features are: speed',
      'evaluate.perturbation[1].columns: "speed" is no feature of text but number → features of text are: colour',
      'evaluate.invariance[0].column: "id" is no feature, so changing it would change nothing → features are: speed, colour',
      'evaluate.invariance[1].column: "speed" is no feature of text but number → features of text are: colour',
      'evaluate.directional[0].column: "colour" is no numeric feature but string → numeric features are: speed',
      'evaluate.directional[0].class: there is no class "yess" → did you mean "yes"?',
    ])
  })

  test('a direction of several classes needs one, a text has none', () => {
    const config = evaluate({ directional: [{ column: 'speed', by: 1, expect: 'increases' }] })
    const of = (task: 'multiclass' | 'text' | 'regression') =>
      behaviourProblems(config, { columns }, { ...question, task }).map(({ message }) => message)
    expect(of('multiclass')).toEqual(['a multiclass model has a score for each class, and none is named'])
    expect(of('text')).toEqual(['a text has no direction'])
    expect(of('regression')).toEqual([])
  })

  test.each([
    [{ perturbation: { kind: 'noise', digits: 3 } }, 'Unrecognized key'],
    [{ invariance: [{ column: 'a', values: [1, 2], words: [['a', 'b']] }] }, 'either `values` or `words`, not both'],
    [{ directional: [{ column: 'a', expect: 'increases' }] }, 'one of `by` and `by-share`'],
    [{ directional: [{ column: 'a', by: 0, expect: 'increases' }] }, 'a change that is not 0'],
    [{ churn: {} }, 'expected number'],
  ])('configuration %j', (given, message) => {
    expect(() => evaluate(given)).toThrow(message)
  })
})

test('a candidate known by a file alone cannot be asked: every declared test stays open, by its level', async () => {
  const given = { perturbation: {}, determinism: { level: 'warn' }, churn: { max: 0.1 } }
  const { checks, results } = await run(given, memoryRows(ROWS), null, { compared: true })
  expect(results).toEqual([])
  expect(checks.map(({ rule, verdict }) => [rule, verdict])).toEqual([
    ['behaviour-untested', 'inconclusive'],
    ['behaviour-untested', 'warn'],
    ['behaviour-untested', 'inconclusive'],
  ])
  expect(checks[0]?.message).toContain('because the candidate is known by a file of predictions only')
})

describe('whatever the rows and the model', () => {
  const cell = fc.oneof(
    fc.constant(null),
    fc.integer({ min: -5, max: 5 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  const text = fc.oneof(fc.constant(null), fc.constantFrom('a', 'b', 'Ünd, so.'), fc.string({ unit: 'binary' }))
  const rowsOf = fc
    .array(fc.record({ n: cell, t: text }), { minLength: 1, maxLength: 40 })
    .map((rows) => rows.map((row, i) => ({ id: `r${i}`, ...row })))
  const part = fc.oneof(
    fc.constantFrom(
      { perturbation: { scale: 0.5 } },
      { perturbation: { kind: 'rounding', digits: 1 } },
      { perturbation: { kind: 'missing' } },
      { perturbation: { kind: 'unseen-category', columns: ['t'] } },
      { perturbation: { kind: 'swapped-category', columns: ['t', 'n'] } },
      { perturbation: { kind: 'case', columns: ['t'] } },
      { perturbation: { kind: 'typos', columns: ['t'], rate: 0.5, 'min-length': 1 } },
      { perturbation: { kind: 'punctuation', columns: ['t'] } },
      { perturbation: { kind: 'accents', columns: ['t'] } },
      { invariance: [{ column: 't' }] },
      { invariance: [{ column: 'n' }] },
      { invariance: [{ column: 't', words: [['a', 'b']] }] },
      { directional: [{ column: 'n', by: 1, expect: 'increases' }] },
      { directional: [{ column: 'n', 'by-share': -0.5, expect: 'decreases' }] },
    ),
  )

  test('both rows of a pair are asked side by side, they differ, and are counted once', async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf, part, async (rows, given) => {
        const model = fakeModel((row) => (row.n === null ? 0 : 1), { columns: ['n', 't'] })
        const { results } = await run(given, memoryRows(rows), model)
        const seen = model.calls.flat()
        expect(seen.length).toBe(2 * (results[0]?.changed ?? 0))
        for (let i = 0; i < seen.length; i += 2) {
          const [before, after] = [seen[i] as Row, seen[i + 1] as Row]
          expect(rows.some((row) => row.n === before.n && row.t === before.t)).toBe(true)
          expect(before.n === after.n && before.t === after.t).toBe(false)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('the order of the rows changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf, part, fc.integer({ min: 1, max: 30 }), async (rows, given, most) => {
        const some = JSON.parse(JSON.stringify(given), (key, value) =>
          key === 'perturbation' ? { ...value, rows: most } : value,
        )
        const of = (given_: readonly Row[]) =>
          run(
            some,
            memoryRows(given_),
            fakeModel((row) => String(row.t).length / 10, { columns: ['n', 't'] }),
          )
        const [a, b] = [await of(rows), await of([...rows].reverse())]
        expect(b.checks).toEqual(a.checks)
        expect(b.results).toEqual(a.results)
      }),
      { numRuns: 60 },
    )
  })
})
