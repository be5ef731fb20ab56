import type * as z from 'zod'
import type { Problem } from './errors.js'
import { nearestNames } from './nearest.js'
import { keysAt } from './schema.js'

type Issue = z.core.$ZodIssue
/** Names the place of a key, such as `plumbline.yml:12`. */
type Where = (path: readonly PropertyKey[], key?: string) => string

/** Problems for a person out of zod's issues: the key, the value received, what to write instead. */
export function issueProblems(schema: z.ZodType, issues: readonly Issue[], root: unknown, where: Where): Problem[] {
  return issues
    .flatMap((issue) => flatten(issue, []))
    .flatMap(({ issue, path }) => toProblem(schema, issue, path, root, where))
}

/** A union fails in each branch; the branch that got furthest is the one the writer meant. */
function flatten(issue: Issue, prefix: readonly PropertyKey[]): { issue: Issue; path: PropertyKey[] }[] {
  const path = [...prefix, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ issue, path }]
  const depth = (branch: readonly Issue[]) =>
    Math.max(...branch.map((item) => item.path.length + (item.code === 'unrecognized_keys' ? 0.5 : 0)))
  const deepest = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0] as Issue[]
  if (depth(deepest) === 0) {
    const wanted = issue.errors.flat().map(expectation)
    return [{ issue: { ...issue, message: [...new Set(wanted)].join(', or ') }, path }]
  }
  return deepest.flatMap((item) => flatten(item, path))
}

function toProblem(schema: z.ZodType, issue: Issue, path: PropertyKey[], root: unknown, where: Where): Problem[] {
  const key = path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path)
    return issue.keys.map((name) => {
      const full = [...path, name].map(String).join('.')
      const [near] = nearestNames(name, known)
      return {
        where: where(path, name),
        message: `unknown key \`${full}\``,
        cure: near ? `did you mean \`${near}\`?` : known.length > 0 ? `keys here: ${known.join(', ')}` : 'remove it',
      }
    })
  }
  const value = valueAt(root, path)
  if (value === undefined) {
    const parent = path.slice(0, -1)
    return [
      {
        where: where(parent),
        message: `\`${key}\` is missing`,
        cure: `add \`${String(path.at(-1))}:\` with ${expectation(issue)}`,
      },
    ]
  }
  return [
    {
      where: where(path),
      message: `${key === '' ? '' : `\`${key}\` `}is ${show(value)}`,
      cure: cureOf(issue, value),
    },
  ]
}

/** Where the value is like one that may stand there, that one comes first. */
function cureOf(issue: Issue, value: unknown): string {
  const choices = choicesOf(issue)
  const near = typeof value === 'string' ? nearestChoice(value, choices) : undefined
  if (near === undefined) return `write ${expectation(issue)}`
  const others = choices.filter((choice) => choice !== near)
  return `did you mean \`${near}\`?${others.length === 0 ? '' : ` The others are ${listed(others)}`}`
}

/** The choice that a text begins, as `int` does `integer`, else the one that few edits make; signs are like no others. */
function nearestChoice(text: string, choices: readonly string[]): string | undefined {
  if (text.length < 2 || !/\p{L}/u.test(text)) return undefined
  const begun = choices.filter((choice) => choice.startsWith(text.toLowerCase()))
  const apart = Math.min(text.length - 1, Math.max(2, Math.floor(text.length / 3)))
  return begun.length === 1 ? begun[0] : nearestNames(text, choices, { apart })[0]
}

/** The texts that may stand at a place; none when it takes more than a choice of them. */
function choicesOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code !== 'invalid_union') return []
  // A map whose kind is told by one key has no branches, but the names of its kinds.
  const { options } = issue as { options?: unknown }
  return [
    ...(Array.isArray(options) ? options.filter((option) => option !== undefined).map(String) : []),
    ...issue.errors.flat().flatMap(choicesOf),
  ]
}

const listed = (choices: readonly string[]): string => choices.map((choice) => `\`${choice}\``).join(', ')

const isNumber = ({ origin }: { readonly origin: string }): boolean => origin === 'number' || origin === 'int'

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return (
        {
          int: 'a whole number',
          number: 'a number',
          string: 'a text',
          boolean: 'true or false',
          array: 'a list',
          object: 'a map of keys',
          record: 'a map of keys',
        }[issue.expected as string] ?? String(issue.expected)
      )
    case 'invalid_value':
      return issue.values.length === 1 ? `\`${String(issue.values[0])}\`` : `one of ${listed(issue.values.map(String))}`
    case 'too_small':
      if (isNumber(issue)) return `a number ${issue.inclusive ? 'of at least' : 'greater than'} ${issue.minimum}`
      return issue.origin === 'string' ? 'a text that is not empty' : `at least ${issue.minimum} item(s)`
    case 'too_big':
      if (isNumber(issue)) return `a number ${issue.inclusive ? 'of at most' : 'less than'} ${issue.maximum}`
      return `at most ${issue.maximum} ${issue.origin === 'string' ? 'characters' : 'item(s)'}`
    default:
      return issue.message
        .replace(/^Invalid input: /, '')
        .replace(/^Invalid discriminator value. Expected /, 'one of ')
        .replaceAll(/'([\w-]+)'( \| )?/g, (_, name, more) => `\`${name}\`${more ? ', ' : ''}`)
        .replace(/^use /, '')
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root
  for (const part of path) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Record<PropertyKey, unknown>)[part]
  }
  return value
}

function show(value: unknown): string {
  // JSON has no word for NaN and the infinities.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
