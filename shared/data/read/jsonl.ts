import type { Files } from '../../core/context.js'
import { UserError } from '../../core/errors.js'
import { type DataEngine, EngineError } from '../engine/engine.js'
import { literalList } from '../engine/sql.js'
import { unpacked } from './archive.js'
import { explainJson, LONGEST_ROW } from './json-errors.js'
import { type JsonField, jsonFields } from './json-fields.js'
import { requireKnownColumns, textColumn, tokensOf } from './missing.js'
import { partitionColumns, requireApart } from './partitions.js'
import type { RawColumn, Relation } from './relation.js'
import type { FileSource } from './source.js'
import { removeStaged, type StagedFile, stageFiles } from './stage.js'

/**
 * JSON Lines, one object a line, and JSON files with an array of objects or objects one after the other. Every value is
 * text, lists are JSON, and the fields of nested objects are columns such as `a.b` unless the source says otherwise.
 */
export async function openJson(engine: DataEngine, files: Files, source: FileSource): Promise<Relation> {
  const staged = await stageFiles(engine, files, source)
  const explain = (error: EngineError) => explainJson(source, staged, files.root, error)
  try {
    const objects = await objectsIn(staged, source)
    const fields = await fieldsOf(engine, objects, staged, source)
    const first = (staged[0] as StagedFile).file
    const names = fields.map(({ name }) => name)
    requireKnownColumns(source.missing, [...names, ...(source.partitions?.names ?? [])], first)
    if (source.partitions !== null) requireApart(source.partitions, names, first, first)
    const mixed = fields.filter((field) => field.mixed)
    const kinds = mixed.length === 0 ? '' : `, json_type(json, ${pointers(mixed)}) AS k`
    return {
      parts: source.files,
      columns: [
        ...fields.map((field, i): RawColumn => {
          const text = `l[${i + 1}]`
          const value = field.mixed ? `CASE WHEN k[${mixed.indexOf(field) + 1}] <> 'OBJECT' THEN ${text} END` : text
          return textColumn(
            { name: field.name, type: null, nothing: 'null' },
            value,
            tokensOf(source.missing, field.name),
          )
        }),
        ...partitionColumns(source.partitions, tokensOf.bind(null, source.missing), 'part'),
      ],
      from: `(SELECT json_extract_string(json, ${pointers(fields)}) AS l${kinds}, file_index AS part FROM ${objects})`,
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
  source: FileSource,
): Promise<JsonField[]> {
  const [wrong] = await engine.all(
    `SELECT json_type(json) AS type FROM ${objects} WHERE json_type(json) <> 'OBJECT' LIMIT 1`,
  )
  if (wrong !== undefined) throw new EngineError(`a row is not an object but ${String(wrong.type)}`)
  return jsonFields(engine, objects, (staged[0] as StagedFile).file, source.flatten)
}
