import { posix } from 'node:path'
import type * as z from 'zod'
import type { HeaderField, InputRef } from '../contracts/common.js'
import type { Report } from '../report/blocks.js'
import { renderMarkdown, summaryLimit } from '../report/markdown.js'
import type { Context } from './context.js'
import { UserError } from './errors.js'
import { digestOf } from './hash.js'
import { issueProblems } from './issues.js'
import { VERSION } from './version.js'

/** Schema of a document: `schema` is its name and version. */
export type DocumentSchema = z.ZodObject<{ schema: z.ZodLiteral<string> } & z.ZodRawShape>
type Body<S extends DocumentSchema> = Omit<z.input<S>, HeaderField>

export interface Read<S extends DocumentSchema> {
  readonly document: z.output<S>
  /** The link for `inputs` of a document made from this one. */
  readonly ref: InputRef
}

/** Name of a document by its schema: `plumbline.evaluation/1` is `evaluation`. */
export function documentName(schema: DocumentSchema): string {
  return /^plumbline\.(.+)\/\d+$/.exec(schema.shape.schema.value)?.[1] as string
}

/**
 * The document of an earlier stage, from the run directory, else out of the artifacts of this run; null when it is in
 * neither. Throws UserError when it is damaged or newer, or when it is in an artifact and cannot be had.
 */
export async function readDocument<S extends DocumentSchema>(ctx: Context, schema: S): Promise<Read<S> | null> {
  const name = documentName(schema)
  const path = posix.join(ctx.runDirectory, `${name}.json`)
  if (!(await ctx.files.exists(path)) && !(await ctx.fetchDocument(name))) return null
  const text = await ctx.files.readText(path)
  return { document: parseDocument(schema, text, path), ref: { kind: 'document', name: path, digest: digestOf(text) } }
}

/** Checks the text of a document. Throws UserError with path and key. */
export function parseDocument<S extends DocumentSchema>(schema: S, text: string, path: string): z.output<S> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new UserError(`${path} is not JSON`, {
      cure: 'delete it and run the stage that writes it again',
      cause: error,
    })
  }
  const expected = schema.shape.schema.value
  const found = (json as { schema?: unknown } | null)?.schema
  if (found !== expected)
    throw new UserError(`${path} has schema ${JSON.stringify(found ?? null)}, expected "${expected}"`, {
      cure: cureOfSchema(found, expected),
    })
  const result = schema.safeParse(json)
  if (result.success) return result.data
  throw new UserError(`${path} is damaged`, {
    problems: issueProblems(schema, result.error.issues, json, () => path).map((problem) => ({
      ...problem,
      cure: 'run the stage that writes it again',
    })),
  })
}

function cureOfSchema(found: unknown, expected: string): string {
  const version = (schema: unknown) => /^(.*)\/(\d+)$/.exec(String(schema))
  const [there, here] = [version(found), version(expected)]
  return there && here && there[1] === here[1] && Number(there[2]) > Number(here[2])
    ? 'written by a newer version of Plumbline: use the same version in every stage'
    : 'this is another kind of file: check the run directory'
}

/**
 * Writes a document, and with a report its Markdown (also the step summary) and, on request, its HTML.
 * This comes before anything that can be refused, such as a comment or a deployment record.
 */
export async function writeDocument<S extends DocumentSchema>(
  ctx: Context,
  schema: S,
  body: Body<S>,
  report?: Report,
  options: { html?: boolean } = {},
): Promise<Read<S> & { path: string }> {
  const name = documentName(schema)
  const header = {
    schema: schema.shape.schema.value,
    createdAt: ctx.now().toISOString(),
    plumblineVersion: VERSION,
    run: ctx.run,
  }
  const document = schema.parse({ ...header, ...body })
  const text = documentText(document)
  const path = posix.join(ctx.runDirectory, `${name}.json`)
  await ctx.files.write(path, text)
  if (report) await writeReport(ctx, name, report, options.html ?? false)
  return { document, path, ref: { kind: 'document', name: path, digest: digestOf(text) } }
}

/** A list of numbers over several lines of JSON; no text has a line break that is not escaped. */
const NUMBERS = /\[\n\s+(-?[\d.eE+-]+(?:,\n\s+-?[\d.eE+-]+)*)\n\s+\]/g

/** A document as JSON for people and diffs: a field a line, and a list of numbers in one. */
export const documentText = (document: object): string =>
  `${JSON.stringify(document, null, 2).replace(NUMBERS, (_, list: string) => `[${list.replace(/,\n\s+/g, ', ')}]`)}\n`

async function writeReport(ctx: Context, name: string, report: Report, html: boolean): Promise<void> {
  const whole = html ? `${name}.html in the run directory` : `${name}.json in the run directory`
  const markdown = renderMarkdown(report, { limit: summaryLimit, unit: 'bytes', whole })
  await ctx.files.write(posix.join(ctx.runDirectory, `${name}.md`), markdown)
  await ctx.summary(markdown)
  if (!html) return
  const { renderHtml } = await import('../report/html.js')
  await ctx.files.write(posix.join(ctx.runDirectory, `${name}.html`), await renderHtml(report))
}
