import { parse } from 'yaml'
import { type Guess, withoutLeaks } from '../../../cli/init/detect.js'
import { pick } from '../../../cli/init/find.js'
import { type PlanFacts, planOf } from '../../../cli/init/plan.js'
import { Config } from '../../../shared/contracts/config.js'
import { DataContract } from '../../../shared/contracts/data-contract.js'
import type { FeaturePower } from '../../../shared/data/power/power.js'

const CHOICE: Guess = {
  target: 'churned',
  task: 'binary',
  positive: 'yes',
  spread: null,
  id: null,
  time: null,
  features: ['age', 'plan: "b"'],
  excluded: [{ name: 'note\n- a: 1', reason: 'text' }],
  leaks: [],
  reason: 'because of its name',
}

const plan = (facts: Partial<PlanFacts> = {}) =>
  planOf({
    folder: 'my shop',
    found: { train: 'all.csv', test: null, delimiter: null },
    choice: CHOICE,
    columns: ['age', 'plan: "b"', 'churned'],
    code: null,
    splitFolder: 'data',
    ...facts,
  })

const config = (facts?: Partial<PlanFacts>) => Config.parse(parse(plan(facts).files['plumbline.yml'] as string))

describe('what init writes', () => {
  test('one table is split, its rows are numbered, and git is told what runs write', () => {
    expect(config().data).toMatchObject({
      train: 'data/train.csv',
      test: 'data/test.csv',
      id: 'id',
      prepare: { inputs: ['all.csv', 'prepare.mjs', 'table.mjs'], outputs: ['data/train.csv', 'data/test.csv'] },
    })
    expect(plan().ignored).toEqual([
      '/.plumbline/',
      '/.plumbline-registry/',
      '/deployed/',
      '/model/',
      '/metrics.json',
      '/data/train.csv',
      '/data/test.csv',
    ])
  })

  test('the number of a row takes a name that no column has', () => {
    expect(config({ columns: ['ID', 'row_id', 'age', 'churned'] }).data.id).toBe('row_id_2')
  })

  test('training and test data that are there are taken as they are, without an id that they do not have', () => {
    const found = { train: 'a/train.csv', test: 'a/test.csv', delimiter: ';' }
    const { data } = config({ found })
    expect(data).toMatchObject({
      train: { path: 'a/train.csv', delimiter: ';' },
      test: { path: 'a/test.csv', delimiter: ';' },
    })
    expect(data.id).toBeUndefined()
    expect(data.prepare).toBeUndefined()
    expect(plan({ found }).files['train.mjs']).toContain(`readTable(TRAIN, readFileSync(TRAIN, 'utf8'), ";")`)
  })

  test('training code that is there stays, and is named where its command belongs', () => {
    const { files, scripts } = plan({ code: 'src/my train.R' })
    expect(scripts).toBe(false)
    expect(Object.keys(files)).toEqual(['plumbline.yml', '.github/workflows/plumbline.yml'])
    expect(files['plumbline.yml']).toContain('#   command: Rscript "src/my train.R"')
  })

  test('Parquet gets a configuration and no scripts', () => {
    expect(plan({ found: { train: 'all.parquet', test: null, delimiter: null } }).scripts).toBe(false)
  })

  test('a name with a line end cannot leave its comment', () => {
    expect(plan().files['plumbline.yml']).toContain('# Left out of the features: "note\\n- a: 1", text.\n')
  })

  test('a number may get worse by a hundredth of its standard deviation', () => {
    const choice: Guess = { ...CHOICE, task: 'regression', positive: null, spread: 1234.5 }
    expect(config({ choice }).evaluate.rules).toMatchObject([{ metric: 'rmse', 'max-loss': 12 }])
  })
})

describe('features that alone tell the target', () => {
  const { leakage } = DataContract.parse({ schema: 'plumbline.data-contract/1' })
  const limits = { ...leakage, 'max-power': 0.95, 'max-rare-power': 0.5 }
  const power = (feature: string, value: number | null, rare: number | null = null) =>
    ({ feature, power: value, rare: rare === null ? null : { power: rare }, n: 100, reason: null }) as FeaturePower

  test('are left out, with the number that speaks against them', () => {
    const choice = { ...CHOICE, features: ['a', 'b', 'c', 'd'] }
    const found = withoutLeaks(
      choice,
      [power('a', 0.99), power('b', 0.2, 0.8), power('c', 0.9, 0.1), power('d', null)],
      limits,
    )
    expect(found.features).toEqual(['c', 'd'])
    expect(found.leaks).toEqual(['a', 'b'])
    expect(found.excluded.slice(1).map(({ reason }) => reason)).toEqual([
      'it alone tells the target, with a power of 0.99 of 1',
      'it alone tells the target, with a power of 0.80 of 1',
    ])
  })

  test('stay when nothing else is left, so that validate-data tells', () => {
    expect(withoutLeaks({ ...CHOICE, features: ['a'] }, [power('a', 1)], limits).features).toEqual(['a'])
  })
})

describe('which files are the data', () => {
  const files = (...paths: string[]) => paths.map((path, i) => ({ path, bytes: 100 + i }))
  test.each([
    [files('a/train.csv', 'a/test.csv', 'big.csv'), 'a/train.csv', 'a/test.csv'],
    [files('x_training.csv', 'holdout.csv'), 'x_training.csv', 'holdout.csv'],
    [files('latest.csv', 'trains.csv'), 'trains.csv', null],
    [files('train.csv', 'other.csv'), 'train.csv', null],
    [files('test.csv', 'all.csv'), 'all.csv', null],
    [files('test.csv'), 'test.csv', null],
  ])('%#', (given, train, test) => {
    expect(pick(given)).toEqual({ train, test })
  })
})
