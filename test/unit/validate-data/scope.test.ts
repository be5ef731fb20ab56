import { scopeOf } from '../../../actions/validate-data/rules/scope.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Bench, openBench } from '../data/support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

test('SQL over a scope lists the columns that it names, and no others', async () => {
  const dataset = await bench.load(await bench.write('train.csv', 'a,b,c\n1,x,0.5\n2,y,1.5\n'))
  const scope = scopeOf(dataset, await profileTable(bench.engine, dataset))
  const [a, b] = ['a', 'b'].map((name) => scope.columns.get(name)?.sql) as [string, string]
  const listed = (sql: string) =>
    /\(SELECT ([^()]*) FROM /
      .exec(sql)?.[1]
      ?.split(', ')
      .map((one) => one.split(' ').at(-1))
  const narrow = scope.narrow(`SELECT count(*) AS n FROM ${scope.from} WHERE ${a} > 1`)
  expect(listed(narrow)).toEqual([a])
  expect(await bench.engine.all(narrow)).toEqual([{ n: 1 }])
  const first = scope.narrow(`(SELECT * FROM ${scope.from} WHERE ${a} > 1)`, scope.row, `left(${b}, 9)`, null)
  expect(await bench.engine.all(`SELECT * FROM ${first}`)).toEqual([{ [scope.row]: 1, [a]: 2, [b]: 'y' }])
  // One whose length is a part of another's is told apart, and so is SQL that names none, or is of other relations.
  expect(listed(scope.narrow(`SELECT 1 FROM ${scope.from} WHERE ${a}0 = 1`))).toEqual([scope.row])
  expect(await bench.engine.all(scope.narrow(`SELECT count(*) AS n FROM ${scope.from}`))).toEqual([{ n: 2 }])
  const own = scope.where("b = 'x'")
  expect(scope.narrow(`SELECT 1 FROM ${own}`)).toBe(`SELECT 1 FROM ${own}`)
})
