/** Table functions that read nothing from outside. */
const TABLE_FUNCTIONS = new Set(['unnest', 'range', 'generate_series'])

type Node = Readonly<Record<string, unknown>>

/**
 * Checks the syntax tree of a query (the answer of json_serialize_sql): one SELECT over the named tables and its own CTEs,
 * with functions that have no side effect, so that it reads no file and changes nothing. `functions` and `tables` are in
 * lower case. Returns what is wrong in words that follow "the query", or null.
 */
export function queryProblem(tree: string, functions: ReadonlySet<string>, tables: ReadonlySet<string>): string | null {
  const parsed = JSON.parse(tree) as { error: boolean; error_message?: string; statements?: unknown[] }
  if (parsed.error) {
    const message = parsed.error_message ?? ''
    return /only select/i.test(message) ? 'is no SELECT' : `is no SQL: ${message}`
  }
  if (parsed.statements?.length !== 1) return 'is more than one statement'
  return inspect(parsed.statements[0], functions, new Set([...tables, ...namesOfCtes(parsed.statements[0])]))
}

function inspect(value: unknown, functions: ReadonlySet<string>, tables: ReadonlySet<string>): string | null {
  if (value === null || typeof value !== 'object') return null
  const refused = Array.isArray(value) ? null : refuse(value as Node, functions, tables)
  if (refused !== null) return refused
  for (const item of Object.values(value)) {
    const problem = inspect(item, functions, tables)
    if (problem !== null) return problem
  }
  return null
}

function refuse(node: Node, functions: ReadonlySet<string>, tables: ReadonlySet<string>): string | null {
  if (node.type === 'BASE_TABLE') {
    const name = String(node.table_name)
    const isKnown = !node.schema_name && !node.catalog_name && tables.has(name.toLowerCase())
    return isKnown ? null : `reads from ${name}; it may read from ${[...tables].join(', ')}`
  }
  if (node.type === 'TABLE_FUNCTION') {
    const name = String((node.function as Node | undefined)?.function_name).toLowerCase()
    return TABLE_FUNCTIONS.has(name) ? null : `reads from ${name}(), and may read nothing but the data`
  }
  if (node.class !== 'FUNCTION' && node.class !== 'WINDOW') return null
  const name = String(node.function_name ?? '').toLowerCase()
  const isOwn = node.class === 'WINDOW' || TABLE_FUNCTIONS.has(name) || functions.has(name)
  return isOwn && !node.schema && !node.catalog ? null : `calls ${name}(), which has side effects or is not known`
}

function namesOfCtes(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return []
  const map = (value as { cte_map?: { map?: { key?: unknown }[] } }).cte_map?.map ?? []
  return [
    ...(Array.isArray(map) ? map.map(({ key }) => String(key).toLowerCase()) : []),
    ...Object.values(value).flatMap(namesOfCtes),
  ]
}
