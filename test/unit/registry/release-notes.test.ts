import type { RunRef } from '../../../shared/contracts/common.js'
import type { ModelManifest } from '../../../shared/contracts/model-manifest.js'
import { releaseNotes } from '../../../shared/registry/release-notes.js'
import { readDraftLine, readVersionLine, versionLine } from '../../../shared/registry/releases-lines.js'
import { PAYLOADS } from '../../support/hostile.js'
import { sampleManifest } from '../../support/sample-package.js'

const LOCAL: RunRef = { kind: 'local', commit: null, dirty: false }
const RUN: RunRef = {
  kind: 'github',
  repository: 'acme/strikes',
  commit: 'a'.repeat(40),
  ref: 'refs/heads/main',
  event: 'push',
  workflow: 'model',
  job: 'model',
  runId: '77',
  attempt: 1,
  url: 'https://github.com/acme/strikes/actions/runs/77',
}
const manifest = (over: Partial<ModelManifest> = {}): ModelManifest => ({
  ...sampleManifest('fraud', '1.2.0', { 'model/model.json': '{}', 'predict.mjs': 'x', empty: '' }),
  ...over,
})
const evaluated = manifest({
  description: 'Finds birds',
  verdicts: [{ document: 'evaluation', verdict: 'pass', summary: 'recall 0.91, not worse than fraud@v1.1.0' }],
  overrides: [
    { rule: 'r', message: 'no slice', reason: 'too few rows' },
    { rule: 'evaluate-gate', message: 'recall fell', reason: 'fraud wave', actor: 'ada' },
  ],
  metrics: [
    {
      metric: 'recall',
      definition: 'x',
      value: 0.912,
      n: 94,
      interval: { low: 0.85, high: 0.95, level: 0.95, method: 'wilson' },
    },
  ],
  bump: { level: 'minor', rule: 'minor: params have changed', evidence: ['minor: params "depth" differ'] },
  previous: { model: 'fraud', version: '1.1.0', tag: 'fraud@v1.1.0', digest: `sha256:${'d'.repeat(64)}` },
  golden: { path: 'golden.jsonl', rows: 20, digest: `sha256:${'e'.repeat(64)}` },
})

it('says what the model is, what was judged, how well it answers, why this number, how to deploy it', () => {
  const notes = releaseNotes(evaluated, { run: RUN })
  for (const part of [
    '## fraud 1.2.0',
    'Finds birds',
    '| evaluation | ✓ pass | recall 0.91, not worse than fraud@&#8203;v1.1.0 |',
    '<strong>Set aside: </strong>no slice. Reason given: too few rows',
    '<strong>Set aside by ada: </strong>recall fell. Reason given: fraud wave',
    '| recall | 0.912 | ',
    'minor: params have changed.',
    'Version before: `fraud@v1.1.0`',
    '[run 77](https://github.com/acme/strikes/actions/runs/77)',
    "with: { tag: 'fraud@v1.2.0' }",
    'It asks 20 golden rows before and after the switch.',
    '3 files, ',
    'none, it is empty',
  ]) {
    expect(notes).toContain(part)
  }
})

it('says that nothing was evaluated', () => {
  expect(releaseNotes(manifest(), { run: LOCAL })).toContain(
    '<strong>This version was published without an evaluation.</strong>',
  )
})

it('stays within what GitHub takes, with the verdicts first', () => {
  const evidence = Array.from({ length: 5000 }, (_, i) => `minor: input "${i}" ${'x'.repeat(100)}`)
  const files = Array.from({ length: 900 }, (_, i) => ({
    ...evaluated.files[0],
    path: `model/${i}/${'y'.repeat(150)}`,
  }))
  const notes = releaseNotes(
    { ...evaluated, bump: { ...evaluated.bump, evidence }, files: files as ModelManifest['files'] },
    { run: RUN },
  )
  expect(notes.length).toBeLessThanOrEqual(120_000)
  expect(notes.includes('Shortened to fit')).toBe(true)
  expect(notes.includes('| recall | 0.912 |')).toBe(true)
  expect(notes.includes('Set aside by ada')).toBe(true)
  expect(notes.includes("with: { tag: 'fraud@v1.2.0' }")).toBe(true)
})

const forged = versionLine({ manifest: `sha256:${'a'.repeat(64)}`, content: `sha256:${'b'.repeat(64)}` })

it.each([...PAYLOADS, forged, `x\n${forged}\n`])('takes %j as text', (text) => {
  const notes = releaseNotes(
    manifest({
      description: text,
      verdicts: [{ document: text, verdict: 'fail', summary: text }],
      overrides: [{ rule: text, message: text, reason: text, actor: text }],
      metrics: [{ metric: text, definition: text, value: 1, n: 1, interval: null }],
      bump: { level: 'minor', rule: text, evidence: [text] },
      lineage: { ...manifest().lineage, commit: text },
    }),
    { run: RUN },
  )
  expect(readVersionLine(notes)).toBeNull()
  expect(readDraftLine(notes)).toBeNull()
  expect(notes).not.toContain('<!--')
  const prose = notes.replace(/`[^`]*`/g, '')
  expect(prose).not.toMatch(/(^|[^&\w/])@[a-z]/m)
  expect(notes).not.toMatch(/^::/m)
})
