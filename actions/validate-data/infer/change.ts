import type { YAMLMap } from 'yaml'
import type { ColumnRule } from '../../../shared/contracts/data-contract.js'
import type { ColumnProfile } from '../../../shared/contracts/data-profile.js'
import type { ColumnBreach } from './breaches.js'
import { type Editor, nodeAt, pairOf } from './edit.js'
import type { Nodes } from './yaml.js'

export interface ColumnUpdate {
  readonly editor: Editor
  /** The column in the text. */
  readonly item: YAMLMap
  readonly rule: ColumnRule
  readonly column: ColumnProfile
  readonly breach: ColumnBreach
  /** What would be inferred now, and why. */
  readonly nodes: Nodes
  readonly tighten: boolean
}

export type Tell = (what: string) => void

/** Puts a value in place of one, with a note of what it was, and renews what inference wrote of its key. */
export function set(
  update: ColumnUpdate,
  path: readonly string[],
  was: unknown,
  now: unknown,
  tell: Tell,
  why: string,
): void {
  const node = nodeAt(update.item, ...path)
  if (node === undefined || was === now) return
  // Two statistics may stand in one line.
  const key = path.slice(path.length > 2 ? -2 : -1).join('.')
  update.editor.replace(node, now, { key, text: `was ${key} ${String(was)}` })
  renew(update, path[0] as string, update.nodes[path[0] as string]?.why)
  tell(`${path.join('.')} ${String(was)} became ${String(now)}, ${why}`)
}

/** What inference wrote of a key of the column says `why`, or nothing any more; with what was `seen` before, unless it narrows. */
export function renew({ editor, item, tighten }: ColumnUpdate, key: string, why: string | undefined): void {
  const pair = pairOf(item, key)
  if (pair !== undefined) editor.renew(pair, { key, why, keepsSeen: !tighten })
}
