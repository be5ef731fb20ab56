import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Project, project } from '../../support/project.js'
import { workspace } from '../../support/run-bundle.js'
import { type Strikes, strikes, succeeded } from './support.js'

/** monorepo.yml with two models, in a real git repository: what changed is found by git. */
let it: Strikes
const root = workspace({ 'README.md': '# Models\n' })
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com', ...args], {
    cwd: root.path,
    encoding: 'utf8',
  }).trim()
const commit = (message: string) => {
  git('add', '--all')
  git('commit', '--quiet', '--allow-empty', '--message', message)
  it.repository.push(root.path)
  return git('rev-parse', 'HEAD')
}

/** Puts the model of a project into a folder of its own. */
function addModel(name: string, code: Project): void {
  const folder = join(root.path, 'models', name)
  mkdirSync(folder, { recursive: true })
  cpSync(code.path, folder, { recursive: true })
}

let first: string

beforeAll(async () => {
  it = await strikes()
  git('init', '--quiet', '--initial-branch', 'main')
  for (const name of ['geese', 'gulls']) {
    const code = project()
    code.write('requirements.txt', '')
    code.write('plumbline.yml', code.read('plumbline.yml').replace('model: strikes', `model: ${name}`))
    addModel(name, code)
    code.remove()
  }
  first = commit('Two models')
})
afterAll(async () => {
  await it.close()
  root.remove()
})
afterEach(() => expect(it.repository.github.violations).toEqual([]))

const tags = () => it.repository.state.releases.filter(({ draft }) => !draft).map(({ tag }) => tag)
const push = (before: string) => it.repository.run('monorepo.yml', { event: 'push', payload: { before } })

test('without a commit to compare with every model is released, under its own name', async () => {
  const run = succeeded(await push('0'.repeat(40)))
  expect(run.step('changes', 'find').outputs).toEqual({ models: '["geese","gulls"]' })
  expect(run.conclusions).toEqual({ changes: 'success', gate: 'skipped', release: 'success' })
  expect(tags().sort()).toEqual(['geese@v1.0.0', 'gulls@v1.0.0'])
  const artifacts = it.repository.state.artifacts.map(({ name }) => name)
  expect(artifacts.sort()).toEqual(['plumbline-pipeline-geese', 'plumbline-pipeline-gulls'])
})

test('a push releases the model that it changes, and leaves the other alone', async () => {
  const config = join(root.path, 'models/gulls/plumbline.yml')
  execFileSync('sed', ['-i', 's/^train:$/train:\\n  seed: 7/', config])
  commit('Another seed for gulls')
  const run = succeeded(await push(first))
  expect(run.step('changes', 'find').outputs).toEqual({ models: '["gulls"]' })
  expect(tags().sort()).toEqual(['geese@v1.0.0', 'gulls@v1.0.0', 'gulls@v1.0.1'])
})

test('a push that changes no model runs none', async () => {
  const before = git('rev-parse', 'HEAD')
  commit('Nothing')
  const run = succeeded(await push(before))
  expect(run.conclusions).toEqual({ changes: 'success', gate: 'skipped', release: 'skipped' })
})

test('a pull request that changes both has a comment for each', async () => {
  const pull = it.repository.pull(root.path)
  const sides = {
    base: { sha: first, repo: { full_name: 'acme/strikes' } },
    head: { sha: git('rev-parse', 'HEAD'), repo: { full_name: 'acme/strikes' } },
  }
  execFileSync('sed', ['-i', 's/^train:$/train:\\n  timeout: 600/', join(root.path, 'models/geese/plumbline.yml')])
  commit('Another limit for geese')
  const payload = { pull_request: { number: pull.number, ...sides } }
  const run = succeeded(await it.repository.run('monorepo.yml', { event: 'pull_request', pull, payload }))
  expect(run.conclusions).toEqual({ changes: 'success', gate: 'success', release: 'skipped' })
  const comments = it.repository.state.comments.filter(({ issue }) => issue === pull.number).map(({ body }) => body)
  expect(comments).toHaveLength(2)
  expect(tags()).toHaveLength(3)
})
