import type { ColumnType } from '../../contracts/data-contract.js'
import type { Files } from '../../core/context.js'
import { UserError } from '../../core/errors.js'
import { type DataEngine, EngineError } from '../engine/engine.js'
import { literalList } from '../engine/sql.js'
import { unpacked } from './archive.js'
import { explainJson, LONGEST_ROW } from './json-errors.js'
import { type JsonField, jsonFields } from './json-fields.js'
import { requireKnownColumns, textColumn, tokensOf } from './missing.js'
import { partitionColumns, requireApart } from './partitions.js'
import type { RawColumn, ReadOptions, Relation } from './relation.js'
import type { FileSource } from './source.js'
import { removeStaged, type StagedFile, stageFiles } from './stage.js'

/**
 * JSON Lines, one object a line, and JSON files with an array of objects or objects one after the other. Every value is
 * text, lists are JSON, and the fields of nested objects are columns such as `a.b` unless the source says otherwise. With
 * strict types, a value of another JSON type than its column is declared to have is not of that type.
 */
export async function openJson(
  engine: DataEngine,
  files: Files,
  source: FileSource,
  { declared, whole }: Pick<ReadOptions, 'declared' | 'whole'>,
): Promise<Relation> {
  const staged = await stageFiles(engine, files, source)
  const explain = (error: EngineError) => explainJson(source, staged, files.root, error)
  try {
    const objects = await objectsIn(staged, source)
    const strict = source.strictTypes ? declared : new Map<string, ColumnType>()
    const fields = await fieldsOf(engine, objects, staged, { source, strict })
    const first = (staged[0] as StagedFile).file
    const names = fields.map(({ name }) => name)
    requireKnownColumns(source.missing, [...names, ...(source.partitions?.names ?? [])], first)
    if (source.partitions !== null) requireApart(source.partitions, names, first, first)
    const told = fields.filter(({ name, mixed }) => mixed || strict.has(name))
    const kinds = told.length === 0 ? '' : `, json_type(json, ${pointers(told)}) AS k`
    const places = new Map(told.map((field, i) => [field, i + 1]))
    // Texts that the source says are missing stand in the row as values.
    const hasTokens = fields.some(({ name }) => tokensOf(source.missing, name).length > 0)
    const isWhole = whole && source.strictTypes && !hasTokens
    return {
      parts: source.files,
      columns: [
        ...fields.map((field, i): RawColumn => {
          const text = `l[${i + 1}]`
          const kind = `k[${places.get(field)}]`
          const value = field.mixed ? `CASE WHEN ${kind} <> 'OBJECT' THEN ${text} END` : text
          const type = strict.get(field.name)
          const column = { name: field.name, type: null, nothing: 'null' } as const
          const tokens = tokensOf(source.missing, field.name)
          if (type === undefined) return textColumn(column, value, tokens)
          const read = textColumn(column, value, tokens, true)
          return {
            ...read,
            asDeclared: { text: ofType(type, kind, read.value), shown: shownOf(type, kind, read.value) },
          }
        }),
        ...partitionColumns(source.partitions, tokensOf.bind(null, source.missing), 'part'),
      ],
      ...(isWhole ? { whole: 'json' } : {}),
      from: `(SELECT json_extract_string(json, ${pointers(fields)}) AS l${kinds}${isWhole ? ', json' : ''}, file_index AS part FROM ${objects})`,
      fileIndex: 'part',
      explain,
      close: () => removeStaged(staged),
    }
  } catch (error) {
    const told = error instanceof EngineError ? await explain(error) : error
    await removeStaged(staged)
    throw told
  }
}

/** Types of numbers as the engine names them. */
const NUMBERS = "'UBIGINT', 'BIGINT', 'DOUBLE'"

/**
 * SQL for the text of a value of the JSON type that a column type stands for, else NULL: dates are strings, and 3.0 is an
 * integer (JSON Schema 2020-12 validation, 6.1.1).
 */
function ofType(type: ColumnType, kind: string, text: string): string {
  if (type === 'boolean') return `CASE WHEN ${kind} = 'BOOLEAN' THEN ${text} END`
  if (type === 'number') return `CASE WHEN ${kind} IN (${NUMBERS}) THEN ${text} END`
  if (type !== 'integer') return `CASE WHEN ${kind} = 'VARCHAR' THEN ${text} END`
  const number = `TRY_CAST(${text} AS DOUBLE)`
  const written = `CASE WHEN floor(${number}) = ${number} THEN CAST(TRY_CAST(${number} AS BIGINT) AS VARCHAR) END`
  return `CASE WHEN ${kind} IN ('UBIGINT', 'BIGINT') THEN ${text} WHEN ${kind} = 'DOUBLE' THEN coalesce(${written}, ${text}) END`
}

/** SQL for a value that is not of its type: of a text that may look as if it were, the quotes too. */
const shownOf = (type: ColumnType, kind: string, text: string): string =>
  type === 'integer' || type === 'number' || type === 'boolean'
    ? `CASE WHEN ${kind} = 'VARCHAR' THEN '"' || ${text} || '"' ELSE ${text} END`
    : text

const pointers = (fields: readonly JsonField[]) => literalList(fields.map(({ pointer }) => pointer))

/** SQL for a table with a column `json`. */
async function objectsIn(staged: readonly StagedFile[], source: FileSource): Promise<string> {
  const paths = literalList(staged.map(({ path }) => path))
  if (source.format === 'jsonl')
    return `read_ndjson_objects(${paths}, maximum_object_size = ${LONGEST_ROW}, hive_partitioning = false)`
  const kinds = new Map<'array' | 'unstructured', string>()
  for (const one of staged) kinds.set((await beginsWithBracket(one)) ? 'array' : 'unstructured', one.file)
  if (kinds.size > 1) {
    throw new UserError(`${kinds.get('array')} is an array, ${kinds.get('unstructured')} is not`, {
      where: kinds.get('unstructured') as string,
      cure: 'write the files of one dataset the same way',
    })
  }
  return `read_json_objects(${paths}, format = '${[...kinds.keys()][0]}', maximum_object_size = ${LONGEST_ROW}, hive_partitioning = false)`
}

async function beginsWithBracket({ file, path }: StagedFile): Promise<boolean> {
  for await (const chunk of unpacked(path, file)) {
    const sign = /[^\s]/.exec(chunk.toString('latin1'))?.[0]
    if (sign !== undefined) return sign === '['
  }
  return false
}

async function fieldsOf(
  engine: DataEngine,
  objects: string,
  staged: readonly StagedFile[],
  { source, strict }: { readonly source: FileSource; readonly strict: ReadonlyMap<string, ColumnType> },
): Promise<JsonField[]> {
  const [wrong] = await engine.all(
    `SELECT json_type(json) AS type FROM ${objects} WHERE json_type(json) <> 'OBJECT' LIMIT 1`,
  )
  if (wrong !== undefined) throw new EngineError(`a row is not an object but ${String(wrong.type)}`)
  const isWhole = (name: string) => !source.flatten || strict.has(name)
  return jsonFields(engine, objects, (staged[0] as StagedFile).file, isWhole)
}
