import type { Measurement } from '../../../actions/evaluate-gate/measure.js'
import { isMeant, MISSING, valueName } from '../../../actions/evaluate-gate/slices/names.js'
import { indexRows, partitionPart } from '../../../actions/evaluate-gate/slices/partition.js'
import { cutSlices, MOST_JUDGED, type Slices, smallSliceNotes } from '../../../actions/evaluate-gate/slices/slices.js'
import { thinNotes } from '../../../actions/evaluate-gate/slices/thin.js'
import { SliceChoice, SliceConfig, SlicePartition } from '../../../shared/contracts/evaluate-slices.js'
import { UserError } from '../../../shared/core/errors.js'
import type { Cell } from '../../../shared/data/engine/engine.js'
import { memoryRows } from './memory-rows.js'

type Row = Readonly<Record<string, Cell>>

/** 40 big ones, 3 small ones, one without a size; ages 0 to 43, the last one missing. */
const ROWS: Row[] = [...Array<Cell>(40).fill('big'), ...Array<Cell>(3).fill('small'), null].map((size, i) => ({
  size,
  age: i === 43 ? null : i,
  region: i % 2 === 0 ? 'north' : 'south',
  id: i,
}))

function cut(slices: unknown[], choices: unknown[] = [], rows: readonly Row[] = ROWS): Promise<Slices> {
  return cutSlices(
    memoryRows(rows, {
      'age >= 12': ({ age }) => Number(age) >= 12 && age !== null,
      'age > 40': ({ age }) => Number(age) > 40,
    }),
    {
      slices: slices.map((one) => SliceConfig.parse(one)),
      rules: choices.map((one) => ({ slice: SliceChoice.parse(one) })),
    },
  )
}

const judgedOf = ({ judged }: Pick<Slices, 'judged'>) =>
  judged.map(({ column, value, n }) => `${column} = ${value}: ${n}`)

describe('slices by values', () => {
  test('every value of a column; the missing one too; small ones are listed, not dropped', async () => {
    const slices = await cut(['size'])
    expect(judgedOf(slices)).toEqual(['size = big: 40'])
    expect(smallSliceNotes(slices)).toEqual(['size: 2 of its values have fewer than 30 rows: small (3), (missing) (1)'])
    expect(SlicePartition.parse(partitionPart(slices.partitions[0] as Slices['partitions'][number]))).toEqual({
      name: 'size',
      kind: 'values',
      columns: ['size'],
      minRows: 30,
      slices: [{ value: 'big', rows: 40 }],
      small: {
        slices: 2,
        rows: 4,
        first: [
          { value: 'small', rows: 3 },
          { value: MISSING, rows: 1 },
        ],
      },
    })
  })

  test('declared values, with their own minimum; one that never occurs has no rows', async () => {
    const slices = await cut([{ column: 'size', values: ['small', 'huge', MISSING], 'min-rows': 1 }])
    expect(judgedOf(slices)).toEqual(['size = small: 3', 'size = (missing): 1'])
    expect(slices.partitions[0]?.small.first).toEqual([{ value: 'huge', rows: 0 }])
  })

  test('the rows of a slice, ascending, whatever is asked for first', async () => {
    const slices = await cut([{ column: 'size', 'min-rows': 1 }, 'region'])
    const rowsOf = (place: number) => [...slices.rowsOf(slices.judged[place] as Slices['judged'][number])]
    expect(judgedOf(slices)).toEqual(['size = big: 40', 'size = small: 3', 'size = (missing): 1'])
    expect(rowsOf(1)).toEqual([40, 41, 42])
    expect(rowsOf(2)).toEqual([43])
    expect(rowsOf(0)).toHaveLength(40)
    expect([...indexRows(slices.partitions[0] as Slices['partitions'][number]).offsets]).toEqual([0, 40, 43, 44])
  })

  test('values that look like a name of ours are quoted', () => {
    expect([null, '', MISSING, '(others)', 'x'].map(valueName)).toEqual([
      MISSING,
      '""',
      '"(missing)"',
      '"(others)"',
      'x',
    ])
  })

  test('numbers are meant by their value, ranges by their bounds', () => {
    expect(isMeant('1', '1.0')).toBe(true)
    expect(isMeant('[-1,2)', '[−1, 2)')).toBe(true)
    expect(isMeant('[30, inf)', '[30, ∞)')).toBe(true)
    expect(isMeant('', '0')).toBe(false)
    expect(isMeant('big', 'Big')).toBe(false)
  })
})

