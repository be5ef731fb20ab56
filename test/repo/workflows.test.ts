import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ROOT } from './sources.js'

const OURS = /^(?:plumbline-ml\/plumbline|\.)(?:\/(actions\/[a-z-]+))?(?:@.+)?$/
const EXAMPLES = 'workflows-examples'

interface Step {
  readonly id?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly name?: string
  readonly if?: string
  readonly steps?: readonly Step[]
  readonly permissions?: Readonly<Record<string, string>>
  readonly environment?: string
  readonly concurrency?: unknown
  readonly 'timeout-minutes'?: number
}

interface Example {
  readonly file: string
  readonly events: readonly string[]
  readonly permissions: unknown
  readonly jobs: readonly (readonly [string, Job])[]
}

interface Workflow {
  readonly where: string
  readonly text: string
  readonly steps: readonly Step[]
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const workflows = [...workflowFiles(), ...readmeBlocks()]
const examples = workflowFiles()
  .filter(({ where }) => where.startsWith(EXAMPLES))
  .map(readExample)

test('the READMEs and the workflows show steps that use our actions', () => {
  expect(workflows.flatMap(({ steps }) => steps.filter(isOurs)).length).toBeGreaterThan(0)
})

test('every step that is shown gives only inputs that its action has', () => {
  const wrong = eachStep(({ where }, step, action) =>
    Object.keys(step.with ?? {})
      .filter((name) => !(name in action.inputs))
      .map((name) => `${where}: ${step.uses} has no input ${name}`),
  )
  expect(wrong).toEqual([])
})

test('every output that is read after such a step is one that its action has', () => {
  const wrong = eachStep(({ where, text }, step, action) =>
    [...text.matchAll(new RegExp(`steps\\.${step.id}\\.outputs\\.([\\w-]+)`, 'g'))]
      .map(([, name]) => name as string)
      .filter((name) => !(name in action.outputs))
      .map((name) => `${where}: ${step.uses} has no output ${name}`),
  )
  expect(wrong).toEqual([])
})

test('third-party actions of our own workflows and of the examples are pinned by commit', () => {
  const wrong = workflows
    .filter(({ where }) => where.endsWith('.yml'))
    .flatMap(({ where, steps }) =>
      steps
        .filter(({ uses }) => uses !== undefined && !OURS.test(uses) && !uses.startsWith('./.github/workflows/'))
        .filter(({ uses }) => !/@[0-9a-f]{40}$/.test(uses as string))
        .map(({ uses }) => `${where}: ${uses}`),
    )
  expect(wrong).toEqual([])
})

describe('examples', () => {
  const jobs = examples.flatMap(({ jobs, ...example }) => jobs.map(([id, job]) => ({ ...example, id, job })))

  test('a workflow has no permissions of its own, and each job names what its actions need and no more', () => {
    expect(examples.filter(({ permissions }) => JSON.stringify(permissions) !== '{}')).toEqual([])
    for (const { file, id, job, events } of jobs) {
      const needs = (job.steps ?? []).flatMap((step) => needsOf(step, eventsOf(job, events)))
      expect([file, id, job.permissions ?? {}]).toEqual([file, id, highest(needs)])
    }
  })

  test('every job has a name and a time limit', () => {
    const wrong = jobs.filter(({ job }) => !job.name || (job.steps && !job['timeout-minutes']))
    expect(wrong.map(({ file, id }) => `${file}: ${id}`)).toEqual([])
  })

  test('what deploys waits for its turn in its environment, and is neither dropped nor cut off', () => {
    const deploying = jobs.filter(({ job }) => job.steps?.some(({ uses }) => uses?.includes('/actions/deploy@')))
    expect(deploying.length).toBeGreaterThan(3)
    for (const { file, id, job } of deploying) {
      expect([file, id, job.environment, job.concurrency]).toEqual([
        file,
        id,
        expect.any(String),
        { group: `deploy-${job.environment}`, 'cancel-in-progress': false, queue: 'max' },
      ])
    }
  })

  test('the table of the README names every file with all of its permissions', () => {
    const rows = [...read(`${EXAMPLES}/README.md`).matchAll(/^\| \[([\w-]+\.yml)\].*\| ([^|]*) \|$/gm)]
    const named = Object.fromEntries(rows.map(([, file, permissions]) => [file, permissions?.split(', ').sort()]))
    const written = examples.map(({ file, jobs }) => {
      const all = jobs.flatMap(([, { permissions = {} }]) => Object.entries(permissions))
      return [
        file,
        Object.entries(highest(all))
          .map(([name, level]) => `${name}: ${level}`)
          .sort(),
      ]
    })
    expect(named).toEqual(Object.fromEntries(written))
  })

  test('a test runs every file', () => {
    const folder = 'test/e2e/workflows'
    const tests = readdirSync(join(ROOT, folder)).map((name) => read(`${folder}/${name}`))
    const run = examples.filter(({ file }) => tests.some((text) => text.includes(`run('${file}'`)))
    expect(run.map(({ file }) => file)).toEqual(examples.map(({ file }) => file))
  })
})

/** Some permissions count only where what needs them is asked for: by an input, or by the events that lead to it. */
const ASKED: Readonly<Record<string, (step: Step, events: readonly string[], stage: string) => boolean>> = {
  'pull-requests': (_, events) => events.some((event) => event === 'pull_request' || event === 'workflow_run'),
  checks: ({ with: given = {} }) => 'check-run' in given,
  actions: ({ with: given = {} }, _, stage) => {
    if (stage === 'monitor') return 'retrain-workflow' in given
    return stage !== 'validate-data' || 'baseline' in given
  },
}

function needsOf(step: Step, events: readonly string[]): [string, string][] {
  if (!isOurs(step)) return step.uses?.startsWith('actions/checkout@') ? [['contents', 'read']] : []
  const action = OURS.exec(step.uses as string)?.[1]
  // The chain needs what its stages need.
  const stages = action === undefined ? String(step.with?.stages).split(', ') : [action.replace('actions/', '')]
  return stages.flatMap((stage) => {
    const [, table = ''] =
      /<!-- permissions -->([\s\S]*)<!-- \/permissions -->/.exec(read(`actions/${stage}/README.md`)) ?? []
    return [...table.matchAll(/^\| `([\w-]+)` \| (read|write)\b/gm)]
      .map(([, name, level]): [string, string] => [name as string, level as string])
      .filter(([name]) => ASKED[name]?.(step, events, stage) ?? true)
  })
}

/** The highest level of each permission. */
function highest(needs: readonly (readonly [string, string])[]): Record<string, string> {
  const levels: Record<string, string> = {}
  for (const [name, level] of needs) if (levels[name] !== 'write') levels[name] = level
  return levels
}

/** Those that a job runs for, where its condition names one. */
function eventsOf({ if: condition = '' }: Job, events: readonly string[]): readonly string[] {
  const only = /github\.event_name == '(\w+)'/.exec(condition)?.[1]
  return only === undefined ? events : [only]
}

function readExample({ where, text }: Workflow): Example {
  const { on, permissions, jobs } = parse(text) as { on: object; permissions: unknown; jobs: Record<string, Job> }
  return {
    file: where.slice(EXAMPLES.length + 1),
    events: Object.keys(on),
    permissions,
    jobs: Object.entries(jobs),
  }
}

function isOurs(step: Step): boolean {
  return step.uses !== undefined && OURS.test(step.uses)
}

type Declared = Readonly<Record<'inputs' | 'outputs', Readonly<Record<string, unknown>>>>

function eachStep(check: (workflow: Workflow, step: Step, action: Declared) => string[]): string[] {
  return workflows.flatMap((workflow) =>
    workflow.steps.filter(isOurs).flatMap((step) => {
      const path = join(OURS.exec(step.uses as string)?.[1] ?? '', 'action.yml')
      if (!existsSync(join(ROOT, path))) return [`${workflow.where}: ${step.uses} is no action`]
      return check(workflow, step, parse(read(path)))
    }),
  )
}

function workflowFiles(): Workflow[] {
  return ['.github/workflows', EXAMPLES].flatMap((folder) =>
    (existsSync(join(ROOT, folder)) ? readdirSync(join(ROOT, folder)) : [])
      .filter((name) => name.endsWith('.yml'))
      .map((name) => ({ where: `${folder}/${name}`, text: read(`${folder}/${name}`) }))
      .map(({ where, text }) => ({ where, text, steps: stepsIn(parse(text)) })),
  )
}

/** Blocks of YAML in the READMEs that show a step of ours. */
function readmeBlocks(): Workflow[] {
  const stages = readdirSync(join(ROOT, 'actions')).map((name) => `actions/${name}/README.md`)
  return ['README.md', ...stages]
    .filter((path) => existsSync(join(ROOT, path)))
    .flatMap((path) =>
      [...read(path).matchAll(/^```ya?ml\n([\s\S]*?)^```/gm)]
        .map(([, text]) => text as string)
        .filter((text) => text.includes('uses:'))
        .map((text) => ({ where: path, text, steps: stepsIn(parse(text)) })),
    )
}

/** Every step anywhere in a workflow, or in a part of one. */
function stepsIn(value: unknown): Step[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn)
  if (value === null || typeof value !== 'object') return []
  return [
    ...('uses' in value && typeof value.uses === 'string' ? [value as Step] : []),
    ...Object.values(value).flatMap(stepsIn),
  ]
}
