import inc from 'semver/functions/inc.js'
import valid from 'semver/functions/valid.js'
import type { ModelManifest } from '../../shared/contracts/model-manifest.js'
import { UserError } from '../../shared/core/errors.js'
import { canonicalJson } from '../../shared/core/hash.js'
import { shortList } from '../../shared/report/format.js'

/** The part of a manifest that decides about the next version. */
export type Made = Pick<ModelManifest, 'task' | 'signature' | 'predict' | 'files' | 'lineage'>

export interface VersionDecision {
  readonly version: string
  readonly bump: ModelManifest['bump']
}

const LEVELS = ['major', 'minor', 'patch'] as const
type Level = (typeof LEVELS)[number]

interface Change {
  readonly level: Level
  readonly fact: string
}

const RULES: Readonly<Record<Level, string>> = {
  major: 'major: what clients send or get has changed',
  minor: 'minor: features, algorithm or params have changed',
  patch: 'patch: trained again, nothing but data, seed or model files differ',
}

/**
 * The next version after the highest published one, by the written rule: major when the input or output signature
 * changed, minor when features, algorithm or params changed, patch for a retrain; 1.0.0 first. `wanted` is
 * `package.version`: `auto`, a level, or a version. Numbers that something else has `taken`, such as a release by hand,
 * are passed over unless one is asked for. Throws UserError for a text that is none of these.
 */
export function decideVersion(
  made: Made,
  previous: { readonly version: string; readonly tag: string; readonly made: Made } | null,
  wanted: string,
  taken: readonly string[] = [],
): VersionDecision {
  const given = valid(wanted)
  if (wanted !== 'auto' && given !== wanted && !LEVELS.includes(wanted as Level)) throw notAVersion(wanted)
  const changes = previous === null ? [] : changesBetween(previous.made, made)
  const evidence = previous === null ? ['no version was published before'] : factsOf(changes, previous.tag)
  if (given === wanted) {
    return { version: given, bump: { level: 'given', rule: `given as package.version: ${given}`, evidence } }
  }
  if (previous === null) {
    const { version, passed } = free('1.0.0', 'patch', taken)
    return {
      version,
      bump: { level: 'first', rule: 'first version of this model', evidence: [...evidence, ...passed] },
    }
  }
  const ruled = levelOf(changes)
  const level = wanted === 'auto' ? ruled : (wanted as Level)
  const rule = wanted === 'auto' ? RULES[level] : `${level}: asked for by package.version (the rule says ${ruled})`
  const { version, passed } = free(inc(previous.version, level) as string, level, taken)
  return { version, bump: { level, rule, evidence: [...evidence, ...passed] } }
}

/** The first number from this one on that nothing else has taken, with a fact for each that was passed over. */
function free(from: string, level: Level, taken: readonly string[]): { version: string; passed: string[] } {
  const passed: string[] = []
  let version = from
  while (taken.includes(version)) {
    passed.push(`${version} is taken by a release or tag that is no model version`)
    version = inc(version, level) as string
  }
  return { version, passed }
}

const levelOf = (changes: readonly Change[]): Level =>
  LEVELS.find((level) => changes.some((change) => change.level === level)) ?? 'patch'

function factsOf(changes: readonly Change[], tag: string): string[] {
  const sorted = LEVELS.flatMap((level) => changes.filter((change) => change.level === level))
  return sorted.length === 0
    ? [`compared with ${tag}: no difference that the rule knows`]
    : sorted.map(({ level, fact }) => `${level}: ${fact}, compared with ${tag}`)
}

/** Everything that differs, each with the level that it asks for. */
function changesBetween(before: Made, after: Made): Change[] {
  return [...inputChanges(before, after), ...outputChanges(before, after), ...makingChanges(before, after)]
}

function inputChanges(before: Made, after: Made): Change[] {
  const [old, now] = [before.signature.inputs, after.signature.inputs]
  if (old.length === 0 && now.length === 0) return []
  if (old.length === 0 || now.length === 0) {
    return [
      {
        level: 'minor',
        fact: `the inputs cannot be compared: ${old.length === 0 ? 'the older' : 'the new'} version does not name them`,
      },
    ]
  }
  const changes: Change[] = []
  for (const field of old) {
    const twin = now.find(({ name }) => name === field.name)
    if (!twin) changes.push({ level: 'major', fact: `input "${field.name}" is gone` })
    else changes.push(...fieldChanges(field, twin))
  }
  for (const { name, nullable } of now.filter(({ name }) => !old.some((field) => field.name === name))) {
    // A client that does not send it yet is served as if the value were missing.
    changes.push(
      nullable
        ? { level: 'minor', fact: `input "${name}" is new, and may be missing` }
        : { level: 'major', fact: `input "${name}" is new, and always needed` },
    )
  }
  const names = (fields: typeof old) => fields.map(({ name }) => name)
  const kept = (fields: typeof old, other: typeof old) => names(fields).filter((name) => names(other).includes(name))
  if (kept(old, now).join('\n') !== kept(now, old).join('\n')) {
    const positional = [before, after].some(
      ({ predict }) => predict && 'onnx' in predict && predict.inputs === 'matrix',
    )
    changes.push({ level: positional ? 'major' : 'minor', fact: 'the inputs stand in another order' })
  }
  return changes
}

