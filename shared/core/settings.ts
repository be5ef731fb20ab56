import { parse as parseYamlText } from 'yaml'
import type * as z from 'zod'
import type { InputRef } from '../contracts/common.js'
import { Config } from '../contracts/config.js'
import { type Action, type ActionInputs, defaultText, type InputSpec } from './action.js'
import { type Problem, problemsError } from './errors.js'
import { digestOf } from './hash.js'
import { issueProblems } from './issues.js'
import { schemasAt } from './schema.js'
import { readYaml } from './yaml.js'

type Path = readonly PropertyKey[]

export interface Settings {
  readonly inputs: ActionInputs
  readonly config: Config
  readonly configRef: InputRef | null
  /** Line of a key of the file, or of its nearest parent; null without a file. */
  configPlace(keys: Path): ConfigPlace | null
}

export interface ConfigPlace {
  readonly file: string
  readonly line: number
}

export interface SettingsSource {
  /** Text of an input, empty when it was not given. */
  input(name: string): string
  /** How a person names the input: `input "seed"` on a runner, `--seed` on a laptop. */
  nameOf(name: string): string
  /** Text of the configuration file, null when it is not there. */
  readConfig(path: string): Promise<string | null>
  /** Model name to use when neither file nor input names one. */
  readonly defaultModel: string
}

/**
 * Inputs and plumbline.yml, parsed once. Throws one UserError with every mistake in both: place, value received, cure.
 * An input that overrides a key is put into the file's value before the check, and is named in the messages about it.
 */
export async function loadSettings(action: Pick<Action, 'inputs'>, source: SettingsSource): Promise<Settings> {
  const { inputs, overrides, problems } = readInputs(action.inputs, source)
  const path = String(inputs.config ?? 'plumbline.yml')
  const text = await source.readConfig(path)
  if (text === null && source.input('config') !== '' && source.input('config') !== 'plumbline.yml') {
    problems.push({
      where: source.nameOf('config'),
      message: `${path} is not there`,
      cure: 'check the path, or run `plumbline init`',
    })
  }
  const parsed = readYaml(text ?? '', path)
  if (parsed.problems) throw problemsError('The configuration has mistakes.', [...problems, ...parsed.problems])
  const root = { model: source.defaultModel, ...asMap(parsed.value.value) }
  for (const { keys, value } of overrides) put(root, keys, value)
  const isMapping = typeof parsed.value.value === 'object' && !Array.isArray(parsed.value.value)
  if (!isMapping)
    problems.push({ where: `${path}:1`, message: 'the file is not a map of keys', cure: 'start with `model: <name>`' })
  const result = Config.safeParse(root)
  if (!result.success) {
    const origin = (keys: Path) => overrides.find((item) => item.keys.every((key, index) => keys[index] === key))
    problems.push(
      ...issueProblems(Config, result.error.issues, root, (keys, key) => {
        const from = origin(keys)
        return from ? source.nameOf(from.input) : `${path}:${parsed.value.line(keys, key)}`
      }),
    )
  }
  if (problems.length > 0 || !result.success) throw problemsError('The configuration has mistakes.', problems)
  const configRef: InputRef | null = text === null ? null : { kind: 'config', name: path, digest: digestOf(text) }
  // Without problems each input has been parsed by its own schema.
  return {
    inputs: inputs as ActionInputs,
    config: result.data,
    configRef,
    configPlace: (keys) => (configRef === null ? null : { file: path, line: parsed.value.line(keys) }),
  }
}

interface Override {
  readonly input: string
  readonly keys: Path
  readonly value: unknown
}

function readInputs(specs: Readonly<Record<string, InputSpec>>, source: SettingsSource) {
  const inputs: Record<string, unknown> = {}
  const overrides: Override[] = []
  const problems: Problem[] = []
  for (const [name, spec] of Object.entries(specs)) {
    const given = source.input(name).trim()
    const text = given === '' ? defaultText(spec) : given
    if (spec.config !== undefined) {
      const keys = spec.config.split('.')
      if (given !== '') overrides.push({ input: name, keys, value: valueFor(schemasAt(Config, keys), given) })
      continue
    }
    if (text === '') {
      if (spec.required) problems.push({ where: source.nameOf(name), message: 'is missing', cure: spec.description })
      continue
    }
    const result = spec.schema.safeParse(text)
    if (result.success) inputs[name] = result.data
    else problems.push(...issueProblems(spec.schema, result.error.issues, text, () => source.nameOf(name)))
  }
  return { inputs, overrides, problems }
}

/** The text as it is if the key takes a text, else as YAML (numbers, lists, maps), else its lines as a list. */
function valueFor(schemas: readonly z.ZodType[], text: string): unknown {
  const accepts = (value: unknown) => schemas.some((schema) => schema.safeParse(value).success)
  const yaml = yamlValue(text)
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const candidates = text.includes('\n') ? [typeof yaml === 'string' ? lines : yaml, lines, text] : [text, yaml, lines]
  return candidates.find(accepts) ?? yaml
}

function yamlValue(text: string): unknown {
  try {
    return parseYamlText(text)
  } catch {
    return text
  }
}

function asMap(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function put(root: Record<string, unknown>, keys: Path, value: unknown): void {
  let map = root
  for (const key of keys.slice(0, -1)) {
    const next = { ...asMap(map[String(key)]) }
    map[String(key)] = next
    map = next
  }
  map[String(keys.at(-1))] = value
}
