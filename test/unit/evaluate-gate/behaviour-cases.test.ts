import { readCases } from '../../../actions/evaluate-gate/behaviour/case-files.js'
import { expectedText, holds } from '../../../actions/evaluate-gate/behaviour/case-tests.js'
import type { Answer, Reading } from '../../../actions/evaluate-gate/behaviour/types.js'
import { BehaviourCase } from '../../../shared/contracts/evaluate-behaviour.js'
import { UserError } from '../../../shared/core/errors.js'
import { answer, fakeModel } from '../../support/fake-models.js'
import { BINARY, evaluate, ports, run } from './behaviour-support.js'
import { memoryRows } from './memory-rows.js'

const rows = memoryRows([{ id: 'r1', x: 1 }])
const question = { ...BINARY, features: ['x', 'size'] }
const model = () => fakeModel((row) => (row.x === null ? 0 : Number(row.x) / 10), { columns: ['x', 'size'] })

const LINES = [
  '{"name": "large", "row": {"x": 9, "size": "L"}, "expect": {"label": "yes", "score": {"min": 0.8}}}',
  '',
  '{"row": {"x": 1}, "expect": {"label": "no", "score": 0.1}}',
  '{"name": "empty", "row": {}, "expect": {"score": {"min": 0.1, "max": 0.2}}}',
].join('\n')

describe('cases', () => {
  const given = { cases: 'cases.jsonl' }

  test('every one has to hold; a feature that is left out is missing', async () => {
    const asked = model()
    const { checks, results } = await run(given, rows, asked, { files: { 'cases.jsonl': LINES }, question })
    expect(asked.calls).toEqual([
      [
        { x: 9, size: 'L' },
        { x: 1, size: null },
        { x: null, size: null },
      ],
    ])
    expect(checks[0]).toMatchObject({
      rule: 'minimum-functionality',
      verdict: 'fail',
      n: 3,
      interval: null,
      message: 'cases of cases.jsonl: the answer is not as expected on 1 of 3 cases; allowed 0 %',
      expected: 'no case whose answer is not as expected',
    })
    expect(results[0]?.examples).toEqual([
      { id: 'empty', changes: [], from: 'score 0.1 … 0.2', to: 'no · 0', move: null },
    ])
  })

  test('a share of them may fail, or all hold', async () => {
    const files = { 'cases.jsonl': LINES, 'good.jsonl': LINES.split('\n').slice(0, 3).join('\n') }
    const cases = [{ file: 'cases.jsonl', 'max-failures': 0.34 }, { file: 'good.jsonl' }]
    const { checks } = await run({ cases }, rows, model(), { files, question })
    expect(checks.map(({ verdict }) => verdict)).toEqual(['pass', 'pass'])
  })

  test('one without an answer has failed, the others are judged', async () => {
    const brittle = fakeModel(
      (row) => {
        if (row.x === null) throw new UserError('x is needed')
        return Number(row.x) / 10
      },
      { columns: ['x', 'size'] },
    )
    const { results } = await run(given, rows, brittle, { files: { 'cases.jsonl': LINES }, question })
    expect(results[0]).toMatchObject({ changed: 3, failed: 1 })
    expect(results[0]?.examples[0]?.to).toBe('no answer: x is needed')
  })
})

