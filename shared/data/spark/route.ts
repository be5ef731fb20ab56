/** Who answers a statement: Spark, the engine at hand, or both: Spark gives the rows that the other writes down. */
export type Route = 'spark' | 'desk' | 'pull'

/** What looks at no rows of the data: syntax, functions, settings, footers of files, why a file was refused. */
const NO_ROWS =
  /\b(json_serialize_sql|duckdb_functions|current_setting|parquet_schema|parquet_metadata|parquet_file_metadata)\s*\(|^\s*DESCRIBE\b|\bstore_rejects\b|\breject_(errors|scans)\b|\bcompression =/
/** Whether wide numbers of files fit is asked before they are read. */
const OF_FILES = /^\s*SELECT\b[\s\S]*\bFROM read_parquet\(/
/** The list of bad rows is a file of this machine, and at most a million rows. */
const INTO_BAD_ROWS = /^\s*INSERT INTO plumbline_bad_rows\b/
const OF_BAD_ROWS =
  /\bFROM plumbline_bad_rows\b|^\s*COPY plumbline_bad_rows\b|^\s*(CREATE( OR REPLACE)?( TEMP)?|DROP) TABLE (IF EXISTS )?plumbline_bad_rows/

/** Decides by the form of a statement alone. */
export function routeOf(sql: string): Route {
  // Literals and names in quotes may hold anything.
  const text = sql.replace(/'(?:[^']|'')*'/g, "''").replace(/"(?:[^"]|"")*"/g, '""')
  if (INTO_BAD_ROWS.test(text)) return 'pull'
  return NO_ROWS.test(text) || OF_FILES.test(text) || OF_BAD_ROWS.test(text) ? 'desk' : 'spark'
}
