import { analyse } from '../../../actions/post-mortem-report/analyse.js'
import type { Collected } from '../../../actions/post-mortem-report/evidence.js'
import { renderPostMortem } from '../../../actions/post-mortem-report/render.js'
import type { ModelPackage, Override } from '../../../shared/contracts/model-manifest.js'
import { PostMortem } from '../../../shared/contracts/post-mortem.js'
import { checkOf } from '../../../shared/core/check.js'
import { renderMarkdown } from '../../../shared/report/markdown.js'
import { PAYLOADS } from '../../support/hostile.js'
import { collected, DAY, deployed, deployment, evaluation, manifest, monitoring, ref, release } from './incidents.js'

function look(given: Collected) {
  const report = analyse(given, { directory: '.plumbline' })
  const run = { kind: 'local', commit: null, dirty: false }
  const header = { schema: 'plumbline.post-mortem/1', createdAt: DAY(20), plumblineVersion: '0.1.0', run }
  PostMortem.parse({ ...header, inputs: [], checks: [], ...report })
  return { overrides: report.overrides, markdown: renderMarkdown(renderPostMortem(report)) }
}

const by = (actor: string): Override => ({
  rule: 'evaluate-gate',
  message: 'the verdict of evaluate-gate was fail: recall fell',
  reason: 'fraud wave',
  actor,
})
const letThrough = (version: string, ...overrides: Override[]) =>
  release(version, { manifest: { ...manifest(version), overrides } })
const history = [deployed('2.0.0', DAY(5)), deployed('1.0.0', DAY(3))]

test('an incident says which of its versions people let through', () => {
  const releases = [letThrough('2.0.0', by('ada')), letThrough('1.0.0', by('grace')), letThrough('0.9.0', by('linus'))]
  const { overrides, markdown } = look(collected({ monitoring: monitoring(DAY(12)) }, { history, releases }))
  expect(overrides).toEqual([
    { tag: 'm@v2.0.0', ...by('ada') },
    { tag: 'm@v1.0.0', ...by('grace') },
  ])
  expect(markdown).toMatch(/What failed first[\s\S]*Set aside by people[\s\S]*Impact/)
  expect(markdown).toContain(
    '- `m@v2.0.0`: <strong>Set aside by ada: </strong>the verdict of evaluate-gate was fail: recall fell. Reason given: fraud wave',
  )
})

test('what the documents of the run say is not lost where the registry could not be asked, and is said once', () => {
  const documents = {
    deployment: deployment(DAY(11), { overrides: [by('ada')] }),
    monitoring: monitoring(DAY(12), { overrides: [by('ada')] }),
  }
  const unread = release('2.0.0', { manifest: null, problem: 'GitHub does not answer' })
  const { overrides } = look(collected(documents, { history, releases: [unread, letThrough('1.0.0')] }))
  expect(overrides).toEqual([{ tag: 'm@v2.0.0', ...by('ada') }])
})

const gate = (at: string) => ({
  ...evaluation(at, []),
  verdict: 'warn' as const,
  summary: 'recall fell',
  override: { reason: 'fraud wave', actor: 'ada', verdict: 'fail' as const },
})
const packaged = (at: string, parts: Partial<ModelPackage>): ModelPackage => ({
  ...evaluation(at, []),
  schema: 'plumbline.model-package/1',
  ...parts,
  model: ref('2.0.0'),
  outcome: 'published',
  registry: 'r',
  bump: null,
  files: [],
})

test('a model that came through its gate by the word of a person, and failed before it had a version', () => {
  const refusal = checkOf('fail', { rule: 'nondeterministic', subject: 'golden.jsonl', message: 'it varies' })
  const document = packaged(DAY(11), { verdict: 'fail', summary: 'it varies', checks: [refusal] })
  const refused = {
    ...document,
    model: { ...ref('2.0.0'), version: null, tag: null, digest: null },
    outcome: 'refused' as const,
  }
  const { overrides, markdown } = look(collected({ evaluation: gate(DAY(10)), package: refused }))
  expect(overrides).toEqual([{ tag: null, ...by('ada') }])
  expect(markdown).toContain('- the model of this run: <strong>Set aside by ada: </strong>')
})

test('a run in which nothing failed says it too, by its version when it has one', () => {
  const all = { evaluation: gate(DAY(10)), package: packaged(DAY(11), { overrides: [by('ada')] }) }
  const { overrides, markdown } = look(collected(all, { history: [], releases: [] }))
  expect(overrides).toEqual([{ tag: 'm@v2.0.0', ...by('ada') }])
  expect(markdown).toContain('- `m@v2.0.0`: <strong>Set aside by ada: </strong>')
})

test('nobody let anything through: nothing is said', () => {
  const { overrides, markdown } = look(collected({ monitoring: monitoring(DAY(12)) }, { history }))
  expect(overrides).toEqual([])
  expect(markdown).not.toContain('Set aside')
})

test.each(PAYLOADS)('%j is text', (text) => {
  const hostile = letThrough('2.0.0', { rule: text, message: text, reason: text, actor: text })
  const { markdown } = look(collected({ monitoring: monitoring(DAY(12)) }, { history, releases: [hostile] }))
  expect(markdown.split('\n').filter((line) => line.startsWith('- `m@v2.0.0`: '))).toHaveLength(1)
  expect(markdown).not.toMatch(/^::|<script|<img|<!--/m)
})
