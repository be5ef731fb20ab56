import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { whyNoArtifacts } from '../../../shared/github/artifacts.js'
import { addRun, type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { workspace } from '../../support/run-bundle.js'
import { runTypeScript } from '../../support/run-typescript.js'

let github: LocalGitHub
let folder: ReturnType<typeof workspace>
beforeEach(async () => {
  github = await startGitHub()
  folder = workspace({ 'report.md': '# Report', 'model/a.json': '{}' })
})
afterEach(async () => {
  folder.remove()
  await github.close()
  expect(github.violations).toEqual([])
})

// biome-ignore lint/suspicious/noExplicitAny: results as they come, looked at by a test
async function run(env: Record<string, string>, steps: unknown[][], token = ''): Promise<any[]> {
  const ended = await runTypeScript('./artifacts-child.ts', [JSON.stringify(steps), token], {
    env: { PATH: process.env.PATH, GITHUB_WORKSPACE: folder.path, RUNNER_TEMP: folder.path, ...env },
  })
  if (ended.code !== 0) throw new Error(ended.stderr)
  expect(ended.stderr).not.toMatch(/Deprecat/)
  return JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '')
}

const runs = () => github.state.repository().runs
const into = (name: string) => join(folder.path, name)
const upload = (name: string) => ['upload', name, folder.path, ['report.md', 'model/a.json']]

test('artifacts of this run: uploaded with their address, listed, downloaded; none is no error', async () => {
  const [uploaded, listed, found, none] = await run(github.env(), [
    upload('plumbline-train'),
    ['list'],
    ['download', 'plumbline-train', into('one')],
    ['download', 'plumbline-deploy', into('two')],
  ])
  expect(uploaded).toEqual({
    id: uploaded.id,
    url: `https://github.com/acme/strikes/actions/runs/${runs()[0]?.id}/artifacts/${uploaded.id}`,
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  })
  expect(listed).toEqual([
    { id: uploaded.id, name: 'plumbline-train', bytes: expect.any(Number), digest: uploaded.digest },
  ])
  expect([found, none]).toEqual([true, false])
  expect(readFileSync(into('one/report.md'), 'utf8')).toBe('# Report')
})

test('artifacts of another run are read with a token, and its download takes none along to the storage', async () => {
  await run(github.env(), [upload('plumbline-train')])
  const later = addRun(github.state.repository(), { event: 'workflow_run' })
  const from = { runId: runs()[0]?.id }
  const token = github.token({ permissions: { actions: 'read' } })
  const steps = [['list'], ['list', from], ['download', 'plumbline-train', into('one'), from]]
  const [own, other, found] = await run(github.env({ run: later }), steps, token)
  expect(own).toEqual([])
  expect(other).toMatchObject([{ name: 'plumbline-train' }])
  expect(found).toBe(true)
  expect(readFileSync(into('one/report.md'), 'utf8')).toBe('# Report')
})

test('without a token, without the permission, or of a run that is not there: the words say what to do', async () => {
  await run(github.env(), [upload('plumbline-train')])
  const id = runs()[0]?.id
  const [without] = await run(github.env(), [['list', { runId: id }]])
  expect(without.problems).toEqual([
    {
      message: `the artifacts of run ${id} cannot be read without a token`,
      cure: 'give the input `github-token`, and `actions: read` to the permissions of the job',
    },
  ])
  const [refused] = await run(
    github.env(),
    [['list', { runId: id }]],
    github.token({ permissions: { contents: 'read' } }),
  )
  expect(refused.problems[0].message).toMatch(
    /^the artifacts of run \d+ are not listed: Resource not accessible by integration/,
  )
  expect(refused.problems[0].cure).toMatch(/^add `actions: read` to the permissions of the job/)
  const [gone] = await run(github.env(), [['list', { runId: 1 }]], github.token())
  expect(gone.problems[0].message).toMatch(/^the artifacts of run 1 are not listed: Not Found/)
})

test('an account without room for more is told what to do', async () => {
  github.fault({ on: /CreateArtifact/ }, { status: 403, message: 'insufficient usage to create artifact: quota' })
  const [refused] = await run(github.env(), [upload('a')])
  expect(refused.problems[0].cure).toBe('delete artifacts of old runs, or keep them for a shorter time')
})

test('why a run has none', () => {
  const access = { ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_RESULTS_URL: 'http://127.0.0.1/' }
  expect(whyNoArtifacts(access)).toBeNull()
  expect(whyNoArtifacts({ ...access, GITHUB_SERVER_URL: 'https://acme.ghe.com' })).toBeNull()
  expect(whyNoArtifacts({ ...access, GITHUB_SERVER_URL: 'https://git.acme.org' })).toMatch(
    /^GitHub Enterprise Server has no/,
  )
  expect(whyNoArtifacts({ ...access, ACTIONS_RUNTIME_TOKEN: '' })).toMatch(/^The runner gave no access to artifacts/)
})