describe('files of cases', () => {
  const read = (file: string, text: string, tables = {}, task = question) =>
    readCases(evaluate({ cases: file }).cases, task, ports({ [file]: text }, tables))
  const same = [
    { name: 'a', row: { x: 1, size: null }, expect: { label: 'yes' } },
    { name: 'case 2', row: { x: 2.5, size: 'L' }, expect: { score: { min: 0.2, max: 0.4 } } },
  ]
  const plain = async (found: ReturnType<typeof read>) => {
    const { files, problems } = await found
    expect(problems).toEqual([])
    return files[0]?.cases.map(({ name, row, expect }) => ({ name, row, expect }))
  }

  test('JSON, YAML and tables say the same', async () => {
    const json = JSON.stringify([
      { name: 'a', row: { x: 1, size: null }, expect: { label: 'yes' } },
      { row: { x: 2.5, size: 'L' }, expect: { score: { min: 0.2, max: 0.4 } } },
    ])
    const yaml = `
- name: a
  row: {x: 1, size: null}
  expect: {label: yes}
- row: {x: 2.5, size: L}
  expect: {score: {min: 0.2, max: 0.4}}`
    const empty = { case: null, expected_label: null, expected_score_min: null, expected_score_max: null }
    const table = [
      { ...empty, case: 'a', x: 1n, size: null, expected_label: 'yes' },
      { ...empty, x: 2.5, size: 'L', expected_score_min: 0.2, expected_score_max: 0.4 },
    ]
    expect(await plain(read('cases.json', json))).toEqual(same)
    expect(await plain(read('cases.yml', yaml))).toEqual(same)
    expect(await plain(read('cases.csv', '', { 'cases.csv': table }))).toEqual(same)
  })

  test('every mistake has its line', async () => {
    const text = [
      '{"row": {"y": 1}, "expect": {"label": "a"}}',
      'nonsense',
      '{"row": {"sice": 1}, "expect": {}}',
      '{"row": {"sice": 1}, "expect": {"value": 3}}',
      '{"row": {"x": 1}, "expect": {"score": {"mim": 3}}}',
    ].join('\n')
    const { problems } = await read('c.jsonl', text)
    expect(problems.map(({ where, message, cure }) => `${where}: ${message} → ${cure}`)).toEqual([
      expect.stringMatching(/^c\.jsonl:2: is no JSON: .* → write one object per line$/),
      'c.jsonl:1: "y" is no feature → did you mean "x"?',
      'c.jsonl:3: `expect` is {} → write at least one expectation',
      'c.jsonl:4: "sice" is no feature → did you mean "size"?',
      'c.jsonl:4: a binary model has no value to expect → expect label, score, probabilities',
      'c.jsonl:5: unknown key `expect.score.mim` → did you mean `min`?',
      'c.jsonl:5: `expect.score` is {"mim":3} → write at least one of `min` and `max`',
    ])
  })

  test('files that are not there, are empty, or are no list', async () => {
    const config = evaluate({ cases: [{ file: 'gone.jsonl' }, { file: 'empty.jsonl' }, { file: 'map.yml' }] })
    const { problems } = await readCases(config.cases, question, ports({ 'empty.jsonl': '\n', 'map.yml': 'a: 1' }))
    expect(problems.map(({ where, message }) => `${where}: ${message}`)).toEqual([
      'evaluate.cases[0].file: gone.jsonl does not exist',
      'empty.jsonl: has no cases',
      'map.yml: is no list',
    ])
  })

  test('of very many mistakes the first ones', async () => {
    const { problems } = await read('c.jsonl', Array(500).fill('{').join('\n'))
    expect(problems).toHaveLength(21)
    expect(problems[20]?.message).toBe('480 more mistakes')
  })
})

describe('expectations', () => {
  const reading = (task: Reading['task']): Reading => {
    return { task, classes: ['no', 'yes'], positive: task === 'binary' ? 'yes' : null, threshold: 0.5 }
  }
  const expectation = (given: unknown) => BehaviourCase.parse({ row: {}, expect: given }).expect
  const of = (given: Partial<Answer>): Answer => ({ ...answer({}), ...given })

  test.each<[unknown, Reading['task'], Partial<Answer>, boolean]>([
    [{ label: 'yes' }, 'binary', { score: 0.51 }, true],
    [{ label: 'yes' }, 'binary', { score: 0.5 }, false],
    [{ label: ['no', 'yes'] }, 'binary', { score: 0.5 }, true],
    [{ label: true }, 'multiclass', { label: 'True' }, true],
    [{ label: 3 }, 'multiclass', { label: '3' }, true],
    [{ label: 'a', probabilities: { a: { min: 0.6 } } }, 'multiclass', { probabilities: { a: 0.55, b: 0.45 } }, false],
    [{ probabilities: { c: 0 } }, 'multiclass', { probabilities: { a: 1 } }, false],
    [{ score: 0.3 }, 'binary', { probabilities: { yes: 0.3000000001 } }, true],
    [{ score: 0.3 }, 'binary', { label: 'yes' }, false],
    [{ value: 1000 }, 'regression', { value: 1000.0009 }, true],
    [{ value: 1000 }, 'regression', { value: 1000.0011 }, false],
    [{ value: { max: 3 } }, 'quantile', { quantiles: { '0.1': 1, '0.5': 3, '0.9': 5 } }, true],
    [{ labels: ['b', 'a'] }, 'multilabel', { labels: ['a', 'b'] }, true],
    [{ labels: [] }, 'multilabel', { probabilities: { a: 0.5 } }, true],
    [{ labels: ['a'] }, 'multilabel', { labels: ['a', 'b'] }, false],
    [{ text: ['ja', 'yes'] }, 'text', { text: ' yes\n' }, true],
    [{ text: 'yes' }, 'text', { text: 'Yes' }, false],
    [{ text: 'yes' }, 'text', { value: 1 }, false],
  ])('%j of a %s model that answers %j: %s', (given, task, answered, held) => {
    expect(holds(expectation(given), of(answered), reading(task), 1e-6)).toBe(held)
  })

  test('in words', () => {
    const given = { label: ['a', 'b'], probabilities: { a: { min: 0.9 } }, score: 0.25 }
    expect(expectedText(expectation(given))).toBe('label a or b · score 0.25 · a at least 0.9')
    expect(expectedText(expectation({ value: { max: 3 }, labels: [] }))).toBe('labels (none) · value at most 3')
  })
})
