import type { Block } from './blocks.js'
import { formatInteger } from './format.js'
import { inlineText } from './inline.js'

/** How long a block survives when nobody said so. */
const defaultImportance: Readonly<Record<Block['kind'], number>> = {
  heading: 80,
  paragraph: 60,
  table: 60,
  list: 60,
  code: 40,
  chart: 30,
  details: 20,
}

export interface Fitted {
  blocks: Block[]
  /** What was left out, in words, in the order of the report. */
  cut: string[]
}

/**
 * Shortens blocks until `size` of them sums to at most `room`: the least important first, among equals the last. Tables,
 * lists and code lose their ends, details their contents, anything else goes whole. `size` is that of one rendered block
 * with the separator that follows it.
 */
export function fitBlocks(blocks: readonly Block[], room: number, size: (block: Block) => number): Fitted {
  const kept: (Block | undefined)[] = [...blocks]
  const sizes = blocks.map(size)
  const notes = new Map<number, string[]>()
  let excess = sizes.reduce((sum, each) => sum + each, 0) - room
  for (const index of orderOfCutting(blocks)) {
    if (excess <= 0) break
    const block = blocks[index] as Block
    const before = sizes[index] as number
    const shrunk = shrink(block, before - excess, size)
    kept[index] = shrunk?.block
    notes.set(index, shrunk?.cut ?? cutWhole(blocks, index))
    excess -= before - (shrunk === undefined ? 0 : size(shrunk.block))
  }
  const cut = blocks.flatMap((_, index) => notes.get(index) ?? [])
  return {
    blocks: cut.length === 0 ? [...blocks] : withoutEmptySections(kept.filter((block) => block !== undefined)),
    cut,
  }
}

function orderOfCutting(blocks: readonly Block[]): number[] {
  const importance = (block: Block) => block.importance ?? defaultImportance[block.kind]
  return blocks
    .map((block, index) => ({ index, rank: importance(block) }))
    .sort((a, b) => a.rank - b.rank || b.index - a.index)
    .map((entry) => entry.index)
}

type Shrunk = { block: Block; cut: string[] } | undefined

function shrink(block: Block, room: number, size: (block: Block) => number): Shrunk {
  switch (block.kind) {
    case 'table':
      return shorten(block.rows, (rows) => ({ ...block, rows }), 'rows', nameOf(block), room, size)
    case 'list':
      return shorten(block.items, (items) => ({ ...block, items }), 'items', nameOf(block), room, size)
    case 'code':
      return shorten(
        block.text.split('\n'),
        (lines) => ({ ...block, text: lines.join('\n') }),
        'lines',
        nameOf(block),
        room,
        size,
      )
    case 'details': {
      const frame = size({ ...block, blocks: [] })
      const inner = fitBlocks(block.blocks, room - frame, size)
      return inner.blocks.length === 0 ? undefined : { block: { ...block, blocks: inner.blocks }, cut: inner.cut }
    }
    default:
      return undefined
  }
}

/** Keeps as many leading parts as fit; `undefined` when not even one does. */
function shorten<Part>(
  parts: readonly Part[],
  rebuild: (parts: readonly Part[]) => Block,
  noun: string,
  name: string,
  room: number,
  size: (block: Block) => number,
): Shrunk {
  let fits = 0
  let tooMany = parts.length
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1
    if (size(rebuild(parts.slice(0, middle))) <= room) fits = middle
    else tooMany = middle
  }
  if (fits === 0) return undefined
  const left = parts.length - fits
  return {
    block: rebuild(parts.slice(0, fits)),
    cut: [`${formatInteger(left)} of ${formatInteger(parts.length)} ${noun} of ${name}`],
  }
}

function cutWhole(blocks: readonly Block[], index: number): string[] {
  const block = blocks[index] as Block
  const named = nameOf(block)
  if (named.includes('“')) return [named]
  const section = blocks.slice(0, index).findLast((earlier) => earlier.kind === 'heading')
  return [section === undefined ? named : `${named} of ${nameOf(section)}`]
}

function nameOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `“${inlineText(block.text)}”`
    case 'details':
      return `“${inlineText(block.summary)}”`
    case 'chart':
      return `the chart “${block.title}”`
    case 'table':
      return block.caption === undefined ? 'a table' : `the table “${inlineText(block.caption)}”`
    case 'list':
    case 'paragraph':
      return `a ${block.kind}`
    case 'code':
      return 'a text block'
  }
}

/** A heading that has lost everything below it says nothing. */
function withoutEmptySections(blocks: readonly Block[]): Block[] {
  const kept: Block[] = []
  for (const block of [...blocks].reverse()) {
    const next = kept.at(-1)
    const empty =
      block.kind === 'heading' && (next === undefined || (next.kind === 'heading' && next.level <= block.level))
    if (!empty) kept.push(block)
  }
  return kept.reverse()
}
