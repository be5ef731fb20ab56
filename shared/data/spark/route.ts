/** Who answers a statement: Spark, the engine at hand, or both: Spark gives the rows that the other writes down. */
export type Route = 'spark' | 'desk' | 'pull'

/** What looks at no rows of the data: syntax, functions, settings, footers of files, why a file was refused. */
const NO_ROWS =
  /\b(json_serialize_sql|duckdb_functions|current_setting|parquet_schema|parquet_metadata|parquet_file_metadata)\s*\(|^\s*(DESCRIBE|SET)\b|\bstore_rejects\b|\breject_(errors|scans)\b|\bcompression =/
/** Whether wide numbers of files fit is asked before they are read; of files with a stand-in that has none, Spark is asked. */
const OF_FILES = /^\s*SELECT\b[\s\S]*\bFROM read_parquet\(/
const OF_STAND_INS = /\bFROM read_parquet\(\['[^']*\/plumbline-stand-in-/
/** Tables that become files of this machine: the list of bad rows, at most a million, and the state of a profile. */
const INTO_FILES = /^\s*INSERT INTO (plumbline_bad_rows|profile_state)\b(?![\s\S]*\bVALUES\b)/
const OF_THEM =
  /\bFROM (plumbline_bad_rows|profile_state)\b|^\s*(COPY|INSERT INTO) (plumbline_bad_rows|profile_state)\b|^\s*(CREATE( OR REPLACE)?( TEMP)?|DROP) TABLE (IF EXISTS )?(plumbline_bad_rows|profile_state)/

/** Decides by the form of a statement alone. */
export function routeOf(sql: string): Route {
  // Literals and names in quotes may hold anything.
  const text = sql.replace(/'(?:[^']|'')*'/g, "''").replace(/"(?:[^"]|"")*"/g, '""')
  if (INTO_FILES.test(text)) return 'pull'
  return NO_ROWS.test(text) || (OF_FILES.test(text) && !OF_STAND_INS.test(sql)) || OF_THEM.test(text) ? 'desk' : 'spark'
}
