import { Ajv, type ErrorObject, type Options } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { messageOf } from '../../../../shared/core/errors.js'

type Schema = Record<string, unknown>

/** What is wrong with a value: where in it, and why. */
export interface SchemaError {
  readonly path: readonly (string | number)[]
  readonly message: string
}

const OPTIONS: Options = {
  strict: false,
  allErrors: true,
  validateFormats: true,
  logger: false,
  addUsedSchema: false,
  verbose: true,
}

/** Making one compiles its meta-schemas, which takes longer than a schema of a row. */
const made = new Map<string, Ajv>()

function judgeOf(schema: Schema): Ajv {
  const $schema = typeof schema.$schema === 'string' ? schema.$schema : ''
  const dialect = /draft-0[67]/.test($schema) ? '07' : $schema.includes('2019-09') ? '2019' : '2020'
  const known = made.get(dialect)
  if (known !== undefined) return known
  const ajv = dialect === '07' ? new Ajv(OPTIONS) : dialect === '2019' ? new Ajv2019(OPTIONS) : new Ajv2020(OPTIONS)
  ;(addFormats as unknown as (ajv: Ajv) => void)(ajv)
  made.set(dialect, ajv)
  return ajv
}

/**
 * A judge of values by a JSON Schema, by its `$schema` or else as 2020-12: every error of a value, none when it is valid.
 * `format` is asserted. Throws Error for a schema that is none.
 */
export function compileSchema(schema: Schema): (value: unknown) => SchemaError[] {
  const validate = judgeOf(schema).compile(withoutId(schema))
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(toError))
}

let formats: ReadonlySet<string> | null = null

/** Whether values of a format are judged. */
export function isKnownFormat(format: string): boolean {
  formats ??= new Set(Object.keys(judgeOf({}).formats))
  return formats.has(format)
}

/**
 * Mistakes in the schema itself: values of keywords that its dialect does not allow, and, when it `isKnown` through and
 * through, patterns that are none and references without end.
 */
export function metaProblems(schema: Schema, isKnown: boolean): SchemaError[] {
  const ajv = judgeOf(schema)
  if (!ajv.validateSchema(schema)) return told(ajv.errors ?? [])
  if (!isKnown) return []
  try {
    compileSchema(schema)
    return []
  } catch (error) {
    // A reference that leads back to itself and to nothing else.
    const endless = error instanceof RangeError
    return [{ path: [], message: endless ? 'refers to itself without end' : `cannot be used: ${messageOf(error)}` }]
  }
}

/** Each place once: a value that fits none of several kinds is told for each of them. */
function told(errors: readonly ErrorObject[]): SchemaError[] {
  const all = errors.map(toError)
  return all.filter(({ path }, i) => all.findIndex((one) => one.path.join('/') === path.join('/')) === i).slice(0, 20)
}

/** Identifiers are no addresses here; two schemas may bear the same. */
const withoutId = ({ $id: _, ...schema }: Schema): Schema => schema

const toError = ({ instancePath, message, params, keyword, schema }: ErrorObject): SchemaError => ({
  path: instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  message:
    keyword === 'not' && isNullType(schema)
      ? 'must not be null'
      : `${message ?? 'is not valid'}${'allowedValues' in params ? `: ${JSON.stringify(params.allowedValues)}` : ''}`,
})

const isNullType = (schema: unknown): boolean => (schema as Schema | null)?.type === 'null'
