import type { Files } from '../../core/context.js'
import { type Problem, problemsError } from '../../core/errors.js'
import type { DataEngine } from '../engine/engine.js'
import { literal, literalList } from '../engine/sql.js'
import { explainCsv } from './csv-errors.js'
import { headerOf, headerProblems } from './csv-header.js'
import { requireKnownColumns, textColumn, tokensOf } from './missing.js'
import { partitionColumns, requireApart } from './partitions.js'
import type { Relation } from './relation.js'
import type { FileSource } from './source.js'
import { LONGEST_RECORD, removeStaged, type StagedFile, stageFiles } from './stage.js'
import { requireCleanText } from './strange.js'
import { MOST_COLUMNS, tooManyColumns } from './width.js'

/** Left to itself the engine takes sixteen times the longest record, for each thread. */
const BUFFER = 2 * LONGEST_RECORD
const LISTED = 5

/** CSV and TSV: every column as text; names and structure are checked by us, rows by the engine's strict parser. */
export async function openCsv(engine: DataEngine, files: Files, source: FileSource): Promise<Relation> {
  const staged = await stageFiles(engine, files, source)
  try {
    const names = await namesOf(staged, source)
    const first = staged[0] as StagedFile
    const header = `${first.file}:${first.lineOf(1)}`
    requireKnownColumns(source.missing, [...names, ...(source.partitions?.names ?? [])], header)
    if (source.partitions !== null) requireApart(source.partitions, names, first.file, header)
    const { quote, escape: before, columns } = source.dialect
    const paths = staged.map(({ path }) => path)
    const read = (options: string) =>
      `read_csv(${literalList(paths)}, auto_detect = false, hive_partitioning = false, header = ${columns === null}, strict_mode = true, delim = ${literal(source.delimiter)}, ` +
      `quote = ${literal(quote ?? '')}, escape = ${literal(before ?? '')}, max_line_size = ${LONGEST_RECORD}, buffer_size = ${BUFFER}, ` +
      `nullstr = [''], columns = {${names.map((_, i) => `'x${i}': 'VARCHAR'`).join(', ')}}${options})`
    return {
      parts: source.files,
      columns: [
        ...names.map((name, i) =>
          textColumn({ name, type: null, nothing: 'empty' }, `x${i}`, tokensOf(source.missing, name)),
        ),
        ...partitionColumns(source.partitions, tokensOf.bind(null, source.missing), 'file_index'),
      ],
      from: read(''),
      fileIndex: 'file_index',
      explain: (error) => explainCsv({ engine, root: files.root, source, staged, read }, error),
      inspect: (table, found) => requireCleanText(engine, table, found, staged),
      close: () => removeStaged(staged),
    }
  } catch (error) {
    await removeStaged(staged)
    throw error
  }
}

async function namesOf(staged: readonly StagedFile[], source: FileSource): Promise<readonly string[]> {
  const declared = source.dialect.columns
  const [first, ...others] = staged as [StagedFile, ...StagedFile[]]
  const problems: Problem[] = []
  if (declared !== null) {
    problems.push(...headerProblems(declared, first.file, source.delimiter))
    if (problems.length > 0) throw problemsError('`columns` of the source is not usable', problems)
    return declared
  }
  const { names, count } = await headerOf(first, source.delimiter, source.dialect)
  if (count > MOST_COLUMNS) throw tooManyColumns(first.file, count)
  problems.push(...headerProblems(names, first.file, source.delimiter, first.lineOf(1)))
  for (const other of others) {
    const found = await headerOf(other, source.delimiter, source.dialect)
    if (found.count !== count || found.names.some((name, i) => name !== names[i])) {
      problems.push(differentHeader(other, found.names, first.file, names))
    }
    if (problems.length >= 20) break
  }
  if (problems.length > 0) throw problemsError('the header of the data is not usable', problems)
  return names
}

function differentHeader(
  { file, lineOf }: StagedFile,
  found: readonly string[],
  first: string,
  names: readonly string[],
): Problem {
  const quote = (list: readonly string[]) =>
    list
      .slice(0, LISTED)
      .map((name) => JSON.stringify(name))
      .join(', ') + (list.length > LISTED ? ', …' : '')
  const missing = names.filter((name) => !found.includes(name))
  const extra = found.filter((name) => !names.includes(name))
  const differences = [
    ...(missing.length > 0 ? [`it lacks ${quote(missing)}`] : []),
    ...(extra.length > 0 ? [`it has ${quote(extra)} besides`] : []),
    ...(missing.length + extra.length === 0 ? ['its columns stand in another order'] : []),
  ]
  return {
    where: `${file}:${lineOf(1)}`,
    message: `the header differs from that of ${first}: ${differences.join(', ')}`,
    cure: 'files of one dataset need the same columns in the same order; read them as datasets of their own, or rewrite them',
  }
}