describe('slices by ranges, conditions and crosses', () => {
  test('bins hold their lower edge; a missing number is a slice; an empty bin is listed', async () => {
    const slices = await cut([{ column: 'age', bins: [0, 10, 42], 'min-rows': 1 }])
    expect(judgedOf(slices)).toEqual([
      'age = [0, 10): 10',
      'age = [10, 42): 32',
      'age = [42, ∞): 1',
      'age = (missing): 1',
    ])
    expect(slices.partitions[0]?.small.first).toEqual([{ value: '(−∞, 0)', rows: 0 }])
  })

  test('quantiles: about as many rows each; few values are told by value', async () => {
    expect(judgedOf(await cut([{ column: 'age', quantiles: 4, 'min-rows': 2 }]))).toEqual([
      'age = (−∞, 10): 10',
      'age = [10, 21): 11',
      'age = [21, 32): 11',
      'age = [32, ∞): 11',
    ])
    const flags = ROWS.map((row, i) => ({ ...row, flag: i % 4 === 0 ? 1 : 0 }))
    expect(judgedOf(await cut([{ column: 'flag', quantiles: 4, 'min-rows': 2 }], [], flags))).toEqual([
      'flag = 0: 33',
      'flag = 1: 11',
    ])
  })

  test('a condition is one slice by its name', async () => {
    const slices = await cut([
      { name: 'grown up', where: 'age >= 12' },
      { name: 'old', where: 'age > 40' },
    ])
    expect(judgedOf(slices)).toEqual(['grown up = true: 31'])
    expect(smallSliceNotes(slices)).toEqual(['old: 2 rows, fewer than 30: not judged'])
  })

  test('a cross is every combination that occurs', async () => {
    const slices = await cut([{ cross: ['size', { column: 'age', bins: [20] }], 'min-rows': 3 }])
    expect(judgedOf(slices)).toEqual([
      'size × age = big × (−∞, 20): 20',
      'size × age = big × [20, ∞): 20',
      'size × age = small × [20, ∞): 3',
    ])
    expect(smallSliceNotes(slices)).toEqual([
      'size × age: 1 of its combinations has fewer than 3 rows: (missing) × (missing) (1)',
    ])
  })
})

describe('what a rule means', () => {
  const chosen = async (slices: unknown[], choice: unknown) => {
    const made = await cut(slices, [choice])
    expect(made.problems).toEqual([])
    const { judged, small, partition } = made.choose(SliceChoice.parse(choice))
    return { judged: judged.map(({ value }) => value), small, partition: partition?.name }
  }
  const ages = { column: 'age', bins: [20], 'min-rows': 3 }

  test('a slice by its name, a column without an entry, one value, one combination', async () => {
    expect(await chosen([{ ...ages, name: 'halves' }], 'halves')).toMatchObject({ judged: ['(−∞, 20)', '[20, ∞)'] })
    expect(await chosen([], 'size')).toMatchObject({
      judged: ['big'],
      small: [
        { value: 'small', rows: 3 },
        { value: MISSING, rows: 1 },
      ],
    })
    expect(await chosen([ages], { age: '[20, inf)' })).toEqual({ judged: ['[20, ∞)'], small: [], partition: 'age' })
    expect(await chosen([], { region: 'north', size: 'big' })).toMatchObject({ judged: [], partition: 'region × size' })
    expect(await chosen([{ cross: ['size', 'region'], 'min-rows': 1 }], { region: 'north', size: 'big' })).toEqual({
      judged: ['big × north'],
      small: [],
      partition: 'size × region',
    })
    expect(await chosen([{ column: 'size', 'min-rows': 1 }], { size: null })).toMatchObject({ judged: [MISSING] })
  })

  test('a value that is too small, or not there, is named with its rows', async () => {
    expect(await chosen([], { size: 'small' })).toMatchObject({ judged: [], small: [{ value: 'small', rows: 3 }] })
    expect(await chosen([], { size: 'smal' })).toMatchObject({ judged: [], small: [{ value: 'smal', rows: 0 }] })
  })
})

