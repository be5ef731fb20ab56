import { type Document, isCollection, isMap, isScalar, type Pair, visit, type YAMLMap } from 'yaml'
import { dateIsWritten } from '../dates.js'

/** A value of the contract, and the measurement that it comes from. */
export type Node = { readonly value: unknown; readonly why?: string | undefined }
export type Nodes = Record<string, Node>

/** Longest list or map that stands in one line, and longest comment. */
const ONE_LINE = 90
export const LONGEST = 300

export const valuesOf = (nodes: Nodes): Record<string, unknown> =>
  Object.fromEntries(Object.entries(nodes).map(([key, { value }]) => [key, value]))

/** Puts a comment behind a line, or above a list that takes several. Text from data is made one line. */
export function explain(map: YAMLMap, path: readonly string[], why: string | undefined): void {
  if (why === undefined) return
  let node: unknown = map
  let pair: Pair | undefined
  for (const key of path) {
    if (!isMap(node)) return
    pair = node.items.find((item) => isScalar(item.key) && item.key.value === key)
    node = pair?.value
  }
  if (pair === undefined) return
  const comment = ` ${oneLine(why, LONGEST)}`
  if (isScalar(node)) node.comment = comment
  else if (isCollection(node) && String(JSON.stringify(node)).length <= ONE_LINE) {
    node.flow = true
    node.comment = comment
  } else if (isScalar(pair.key)) pair.key.commentBefore = comment
}

export const explainAll = (map: YAMLMap, nodes: Nodes): void => {
  for (const [key, { why }] of Object.entries(nodes)) explain(map, [key], why)
}

/** Dates in quotes: a bare one is text in YAML 1.2, and a date to older readers. */
export function quoteDates(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && dateIsWritten(node.value)) node.type = 'QUOTE_DOUBLE'
    },
  })
}

/** Control and format characters of data would end a comment, or turn its direction. */
export const oneLine = (text: string, length: number): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, length)
