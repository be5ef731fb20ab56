import type { ContractBuilder, SourceHints } from '../builder.js'
import { type Cursor, show } from '../cursor.js'

const ENCODINGS: Readonly<Record<string, NonNullable<SourceHints['encoding']>>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'utf-16': 'utf-16',
  utf16: 'utf-16',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  'iso-8859-1': 'latin-1',
  'latin-1': 'latin-1',
  latin1: 'latin-1',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
}

/** Settings of the CSV dialect (1) and table dialect (2) with the values at which they change nothing. */
const NEUTRAL: readonly (readonly [string, readonly unknown[], string])[] = [
  ['lineTerminator', ['\r\n', '\n', '\r'], 'write the file with the usual line ends'],
  ['doubleQuote', [true], 'set `quote` and `escape` of the source in plumbline.yml'],
  ['skipInitialSpace', [false], 'take the white space out of the file'],
  ['headerJoin', [' '], 'write one header line'],
  ['headerCase', [true], 'write the names as they are in the file'],
  ['caseSensitiveHeader', [true, false], ''],
  ['commentRows', [[]], 'set `skip` of the source in plumbline.yml'],
  ['csvddfVersion', [1.2, '1.2', 1, '1.0', 1.0], ''],
  ['property', [], 'write one JSON object a line'],
  ['itemType', ['object'], 'write one JSON object a line'],
  ['itemKeys', [], 'write one JSON object a line'],
  ['sheetNumber', [], 'write the sheet as CSV'],
  ['sheetName', [], 'write the sheet as CSV'],
  ['table', [], 'name the table in `data.train` of plumbline.yml'],
]

/** Encoding and dialect of a resource, as hints for reading; whether there is a header. What cannot be read so is a problem. */
export function readDialect(resource: Cursor, builder: ContractBuilder): boolean {
  const encoding = resource.text('encoding')
  if (encoding !== undefined) {
    const known = Object.hasOwn(ENCODINGS, encoding.toLowerCase()) ? ENCODINGS[encoding.toLowerCase()] : undefined
    if (known !== undefined) builder.reading({ encoding: known })
    else
      builder.problem(
        resource.lineOf('encoding'),
        `the encoding is ${show(encoding)}`,
        'write the file in UTF-8, for example with iconv',
      )
  }
  const dialect = typeof resource.raw('dialect') === 'string' ? undefined : resource.map('dialect')
  if (dialect === undefined) return true
  let header = readSettings(dialect, builder)
  // frictionless-py keeps the settings of CSV in a map of their own.
  const csv = dialect.map('csv')
  if (csv !== undefined) {
    header = readSettings(csv, builder) && header
    csv.rest()
  }
  dialect.rest()
  return header
}

function readSettings(dialect: Cursor, builder: ContractBuilder): boolean {
  dialect.skip('$schema', 'name', 'title', 'description', 'type', 'csv')
  const hints: { -readonly [Key in keyof SourceHints]: SourceHints[Key] } = {}
  for (const [key, hint] of [
    ['delimiter', 'delimiter'],
    ['quoteChar', 'quote'],
    ['escapeChar', 'escape'],
    ['commentChar', 'comment'],
  ] as const) {
    const value = dialect.text(key)
    if (value === undefined || value === '') continue
    if ([...value].length === 1) hints[hint] = value
    else builder.problem(dialect.lineOf(key), `\`${key}\` is ${show(value)}`, 'one character can be read')
  }
  if (dialect.flag('header') === false) hints.header = false
  const rows = dialect.list('headerRows')
  if (rows !== undefined && (rows.length > 1 || !Number.isSafeInteger(rows[0] ?? 1)))
    builder.problem(dialect.lineOf('headerRows'), `the header has rows ${show(rows)}`, 'write one header line')
  else if (rows?.length === 0) hints.header = false
  else if (rows !== undefined && rows[0] !== 1) hints.skip = Number(rows[0]) - 1
  const nothing = dialect.text('nullSequence')
  if (nothing !== undefined && nothing !== '')
    builder.problem(dialect.lineOf('nullSequence'), `\`nullSequence\` is ${show(nothing)}`, 'add it to `missingValues`')
  for (const [key, neutral, cure] of NEUTRAL) {
    const value = dialect.raw(key)
    if (value === undefined || value === null || cure === '') continue
    if (!neutral.some((one) => JSON.stringify(one) === JSON.stringify(value)))
      builder.problem(dialect.lineOf(key), `\`${key}\` is ${show(value)}`, cure)
  }
  builder.reading(hints)
  return hints.header !== false
}
