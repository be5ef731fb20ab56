/** A condition of an objective, checked: one expression over columns of the log. */
export interface Condition {
  readonly sql: string
  /** Columns that it names, in order of appearance. */
  readonly columns: readonly string[]
}

/** What the engine's own parser says about `SELECT (<condition>)`: the answer of json_serialize_sql. */
interface Parsed {
  readonly error: boolean
  readonly error_message?: string
  readonly statements?: readonly { readonly node: Readonly<Record<string, unknown>> }[]
}

/** Kinds of expression that only look at the row. All others (subquery, window, star, parameter …) are refused. */
const KINDS = new Set([
  'COLUMN_REF',
  'CONSTANT',
  'COMPARISON',
  'CONJUNCTION',
  'OPERATOR',
  'BETWEEN',
  'CASE',
  'CAST',
  'FUNCTION',
])

/** The statement whose syntax tree `readCondition` looks at. The line break ends a trailing comment. */
export function probe(sql: string): string {
  return `SELECT (${sql}\n)`
}

/**
 * Checks the syntax tree of a condition: exactly one expression over columns and constants, with functions that have no
 * side effect. `functions` are the lower-case names of those. Returns what is wrong in words that follow "the condition".
 */
export function readCondition(
  sql: string,
  tree: string,
  functions: ReadonlySet<string>,
): Condition | { readonly problem: string } {
  const parsed = JSON.parse(tree) as Parsed
  if (sql.trim() === '') return { problem: 'is empty' }
  if (parsed.error) {
    const message = parsed.error_message ?? ''
    return {
      problem: /only select/i.test(message) ? 'is more than one expression' : `is no SQL expression: ${message}`,
    }
  }
  const node = parsed.statements?.[0]?.node
  const selected = node?.select_list
  if (parsed.statements?.length !== 1 || !node || !Array.isArray(selected) || selected.length !== 1 || !isBare(node)) {
    return { problem: 'is more than one expression' }
  }
  const columns: string[] = []
  const problem = inspect(selected[0], columns, functions)
  return problem === null ? { sql, columns: [...new Set(columns)] } : { problem }
}

/** True for a SELECT of expressions and nothing else. */
function isBare(node: Readonly<Record<string, unknown>>): boolean {
  const empty = (value: unknown) =>
    value === null || value === undefined || (Array.isArray(value) && value.length === 0)
  const source = node.from_table as { type?: string } | null
  return (
    node.type === 'SELECT_NODE' &&
    source?.type === 'EMPTY' &&
    ['modifiers', 'where_clause', 'group_expressions', 'group_sets', 'having', 'sample', 'qualify'].every((key) =>
      empty(node[key]),
    )
  )
}

function inspect(value: unknown, columns: string[], functions: ReadonlySet<string>): string | null {
  if (Array.isArray(value)) return first(value, (item) => inspect(item, columns, functions))
  if (value === null || typeof value !== 'object') return null
  const node = value as Record<string, unknown>
  if (typeof node.class === 'string') {
    const refused = refuse(node, functions)
    if (refused !== null) return refused
    if (node.class === 'CONSTANT') return null
    if (node.class === 'COLUMN_REF') columns.push((node.column_names as string[])[0] as string)
  }
  return first(Object.values(node), (item) => inspect(item, columns, functions))
}

function refuse(node: Record<string, unknown>, functions: ReadonlySet<string>): string | null {
  const kind = String(node.class)
  if (!KINDS.has(kind)) {
    const words: Readonly<Record<string, string>> = {
      SUBQUERY: 'a query',
      WINDOW: 'a window function',
      STAR: '`*`',
      LAMBDA: 'a lambda',
    }
    return `contains ${words[kind] ?? kind.toLowerCase()}; only a condition on the columns of one row is allowed`
  }
  if (kind === 'COLUMN_REF' && (node.column_names as string[]).length !== 1) {
    return `names ${(node.column_names as string[]).join('.')}; write the column alone, in double quotes if it has a dot`
  }
  if (kind !== 'FUNCTION') return null
  const name = String(node.function_name).toLowerCase()
  return functions.has(name) && !node.schema && !node.catalog
    ? null
    : `calls ${name}(), which is not a function of one row without side effects`
}

function first<T>(items: readonly T[], ask: (item: T) => string | null): string | null {
  for (const item of items) {
    const answer = ask(item)
    if (answer !== null) return answer
  }
  return null
}
