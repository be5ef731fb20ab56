import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ROOT } from './sources.js'

const OURS = /^(?:plumbline-ml\/plumbline|\.)(?:\/(actions\/[a-z-]+))?(?:@.+)?$/

interface Step {
  readonly id?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Workflow {
  readonly where: string
  readonly text: string
  readonly steps: readonly Step[]
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const workflows = [...workflowFiles(), ...readmeBlocks()]

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
        .filter(({ uses }) => uses !== undefined && !OURS.test(uses) && !/@[0-9a-f]{40}$/.test(uses))
        .map(({ uses }) => `${where}: ${uses}`),
    )
  expect(wrong).toEqual([])
})

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
  return ['.github/workflows', 'workflows-examples'].flatMap((folder) =>
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
