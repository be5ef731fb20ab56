import {
  Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
  type Node as YamlNode,
} from 'yaml'
import { commentStart, type Note, noted, type Renewal, renewed } from './comments.js'
import { oneLine, quoteDates } from './yaml.js'

/**
 * Changes a YAML text where it has to change and nowhere else: what people wrote, their comments, their order and their way
 * to indent stay byte for byte. Offsets are those of the text as it was parsed.
 */
export interface Editor {
  /** Puts another value in place of one, and the note behind its line. */
  replace(node: YamlNode, value: unknown, note: Note): void
  /** Adds a key behind another of the same map. */
  addKey(map: YAMLMap, after: Pair, key: string, value: unknown, note: Note): void
  addItems(list: YAMLSeq, values: readonly unknown[], note: Note): void
  /** What inference wrote of a key, behind its line or above it, says what it would write now; comments of people stay. */
  renew(pair: Pair, renewal: Renewal): void
  /** Turns the lines of a key into comments; false where the map stands in one line or the key stands first. */
  commentOut(map: YAMLMap, pair: Pair, why: string): boolean
  /** Puts lines behind the last one of a node; `lines` end without a line break. */
  addLines(after: YamlNode, lines: string): void
  append(lines: string): void
  /** Puts lines in place of a list that stands in brackets. */
  replaceBlock(list: YAMLSeq, lines: string): void
  /** White space before the dash of an item of a list. */
  indentOf(item: YamlNode): string
  text(): string
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A comment that ends a line, or is one; `from` lies before it and outside of quotes. */
interface Comment {
  readonly from: number
  readonly end: number
  readonly notes: Note[]
  readonly renewals: Renewal[]
}

export function createEditor(source: string): Editor {
  const edits: Edit[] = []
  const comments = new Map<number, Comment>()
  /** The comment of the line of an offset that lies outside of quotes and comments. */
  const commentAt = (offset: number): Comment => {
    const end = lineEnd(source, offset)
    const known = comments.get(end) ?? { from: offset, end, notes: [], renewals: [] }
    comments.set(end, known)
    return known
  }
  const note = (offset: number, one: Note) => void commentAt(offset).notes.push(one)
  const insert = (at: number, text: string) => edits.push({ start: at, end: at, text })
  return {
    replace(node, value, one) {
      const [start, end] = rangeOf(node)
      edits.push({ start, end, text: inline(value) })
      note(end, one)
    },
    addKey(map, after, key, value, one) {
      const end = contentEnd(source, after.value as YamlNode)
      if (map.flow === true) {
        insert(end, `, ${key}: ${inline(value)}`)
        note(rangeOf(map)[1], one)
        return
      }
      const indent = columnOf(source, rangeOf(after.key as YamlNode)[0])
      insert(lineEnd(source, end), `\n${' '.repeat(indent)}${key}: ${inline(value)} # ${oneLine(one.text, 200)}`)
    },
    addItems(list, values, one) {
      const last = list.items.at(-1) as YamlNode | undefined
      if (last === undefined) {
        const [start, end] = rangeOf(list)
        edits.push({ start, end, text: `[ ${values.map(inline).join(', ')} ]` })
        note(end, one)
        return
      }
      const end = contentEnd(source, last)
      if (list.flow === true) {
        insert(end, values.map((value) => `, ${inline(value)}`).join(''))
        note(rangeOf(list)[1], one)
        return
      }
      const dash = source.lastIndexOf('-', rangeOf(last)[0])
      const indent = ' '.repeat(columnOf(source, dash))
      const lines = values.map(
        (value, i) => `\n${indent}- ${inline(value)}${i === 0 ? ` # ${oneLine(one.text, 200)}` : ''}`,
      )
      insert(lineEnd(source, end), lines.join(''))
    },
    renew(pair, renewal) {
      const value = pair.value as YamlNode
      if (isScalar(value) || (isCollection(value) && value.flow === true))
        commentAt(contentEnd(source, value)).renewals.push(renewal)
      for (const at of commentsAbove(source, rangeOf(pair.key as YamlNode)[0])) commentAt(at).renewals.push(renewal)
    },
    commentOut(map, pair, why) {
      if (map.flow === true || map.items[0] === pair) return false
      const [start] = rangeOf(pair.key as YamlNode)
      const end = contentEnd(source, pair.value as YamlNode)
      const indent = columnOf(source, start)
      insert(start, '# ')
      for (let at = source.indexOf('\n', start); at >= 0 && at < end; at = source.indexOf('\n', at + 1))
        if (/\S/.test(source.slice(at + 1, lineEnd(source, at + 1)))) insert(at + 1 + indent, '# ')
      note(end, { key: '', text: why })
      return true
    },
    addLines(after, lines) {
      insert(lineEnd(source, contentEnd(source, after)), `\n${lines}`)
    },
    append(lines) {
      insert(source.length, `${source === '' || source.endsWith('\n') ? '' : '\n'}${lines}\n`)
    },
    replaceBlock(list, lines) {
      const [start, end] = rangeOf(list)
      edits.push({ start, end, text: lines })
    },
    indentOf: (item) => ' '.repeat(columnOf(source, source.lastIndexOf('-', rangeOf(item)[0]))),
    text() {
      const all = [...edits, ...[...comments.values()].flatMap((one) => commentEdit(source, one))]
      return all
        .map((edit, i) => ({ ...edit, i }))
        .sort((a, b) => b.start - a.start || b.i - a.i)
        .reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), source)
    },
  }
}

