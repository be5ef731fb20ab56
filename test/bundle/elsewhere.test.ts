import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Project, project } from '../support/project.js'
import { runBundle, workspace } from '../support/run-bundle.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What a runner has of an action: the files of the repository, and no node_modules. */
const checkout = workspace()
const tools = workspace()
let repository: Project

beforeEach(() => {
  repository = project()
})
afterEach(() => repository.remove())

beforeAll(() => {
  for (const path of ['action.yml', 'actions', 'dist']) {
    cpSync(join(ROOT, path), join(checkout.path, path), {
      recursive: true,
      filter: (source) => !/\.(ts|md)$/.test(source),
    })
  }
})
afterAll(() => {
  for (const { remove } of [checkout, tools]) remove()
})

const validate = (env: Record<string, string>) =>
  runBundle('validate-data', { cwd: repository.path, from: checkout.path, env, timeoutSeconds: 120 })

test('a stage away from node_modules installs the data engine from its lock file, and finds it in the next step', async () => {
  const env = { RUNNER_TOOL_CACHE: tools.path }
  const first = await validate(env)
  expect(first.stdout).toContain('Installing the data engine DuckDB')
  expect(['pass', 'warn', 'inconclusive']).toContain(first.outputs.verdict)
  const second = await validate(env)
  expect(second.stdout).not.toContain('Installing the data engine DuckDB')
  expect(second.outputs.verdict).toBe(first.outputs.verdict)
}, 240_000)

test('without a registry the message says what could not be reached and how to do without', async () => {
  const nowhere = { RUNNER_TOOL_CACHE: join(tools.path, 'empty'), npm_config_registry: 'http://127.0.0.1:9/' }
  const run = await validate({ ...nowhere, npm_config_fetch_retries: '0', npm_config_cache: join(tools.path, 'npm') })
  expect(run.code).toBe(1)
  expect(run.outputs.verdict).toBe('error')
  expect(run.annotations[0]?.message).toContain('The data engine DuckDB could not be installed')
  expect(run.annotations[0]?.message).toContain('→')
  expect(existsSync(join(repository.path, '.plumbline/data-validation.json'))).toBe(false)
}, 120_000)
