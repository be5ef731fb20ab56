import * as z from 'zod'
import { document, Verdict } from './common.js'

/** A run of text: what is no object is data, and is escaped where it is shown. */
type Text = string | { strong: Text } | { code: string } | { link: string; text: Text } | Text[]
const Text: z.ZodType<Text> = z.lazy(() =>
  z.union([
    z.string(),
    z.strictObject({ strong: Text }),
    z.strictObject({ code: z.string() }),
    z.strictObject({ link: z.string(), text: Text }),
    z.array(Text),
  ]),
)

const importance = z.number().optional()
const columns = z.array(z.strictObject({ title: Text, align: z.enum(['left', 'right', 'center']) }))
const rows = z.array(z.array(Text))
const Banner = { verdict: Verdict, headline: Text, reason: Text.optional() }
// NaN and the infinities have no place in JSON.
const values = z.array(z.number().nullable())
const Series = z.strictObject({ name: z.string(), values })
const XyChart = z.strictObject({
  x: z.strictObject({ title: z.string(), categories: z.array(z.string()) }),
  y: z.strictObject({ title: z.string(), min: z.number().nullish(), max: z.number().nullish() }),
  horizontal: z.boolean().optional(),
  bar: Series.optional(),
  line: Series.optional(),
})

const simple = [
  z.strictObject({
    kind: z.literal('heading'),
    level: z.union([z.literal(2), z.literal(3), z.literal(4)]),
    text: Text,
    importance,
  }),
  z.strictObject({ kind: z.literal('paragraph'), text: Text, importance }),
  z.strictObject({ kind: z.literal('table'), columns, rows, caption: Text.optional(), importance }),
  z.strictObject({ kind: z.literal('list'), ordered: z.boolean(), items: z.array(Text), importance }),
  z.strictObject({ kind: z.literal('code'), text: z.string(), language: z.string().optional(), importance }),
  z.strictObject({
    kind: z.literal('chart'),
    title: z.string(),
    description: z.string(),
    xy: XyChart.optional(),
    data: z.strictObject({ columns, rows }),
    importance,
  }),
] as const
type Simple = z.output<(typeof simple)[number]>
type Block = Simple | { kind: 'details'; summary: Text; blocks: Block[]; importance?: number | undefined }
const Block: z.ZodType<Block> = z.lazy(() =>
  z.union([
    ...simple,
    z.strictObject({ kind: z.literal('details'), summary: Text, blocks: z.array(Block), importance }),
  ]),
)

/** What the stages of a run say in the comment on their pull request, for a run that may write it. */
export const Comment = document('comment', {
  model: z.string(),
  parts: z.array(
    z.strictObject({
      stage: z.string(),
      verdict: Verdict,
      /** Nothing that a reviewer must see: it only takes the place of what the stage said before. */
      quiet: z.boolean(),
      /** Verdict and findings in short: what is equal in two runs says the same. */
      says: z
        .string()
        .regex(/^[0-9a-f]{16}$/)
        .optional(),
      /** Whether the step failed of it. */
      fails: z.boolean().optional(),
      report: z.strictObject({ title: z.string(), verdict: z.strictObject(Banner).optional(), blocks: z.array(Block) }),
    }),
  ),
})
export type Comment = z.output<typeof Comment>
