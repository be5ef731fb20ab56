import type { Action } from '../../../shared/core/action.js'
import { defineAction, type Outcome } from '../../../shared/core/action.js'
import type { Context } from '../../../shared/core/context.js'
import { UserError } from '../../../shared/core/errors.js'
import { execute, type Host } from '../../../shared/core/execute.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { type FolderArtifacts, folderArtifacts } from '../../support/folder-artifacts.js'

let fake: FakeContext
let artifacts: FolderArtifacts
let events: string[]
beforeEach(async () => {
  artifacts = folderArtifacts()
  fake = await fakeContext({ artifacts })
  events = []
})
afterEach(async () => {
  artifacts.remove()
  await fake.cleanup()
})

const host = (inputs: Record<string, string> = {}): Host => ({
  source: {
    input: (name) => inputs[name] ?? '',
    nameOf: (name) => name,
    defaultModel: 'model',
    readConfig: async () => null,
  },
  log: fake.ctx.log,
  runRef: fake.ctx.run,
  context: () => ({
    context: {
      ...fake.ctx,
      artifacts: async () => ({
        ...artifacts,
        upload: async (name, root, files) => {
          events.push(`upload ${name}`)
          return artifacts.upload(name, root, files)
        },
      }),
    },
    written: fake.written,
    close: fake.close,
  }),
  setOutput: (name, value) => void events.push(`output ${name}=${value}`),
  fail: (message) => void events.push(`fail ${message}`),
})

function stage(run: (ctx: Context) => Promise<Outcome<Record<string, string>>>): Action {
  return defineAction({
    name: 'train',
    title: 'train',
    description: 'A stage.',
    icon: 'cpu',
    color: 'blue',
    permissions: {},
    inputs: {},
    outputs: {},
    run: (_inputs, ctx) => run(ctx),
  }) as unknown as Action
}

const outcome = (verdict: 'pass' | 'fail'): Outcome<Record<string, string>> => ({
  verdict,
  summary: 'so it is',
  outputs: {},
  publish: async (artifact) => {
    events.push(`publish ${artifact?.url ?? 'without'}`)
    return {}
  },
})
const URL = 'https://github.com/acme/strikes/actions/runs/1/artifacts/1'

test.each(['pass', 'fail'] as const)(
  'verdict %s is told, then the artifact is uploaded, then its address published',
  async (verdict) => {
    const action = stage(async (ctx) => {
      await ctx.files.write('.plumbline/training-run.json', '{}')
      return outcome(verdict)
    })
    await execute(action, host())
    expect(events).toEqual([
      `output verdict=${verdict}`,
      'output summary=so it is',
      'output artifact-url=',
      ...(verdict === 'fail' ? ['fail train: fail: so it is'] : []),
      'upload plumbline-train',
      `output artifact-url=${URL}`,
      `publish ${URL}`,
    ])
  },
)

test('a stage that throws hands over what it had written, after the error is told', async () => {
  const action = stage(async (ctx) => {
    await ctx.files.write('.plumbline/training-run.json', '{}')
    throw new UserError('the disk is full')
  })
  const { failed } = await execute(action, host())
  expect(failed).toBe(true)
  expect(events.slice(-3)).toEqual([
    'fail train: the disk is full',
    'upload plumbline-train',
    `output artifact-url=${URL}`,
  ])
})

test('a refused upload changes nothing but that', async () => {
  artifacts.refuse = /upload/
  const action = stage(async (ctx) => {
    await ctx.files.write('.plumbline/training-run.json', '{}')
    return outcome('pass')
  })
  const { failed } = await execute(action, host())
  expect(failed).toBe(false)
  expect(events.slice(-2)).toEqual(['upload plumbline-train', 'publish without'])
})

test('a suffix that no artifact can have is a mistake that names the input', async () => {
  await execute(
    stage(async () => outcome('pass')),
    host({ 'artifact-suffix': 'team/model' }),
  )
  expect(events.at(-1)).toMatch(/artifact-suffix.*at most 64 letters, digits, "\.", "_" and "-"/s)
})