/** What changes of the comment of one line. */
function commentEdit(source: string, { from, end, notes, renewals }: Comment): Edit[] {
  const at = commentStart(source, from, end)
  const before = at === null ? '' : source.slice(at + 1, end)
  const after = noted(
    renewals.reduce((comment, renewal) => renewed(comment, renewal), before),
    notes,
  )
  if (after === before) return []
  if (at === null) return [{ start: end, end, text: ` #${after}` }]
  if (after !== '') return [{ start: at + 1, end, text: after }]
  // A comment that says nothing any more goes with the space before it, and with its line.
  const start = source.slice(0, at).trimEnd().length
  const line = source.lastIndexOf('\n', at)
  return [{ start: Math.max(start, line), end, text: '' }]
}

/** Where the lines of comments begin that stand directly above the line of an offset. */
function commentsAbove(source: string, offset: number): number[] {
  const found: number[] = []
  let start = offset - columnOf(source, offset)
  while (start > 0) {
    const above = source.lastIndexOf('\n', start - 2) + 1
    if (!/^\s*#/.test(source.slice(above, start))) break
    found.push(above)
    start = above
  }
  return found
}

function rangeOf(node: YamlNode): [number, number] {
  const [start, end] = node.range ?? [0, 0]
  return [start, end]
}

/** Where the last sign of a node stands; blocks end with the line break behind them. */
function contentEnd(source: string, node: YamlNode): number {
  if (isCollection(node) && node.flow !== true && node.items.length > 0) {
    const last = node.items.at(-1)
    const inner = isMap(node) ? ((last as Pair).value ?? (last as Pair).key) : last
    return contentEnd(source, inner as YamlNode)
  }
  const [start, end] = rangeOf(node)
  return start + source.slice(start, end).trimEnd().length
}

function lineEnd(source: string, offset: number): number {
  const at = source.indexOf('\n', offset)
  const end = at < 0 ? source.length : at
  return source[end - 1] === '\r' ? end - 1 : end
}

const columnOf = (source: string, offset: number): number => offset - (source.lastIndexOf('\n', offset - 1) + 1)

/** A value as it may stand inside of brackets. */
export function inline(value: unknown): string {
  const document = new Document([value])
  const list = document.contents as unknown as YAMLSeq
  list.flow = true
  for (const item of list.items) if (isCollection(item)) item.flow = true
  quoteDates(document)
  return document.toString({ lineWidth: 0 }).trim().replace(/^\[ ?/, '').replace(/ ?\]$/, '')
}

export const pairOf = (map: unknown, key: string): Pair | undefined =>
  isMap(map) ? map.items.find((pair) => isScalar(pair.key) && pair.key.value === key) : undefined

export const nodeAt = (map: unknown, ...path: readonly string[]): YamlNode | undefined => {
  let node: unknown = map
  for (const key of path) node = pairOf(node, key)?.value
  return isScalar(node) || isMap(node) || isSeq(node) ? node : undefined
}
