/** Parses CSV text (RFC 4180: quoted cells may hold commas, quotes and line breaks) into one object per row. */
export function parseCsv(text) {
  const [header = [], ...rows] = cells(text.replace(/^\uFEFF/, ''))
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])))
}

/** Writes rows as CSV text with the given columns; cells are quoted only where they have to be. */
export function formatCsv(columns, rows) {
  const quote = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)
  const line = (values) => `${values.map((value) => quote(String(value ?? ''))).join(',')}\n`
  return line(columns) + rows.map((row) => line(columns.map((column) => row[column]))).join('')
}

function cells(text) {
  const rows = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (rows.at(-1)?.open !== true) rows.push({ row: [], open: true })
    const current = rows.at(-1)
    current.row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    current.open = end === ','
  }
  return rows.map(({ row }) => row).filter((row) => row.length > 1 || row[0] !== '')
}