describe('mistakes', () => {
  test('all at once, each with its key and what to write', async () => {
    const { problems } = await cut(
      [
        'colour',
        { column: 'Size' },
        { column: 'size', bins: [1] },
        { column: 'age', bins: [10, 10] },
        { column: 'age', bins: [10], quantiles: 3 },
        { cross: [] },
        { cross: ['size', 'size'] },
        { cross: ['size', { column: 'nope' }] },
        { where: 'age > 40' },
        { name: 'nothing' },
        { column: 'age', where: 'age > 40' },
        { name: 'x', where: 'age > 40', bins: [1] },
        'region',
        { column: 'region', 'min-rows': 2 },
      ],
      ['sizes'],
    )
    expect(problems.map(({ where, message }) => `${where}: ${message}`)).toEqual([
      'evaluate.slices[0]: the test data have no column "colour"',
      'evaluate.slices[1].column: the test data have no column "Size"',
      'evaluate.slices[2].bins: cut numbers, and "size" is a column of type string',
      'evaluate.slices[3].bins[1]: is 10 after 10',
      'evaluate.slices[4]: has bins and quantiles',
      'evaluate.slices[5].cross: crosses nothing',
      'evaluate.slices[6].cross: names "size" twice',
      'evaluate.slices[7].cross[1].column: the test data have no column "nope"',
      'evaluate.slices[8]: is a condition without a name',
      'evaluate.slices[9]: names nothing to cut the rows by',
      'evaluate.slices[10]: has column and where',
      'evaluate.slices[11]: has bins without a column',
      'evaluate.slices[13]: is called "region", and so is evaluate.slices[12]',
      'evaluate.rules[0].slice: the test data have no column "sizes"',
    ])
    expect(problems.every(({ cure }) => cure !== undefined)).toBe(true)
    expect(problems[1]?.cure).toBe('did you mean size?')
  })

  test('a condition that is none is the user’s mistake; anything else is not swallowed', async () => {
    const rows = memoryRows(ROWS)
    const holds = (error: Error) => ({ ...rows, holds: () => Promise.reject(error) })
    const config = { slices: [SliceConfig.parse({ name: 'x', where: 'age >' })] }
    const { problems } = await cutSlices(holds(new UserError('syntax error at end of input')), config)
    expect(problems).toEqual([
      {
        where: 'evaluate.slices[0].where',
        message: 'is no condition on the columns of the test data: syntax error at end of input',
        cure: "write a condition in SQL, such as: amount > 1000 and country = 'FR'",
      },
    ])
    await expect(cutSlices(holds(new Error('the disk is gone')), config)).rejects.toThrow('the disk is gone')
  })

  test('too many slices to judge, too many combinations to count', async () => {
    const many = Array.from({ length: 2100 }, (_, i) => ({ a: `a${i >> 1}`, b: `b${i}`, c: `c${i % 100}` }))
    const { problems } = await cut([{ column: 'a', 'min-rows': 2 }, { cross: ['b', 'c'] }], [], many)
    expect(problems.map(({ message }) => message)).toEqual([
      'makes 210,000 combinations; at most 100,000 are counted',
      `makes 1,050 slices of 2 rows or more, of 1,050 in all; at most ${MOST_JUDGED.toLocaleString('en')} are judged`,
    ])
  })

  test('of a column of ids the largest small slices are listed, and all are counted', async () => {
    const ids = Array.from({ length: 3000 }, (_, i) => ({ id: `r${i}` }))
    const slices = await cut(['id'], [], ids)
    expect(slices.partitions[0]?.small).toMatchObject({ slices: 3000, rows: 3000 })
    expect(slices.partitions[0]?.small.first).toHaveLength(1000)
    expect(smallSliceNotes(slices)[0]).toMatch(
      /^id: 3,000 of its values have fewer than 30 rows: .* and 990 more and 2,000 others$/,
    )
  })
})

describe('slices in the report', () => {
  const measurement = (value: string, n: number) =>
    ({
      metric: { name: 'recall', title: 'recall' },
      slice: { column: 'size', value },
      candidate: { value: 0.8, n, interval: null, reason: null },
    }) as unknown as Measurement

  test('a metric of which too few rows of a slice stand below the line is named', async () => {
    const slices = await cut(['size'])
    expect(thinNotes([measurement('big', 7), measurement('big', 40), measurement('gone', 7)], slices)).toEqual([
      'recall, size = big: only 7 of its 40 rows count for it, fewer than 30',
    ])
  })
})
