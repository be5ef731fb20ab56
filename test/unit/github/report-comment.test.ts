import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check, Verdict } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import { publish } from '../../../shared/core/publish.js'
import type { FailOn } from '../../../shared/core/verdict.js'
import { publishReport } from '../../../shared/github/report.js'
import { commentReport, keepComment, type StageReport, saysOf } from '../../../shared/github/report-comment.js'
import { banner, paragraph } from '../../../shared/report/blocks.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { addPull, type LocalGitHub, pullPayload, startGitHub } from '../../support/github/index.js'
import { githubOf } from '../../support/github-client.js'

const RUN = {
  kind: 'github',
  repository: 'acme/strikes',
  commit: 'b'.repeat(40),
  ref: 'refs/pull/1/merge',
  event: 'pull_request',
  workflow: 'model',
  job: 'gate',
  runId: '1000',
  attempt: 1,
  url: 'https://github.com/acme/strikes/actions/runs/1000',
} as const
const gate = (text = 'x'): StageReport => ({
  stage: 'evaluate-gate',
  verdict: 'pass',
  report: { title: 'evaluate-gate', verdict: banner('pass', 'fine', 'All hold.'), blocks: [paragraph(text)] },
})
const ARTIFACT = { id: 5, url: 'https://github.com/acme/strikes/actions/runs/1000/artifacts/5', digest: null }

let local: LocalGitHub
let opened: FakeContext | undefined
beforeEach(async () => {
  local = await startGitHub()
})
afterEach(async () => {
  await opened?.cleanup()
  await local.close()
  expect(local.violations).toEqual([])
})

interface Options {
  readonly fork?: string
  readonly model?: string
  readonly workflow?: string
}

/** A run for pull request 1. */
async function run(options: Options = {}) {
  const { fork, model = 'strikes', workflow = 'model' } = options
  const repository = local.state.repository()
  const pull = repository.issues[0] ?? addPull(repository, fork === undefined ? {} : { fork })
  const token = local.token(fork === undefined ? {} : { permissions: 'read-all' })
  const env = {
    ...local.env({ pull: 1, token, payload: pullPayload(repository, pull) }),
    GITHUB_WORKFLOW_REF: `acme/strikes/.github/workflows/${workflow}.yml@refs/pull/1/merge`,
  }
  opened = await fakeContext({ github: await githubOf(env), run: RUN, config: { model }, env })
  return { ctx: opened.ctx, logged: opened.logged, root: opened.root, head: pull.pull?.head.sha ?? '' }
}
const bodies = () => local.state.repository().comments.map(({ body }) => body)

