import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceHints } from '../../../actions/validate-data/formats/builder.js'
import { withHints } from '../../../actions/validate-data/reading.js'
import { askRules } from '../../../actions/validate-data/rules/ask.js'
import type { Asked } from '../../../actions/validate-data/rules/asking.js'
import { rulesOf } from '../../../actions/validate-data/rules/rule.js'
import { scopeOf } from '../../../actions/validate-data/rules/scope.js'
import type { DataContract } from '../../../shared/contracts/data-contract.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { loadDataset } from '../../../shared/data/dataset.js'
import { declaredTypes } from '../../../shared/data/declared.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

/** Answers of the engine to contracts, over small tables, without the rest of the stage. */
export interface Answers {
  ask(
    contract: DataContract,
    data: string,
    name?: string,
    hints?: SourceHints,
    /** Other tables that checks name, as JSON Lines by their path in the contract. */
    others?: Readonly<Record<string, string>>,
  ): Promise<Asked & { problems: readonly { message: string }[]; profile: DatasetProfile }>
  close(): Promise<void>
}

export async function openAnswers(): Promise<Answers> {
  const fake: FakeContext = await fakeContext({})
  const engine = await fake.ctx.data()
  let files = 0
  return {
    async ask(contract, data, name = 'data.jsonl', hints = {}, others = {}) {
      files += 1
      const path = `${files}-${name}`
      await writeFile(join(fake.root, path), data)
      const reading = { types: declaredTypes(contract), whole: true }
      const dataset = await loadDataset(engine, fake.ctx.files, 'train', withHints(path, hints), reading)
      const profile = await profileTable(engine, dataset)
      const scope = scopeOf(dataset, profile)
      const known = new Map([['train', scope]])
      for (const [other, rows] of Object.entries(others)) {
        const at = `${files}-${other.replaceAll('/', '-')}`
        await writeFile(join(fake.root, at), rows)
        const read = await loadDataset(engine, fake.ctx.files, other, at)
        known.set(other, scopeOf(read, await profileTable(engine, read)))
      }
      const asked = await askRules(rulesOf(contract, undefined), {
        engine,
        scope,
        id: undefined,
        reference: (name) => known.get(name) ?? null,
        facts: { profile, before: null, now: fake.ctx.now() },
        place: () => null,
        sensitive: new Set(),
        root: fake.root,
      })
      return { ...asked, profile }
    },
    close: () => fake.cleanup(),
  }
}

/** Columns of values as JSON Lines. */
export function jsonLines(columns: Readonly<Record<string, readonly unknown[]>>): string {
  const names = Object.keys(columns)
  const rows = Math.max(...names.map((name) => columns[name]?.length ?? 0))
  return Array.from({ length: rows }, (_, i) =>
    JSON.stringify(Object.fromEntries(names.map((name) => [name, columns[name]?.[i] ?? null]))),
  ).join('\n')
}
