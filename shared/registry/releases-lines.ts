import * as z from 'zod'
import { Digest } from '../contracts/common.js'

/** Hidden lines in the text of a release, by which it is known again. Pure. */

/** What a list of versions needs of a published release, so that it reads no manifest. */
const VersionLine = z.object({ manifest: Digest, content: Digest })
export type VersionLine = z.output<typeof VersionLine>

/** The process that works on a draft or a deployment. */
export const Owner = z.object({
  /** Made new each time that a process begins to work on it. */
  nonce: z.string(),
  since: z.iso.datetime(),
  /** Null on a laptop. */
  run: z.string().nullable(),
  attempt: z.int(),
  job: z.string(),
  runner: z.string(),
  /** Digest of what tells machines and containers apart: process numbers mean something only on the same one. */
  machine: z.string(),
  pid: z.int(),
})
export type Owner = z.output<typeof Owner>

/** Whose work a draft is. */
const DraftLine = z.object({
  model: z.string(),
  /** Content digest of the model in it. */
  content: Digest,
  ...Owner.shape,
})
export type DraftLine = z.output<typeof DraftLine>

export const versionLine = (line: VersionLine): string => hiddenLine('version', line)
export const draftLine = (line: DraftLine): string => hiddenLine('draft', line)

/** Null when the text has no such line, or somebody has edited it into something else. */
export const readVersionLine = (body: string | null | undefined): VersionLine | null =>
  readLine(body, 'version', VersionLine)
export const readDraftLine = (body: string | null | undefined): DraftLine | null => readLine(body, 'draft', DraftLine)

function hiddenLine(kind: string, value: unknown): string {
  // Neither the end of the comment nor a tag can stand in it: job and runner have names that others give.
  const json = JSON.stringify(value).replace(
    /[<>-]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `<!-- plumbline:${kind} ${json} -->`
}

function readLine<S extends z.ZodType>(body: string | null | undefined, kind: string, schema: S): z.output<S> | null {
  const found = (body ?? '')
    .split(/\r?\n/)
    .flatMap((line) => new RegExp(`^<!-- plumbline:${kind} (\\{.*\\}) -->\\s*$`).exec(line)?.[1] ?? [])
    .at(-1)
  if (found === undefined) return null
  try {
    return schema.safeParse(JSON.parse(found)).data ?? null
  } catch {
    return null
  }
}
