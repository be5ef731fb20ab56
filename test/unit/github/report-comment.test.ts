import { publish } from '../../../shared/core/publish.js'
import type { GitHub, PullRequest } from '../../../shared/github/github.js'
import { commentReport } from '../../../shared/github/report-comment.js'
import { banner, paragraph, type Report } from '../../../shared/report/blocks.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

const RUN = {
  kind: 'github',
  repository: 'acme/strikes',
  commit: 'b'.repeat(40),
  ref: 'refs/pull/7/merge',
  event: 'pull_request',
  workflow: 'model',
  job: 'gate',
  runId: '1000',
  attempt: 1,
  url: 'https://github.com/acme/strikes/actions/runs/1000',
} as const
const PULL: PullRequest = { number: 7, commit: 'a'.repeat(40), readOnly: false }
const report = (text: string): Report => ({
  title: 'evaluate-gate',
  verdict: banner('pass', 'fine', 'All hold.'),
  blocks: [paragraph(text)],
})

let opened: FakeContext
afterEach(() => opened.cleanup())

async function comments(options: { pull?: PullRequest | null; ref?: string; model?: string } = {}) {
  const written: string[] = []
  const github: GitHub = {
    owner: 'acme',
    repo: 'strikes',
    server: 'github.com',
    pullRequest: options.pull === undefined ? PULL : options.pull,
    ask: async (route, { body }) => {
      if (route.startsWith('GET')) return { headers: {}, data: [] }
      written.push(String(body))
      return { headers: {}, data: { id: 1, html_url: 'https://github.com/x' } }
    },
    graphql: async () => ({}),
  }
  opened = await fakeContext({
    github,
    run: RUN,
    config: { model: options.model ?? 'strikes' },
    env: { GITHUB_WORKFLOW_REF: options.ref ?? 'acme/strikes/.github/workflows/model.yml@refs/pull/7/merge' },
  })
  return { written, ctx: opened.ctx }
}

test('the comment is the report, says which commit was judged in which run, and ends with its marker', async () => {
  const { ctx, written } = await comments()
  expect(await commentReport(ctx, 'evaluate-gate', report('1,500 rows'))).toBe('https://github.com/x')
  expect(written).toEqual([
    `### ✓ pass · evaluate-gate: fine

All hold.

1,500 rows · commit \`aaaaaaa\` · [run 1000](https://github.com/acme/strikes/actions/runs/1000)

<!-- plumbline:evaluate-gate strikes .github/workflows/model.yml -->
`,
  ])
})

test('another model and another workflow have a comment of their own', async () => {
  const markers = new Set<string>()
  for (const options of [{}, { model: 'other' }, { ref: 'acme/strikes/.github/workflows/b.yml@refs/heads/main' }]) {
    const { ctx, written } = await comments(options)
    await commentReport(ctx, 'evaluate-gate', report('x'))
    for (const body of written) markers.add(body.trimEnd().split('\n').at(-1) ?? '')
    await opened.cleanup()
  }
  expect(markers.size).toBe(3)
})

test('a report that is too long is shortened, and says where the whole is', async () => {
  const { ctx, written } = await comments()
  const blocks = Array.from({ length: 100 }, (_, index) => paragraph(`${index} ${'@team #1 <b> '.repeat(150)}`))
  await commentReport(ctx, 'evaluate-gate', { ...report('x'), blocks })
  const body = written[0] ?? ''
  expect(body.length).toBeLessThanOrEqual(65_536)
  expect(body.length).toBeGreaterThan(40_000)
  expect(body).toContain('the step summary of this run')
  expect(body.trimEnd().endsWith('<!-- plumbline:evaluate-gate strikes .github/workflows/model.yml -->')).toBe(true)
})

test('an event without a pull request writes nothing', async () => {
  const { ctx, written } = await comments({ pull: null })
  expect(await commentReport(ctx, 'evaluate-gate', report('x'))).toBeNull()
  expect(written).toEqual([])
})

test('on a laptop there is no GitHub', async () => {
  opened = await fakeContext()
  expect(await commentReport(opened.ctx, 'evaluate-gate', report('x'))).toBeNull()
})

describe('publishing', () => {
  test('a mistake of ours is a warning too, never a thrown error', async () => {
    opened = await fakeContext()
    const refused = async () => {
      throw new TypeError('x is not a function')
    }
    expect(await publish('evaluate-gate', { publish: refused }, opened.ctx.log)).toEqual({})
    expect(opened.logged).toEqual([
      { level: 'warning', message: expect.stringMatching(/bug in Plumbline.*\nThe verdict stands/) },
    ])
  })

  test('nothing to publish says nothing', async () => {
    opened = await fakeContext()
    expect(await publish('train', {}, opened.ctx.log)).toEqual({})
    expect(opened.logged).toEqual([])
  })
})
