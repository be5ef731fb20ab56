import {
  addAsset,
  addComment,
  addCommit,
  addDeployment,
  addIssue,
  addJob,
  addPull,
  addRelease,
  addRun,
  addStatus,
  addWorkflow,
  type LocalGitHub,
  startGitHub,
} from '../../../support/github/index.js'
import { load } from '../../../support/github/openapi.js'
import { ROUTES } from '../../../support/github/routes/index.js'

const DIGEST = `sha256:${'a'.repeat(64)}`

let github: LocalGitHub
beforeAll(async () => {
  github = await startGitHub()
})
afterAll(() => github.close())

/** Something of every kind, and the parameters that lead to it. */
function furnish(): Record<string, string | number> {
  const repository = github.state.repository()
  const { host, defaultBranch } = repository
  const now = '2026-01-02T03:04:05Z'
  addCommit(repository, { files: { 'data/a b.csv': 'x,y\n1,2\n' }, message: 'Data' })
  const { sha } = addCommit(repository, { files: { 'README.md': 'Strikes\n', 'data/a b.csv': null } })
  const release = addRelease(repository, { tag: 'strikes@v1.0.0', assets: { 'manifest.json': '{}' } })
  addAsset(repository, release, { name: 'half', content: '', state: 'starter', digest: null, label: '' })
  addRelease(repository, { tag: 'strikes@v1.1.0', draft: true, body: 'text' })
  const issue = addIssue(repository, { labels: ['drift'], assignees: ['mona'], state: 'closed', author: null })
  const pull = addPull(repository, { fork: 'mona/strikes', labels: ['model'] })
  addPull(repository, { fork: null })
  const comment = addComment(repository, issue.number, 'hello', null)
  const deployment = addDeployment(repository, { payload: 'text', statuses: ['in_progress', 'success'] })
  const status = addStatus(repository, deployment, { state: 'inactive', logUrl: 'https://github.com/x' })
  repository.environments[0]?.reviewers.push('mona')
  const workflow = addWorkflow(repository, undefined, { dispatch: [] })
  const run = addRun(repository, { attempt: 2, event: 'pull_request', pulls: [pull.number], conclusion: 'failure' })
  addRun(repository, { workflow: '.github/workflows/other.yml', branch: null })
  const steps = { 'Set up job': 'success', train: null } as const
  const job = addJob(repository, run, { log: 'it broke\n', steps, conclusion: 'failure' })
  addJob(repository, run, { name: 'late', status: 'queued', runner: null })
  const artifact = {
    id: host.id(),
    name: 'plumbline-train',
    run: run.id,
    stored: host.keep('zip'),
    mime: 'application/zip',
    digest: DIGEST,
    expired: false,
    createdAt: now,
    expiresAt: now,
  }
  repository.artifacts.push(artifact)
  const cache = { id: host.id(), key: 'k-1', version: 'v', ref: 'refs/heads/main', stored: host.keep('c') }
  repository.caches.push({ ...cache, createdAt: now, usedAt: now })
  const tag = { sha: 'b'.repeat(40), tag: 'v1', message: 'one', object: sha, tagger: 'mona', date: now }
  repository.annotatedTags.set(tag.sha, tag)
  repository.refs.set('refs/tags/v1', tag.sha)
  repository.attestations.push({ id: host.id(), bundle: {}, subjects: [DIGEST] })
  const context = { context: 'ci', description: null, targetUrl: null, creator: 'mona', createdAt: now }
  repository.statuses.push({ id: host.id(), sha, state: 'success', ...context })
  const annotation = { path: 'a.csv', start_line: 1, end_line: 1, annotation_level: 'warning', message: 'odd' } as const
  const check = {
    id: host.id(),
    name: 'gate',
    sha,
    status: 'completed',
    conclusion: 'success',
    externalId: '',
  } as const
  const rest = { detailsUrl: null, title: 't', summary: 's', text: null, startedAt: now, completedAt: now }
  repository.checkRuns.push({ ...check, ...rest, annotations: [annotation] })
  return {
    owner: 'acme',
    repo: 'strikes',
    release_id: release.id,
    asset_id: release.assets[0]?.id ?? 0,
    tag: release.tag,
    tag_sha: tag.sha,
    commit_sha: sha,
    sha,
    branch: defaultBranch,
    basehead: `main...${pull.pull?.head.sha}`,
    path: 'README.md',
    issue_number: issue.number,
    comment_id: comment.id,
    name: 'drift',
    pull_number: pull.number,
    deployment_id: deployment.id,
    status_id: status.id,
    environment_name: 'production',
    workflow_id: workflow.id,
    run_id: run.id,
    attempt_number: 2,
    job_id: job.id,
    artifact_id: artifact.id,
    archive_format: 'zip',
    check_run_id: check.id,
    subject_digest: DIGEST,
  }
}

const REFS: Readonly<Record<string, string>> = { '/git/ref/{ref}': 'tags/v1', '/git/matching-refs/{ref}': 'tags/' }

test('what the local GitHub knows is what was cut out of the description', () => {
  const known = ROUTES.map(({ method, path }) => `${method} ${path}`)
  expect([...known].sort()).toEqual(Object.keys(load().description.operations).sort())
  expect(new Set(known).size).toBe(known.length)
})

test('everything that can be read is shown as GitHub describes it', async () => {
  const params = furnish()
  const bot = github.token()
  const person = github.token({ actor: 'mona' })
  const failed: string[] = []
  for (const { method, path } of ROUTES) {
    if (method !== 'GET') continue
    const ref = Object.entries(REFS).find(([end]) => path.endsWith(end))?.[1] ?? 'main'
    const address = path.replace(/\{(\w+)\}/g, (_, name) =>
      encodeURIComponent(name === 'ref' ? ref : `${params[name]}`),
    )
    const authorization = `Bearer ${path === '/user' ? person : bot}`
    const answer = await fetch(`${github.url}${address}`, { redirect: 'manual', headers: { authorization } })
    if (answer.status >= 400) failed.push(`${path}: ${answer.status} ${await answer.text()}`)
    else await answer.arrayBuffer()
  }
  expect(failed).toEqual([])
  expect(github.violations).toEqual([])
})
