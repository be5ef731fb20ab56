import * as z from 'zod'

const paths = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])
const sign = (what: string) => z.string().length(1, `use one character as ${what}`)

/** Texts that mean a missing value: for all columns, or by column, where `*` is every column. */
const Missing = z.union([z.array(z.string()), z.record(z.string(), z.array(z.string()))])
const missing = Missing.optional().describe(
  'Texts that mean a missing value, besides the empty cell: a list for every column, such as [NA, "-999"], or a map of lists by column, in which `*` is every column.',
)

const FileSource = z
  .strictObject({
    path: paths,
    format: z.enum(['csv', 'tsv', 'jsonl', 'json', 'parquet']).optional().describe('Default: by the file name.'),
    delimiter: z.string().length(1).optional().describe('Column delimiter of CSV files.'),
    quote: z
      .union([z.literal('none'), sign('quote')])
      .optional()
      .describe('Character around values of CSV files; `none`: values are never quoted. Default: ".'),
    escape: z
      .union([z.literal('none'), sign('escape')])
      .optional()
      .describe(
        'Character before a quote inside quotes; `none`: there is no way to write one. Default: the quote, twice.',
      ),
    comment: sign('comment').optional().describe('Lines of CSV files that begin with it are left out.'),
    skip: z.int().min(0).max(1_000_000).optional().describe('Lines before the header of CSV files. Default: 0.'),
    header: z
      .boolean()
      .optional()
      .describe(
        'Whether CSV files name their columns in the first line; with false, `columns` names them. Default: true.',
      ),
    columns: z.array(z.string().min(1)).min(1).optional().describe('Names of the columns, with `header: false`.'),
    encoding: z
      .enum(['utf-8', 'utf-16', 'utf-16le', 'utf-16be', 'latin-1', 'windows-1252'])
      .optional()
      .describe('Encoding of text files. Default: by the byte order mark, else utf-8.'),
    missing,
    hive: z
      .boolean()
      .optional()
      .describe(
        'Whether folders such as year=2024 are columns. Default: when every file lies in folders with the same keys.',
      ),
    flatten: z
      .boolean()
      .optional()
      .describe(
        'Whether nested objects of JSON become columns such as a.b; lists stay JSON text. With false objects stay JSON text too. Default: true.',
      ),
    'strict-types': z
      .boolean()
      .optional()
      .describe(
        'Whether a value of JSON must be of the JSON type that the contract declares: "5" is no number, 5 no text. Default: true with a contract that is a JSON Schema, else false.',
      ),
  })
  .refine(({ header, columns }) => (header === false) === (columns !== undefined), {
    path: ['columns'],
    error: '`header: false` together with `columns`, the names of all columns in their order',
  })

const table = {
  table: z.string().min(1).optional().describe('Table or view; `schema.table` outside the default schema.'),
  query: z.string().min(1).optional().describe('One SELECT, instead of a table.'),
  missing,
}
const tableOrQuery = ({ table, query }: { table?: string | undefined; query?: string | undefined }) =>
  (table === undefined) !== (query === undefined)
const eitherOne = { path: ['table'], error: 'either `table` or `query`' }

const DatabaseSource = z
  .strictObject({
    database: z.string().min(1).describe('File of a DuckDB or SQLite database; its first bytes tell which.'),
    ...table,
  })
  .refine(tableOrQuery, eitherOne)

const PostgresSource = z
  .strictObject({
    postgres: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable, never the address itself')
      .describe('Name of the environment variable that holds the connection URL.'),
    ...table,
  })
  .refine(tableOrQuery, eitherOne)

/**
 * Rows of one dataset: a path or glob, a list of them, an object that also says how to read them, or a table of a
 * database.
 */
export const Source = z.union([
  z.string().min(1),
  z.array(z.string().min(1)).min(1),
  FileSource,
  DatabaseSource,
  PostgresSource,
])
export type Source = z.output<typeof Source>

const MEMORY_UNITS = { MB: 1, GB: 1000 } as const

/** Megabytes. */
export const MemoryLimit = z
  .union([
    z.int().min(64).max(10_000_000),
    z.string().regex(/^[1-9][0-9]{0,6} ?(MB|GB)$/, 'use a size such as 256MB or 4GB'),
  ])
  .transform((size) => {
    if (typeof size === 'number') return size
    return Number.parseInt(size, 10) * MEMORY_UNITS[size.slice(-2) as keyof typeof MEMORY_UNITS]
  })
  .describe(
    'Memory of the data engine, in MB or such as 256MB; beyond it data are spilled to the temporary folder. Default: 320 MB, and for a query that cannot do with as much up to half of the machine.',
  )
