import type { Check } from '../../shared/contracts/common.js'
import type { ModelPackage, PackagedFile } from '../../shared/contracts/model-manifest.js'
import { troubles } from '../../shared/core/verdict.js'
import { overrideBlocks } from '../../shared/registry/overrides.js'
import {
  type Block,
  banner,
  code,
  column,
  details,
  type Inline,
  list,
  paragraph,
  type Report,
  table,
} from '../../shared/report/blocks.js'
import { findingsTable } from '../../shared/report/findings.js'
import { formatBytes, plural } from '../../shared/report/format.js'

type Facts = Pick<
  ModelPackage,
  'verdict' | 'summary' | 'checks' | 'model' | 'outcome' | 'registry' | 'bump' | 'files' | 'overrides'
>

/** What a person wants to know, in that order: is there a version, which, why that number, what lies in it. */
export function renderPackage(facts: Facts): Report {
  return {
    title: 'package-model',
    verdict: banner(facts.verdict, headline(facts), reason(facts)),
    blocks: [...findings(facts.checks), ...overrideBlocks(facts.overrides), ...version(facts), ...content(facts.files)],
  }
}

function headline({ outcome, model }: Facts): Inline {
  const tag = code(model.tag ?? '')
  if (outcome === 'refused') return `no version of ${model.model} was published`
  return outcome === 'published' ? [tag, ' is published'] : [tag, ' is the same model, nothing was written']
}

function reason({ outcome, summary, checks }: Facts): string | undefined {
  if (outcome === 'refused') return summary
  return (
    troubles(checks)
      .map(({ message }) => message)
      .join('; ') || undefined
  )
}

function findings(checks: readonly Check[]): Block[] {
  const found = troubles(checks)
  return found.length === 0 ? [] : [findingsTable(found)]
}

function version({ bump, model, registry, outcome }: Facts): Block[] {
  if (outcome === 'refused') return []
  const identity: Inline[] = [
    ['Identity: ', code(model.digest ?? '')],
    ['Registry: ', code(registry)],
  ]
  const rule = bump === null ? [] : [paragraph(['Version by rule: ', bump.rule, '.']), list([...bump.evidence])]
  return [...rule, list(identity)]
}

function content(files: readonly PackagedFile[]): Block[] {
  if (files.length === 0) return []
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const rows = files.map((file): Inline[] => [code(file.path), file.role, formatBytes(file.bytes), code(file.digest)])
  return [
    details(`${plural(files.length, 'file')}, ${formatBytes(bytes)}`, [
      table(['file', 'role', column('size', 'right'), 'SHA-256'], rows),
    ]),
  ]
}
