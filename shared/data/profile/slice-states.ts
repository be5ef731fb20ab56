import type { ColumnType } from '../../contracts/data-contract.js'
import { asNumber, asText } from '../column-types.js'
import type { DataEngine } from '../engine/engine.js'
import { double } from '../engine/sql.js'
import type { MissingBy } from '../read/missing-kinds.js'
import type { CellPlan, CountedCells } from './slice-cells.js'
import {
  type CellsBySlice,
  extremesOf,
  isAmong,
  numbersTold,
  type PlanOfNumbers,
  textOf,
  valueCells,
  valuesTold,
  wholeSql,
} from './slice-counts.js'
import { valueOfText } from './types.js'

/** A column of the whole. `ours`: its texts are written by us, of values that had a type. */
export interface WholeColumn {
  readonly name: string
  readonly type: ColumnType
  readonly ours: boolean
  readonly invalid: number
  readonly missing: MissingBy
}

/** A state, as what stands after FROM, and SQL for the place of its columns in the whole. */
interface StatePart {
  readonly from: string
  readonly place: string
}

/** What `countSlices` finds in a table, out of the states of its parts. */
export async function sliceCellsOfStates(
  engine: DataEngine,
  states: readonly StatePart[],
  columns: readonly WholeColumn[],
  slice: { readonly index: number; readonly name: string },
  values: readonly (string | null)[] | null,
  plans: ReadonlyMap<string, CellPlan>,
): Promise<CellsBySlice> {
  const found = new Map<string | null, Map<string, CountedCells>>()
  const put = (value: string | null, name: string, cells: CountedCells) =>
    found.set(value, (found.get(value) ?? new Map<string, CountedCells>()).set(name, cells))
  const own = columns.find(({ name }) => name === slice.name) as WholeColumn
  const s = asText(own.type, `(${valueOfText(own.type, own.ours, 't')})`)
  for (const [name, plan] of plans) {
    const at = columns.findIndex((column) => column.name === name)
    const { type, ours } = columns[at] as WholeColumn
    const parts = states.map(
      ({ from, place }) =>
        `SELECT t, q, b, n FROM ${from} WHERE part = 'slice-value' AND slice = ${slice.index} AND ${place} = ${at}`,
    )
    const rows = `SELECT *, ${s} AS s, (${valueOfText(type, ours, 'q')}) AS v FROM (${parts.join(' UNION ALL ')})`
    const wanted = `FROM (${rows}) WHERE ${values === null ? 'true' : isAmong('s', values)}`
    if (plan.of === 'value') {
      const counted = `SELECT s, ${asText(type, 'v')} AS v, n ${wanted} AND ${asText(type, 'v')} IS NOT NULL`
      const told = await engine.all(valuesTold(counted, plan.values))
      for (const [value, cells] of valueCells(told, plan.values)) put(value, name, cells)
      continue
    }
    const x = plan.of === 'length' ? 'CAST(coalesce(b, length(v)) AS DOUBLE)' : asNumber(type, 'v')
    const numbers = `SELECT s, ${x} AS x, n ${wanted} AND ${x} IS NOT NULL`
    for (const [value, cells] of await numberCells(engine, numbers, plan)) put(value, name, cells)
  }
  return found
}

async function numberCells(
  engine: DataEngine,
  numbers: string,
  plan: PlanOfNumbers,
): Promise<Map<string | null, CountedCells>> {
  const found = new Map<string | null, CountedCells & { counts: number[] }>()
  await engine.run(`CREATE OR REPLACE TEMP TABLE slice_numbers AS ${numbers}`)
  const told = await engine.all(
    `SELECT s, ${numbersTold('x', 'q', 0, 'n')} FROM (SELECT *, ${wholeSql('x', plan)} AS q FROM slice_numbers) GROUP BY s`,
  )
  for (const row of told) {
    found.set(textOf(row.s), { of: plan.of, counts: new Array(plan.cuts.length + 1).fill(0), ...extremesOf(row, 0) })
  }
  const cuts = [`('-inf'::DOUBLE, 0)`, ...plan.cuts.map((cut, i) => `(${double(cut)}, ${i + 1})`)]
  const cells = await engine.all(
    `SELECT s, cell, sum(n)::BIGINT AS n FROM slice_numbers ASOF JOIN (VALUES ${cuts.join(', ')}) c(start, cell) ON x >= start GROUP BY s, cell`,
  )
  for (const { s, cell, n } of cells) {
    const one = found.get(textOf(s))
    if (one !== undefined) one.counts[Number(cell)] = Number(n)
  }
  await engine.run('DROP TABLE slice_numbers')
  return found
}
