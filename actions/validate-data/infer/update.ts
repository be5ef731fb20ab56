import { Document, isMap, isSeq, parseDocument, type YAMLMap, type Node as YamlNode } from 'yaml'
import { DataContract } from '../../../shared/contracts/data-contract.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { problemsError } from '../../../shared/core/errors.js'
import { parseYaml } from '../../../shared/core/yaml.js'
import type { Dataset } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { partOf, plural } from '../../../shared/report/format.js'
import { dateFormats, profiledTimes } from '../date-columns.js'
import { duplicateShare, smallestShare } from './bounds.js'
import { type ColumnBreach, measureBreaches } from './breaches.js'
import { columnNodes, presentIn } from './columns.js'
import { createEditor, type Editor, nodeAt, pairOf } from './edit.js'
import type { Look } from './look.js'
import { classReason, copiesReason, rowsReason } from './reasons.js'
import { type BrokenRule, measureChecks, updateChecks } from './update-checks.js'
import { updateColumn } from './update-column.js'
import { explainAll, quoteDates, valuesOf } from './yaml.js'

export interface UpdateOptions {
  readonly target?: string | undefined
  readonly id?: string | undefined
  /** Column with the time of a row. */
  readonly time?: string | undefined
  /** Narrows bounds, too, that are wider than what would be inferred now. */
  readonly tighten?: boolean | undefined
}

export interface Updated {
  readonly text: string
  /** What was changed, a sentence each. */
  readonly changes: readonly string[]
  /** What the data break, or lack, and only a person may decide. */
  readonly left: readonly string[]
}

/**
 * The contract with what new data need: new columns are added, bounds that they break are widened and marked with what
 * they were. Everything else stays byte for byte; nothing is narrowed without `tighten`. Updated once more with the same data it
 * does not change. Throws UserError for a text that is no contract; `path` is the name of its file.
 */
export async function updateContract(
  engine: DataEngine,
  dataset: Dataset,
  profile: DatasetProfile,
  look: Look,
  { text, path, ...options }: UpdateOptions & { readonly text: string; readonly path: string },
): Promise<Updated> {
  const parsed = parseYaml(DataContract, text, path)
  if (parsed.problems) throw problemsError(`${path} has mistakes`, parsed.problems)
  const breaches = await measureBreaches(engine, dataset, parsed.value)
  const broken = await measureChecks(engine, dataset, profile, parsed.value)
  // Columns are the times that the contract says; those that it does not know, the times that were found.
  const known = new Set(parsed.value.columns.map(({ name }) => name))
  const { profile: timed } = await profiledTimes(engine, { dataset, profile }, dateFormats(parsed.value))
  const columns = timed.columns.map((column) =>
    known.has(column.name) ? column : (look.dates.get(column.name)?.profile ?? column),
  )
  return updateText(text, parsed.value, { ...timed, columns }, breaches, look, { ...options, broken })
}

/** {@link updateContract} of what was measured. Pure. */
export function updateText(
  text: string,
  contract: DataContract,
  profile: DatasetProfile,
  breaches: ReadonlyMap<string, ColumnBreach>,
  look: Look,
  options: UpdateOptions & { readonly broken?: readonly BrokenRule[] } = {},
): Updated {
  const root = parseDocument(text).contents as unknown as YAMLMap
  const editor = createEditor(text)
  const changes: string[] = []
  const left: string[] = []
  updateTop(editor, root, contract, profile, options, changes)
  contract.columns.forEach((rule, i) => {
    const column = profile.columns.find(({ name }) => name === rule.name)
    const item = itemAt(root, i)
    if (column === undefined) {
      if (rule.required) left.push(`column ${JSON.stringify(rule.name)} is not in the data`)
      return
    }
    const breach = breaches.get(rule.name)
    if (item === null || breach === undefined) return
    const nodes = columnNodes(column, options, look)
    const told = updateColumn({ editor, item, rule, column, breach, nodes, tighten: options.tighten === true })
    changes.push(...told.changes)
    left.push(...told.left)
  })
  updateChecks(
    editor,
    root,
    options.broken ?? [],
    (what) => changes.push(what),
    (what) => left.push(what),
  )
  addColumns(editor, root, contract, profile, look, options, changes)
  return { text: changes.length === 0 ? text : editor.text(), changes, left }
}

function itemAt(root: YAMLMap, i: number): YAMLMap | null {
  const list = pairOf(root, 'columns')?.value
  const item = isSeq(list) ? list.items[i] : undefined
  return isMap(item) ? item : null
}

