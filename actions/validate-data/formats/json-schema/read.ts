import { problemsError } from '../../../../shared/core/errors.js'
import { readYaml, type YamlSource } from '../../../../shared/core/yaml.js'
import { type ContractBuilder, createBuilder } from '../builder.js'
import type { ContractFormat } from '../format.js'
import { isSchema, type Schema, schemaProblems } from './keywords.js'
import { translateRow } from './row.js'

const TITLE = 'JSON Schema'

/**
 * JSON Schema of one row of JSON Lines: draft-07, 2019-09 and 2020-12, in JSON or YAML. What a column rule says exactly
 * becomes one, nested objects as `a.b`; the rest is judged on the row as it stands in the file. In data that are no JSON an
 * absent key and `null` are the same. A pattern matches anywhere, and `format` is asserted.
 */
export const jsonSchema: ContractFormat = {
  name: 'json-schema',
  title: TITLE,
  detect(path, text) {
    if (!/["']?\$schema["']?\s*:|["']?properties["']?\s*:/.test(text)) return false
    const value = readYaml(text, path).value?.value as Schema | null | undefined
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    return (
      (typeof value.$schema === 'string' && value.$schema.includes('json-schema.org')) ||
      (value.type === 'object' && isSchema(value.properties))
    )
  },
  read(text, path, { isJson = false }) {
    const parsed = readYaml(text, path)
    if (parsed.problems) throw problemsError(`${path} (${TITLE}) has mistakes`, parsed.problems)
    const builder = createBuilder(path, TITLE)
    readSchema(parsed.value, builder, isJson)
    builder.reading({ 'strict-types': true })
    return builder.finish()
  },
}

function readSchema(source: YamlSource, builder: ContractBuilder, isJson: boolean): void {
  const root = source.value
  if (!isSchema(root)) {
    builder.problem(1, 'the schema is not a map of keywords', 'describe one row: { type: object, properties: { … } }')
    return
  }
  const problems = schemaProblems(root, (at) => source.line(at))
  for (const { line, message, cure } of problems) builder.problem(line, message, cure)
  if (problems.length === 0) translateRow(root, source, builder, isJson)
}
