import { Document, visit } from 'yaml'

/** YAML of a value, one line for each text. A bare date is text in YAML 1.2 and a date to older readers: it gets quotes. */
export function yamlText(value: unknown): string {
  const document = new Document(value)
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(node.value)) node.type = 'QUOTE_DOUBLE'
    },
  })
  return document.toString({ lineWidth: 0 })
}
