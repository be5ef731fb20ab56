import { type Document, isMap, LineCounter, parseDocument } from 'yaml'
import type * as z from 'zod'
import { messageOf, type Problem } from './errors.js'
import { issueProblems } from './issues.js'

export type Parsed<T> =
  | { readonly value: T; readonly problems?: never }
  | { readonly problems: Problem[]; readonly value?: never }

/** A YAML text with its positions: the value, and the line of any path in it. */
export interface YamlSource {
  readonly value: unknown
  /** Line (from 1) of the deepest node on the path that is there. */
  line(path: readonly PropertyKey[], key?: string): number
}

/** Reads YAML 1.2. Syntax errors and duplicate keys are problems with their line. */
export function readYaml(text: string, file: string): Parsed<YamlSource> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false })
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map((error) => ({
        where: `${file}:${lines.linePos(error.pos[0]).line}`,
        ...(error.code === 'MULTIPLE_DOCS'
          ? { message: 'a second document begins here', cure: 'keep one, and remove the line `---` between them' }
          : { message: error.message.replaceAll('\n', ' '), cure: 'mend the YAML syntax of this line' }),
      })),
    }
  }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {}
  } catch (error) {
    return { problems: [aliasProblem(messageOf(error), file)] }
  }
  return {
    value: {
      value,
      line: (path, key) => lineOf(document, lines, path, key),
    },
  }
}

/** Names without an anchor, and names of names that would fill the memory, show only when the values are made. */
function aliasProblem(message: string, file: string): Problem {
  const unknown = /^Unresolved alias .*: (.*)$/s.exec(message)?.[1]
  return unknown === undefined
    ? { where: file, message: `its aliases cannot be followed: ${message}`, cure: 'write the values out' }
    : {
        where: file,
        message: `the alias *${unknown} has no anchor`,
        cure: `mark the value that is meant with &${unknown}`,
      }
}

/** Reads YAML and checks it. All mistakes at once, each with the line. */
export function parseYaml<S extends z.ZodType>(
  schema: S,
  text: string,
  file: string,
): Parsed<z.output<S>> & { source?: YamlSource } {
  const source = readYaml(text, file)
  if (source.problems) return { problems: source.problems }
  const result = schema.safeParse(source.value.value)
  if (result.success) return { value: result.data, source: source.value }
  return {
    problems: issueProblems(
      schema,
      result.error.issues,
      source.value.value,
      (path, key) => `${file}:${source.value.line(path, key)}`,
    ),
  }
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[], key?: string): number {
  let offset = 0
  let node: unknown = document.contents
  for (const part of key === undefined ? path : [...path, key]) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => String((item.key as { value?: unknown })?.value ?? item.key) === String(part),
      )
      if (!pair) break
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else {
      const item = (node as { items?: unknown[] } | null)?.items?.[Number(part)]
      if (item === undefined) break
      offset = startOf(item) ?? offset
      node = item
    }
  }
  return lines.linePos(offset).line
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] } | null)?.range?.[0]
}