test('the comment is the report, says which commit was judged in which run, and ends with its marker', async () => {
  const { ctx, head } = await run()
  expect(await commentReport(ctx, 'update', gate('1,500 rows'), ARTIFACT)).toMatch(/pull\/1#issuecomment-\d+$/)
  expect(bodies()).toEqual([
    `<!-- plumbline:part evaluate-gate run=1000.1 commit=${head} verdict=pass says=${saysOf(gate())} -->

### ✓ pass · evaluate-gate: fine

All hold.

1,500 rows · commit \`${head.slice(0, 7)}\` · [run 1000](${RUN.url}) · [files of this run](${ARTIFACT.url})

<!-- plumbline:report strikes .github/workflows/model.yml -->
`,
  ])
})

test('another model and another workflow have a comment of their own', async () => {
  for (const options of [{}, { model: 'other' }, { workflow: 'b' }]) {
    await commentReport((await run(options)).ctx, 'update', gate(), null)
    await opened?.cleanup()
  }
  expect(bodies()).toHaveLength(3)
})

test('a report that is too long is shortened, and says where the whole is', async () => {
  const { ctx } = await run()
  const blocks = Array.from({ length: 100 }, (_, index) => paragraph(`${index} ${'@team #1 <b> '.repeat(150)}`))
  await commentReport(ctx, 'update', { ...gate(), report: { ...gate().report, blocks } }, null)
  const [body = ''] = bodies()
  expect(body.length).toBeLessThanOrEqual(65_536)
  expect(body.length).toBeGreaterThan(40_000)
  expect(body).toContain('the step summary of this run')
  expect(body.trimEnd().endsWith('<!-- plumbline:report strikes .github/workflows/model.yml -->')).toBe(true)
})

test('off asks nothing, and neither does a laptop', async () => {
  const { ctx } = await run()
  expect(await commentReport(ctx, 'off', gate(), null)).toBeNull()
  expect(local.log).toEqual([])
  await opened?.cleanup()
  opened = await fakeContext()
  expect(await commentReport(opened.ctx, 'update', gate(), null)).toBeNull()
})

describe('what a report says, in short', () => {
  const finding = (verdict: Verdict, subject: string, message = 'x') =>
    checkOf(verdict, { rule: 'metric-loss', subject, message })
  const says = (verdict: Verdict, ...checks: readonly Check[]) => saysOf({ ...gate(), verdict, checks })

  test('is the same for the same findings in any order, whatever their numbers and whatever passed', () => {
    expect(says('fail', finding('fail', 'recall', '0.71'), finding('warn', 'ece'))).toBe(
      says('fail', finding('pass', 'auc'), finding('warn', 'ece'), finding('fail', 'recall', '0.58')),
    )
    expect(says('pass')).toMatch(/^[0-9a-f]{16}$/)
  })

  test('differs with the verdict, a finding more, and the verdict of one', () => {
    const all = [
      says('fail', finding('fail', 'recall')),
      says('warn', finding('fail', 'recall')),
      says('fail', finding('fail', 'recall'), finding('warn', 'ece')),
      says('fail', finding('error', 'recall')),
      says('fail', finding('fail', 'precision')),
    ]
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('a comment only on failure', () => {
  const put = async (verdict: Verdict, failOn: FailOn) => {
    const { ctx } = await run()
    const inputs = { comment: 'only-on-failure', 'check-run': false, 'fail-on': failOn } as const
    const said = { ...gate(), verdict, checks: [checkOf(verdict, { rule: 'r', subject: 's', message: 'm' })] }
    return (await publishReport(ctx, inputs, said, null))['comment-url']
  }

  test.each<[Verdict, FailOn, boolean]>([
    ['pass', 'inconclusive', false],
    ['warn', 'inconclusive', false],
    ['warn', 'warn', true],
    ['inconclusive', 'inconclusive', true],
    ['inconclusive', 'fail', true],
    ['fail', 'never', true],
    ['error', 'never', true],
  ])('%s with fail-on: %s: %s', async (verdict, failOn, made) => {
    expect((await put(verdict, failOn)) !== null).toBe(made)
    expect(bodies()).toHaveLength(made ? 1 : 0)
  })
})

describe('a pull request from a fork', () => {
  test('is one notice with the way by workflow_run, not an error', async () => {
    const { ctx, logged } = await run({ fork: 'mona/strikes' })
    expect(await commentReport(ctx, 'update', gate(), null)).toBeNull()
    expect(logged).toEqual([
      { level: 'notice', message: expect.stringMatching(/from a fork.*step summary.*workflow_run.*comment\.json/) },
    ])
  })

  test('a locked conversation there is still named', async () => {
    const { ctx } = await run({ fork: 'mona/strikes' })
    local.fault({ on: /^POST/ }, { status: 403, message: 'Unable to create comment because issue is locked.' })
    await expect(commentReport(ctx, 'update', gate(), null)).rejects.toThrow(/locked/)
  })
})

describe('what is kept for a run that may write', () => {
  const kept = (root: string) => JSON.parse(readFileSync(join(root, '.plumbline/comment.json'), 'utf8'))

  test('is each stage with its report, once', async () => {
    const { ctx, root } = await run({ fork: 'mona/strikes' })
    await keepComment(ctx, 'update', { ...gate(), stage: 'validate-data', quiet: true })
    await keepComment(ctx, 'update', gate('one'))
    await keepComment(ctx, 'update', gate('two'))
    expect(kept(root)).toMatchObject({
      schema: 'plumbline.comment/1',
      model: 'strikes',
      parts: [
        { stage: 'validate-data', quiet: true, fails: false, says: saysOf(gate()) },
        { stage: 'evaluate-gate', verdict: 'pass', report: { blocks: [{ kind: 'paragraph', text: 'two' }] } },
      ],
    })
  })

  test.each([
    ['without a pull request', 'update', { GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: '/nowhere' }],
    ['when no comment is wanted', 'off', {}],
  ] as const)('is nothing %s', async (_, mode, more) => {
    const { ctx, root } = await run()
    await keepComment({ ...ctx, env: { ...ctx.env, ...more } }, mode, gate())
    expect(() => kept(root)).toThrow(/ENOENT/)
  })
})

describe('publishing', () => {
  test('a mistake of ours is a warning too, never a thrown error', async () => {
    opened = await fakeContext()
    const refused = async () => {
      throw new TypeError('x is not a function')
    }
    expect(await publish('evaluate-gate', { publish: refused }, opened.ctx.log, null)).toEqual({})
    expect(opened.logged).toEqual([
      { level: 'warning', message: expect.stringMatching(/bug in Plumbline.*\nThe verdict stands/) },
    ])
  })

  test('nothing to publish says nothing', async () => {
    opened = await fakeContext()
    expect(await publish('train', {}, opened.ctx.log, null)).toEqual({})
    expect(opened.logged).toEqual([])
  })
})
