import type { CrossFactor, SliceChoice, SliceConfig, SliceEntry } from '../../../shared/contracts/evaluate-slices.js'
import type { Problem } from '../../../shared/core/errors.js'
import { nearestNames } from '../../../shared/core/nearest.js'
import { shortList } from '../../../shared/report/format.js'
import type { JudgedRows } from '../judged-rows.js'

/** How one column is cut. */
export type Factor =
  | { readonly by: 'values'; readonly column: string; readonly values: readonly string[] | null }
  | { readonly by: 'edges'; readonly column: string; readonly edges: readonly number[] }
  | { readonly by: 'quantiles'; readonly column: string; readonly ranges: number }

/** One entry of `evaluate.slices`, or what a rule names without an entry. */
export interface Declaration {
  readonly name: string
  readonly key: string
  readonly minRows: number
  /** One factor, several of a cross, or a condition in SQL. */
  readonly cut: readonly Factor[] | { readonly where: string }
}

/** Rows below which a slice is listed and not judged, when nothing else is said. */
const DEFAULT_MIN_ROWS = 30

type Columns = JudgedRows['columns']

/** The declarations of the configuration, and every mistake in them. */
export function declareSlices(
  entries: readonly SliceConfig[],
  rules: readonly { readonly slice?: SliceChoice | undefined }[],
  columns: Columns,
): { declarations: Declaration[]; problems: Problem[] } {
  const problems: Problem[] = []
  const declarations: Declaration[] = []
  const add = (made: Declaration | Problem[]) => {
    if (Array.isArray(made)) {
      problems.push(...made)
      return
    }
    const same = declarations.find(({ name }) => name === (made as Declaration).name)
    if (same === undefined) declarations.push(made as Declaration)
    else
      problems.push({
        where: (made as Declaration).key,
        message: `is called "${same.name}", and so is ${same.key}`,
        cure: 'give one of them a name of its own: name: …',
      })
  }
  entries.forEach((entry, i) => {
    add(declared(entry, `evaluate.slices[${i}]`, columns))
  })
  rules.forEach(({ slice }, i) => {
    if (slice === undefined) return
    const key = `evaluate.rules[${i}].slice`
    const named = typeof slice === 'string' ? [slice] : Object.keys(slice)
    if (declarationOf(declarations, named) !== undefined) return
    const unknown = named.flatMap((name) =>
      unknownColumn(
        name,
        columns,
        key,
        declarations.map((one) => one.name),
      ),
    )
    if (unknown.length > 0) problems.push(...unknown)
    else if (named.length > 3) {
      problems.push({ where: key, message: `crosses ${named.length} columns`, cure: 'name three at most' })
    } else {
      const factors = named.map((column): Factor => ({ by: 'values', column, values: null }))
      declarations.push({ name: named.join(' × '), key, minRows: DEFAULT_MIN_ROWS, cut: factors })
    }
  })
  return { declarations, problems }
}

/** What a rule means by a name, or by the columns that it gives values of. */
export function declarationOf<D extends Pick<Declaration, 'name'> & { readonly columns?: readonly string[] }>(
  declarations: readonly D[],
  named: readonly string[],
): D | undefined {
  const [only] = named
  if (named.length === 1) return declarations.find(({ name }) => name === only)
  return declarations.find((one) => {
    const columns = columnsOf(one)
    return columns.length === named.length && named.every((name) => columns.includes(name))
  })
}

function columnsOf(one: { readonly columns?: readonly string[]; readonly cut?: unknown }): readonly string[] {
  if (one.columns !== undefined) return one.columns
  return Array.isArray(one.cut) ? (one.cut as readonly Factor[]).map(({ column }) => column) : []
}

