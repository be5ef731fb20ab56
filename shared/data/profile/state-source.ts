import type { InputRef } from '../../contracts/common.js'
import type { DatasetProfile } from '../../contracts/data-profile.js'
import { UserError } from '../../core/errors.js'
import { asText } from '../column-types.js'
import type { DataEngine } from '../engine/engine.js'
import { sumByKind } from '../read/missing-kinds.js'
import { pullJoint } from './joint.js'
import { sliceCellsOfStates, type WholeColumn } from './slice-states.js'
import type { SliceCounts, SumPart } from './slices.js'
import type { ProfileSource } from './source.js'
import { type OpenState, requireParts } from './state-read.js'
import { keepSmallest } from './table-source.js'
import { typeOfTexts, valueOfText } from './types.js'

/**
 * The source of a dataset whose parts were profiled apart. Types are found by the values of all parts, as if they had been
 * read together. Throws UserError when the states are not the parts of one dataset.
 */
export async function stateSource(engine: DataEngine, states: readonly OpenState[]): Promise<ProfileSource> {
  requireParts(states)
  const ordered = inOrder(states)
  const [first] = ordered as [OpenState, ...OpenState[]]
  const rows = ordered.reduce((sum, { head }) => sum + head.rows, 0)
  if (rows === 0)
    throw new UserError('the parts have no rows', { cure: 'there is nothing to profile: check the files' })
  await loadValues(engine, ordered)
  const columns: WholeColumn[] = []
  for (const [i, { name, type }] of first.head.columns.entries()) {
    const parts = ordered.flatMap(({ head }) => head.columns.filter((column) => column.name === name))
    const invalid = parts.reduce((sum, part) => sum + part.invalid, 0)
    const missing = sumByKind(parts.map((part) => part.missing))
    const found = type === 'text' ? await typeOfTexts(engine, `SELECT v, n FROM state_values WHERE col = ${i}`) : type
    columns.push({ name, type: found, ours: type !== 'text', invalid, missing })
  }
  const { settings } = first.head
  return {
    name: settings.name,
    files: filesOf(ordered),
    rows,
    isShared: false,
    columns: columns.map(({ name, type, ours, invalid, missing }, i) => {
      const raw = `SELECT ${valueOfText(type, ours, 'v')} AS v, n FROM state_values WHERE col = ${i}`
      return {
        name,
        type,
        raw,
        values: `SELECT v, sum(n)::BIGINT AS n FROM (${raw}) GROUP BY 1`,
        rows,
        invalid,
        missingBy: () => missing,
      }
    }),
    duplicates: () => duplicatesOf(engine, ordered, columns, rows),
    joint: async (_, chosen) => {
      await loadSample(engine, ordered)
      const joint = await pullJoint(
        engine,
        'state_sample',
        chosen.map(({ name }) => {
          const at = columns.findIndex((column) => column.name === name)
          const { type, ours } = columns[at] as WholeColumn
          return { name, type, sql: `(${valueOfText(type, ours, `cells[${at + 1}]`)})` }
        }),
        rows,
      )
      await engine.run('DROP TABLE state_sample')
      return joint
    },
    slices: (column, sliced) => slicesOf(engine, ordered, columns, settings.slices.indexOf(column.name), sliced),
    sliceCells: (column, values, plans) => {
      const index = settings.slices.indexOf(column.name)
      const parts = ordered.map((state) => ({ from: state.from, place: placeIn(ordered, state).sql }))
      return sliceCellsOfStates(engine, parts, columns, { index, name: column.name }, values, plans)
    },
  }
}

/** By their first file, as the files of a whole are read. */
function inOrder(states: readonly OpenState[]): OpenState[] {
  const key = ({ head }: OpenState) => head.files[0]?.name ?? ''
  return [...states].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.path < b.path ? -1 : 1))
}

