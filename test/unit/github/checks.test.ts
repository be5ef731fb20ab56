import type { Annotation } from '../../../shared/github/annotations.js'
import { type CheckRunText, upsertCheckRun } from '../../../shared/github/checks.js'
import type { GitHub } from '../../../shared/github/github.js'
import { conclusionOf } from '../../../shared/github/report.js'
import { type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { githubOf } from '../../support/github-client.js'

let local: LocalGitHub
let github: GitHub
let commit: string
beforeEach(async () => {
  local = await startGitHub()
  github = await githubOf(local.env(), { patience: { answer: 20 } })
  commit = local.state.repository().refs.get('refs/heads/main') ?? ''
})
afterEach(async () => {
  await local.close()
  expect(local.violations).toEqual([])
})

const runs = () => local.state.repository().checkRuns
const posts = () => local.log.filter((name) => /^(POST|PATCH)/.test(name))

function findings(count: number): Annotation[] {
  return Array.from({ length: count }, (_, index) => ({
    path: 'data-contract.yml',
    line: index + 1,
    level: 'failure',
    title: `rule ${index}`,
    message: `finding ${index}`,
  }))
}
const text = (more: Partial<CheckRunText> = {}): CheckRunText => ({
  name: 'evaluate-gate: strikes',
  externalId: 'plumbline:evaluate-gate strikes',
  commit,
  conclusion: 'failure',
  title: '✗ fail',
  summary: 'why',
  text: '',
  annotations: findings(3),
  detailsUrl: 'https://github.com/acme/strikes/actions/runs/1000',
  ...more,
})

test('is made once, and a second run on the commit brings it up to date without doubling its findings', async () => {
  expect(await upsertCheckRun(github, text())).toMatch(/^https:/)
  await upsertCheckRun(github, text({ title: '✗ fail again' }))
  expect(runs()).toHaveLength(1)
  expect(JSON.stringify(runs()[0])).toContain('✗ fail again')
  expect(runs()[0]?.annotations).toHaveLength(3)
  expect(posts()).toEqual(['POST /repos/acme/strikes/check-runs', expect.stringMatching(/^PATCH/)])
})

test('findings go in fifties', async () => {
  await upsertCheckRun(github, text({ annotations: findings(120) }))
  expect(posts()).toHaveLength(3)
  expect(JSON.stringify(runs()[0])).toContain('finding 119')
})

test('findings that no longer hold cannot be taken back, so a new one stands in its place', async () => {
  await upsertCheckRun(github, text())
  await upsertCheckRun(github, text({ annotations: [], conclusion: 'success' }))
  expect(runs().map(({ conclusion }) => conclusion)).toEqual(['failure', 'success'])
})

test('a run that was cut off between two batches is finished by the next one', async () => {
  local.fault({ on: /^PATCH/, times: 1 }, { status: 502 })
  await expect(upsertCheckRun(github, text({ annotations: findings(70) }))).rejects.toThrow(/check run .* not written/)
  await upsertCheckRun(github, text({ annotations: findings(70) }))
  expect(runs()).toHaveLength(1)
  expect(JSON.stringify(runs()[0]).match(/"finding /g)).toHaveLength(70)
})

test('an answer that is lost after the effect leaves one', async () => {
  local.fault({ on: /^POST/, times: 1 }, { status: 502 }, 'after')
  await upsertCheckRun(github, text())
  expect(runs()).toHaveLength(1)
})

test('a missing permission is named', async () => {
  const reader = await githubOf(local.env({ token: local.token({ permissions: 'read-all' }) }))
  await expect(upsertCheckRun(reader, text())).rejects.toMatchObject({
    problems: [expect.objectContaining({ cure: expect.stringContaining('checks: write') })],
  })
})

test.each([
  ['pass', 'inconclusive', 'success'],
  ['warn', 'inconclusive', 'neutral'],
  ['warn', 'warn', 'action_required'],
  ['inconclusive', 'inconclusive', 'action_required'],
  ['inconclusive', 'fail', 'neutral'],
  ['fail', 'never', 'failure'],
  ['error', 'never', 'failure'],
] as const)('%s with fail-on %s is %s', (verdict, failOn, conclusion) => {
  expect(conclusionOf(verdict, failOn)).toBe(conclusion)
})
