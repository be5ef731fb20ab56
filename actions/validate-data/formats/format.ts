import type { ContractBuilder, ForeignContract } from './builder.js'

export interface ReadOptions {
  /** `data.contract-table`: the table to take from a file of several. */
  readonly table?: string
  /** Path of the data, whose name chooses the table when nobody has named one. */
  readonly data?: string
  /** Whether the data are JSON, in which null is another thing than an absent key. */
  readonly isJson?: boolean
  /** `data.contract-references`: where tables lie that the file names besides: name in the file → path or glob. */
  readonly references?: Readonly<Record<string, string>>
}

/** A format of contracts that other tools write, read as it is. */
export interface ContractFormat {
  /** Short name, such as `odcs`. */
  readonly name: string
  /** What a file of it is called, such as `Open Data Contract`. */
  readonly title: string
  /** Whether a text is of this format; false for broken texts. Never throws. */
  detect(path: string, text: string): boolean
  /** Throws UserError with everything that is wrong or cannot be honoured, each with its line. */
  read(text: string, path: string, options: ReadOptions): ForeignContract
}

/** One of the tables of a file: its name, other names and paths that it goes by, and its line. */
export interface Table {
  readonly names: readonly string[]
  readonly line: number
}

/**
 * Place of the table to use: the one that is named, else the one whose name or file is that of the data, else the only
 * one. Null after a problem that lists them.
 */
export function chooseTable(tables: readonly Table[], options: ReadOptions, builder: ContractBuilder): number | null {
  const listed = tables.map(({ names }) => JSON.stringify(names[0] ?? '')).join(', ')
  if (options.table !== undefined) {
    const found = tables.findIndex(({ names }) => names.includes(options.table as string))
    if (found >= 0) return found
    builder.problem(
      tables[0]?.line ?? 1,
      `there is no table ${JSON.stringify(options.table)} in this file`,
      tables.length === 0 ? 'declare one' : `set \`data.contract-table\` to one of: ${listed}`,
    )
    return null
  }
  if (tables.length === 1) return 0
  if (options.data !== undefined) {
    const wanted = stem(options.data)
    const found = tables.flatMap(({ names }, i) => (names.some((name) => stem(name) === wanted) ? [i] : []))
    if (found.length === 1) return found[0] as number
  }
  builder.problem(
    tables[0]?.line ?? 1,
    tables.length === 0 ? 'it describes no table' : `it describes ${tables.length} tables: ${listed}`,
    tables.length === 0 ? 'describe one' : 'say which one is meant, with `data.contract-table` in plumbline.yml',
  )
  return null
}

/** `data/orders.csv.gz` → `orders`. */
const stem = (path: string): string =>
  (path.split(/[\\/]/).at(-1) ?? path)
    .replace(/(\.(csv|tsv|txt|json|jsonl|ndjson|parquet|pq|gz|zst))+$/i, '')
    .toLowerCase()