type Field = Made['signature']['inputs'][number]

function fieldChanges(old: Field, now: Field): Change[] {
  const numeric = (type: Field['type']) => type === 'integer' || type === 'number'
  const changes: Change[] = []
  if (old.type !== now.type) {
    // Types are seen in the training data: whole numbers one month may be fractions the next.
    const level = numeric(old.type) && numeric(now.type) ? 'minor' : 'major'
    changes.push({ level, fact: `input "${old.name}" is now ${now.type}, was ${old.type}` })
  }
  if (old.nullable !== now.nullable) {
    const how = now.nullable
      ? 'was missing in some of the training rows now'
      : 'was never missing in the training rows now'
    changes.push({ level: 'minor', fact: `input "${old.name}" ${how}` })
  }
  return changes
}

function outputChanges(before: Made, after: Made): Change[] {
  const changes: Change[] = []
  if (before.task !== after.task)
    changes.push({ level: 'major', fact: `the task is ${after.task}, was ${before.task}` })
  const [old, now] = [before.signature.outputs, after.signature.outputs]
  if (old.length === 0 || now.length === 0) {
    if (old.length !== now.length) {
      changes.push({ level: 'minor', fact: 'the outputs cannot be compared: one of the versions was never asked' })
    }
    return changes
  }
  const gone = old.filter((name) => !now.includes(name))
  const added = now.filter((name) => !old.includes(name))
  if (gone.length > 0) changes.push({ level: 'major', fact: `outputs ${quoted(gone)} are gone` })
  if (added.length > 0) changes.push({ level: 'major', fact: `outputs ${quoted(added)} are new` })
  return changes
}

function makingChanges(before: Made, after: Made): Change[] {
  const changes: Change[] = []
  const minor = (fact: string) => void changes.push({ level: 'minor', fact })
  const [old, now] = [before.lineage, after.lineage]
  const params = differingKeys(old.params, now.params)
  if (params.length > 0) minor(`params ${quoted(params)} differ`)
  if (canonicalJson(old.command) !== canonicalJson(now.command)) minor('the training command differs')
  const code = differingFiles([...codeOf(before), ...old.code], [...codeOf(after), ...now.code])
  if (code.length > 0) minor(`code differs: ${quoted(code)}`)
  if (canonicalJson(before.predict) !== canonicalJson(after.predict)) minor('the predict contract differs')
  const data = differingFiles(old.data, now.data)
  if (data.length > 0) changes.push({ level: 'patch', fact: `data differ: ${quoted(data)}` })
  if (old.seed !== now.seed)
    changes.push({ level: 'patch', fact: `the seed is ${now.seed ?? 'not known'}, was ${old.seed ?? 'not known'}` })
  const model = differingFiles(modelOf(before), modelOf(after))
  if (model.length > 0) changes.push({ level: 'patch', fact: `model files differ: ${quoted(model)}` })
  return changes
}

interface Named {
  readonly name: string
  readonly digest: string
}

const ofRole = (made: Made, role: string): Named[] =>
  made.files.filter((file) => file.role === role).map(({ path, digest }) => ({ name: path, digest }))
const codeOf = (made: Made) => ofRole(made, 'code')
const modelOf = (made: Made) => ofRole(made, 'model')

function differingFiles(before: readonly Named[], after: readonly Named[]): string[] {
  const digests = (files: readonly Named[]) => Object.fromEntries(files.map(({ name, digest }) => [name, digest]))
  return differingKeys(digests(before), digests(after))
}

function differingKeys(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return keys.filter((key) => canonicalJson(before[key] ?? null) !== canonicalJson(after[key] ?? null))
}

const quoted = (names: readonly string[]): string => shortList(names.map((name) => `"${name}"`))

const notAVersion = (wanted: string): UserError =>
  new UserError(`package.version is ${JSON.stringify(wanted)}, which is no version`, {
    where: 'package.version',
    cure: 'use auto, major, minor, patch, or a version such as 1.4.0',
  })