/** Every file once, by name. */
function filesOf(states: readonly OpenState[]): InputRef[] {
  const files = new Map(states.flatMap(({ head }) => head.files.map((file) => [file.name, file] as const)))
  return [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** SQL for the place of a column of one state in the first, whose order holds. */
function placeIn(states: readonly OpenState[], { head }: OpenState): { all: readonly number[]; sql: string } {
  const names = (states[0] as OpenState).head.columns.map(({ name }) => name)
  const all = head.columns.map(({ name }) => names.indexOf(name))
  return { all, sql: `[${all.join(', ')}][col + 1]` }
}

async function loadValues(engine: DataEngine, states: readonly OpenState[]): Promise<void> {
  const parts = states.map(
    (state) => `SELECT ${placeIn(states, state).sql} AS col, t AS v, n FROM ${state.from} WHERE part = 'value'`,
  )
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE state_values AS SELECT * FROM (${parts.join(' UNION ALL ')}) ORDER BY col`,
  )
}

/** How a value is written tells rows apart where the column is text, an integer beyond 2⁵³, or has values of no type. */
async function duplicatesOf(
  engine: DataEngine,
  states: readonly OpenState[],
  columns: readonly WholeColumn[],
  rows: number,
): Promise<DatasetProfile['duplicates']> {
  const judged = columns.flatMap(({ type, ours }, i) => (ours || type === 'string' || type === 'integer' ? [i] : []))
  const places = states.map((state) => {
    const { all } = placeIn(states, state)
    return state.head.unusual.map((column) => all[column] as number)
  })
  const used = judged.filter((i) => places.some((unusual) => unusual.includes(i)))
  const parts = states.map(({ from }, at) => {
    const e = used.map((i) => {
      const place = places[at]?.indexOf(i) ?? -1
      return place < 0 ? 'NULL::UBIGINT' : `e[${place + 1}]`
    })
    return `SELECT h, [${e.join(', ')}]::UBIGINT[] AS e, n FROM ${from} WHERE part = 'row'`
  })
  const [row = {}] = await engine.all(
    `SELECT ${rows} - count(*) AS extra, count(*) FILTER (WHERE n > 1) AS groups, coalesce(sum(n) FILTER (WHERE n > 1), 0)::BIGINT AS members
     FROM (SELECT sum(n)::BIGINT AS n FROM (${parts.join(' UNION ALL ')}) GROUP BY h, e)`,
  )
  return { extra: Number(row.extra), groups: Number(row.groups), members: Number(row.members) }
}

async function loadSample(engine: DataEngine, states: readonly OpenState[]): Promise<void> {
  const parts = states.map((state) => {
    const { all } = placeIn(states, state)
    // Cell i of the whole is where the state has that column.
    const cells = all.map((_, i) => `cells[${all.indexOf(i) + 1}]`)
    return `SELECT h, [${cells.join(', ')}] AS cells, n FROM ${state.from} WHERE part = 'sample'`
  })
  await engine.run(`CREATE OR REPLACE TEMP TABLE state_sample AS ${parts.join(' UNION ALL ')}`)
  await keepSmallest(engine, 'state_sample')
}

async function slicesOf(
  engine: DataEngine,
  states: readonly OpenState[],
  columns: readonly WholeColumn[],
  index: number,
  sliced: readonly string[],
): Promise<SliceCounts[]> {
  const name = (states[0] as OpenState).head.settings.slices[index] as string
  if (states.some(({ head }) => !head.sliced[index])) {
    throw new UserError(`the slice column ${JSON.stringify(name)} has too many ways of writing its values`, {
      cure: 'declare its type in the contract, or take it out of `data.slices`',
    })
  }
  const { type, ours } = columns.find((column) => column.name === name) as WholeColumn
  const parts = states.map(
    (state) =>
      `SELECT t, CASE WHEN col IS NOT NULL THEN ${placeIn(states, state).sql} END AS col, b, q, n FROM ${state.from} WHERE part = 'slice' AND slice = ${index}`,
  )
  const found = await engine.all(
    `SELECT s, col, b, CAST(sum(CAST(q AS HUGEINT)) AS VARCHAR) AS q, sum(n)::BIGINT AS n
     FROM (SELECT ${asText(type, `(${valueOfText(type, ours, 't')})`)} AS s, col, b, q, n FROM (${parts.join(' UNION ALL ')})) GROUP BY s, col, b`,
  )
  const slices = new Map<string | null, Slice>()
  const sliceOf = (value: string | null) => {
    const slice: Slice = slices.get(value) ?? {
      value,
      rows: 0,
      columns: new Map(sliced.map((column) => [column, { missing: 0, parts: [] as SumPart[] }])),
    }
    slices.set(value, slice)
    return slice
  }
  for (const { s, col, b, q, n } of found) {
    const slice = sliceOf(s == null ? null : String(s))
    if (col == null) {
      slice.rows += Number(n)
      continue
    }
    const sums = slice.columns.get(columns[Number(col)]?.name as string)
    if (b == null) {
      if (sums !== undefined) sums.missing += Number(n)
    } else sums?.parts.push({ bucket: Number(b), sum: BigInt(String(q)), count: Number(n) })
  }
  return [...slices.values()]
}

interface Slice {
  readonly value: string | null
  rows: number
  readonly columns: Map<string, Sums>
}

interface Sums {
  missing: number
  parts: SumPart[]
}
