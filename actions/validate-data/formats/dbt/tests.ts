import { nearestNames } from '../../../../shared/core/nearest.js'
import { createArguments, isRecord, shown } from '../arguments.js'
import type { ContractBuilder } from '../builder.js'
import { allOf } from '../sql-text.js'
import { CORE_TESTS, type DbtContext, type DbtTranslate } from './core.js'
import { DBT_EXPECTATIONS, DBT_EXPECTATIONS_REFUSED } from './expectations.js'
import { readConfig, withSeverity } from './severity.js'
import { UTILS_REFUSED, UTILS_TESTS } from './utils.js'

const prefixed = <T>(prefix: string, tests: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(tests).map(([name, test]) => [`${prefix}.${name}`, test]))

const TESTS: Readonly<Record<string, DbtTranslate>> = {
  ...CORE_TESTS,
  ...prefixed('dbt_utils', UTILS_TESTS),
  ...prefixed('dbt_expectations', DBT_EXPECTATIONS),
}
const REFUSED: Readonly<Record<string, string>> = {
  ...prefixed('dbt_utils', UTILS_REFUSED),
  ...prefixed('dbt_expectations', DBT_EXPECTATIONS_REFUSED),
}

/** Every test that is understood: translated, or refused with its reason. */
export const DBT_TEST_NAMES: readonly string[] = [...Object.keys(TESTS), ...Object.keys(REFUSED)].sort()

/** Characters of an unknown name in a message. */
const LONGEST_NAME = 100

/** Where a test stands. */
export interface TestPlace {
  readonly column: string | null
  readonly references: Readonly<Record<string, string>>
  line(path: readonly PropertyKey[]): number
}

/** Adds the checks of one item of `tests` or `data_tests`, or its problems. */
export function readTest(item: unknown, place: TestPlace, builder: ContractBuilder): void {
  const found = nameAndValues(item)
  if (found === null) {
    builder.problem(place.line([]), `a test is ${shown(item)}`, 'write its name, or its name with its arguments')
    return
  }
  const { name, values, path } = found
  const line = place.line(path)
  const translate = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined
  if (translate === undefined) {
    const refused = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined
    const [near] = nearestNames(name, Object.keys(TESTS))
    builder.problem(
      line,
      `${name.slice(0, LONGEST_NAME)}: ${refused === undefined ? 'this test is not known' : `it cannot be honoured: ${refused}`}`,
      refused === undefined && near !== undefined
        ? `did you mean ${near}?`
        : 'write it as a check `sql` of a Plumbline contract',
    )
    return
  }
  const flat = flatten(values)
  const args = createArguments(name, flat.values, (key, message, cure) =>
    builder.problem(key === null ? line : place.line([...path, ...(flat.paths.get(key) ?? [key])]), message, cure),
  )
  for (const [key, value] of Object.entries(flat.values)) {
    if (hasJinja(value) && !REFERENCES.includes(key)) {
      args.mistake(key, `\`${key}\` has Jinja in it, which is known to dbt alone`, 'write the value out')
    }
  }
  const config = readConfig(args)
  const where = allOf([config.where, args.textOr('row_condition')])
  const label = args.textOr('name') ?? undefined
  args.ignore('description')
  const context: DbtContext = {
    column: place.column,
    rows: where === undefined ? 'data' : `(SELECT * FROM data WHERE ${where}\n)`,
    reference: (key) =>
      reference(args.text(key), place.references, (message, cure) => args.mistake(key, message, cure)),
  }
  const tests = translate(args, context)
  const checks = tests.flatMap((test) => withSeverity(test, config, where, args))
  args.finish()
  if (args.failed || !config.enabled) return
  for (const check of checks) builder.check(label === undefined ? check : { ...check, name: label }, line)
}

type Named = { readonly name: string; readonly values: Record<string, unknown>; readonly path: readonly PropertyKey[] }

/** `unique`, `accepted_values: { values: […] }`, or `{ name: …, test_name: accepted_values, values: […] }`. */
function nameAndValues(item: unknown): Named | null {
  if (typeof item === 'string') return { name: item, values: {}, path: [] }
  if (!isRecord(item)) return null
  if (typeof item.test_name === 'string') {
    const { test_name: name, ...values } = item
    return { name, values, path: [] }
  }
  // `config` may stand beside the name.
  const { config, ...rest } = item
  const entries = Object.entries(rest)
  const [name, values] = entries[0] ?? []
  if (name === undefined || entries.length !== 1) return null
  if (values !== null && values !== undefined && !isRecord(values)) return null
  return { name, values: { ...(values ?? {}), ...(config === undefined ? {} : { config }) }, path: [name] }
}

/** `arguments` (dbt 1.10) and `config` are one list of names with what stands beside them. */
function flatten(values: Readonly<Record<string, unknown>>): {
  values: Record<string, unknown>
  paths: ReadonlyMap<string, readonly PropertyKey[]>
} {
  const flat: Record<string, unknown> = {}
  const paths = new Map<string, readonly PropertyKey[]>()
  const put = (key: string, value: unknown, path: readonly PropertyKey[]) => {
    flat[key] = value
    paths.set(key, path)
  }
  for (const [key, value] of Object.entries(values)) {
    if ((key === 'arguments' || key === 'config') && isRecord(value)) {
      for (const [inner, one] of Object.entries(value)) put(inner, one, [key, inner])
    } else put(key, value, [key])
  }
  return { values: flat, paths }
}

const REFERENCES = ['to', 'compare_model']
const hasJinja = (value: unknown): boolean =>
  /\{\{|\{%/.test(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** `ref('customers')`, `ref('package', 'customers')`, `source('shop', 'customers')`, with or without braces, as the path of the data. */
function reference(
  text: string,
  references: Readonly<Record<string, string>>,
  mistake: (message: string, cure: string) => void,
): string {
  const bare = text.replace(/^\s*\{\{\s*|\s*\}\}\s*$/g, '').trim()
  const found =
    /^(ref|source)\(\s*(['"])([^'"]+)\2\s*(?:,\s*(['"])([^'"]+)\4\s*)?(?:,\s*v(?:ersion)?\s*=\s*\d+\s*)?\)$/.exec(bare)
  const [, kind, , first = '', , second] = found ?? []
  const name = found === null ? bare : kind === 'source' ? `${first}.${second ?? ''}` : (second ?? first)
  if (name === '') return 'unknown'
  if (Object.hasOwn(references, name)) return references[name] as string
  mistake(
    `where the data of ${JSON.stringify(name)} lie is not known`,
    `name their path in plumbline.yml: data.contract-references: { ${JSON.stringify(name)}: … }`,
  )
  return 'unknown'
}
