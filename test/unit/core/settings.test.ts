import { COMMON_INPUTS, input, oneOf, override, text } from '../../../shared/core/action.js'
import { describeProblems, UserError } from '../../../shared/core/errors.js'
import { loadSettings } from '../../../shared/core/settings.js'

const action = {
  inputs: {
    mode: input(oneOf('fast', 'slow'), { description: 'How.', default: 'fast' }),
    name: input(text(), { description: 'A name to greet.', required: true }),
    seed: override('train.seed', 'Seed.'),
    train: override('data.train', 'Rows to learn from.'),
    ...COMMON_INPUTS,
  },
}

const load = (yaml: string | null, inputs: Record<string, string> = {}) =>
  loadSettings(action, {
    input: (name) => inputs[name] ?? '',
    nameOf: (name) => `input "${name}"`,
    readConfig: async () => yaml,
    defaultModel: 'repo',
  })

async function problemsOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UserError)
  return describeProblems((error as UserError).problems)
}

describe('settings', () => {
  test('defaults without a file: five lines are enough, none works too', async () => {
    const { config, configRef } = await load(null, { name: 'x' })
    expect(config.model).toBe('repo')
    expect(config.train.seed).toBe(42)
    expect(config.deploy.target).toEqual({ type: 'directory', path: 'deployed', keep: 5 })
    expect(configRef).toBeNull()
  })

  test('a key has the line that it stands in, or that of its parent', async () => {
    const yaml =
      'model: m\nevaluate:\n  rules:\n    - { metric: recall, min: 0.5 }\n    - metric: roc_auc\n      min: 0.6\n'
    const { configPlace } = await load(yaml, { name: 'x' })
    expect(configPlace(['evaluate', 'rules', 1])).toEqual({ file: 'plumbline.yml', line: 5 })
    expect(configPlace(['evaluate', 'rules', 1, 'min'])).toEqual({ file: 'plumbline.yml', line: 6 })
    expect(configPlace(['evaluate', 'slices'])).toEqual({ file: 'plumbline.yml', line: 2 })
    expect((await load(null, { name: 'x' })).configPlace(['evaluate'])).toBeNull()
  })

  test('an input wins over the file, and takes the type of its key', async () => {
    const { config } = await load('model: m\ntrain:\n  seed: 1\n', { name: 'x', seed: '7', train: 'a.csv\nb.csv' })
    expect(config.train.seed).toBe(7)
    expect(config.data.train).toEqual(['a.csv', 'b.csv'])
  })

  test('a text stays a text where the key takes one', async () => {
    const { config } = await load('model: m\n', { name: 'x', train: '2024' })
    expect(config.data.train).toBe('2024')
  })

  test('ten mistakes in plumbline.yml and two in the inputs come in one error, each with line and cure', async () => {
    const yaml = [
      'model: "bad name!"', // 1
      'taks: binary', // 2
      'data:',
      '  train: []', // 4
      '  positiv: yes', // 5
      'train:',
      '  seed: -1', // 7
      '  timeout: soon', // 8
      'evaluate:',
      '  threshold: 1.5', // 10
      '  rules:',
      '    - min: 0.8', // 12
      '    - metric: roc_auc',
      '      level: maybe', // 14
      'deploy:',
      '  target:',
      '    type: moon', // 17
      'monitor:',
      '  slos:',
      '    - name: ctr', // 20
      '      good: clicked = 1',
      '      objective: 15',
    ].join('\n')
    const text = await problemsOf(load(yaml, { mode: 'medium' }))
    expect(text.split('\n')).toEqual([
      expect.stringContaining('input "mode"'),
      expect.stringContaining('one of `fast`, `slow`'),
      expect.stringContaining('input "name": is missing'),
      expect.stringContaining('A name to greet.'),
      expect.stringContaining('plumbline.yml:1: `model` is "bad name!"'),
      expect.stringContaining('letters, digits'),
      expect.stringContaining('plumbline.yml:4: `data.train`'),
      expect.stringContaining('→'),
      expect.stringContaining('plumbline.yml:5: unknown key `data.positiv`'),
      expect.stringContaining('did you mean `positive`?'),
      expect.stringContaining('plumbline.yml:7: `train.seed` is -1'),
      expect.stringContaining('at least 0'),
      expect.stringContaining('plumbline.yml:8: `train.timeout` is "soon"'),
      expect.stringContaining('a number'),
      expect.stringContaining('plumbline.yml:10: `evaluate.threshold` is 1.5'),
      expect.stringContaining('at most 1'),
      expect.stringContaining('plumbline.yml:12: `evaluate.rules.0.metric` is missing'),
      expect.stringContaining('add `metric:`'),
      expect.stringContaining('plumbline.yml:14: `evaluate.rules.1.level` is "maybe"'),
      expect.stringContaining('one of `fail`, `warn`'),
      expect.stringContaining('plumbline.yml:17: `deploy.target.type` is "moon"'),
      expect.stringContaining('`directory`'),
      expect.stringContaining('plumbline.yml:22: `monitor.slos.0.objective` is 15'),
      expect.stringContaining('less than 1'),
      expect.stringContaining('plumbline.yml:2: unknown key `taks`'),
      expect.stringContaining('did you mean `task`?'),
    ])
  })

  test('a mistake in an overriding input names the input, not the file', async () => {
    const text = await problemsOf(load('model: m\n', { name: 'x', seed: 'abc' }))
    expect(text).toContain('input "seed": `train.seed` is "abc"')
  })

  test.each([
    ['model: [', 'plumbline.yml:1'],
    ['model: a\nmodel: b\n', 'plumbline.yml:2'],
    ['- a\n- b\n', 'not a map'],
    ['\u0000', 'plumbline.yml:1'],
    ['model: a\n---\nmodel: b\n', 'plumbline.yml:2: a second document begins here'],
  ])('broken YAML %j is a problem with its line', async (yaml, expected) => {
    expect(await problemsOf(load(yaml, { name: 'x' }))).toContain(expected)
  })

  test('a named configuration file that is not there is a mistake', async () => {
    expect(await problemsOf(load(null, { name: 'x', config: 'other.yml' }))).toContain('other.yml is not there')
  })
})

test('a time limit beyond what a timer can count is refused, for it would end at once', async () => {
  const { Config } = await import('../../../shared/contracts/config.js')
  expect(Config.safeParse({ model: 'm', train: { timeout: 2_147_484 } }).success).toBe(false)
  expect(Config.safeParse({ model: 'm', train: { timeout: 2_000_000 } }).success).toBe(true)
})