function updateTop(
  editor: Editor,
  root: YAMLMap,
  contract: DataContract,
  profile: DatasetProfile,
  { tighten, target }: UpdateOptions,
  changes: string[],
): void {
  const set = (path: readonly [string, string], was: number, now: number, why: string, told?: string) => {
    const node = nodeAt(root, ...path)
    const pair = pairOf(pairOf(root, path[0])?.value, path[1])
    if (node === undefined || pair === undefined || was === now) return
    const [, key] = path
    editor.replace(node, now, { key, text: `was ${key} ${was}` })
    editor.renew(pair, { key: path.join('.'), why: told })
    changes.push(`${path.join('.')}: ${was} became ${now}, ${why}`)
  }
  const rows = profile.rows
  const { min, max } = contract.rows
  const half = Math.max(1, Math.floor(rows / 2))
  if (min !== undefined && (min > rows || (tighten && min < half)))
    set(['rows', 'min'], min, half, plural(rows, 'row'), rowsReason(profile))
  if (max !== undefined && max < rows) set(['rows', 'max'], max, rows * 2, plural(rows, 'row'))
  const most = contract.duplicates?.['max-share']
  const { extra } = profile.duplicates
  const now = duplicateShare(profile)
  if (most !== undefined && (extra > Math.floor(most * rows + 1e-9) || (tighten && now < most))) {
    const why = plural(extra, 'extra copy', 'extra copies')
    set(['duplicates', 'max-share'], most, now, why, copiesReason(profile))
  }
  const column = profile.columns.find(({ name }) => name === target)
  const rarest = column?.top.at(-1)
  const least = contract.label?.['min-share']
  if (least !== undefined && column !== undefined && rarest !== undefined && column.otherCount === 0) {
    const n = presentIn(column)
    const share = smallestShare(rarest.count, n)
    if (rarest.count < Math.ceil(least * n - 1e-9) || (tighten && share > least)) {
      const why = `the rarest class has ${partOf(rarest.count, n, 'row')}`
      set(['label', 'min-share'], least, share, why, classReason(rarest.count, n, share))
    }
  }
}

/** Columns that the contract does not name, in the way that it is written. */
function addColumns(
  editor: Editor,
  root: YAMLMap,
  contract: DataContract,
  profile: DatasetProfile,
  look: Look,
  options: UpdateOptions,
  changes: string[],
): void {
  const declared = new Set(contract.columns.map(({ name }) => name))
  const fresh = profile.columns.filter(({ name }) => !declared.has(name))
  if (fresh.length === 0) return
  const nodes = fresh.map((column) => columnNodes(column, options, look))
  const list = pairOf(root, 'columns')?.value
  if (isSeq(list) && list.items.length > 0 && list.flow === true) {
    editor.addItems(list, nodes.map(valuesOf), { key: 'columns', text: 'new columns' })
  } else if (isSeq(list) && list.items.length > 0) {
    const last = list.items.at(-1) as YamlNode
    const first = list.items[0] as YamlNode
    const blank = list.items.some(
      (item, i) => i > 0 && (item as YamlNode & { spaceBefore?: boolean }).spaceBefore === true,
    )
    editor.addLines(last, rendered(nodes, editor.indentOf(first), blank, blank))
  } else {
    const pair = pairOf(root, 'columns')
    const lines = rendered(nodes, '  ', true, false)
    if (pair === undefined) editor.append(`columns:\n${lines}`)
    else if (isSeq(list)) editor.replaceBlock(list, `\n${lines}`)
    else editor.addLines(pair.key as YamlNode, lines)
  }
  changes.push(...fresh.map(({ name }) => `column ${JSON.stringify(name)} is new`))
}

/** Items as `plumbline infer` writes them, moved to the indent of a list. */
function rendered(
  nodes: readonly ReturnType<typeof columnNodes>[],
  indent: string,
  between: boolean,
  before: boolean,
): string {
  const items = nodes.map((one) => {
    const document = new Document([valuesOf(one)])
    const item = document.getIn([0], true) as YAMLMap
    explainAll(item, one)
    quoteDates(document)
    return document
      .toString({ lineWidth: 0 })
      .trimEnd()
      .replaceAll(/^(?=.)/gm, indent)
  })
  return `${before ? '\n' : ''}${items.join(between ? '\n\n' : '\n')}`
}