function declared(given: SliceConfig, key: string, columns: Columns): Declaration | Problem[] {
  const entry: SliceEntry = typeof given === 'string' ? { column: given } : given
  const minRows = entry['min-rows'] ?? DEFAULT_MIN_ROWS
  const kinds = (['column', 'where', 'cross'] as const).filter((kind) => entry[kind] !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) {
    const message = kind === undefined ? 'names nothing to cut the rows by' : `has ${kinds.join(' and ')}`
    return [{ where: key, message, cure: 'write one of them: column, where (a condition in SQL) or cross' }]
  }
  if (kind !== 'column') {
    const stray = (['values', 'bins', 'quantiles'] as const).filter((part) => entry[part] !== undefined)
    if (stray.length > 0) {
      return [{ where: key, message: `has ${stray.join(' and ')} without a column`, cure: `they belong to a column` }]
    }
  }
  if (kind === 'where') {
    const { name, where = '' } = entry
    if (name === undefined) {
      return [
        { where: key, message: 'is a condition without a name', cure: 'add name: what rules and the report call it' },
      ]
    }
    return { name, key, minRows, cut: { where } }
  }
  const parts: { factor: CrossFactor; key: string }[] =
    kind === 'column'
      ? [{ factor: typeof given === 'string' ? given : columnOf(entry), key }]
      : (entry.cross ?? []).map((factor, i) => ({ factor, key: `${key}.cross[${i}]` }))
  if (kind === 'cross' && parts.length < 2) {
    return [
      {
        where: `${key}.cross`,
        message: `crosses ${parts.length === 0 ? 'nothing' : 'one column'}`,
        cure: 'name two or three columns',
      },
    ]
  }
  const made = parts.map((part) => factorOf(part.factor, part.key, columns))
  const problems = made.flatMap((one) => (Array.isArray(one) ? one : []))
  const factors = made.filter((one): one is Factor => !Array.isArray(one))
  const twice = factors.find(({ column }, i) => factors.findIndex((other) => other.column === column) !== i)
  if (twice !== undefined) {
    problems.push({ where: `${key}.cross`, message: `names "${twice.column}" twice`, cure: 'name each column once' })
  }
  if (problems.length > 0) return problems
  return { name: entry.name ?? factors.map(({ column }) => column).join(' × '), key, minRows, cut: factors }
}

function columnOf({ column = '', values, bins, quantiles }: SliceEntry): CrossFactor {
  return { column, values, bins, quantiles }
}

function factorOf(given: CrossFactor, key: string, columns: Columns): Factor | Problem[] {
  const { column, values, bins, quantiles }: Exclude<CrossFactor, string> =
    typeof given === 'string' ? { column: given } : given
  const unknown = unknownColumn(column, columns, typeof given === 'string' ? key : `${key}.column`)
  if (unknown.length > 0) return unknown
  const ways = Object.entries({ values, bins, quantiles }).filter(([, part]) => part !== undefined)
  if (ways.length > 1) {
    return [{ where: key, message: `has ${ways.map(([name]) => name).join(' and ')}`, cure: 'write one of them' }]
  }
  const type = columns.find(({ name }) => name === column)?.type
  const isNumeric = type === 'number' || type === 'integer'
  if ((bins !== undefined || quantiles !== undefined) && !isNumeric) {
    const way = bins === undefined ? 'quantiles' : 'bins'
    return [
      {
        where: `${key}.${way}`,
        message: `cut numbers, and "${column}" is a column of type ${type}`,
        cure: 'take it out: every value is a slice then; or name a column of numbers',
      },
    ]
  }
  if (bins !== undefined) {
    const at = bins.findIndex((edge, i) => i > 0 && !(edge > (bins[i - 1] as number)))
    if (at >= 0) {
      return [
        {
          where: `${key}.bins[${at}]`,
          message: `is ${bins[at]} after ${bins[at - 1]}`,
          cure: 'write each edge once, in ascending order',
        },
      ]
    }
    return { by: 'edges', column, edges: bins }
  }
  if (quantiles !== undefined) return { by: 'quantiles', column, ranges: quantiles }
  return { by: 'values', column, values: values ?? null }
}

/** The problem of a column that is not there, with what it may have been meant to be. */
export function unknownColumn(name: string, columns: Columns, where: string, more: readonly string[] = []): Problem[] {
  const known = columns.map((column) => column.name)
  if (known.includes(name)) return []
  const near = nearestNames(name, [...more, ...known], { most: 3 })
  return [
    {
      where,
      message: `the test data have no column "${name}"`,
      cure: near.length > 0 ? `did you mean ${near.join(', ')}?` : `it has: ${shortList(known, 20)}`,
    },
  ]
}
