import * as z from 'zod'

/** The schemas that a path may lead to: wrappers are opened, a union gives each branch that knows the path. */
export function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType[] {
  const inner = open(schema)
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => schemasAt(option as z.ZodType, path))
  const [head, ...rest] = path
  if (head === undefined) return [inner]
  if (inner instanceof z.ZodObject) {
    const next = inner.shape[String(head)] as z.ZodType | undefined
    return next ? schemasAt(next, rest) : []
  }
  if (inner instanceof z.ZodArray) return schemasAt(inner.element as z.ZodType, rest)
  if (inner instanceof z.ZodRecord) return schemasAt(inner.valueType as z.ZodType, rest)
  return []
}

/** Keys that an object at the path may have. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  return [
    ...new Set(schemasAt(schema, path).flatMap((item) => (item instanceof z.ZodObject ? Object.keys(item.shape) : []))),
  ]
}

function open(schema: z.ZodType): z.ZodType {
  let inner = schema
  for (;;) {
    if (
      inner instanceof z.ZodOptional ||
      inner instanceof z.ZodDefault ||
      inner instanceof z.ZodPrefault ||
      inner instanceof z.ZodNullable
    )
      inner = inner.unwrap() as z.ZodType
    else if (inner instanceof z.ZodPipe) inner = inner.in as z.ZodType
    else return inner
  }
}
