import { addJob, addRun, addWorkflow, type LocalGitHub, type Run, startGitHub } from '../../../support/github/index.js'
import { isWithin } from '../../../support/github/routes/runs.js'
import { HERE, kitOf, refused } from './support.js'

let github: LocalGitHub
let run: Run
const repository = () => github.state.repository()
const actions = (options?: Parameters<typeof kitOf>[1]) => kitOf(github, options).rest.actions

beforeEach(async () => {
  github = await startGitHub()
  run = addRun(repository(), { attempt: 2, conclusion: 'failure', createdAt: new Date('2026-01-02T03:04:05Z') })
  addJob(repository(), run, { name: 'train', attempt: 1, conclusion: 'success', log: 'trained\n' })
  addJob(repository(), run, { name: 'gate', attempt: 1, conclusion: 'failure', log: 'first\n' })
  addJob(repository(), run, { name: 'gate', conclusion: 'failure', log: 'second\n', steps: { gate: 'failure' } })
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

describe('runs', () => {
  test('are listed newest first, and by what they are', async () => {
    addRun(repository(), { workflow: '.github/workflows/other.yml', event: 'schedule', status: 'queued' })
    const ids = async (query: object) =>
      (await actions().listWorkflowRunsForRepo({ ...HERE, ...query })).data.workflow_runs.map(({ id }) => id)
    const other = repository().runs[1]?.id
    expect(await ids({})).toEqual([other, run.id])
    expect(await ids({ status: 'failure' })).toEqual([run.id])
    expect(await ids({ event: 'schedule', status: 'queued' })).toEqual([other])
    expect(await ids({ created: '<2026-02-01' })).toEqual([run.id])
    const { data } = await actions().listWorkflowRuns({ ...HERE, workflow_id: 'other.yml' })
    expect(data.workflow_runs.map(({ id }) => id)).toEqual([other])
  })

  test.each([
    ['>=2026-01-02', true],
    ['>2026-01-02', false],
    ['2026-01-01..2026-01-02', true],
    ['*..2026-01-01', false],
    ['2026-01-02T03:04:05Z..*', true],
    ['2026-01-02', true],
  ])('made %s: %s', (range, within) => expect(isWithin('2026-01-02T03:04:05Z', range)).toBe(within))

  test('give of every job its last attempt, or all, or those of one attempt', async () => {
    const names = async (query: object) =>
      (await actions().listJobsForWorkflowRun({ ...HERE, run_id: run.id, ...query })).data.jobs.map(
        ({ name, run_attempt }) => `${name} ${run_attempt}`,
      )
    expect(await names({})).toEqual(['train 1', 'gate 2'])
    expect(await names({ filter: 'all' })).toEqual(['train 1', 'gate 1', 'gate 2'])
    const attempt = { ...HERE, run_id: run.id, attempt_number: 1 }
    const { data } = await actions().listJobsForWorkflowRunAttempt(attempt)
    expect(data.jobs.map(({ name }) => name)).toEqual(['train', 'gate'])
    expect((await actions().getWorkflowRunAttempt(attempt)).data).toMatchObject({ run_attempt: 1, status: 'completed' })
    expect(await refused(actions().getWorkflowRunAttempt({ ...attempt, attempt_number: 3 }))).toMatchObject({
      status: 404,
    })
  })

  test('need actions: read', async () => {
    expect(
      await refused(actions({ permissions: { contents: 'write' } }).getWorkflowRun({ ...HERE, run_id: run.id })),
    ).toEqual({
      status: 403,
      message: 'Resource not accessible by integration',
    })
  })
})

test('logs are text at the storage, those of a run a zip', async () => {
  const job = repository().jobs[2]
  const { data, url } = await actions().downloadJobLogsForWorkflowRun({ ...HERE, job_id: job?.id ?? 0 })
  expect([data, url.startsWith(github.storage)]).toEqual(['second\n', true])
  const { data: archive } = await actions().downloadWorkflowRunLogs({ ...HERE, run_id: run.id })
  const bytes = Buffer.from(archive as ArrayBuffer)
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04')
  for (const text of ['0_train.txt', '1_gate.txt', 'trained\n', 'second\n']) expect(bytes.includes(text)).toBe(true)
  addJob(repository(), addRun(repository()), { id: 5 })
  expect(await refused(actions().downloadJobLogsForWorkflowRun({ ...HERE, job_id: 5 }))).toMatchObject({ status: 404 })
})

test('artifacts are given by their run and name, downloaded from the storage, gone when they have expired', async () => {
  const now = '2026-01-02T03:04:05Z'
  const stored = repository().host.keep('zip')
  const artifact = { id: 1, name: 'a', run: run.id, stored, mime: 'application/zip', digest: stored.digest }
  repository().artifacts.push({ ...artifact, expired: false, createdAt: now, expiresAt: now })
  repository().artifacts.push({
    ...artifact,
    id: 2,
    name: 'half',
    stored: null,
    expired: false,
    createdAt: now,
    expiresAt: now,
  })
  const { data } = await actions().listWorkflowRunArtifacts({ ...HERE, run_id: run.id })
  expect(data.artifacts).toMatchObject([{ id: 1, name: 'a', workflow_run: { id: run.id } }])
  expect((await actions().listWorkflowRunArtifacts({ ...HERE, run_id: run.id, name: 'b' })).data.artifacts).toEqual([])
  const one = { ...HERE, artifact_id: 1, archive_format: 'zip' }
  expect(Buffer.from((await actions().downloadArtifact(one)).data as ArrayBuffer).toString()).toBe('zip')
  Object.assign(repository().artifacts[0] ?? {}, { expired: true })
  expect(await refused(actions().downloadArtifact(one))).toMatchObject({ status: 410 })
})

test('caches are listed by key and ref, and deleted', async () => {
  const now = '2026-01-02T03:04:05Z'
  for (const key of ['a-1', 'a-2', 'b-1']) {
    const id = repository().host.id()
    const stored = repository().host.keep(key)
    repository().caches.push({ id, key, version: 'v', ref: 'refs/heads/main', stored, createdAt: now, usedAt: now })
  }
  const { data } = await actions().getActionsCacheList({ ...HERE, key: 'a-' })
  expect(data).toMatchObject({ total_count: 2, actions_caches: [{ key: 'a-2' }, { key: 'a-1', size_in_bytes: 3 }] })
  await actions().deleteActionsCacheByKey({ ...HERE, key: 'a-1' })
  expect(repository().caches.map(({ key }) => key)).toEqual(['a-2', 'b-1'])
  expect(await refused(actions().deleteActionsCacheByKey({ ...HERE, key: 'a-1' }))).toMatchObject({ status: 404 })
})

describe('a dispatch', () => {
  test('of a workflow starts a run that waits', async () => {
    addWorkflow(repository(), '.github/workflows/train.yml', { dispatch: ['reason'] })
    const start = { ...HERE, workflow_id: 'train.yml', ref: 'main' }
    await actions().createWorkflowDispatch({ ...start, inputs: { reason: 'drift' } })
    expect(repository().runs.at(-1)).toMatchObject({ event: 'workflow_dispatch', status: 'queued', branch: 'main' })
    expect(repository().dispatches).toMatchObject([{ event: 'workflow_dispatch', payload: { reason: 'drift' } }])
    const { data } = (await actions().createWorkflowDispatch({
      ...start,
      return_run_details: true,
    } as typeof start)) as {
      data: unknown
    }
    expect(data).toMatchObject({ workflow_run_id: repository().runs.at(-1)?.id })
  })

  test.each([
    ['an input it does not have', 'train.yml', { inputs: { why: 'x' } }, 422, 'Unexpected inputs provided: ["why"]'],
    ['a ref that is not there', 'train.yml', { ref: 'nowhere' }, 422, 'No ref found for: nowhere'],
    ['a workflow without the trigger', 'model.yml', {}, 422, "Workflow does not have 'workflow_dispatch' trigger"],
    ['a workflow that is not there', 'other.yml', {}, 404, 'Not Found'],
  ])('with %s is refused', async (_, workflow_id, more, status, message) => {
    addWorkflow(repository(), '.github/workflows/train.yml', { dispatch: ['reason'] })
    const start = actions().createWorkflowDispatch({ ...HERE, workflow_id, ref: 'main', ...more })
    expect(await refused(start)).toEqual({ status, message })
  })

  test('of the repository has at most 10 properties', async () => {
    const { repos } = kitOf(github).rest
    const payload = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, 1]))
    const event = { ...HERE, event_type: 'retrain' }
    await repos.createDispatchEvent({ ...event, client_payload: payload(10) })
    expect(repository().dispatches).toMatchObject([{ event: 'repository_dispatch', name: 'retrain' }])
    expect(await refused(repos.createDispatchEvent({ ...event, client_payload: payload(11) }))).toMatchObject({
      status: 422,
    })
  })
})
