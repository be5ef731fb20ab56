import {
  addCommit,
  addDeployment,
  addJob,
  addRun,
  type LocalGitHub,
  startGitHub,
} from '../../../support/github/index.js'
import { HERE, kitOf, refused } from './support.js'

const NOW = { ...HERE, auto_merge: false, required_contexts: [] as string[] }

let github: LocalGitHub
const repository = () => github.state.repository()
const repos = () => kitOf(github).rest.repos
const deploy = async (environment: string, more: object = {}) =>
  (await repos().createDeployment({ ...NOW, ref: 'main', environment, ...more })).data as { id: number }
const report = (deployment_id: number, state: 'success' | 'failure' | 'in_progress' | 'inactive', more: object = {}) =>
  repos().createDeploymentStatus({ ...HERE, deployment_id, state, ...more })
const statesOf = () => repository().deployments.map(({ statuses }) => statuses.map(({ state }) => state).join(' '))

beforeEach(async () => {
  github = await startGitHub()
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

describe('a deployment', () => {
  test('carries its payload as it was sent, and is production by the name of its environment', async () => {
    await deploy('production', { payload: { tag: 'a@v1.0.0' } })
    await deploy('staging', { payload: 'text' })
    const { data } = await repos().listDeployments(HERE)
    expect(data).toMatchObject([
      { environment: 'staging', payload: 'text', production_environment: false },
      { environment: 'production', payload: { tag: 'a@v1.0.0' }, production_environment: true },
    ])
    expect((await repos().listDeployments({ ...HERE, environment: 'staging' })).data).toHaveLength(1)
    expect(repository().environments.map(({ name }) => name)).toEqual(['production', 'staging'])
  })

  test('waits for every check unless told otherwise, that of the job that asks too', async () => {
    addJob(repository(), addRun(repository()), { name: 'deploy' })
    const problem = await refused(repos().createDeployment({ ...HERE, ref: 'main', auto_merge: false }))
    expect(problem).toMatchObject({
      status: 409,
      message: expect.stringContaining('Commit status checks failed for main'),
    })
    expect(problem.errors).toMatchObject([{ contexts: [{ context: 'deploy', state: 'pending' }] }])
    await deploy('production')
  })

  test('of a branch that is behind is a merge in its place, unless told otherwise', async () => {
    addCommit(repository(), { branch: 'change', files: { a: '1\n' } })
    addCommit(repository(), { files: { b: '1\n' } })
    const merging = await repos().createDeployment({ ...HERE, ref: 'change', required_contexts: [] })
    expect([merging.status, merging.data]).toEqual([202, { message: 'Auto-merged main into change on deployment.' }])
    expect(repository().deployments).toEqual([])
    addCommit(repository(), { files: { a: '2\n' } })
    expect(await refused(repos().createDeployment({ ...HERE, ref: 'change', required_contexts: [] }))).toEqual({
      status: 409,
      message: 'Conflict merging main into change',
    })
    await deploy('production', { ref: 'change' })
  })

  test('needs a ref that is there', async () => {
    expect(await refused(deploy('production', { ref: 'nowhere' }))).toEqual({
      status: 422,
      message: 'No ref found for: nowhere',
    })
  })

  test('is deleted when it is inactive, or the only one', async () => {
    const { id } = await deploy('staging')
    await deploy('staging')
    const one = { ...HERE, deployment_id: id }
    expect(await refused(repos().deleteDeployment(one))).toMatchObject({ status: 422 })
    await report(id, 'inactive')
    await repos().deleteDeployment(one)
    const [last] = repository().deployments
    await repos().deleteDeployment({ ...HERE, deployment_id: last?.id ?? 0 })
    expect(repository().deployments).toEqual([])
  })
})

describe('a status', () => {
  test('of success makes former successes of its environment inactive, and nothing else', async () => {
    for (const [environment, states] of [
      ['staging', ['success']],
      ['staging', ['in_progress', 'failure']],
      ['other', ['success']],
    ] as const)
      addDeployment(repository(), { environment, statuses: states })
    addDeployment(repository(), { environment: 'staging', transient: true, statuses: ['success'] })
    const { id } = await deploy('staging')
    await report(id, 'in_progress')
    expect(statesOf()[0]).toBe('success')
    await report(id, 'success')
    expect(statesOf()).toEqual(['success inactive', 'in_progress failure', 'success', 'success', 'in_progress success'])
  })

  test('never makes one of production inactive, nor any when told not to', async () => {
    addDeployment(repository(), { statuses: ['success'] })
    addDeployment(repository(), { environment: 'staging', statuses: ['success'] })
    await report((await deploy('production')).id, 'success')
    await report((await deploy('staging')).id, 'success', { auto_inactive: false })
    expect(statesOf()).toEqual(['success', 'success', 'success', 'success'])
  })

  test('is told in at most 140 characters, and in another environment where it says so', async () => {
    const { id } = await deploy('staging')
    const problem = await refused(report(id, 'success', { description: 'x'.repeat(141) }))
    expect(JSON.stringify(problem.errors)).toContain('description is too long (maximum is 140 characters)')
    await report(id, 'success', { environment: 'canary', log_url: 'https://github.com/x' })
    const { data } = await repos().listDeploymentStatuses({ ...HERE, deployment_id: id })
    expect(data).toMatchObject([
      { environment: 'canary', target_url: 'https://github.com/x', log_url: 'https://github.com/x' },
    ])
    expect(repository().deployments[0]).toMatchObject({ environment: 'canary', originalEnvironment: 'staging' })
  })
})

describe('GraphQL', () => {
  const QUERY = `query ($owner: String!, $repo: String!, $after: String, $environments: [String!]) {
    repository(owner: $owner, name: $repo) {
      deployments(environments: $environments, first: 2, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
        pageInfo { hasNextPage endCursor }
        nodes {
          databaseId payload environment state createdAt creator { login }
          latestStatus { state }
          statuses(first: 10) { nodes { state description logUrl environmentUrl createdAt } }
        }
      }
    }
  }`
  interface Answer {
    repository: {
      deployments: {
        pageInfo: { hasNextPage: boolean; endCursor: string }
        nodes: { databaseId: number; [key: string]: unknown }[]
      }
    }
  }
  const asked = async (more: object = {}, options = {}) =>
    (await kitOf(github, options).graphql<Answer>(QUERY, { ...HERE, ...more })).repository.deployments

  test('gives deployments with their statuses, newest first, page after page', async () => {
    const made = ['a', 'b', 'a'].map((environment) =>
      addDeployment(repository(), { environment, payload: { tag: environment }, statuses: ['in_progress', 'success'] }),
    )
    const { pageInfo, nodes } = await asked()
    expect(nodes.map(({ databaseId }) => databaseId)).toEqual([made[2]?.id, made[1]?.id])
    expect(nodes[0]).toMatchObject({
      payload: '{"tag":"a"}',
      state: 'ACTIVE',
      // GraphQL leaves out the `[bot]` of REST.
      creator: { login: 'github-actions' },
      latestStatus: { state: 'SUCCESS' },
      statuses: { nodes: [{ state: 'SUCCESS', description: null, logUrl: null }, { state: 'IN_PROGRESS' }] },
    })
    expect(pageInfo.hasNextPage).toBe(true)
    const rest = await asked({ after: pageInfo.endCursor })
    expect(rest.nodes.map(({ databaseId }) => databaseId)).toEqual([made[0]?.id])
    expect(rest.pageInfo.hasNextPage).toBe(false)
    expect((await asked({ environments: ['b'] })).nodes).toHaveLength(1)
  })

  test('refuses a token without the permission, and does not know a private repository of others', async () => {
    const bare = asked({}, { permissions: { contents: 'write' } })
    await expect(bare).rejects.toMatchObject({
      errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
    })
    await expect(asked({ repo: 'other' })).rejects.toMatchObject({
      errors: [{ type: 'NOT_FOUND', message: expect.stringContaining("'acme/other'") }],
    })
  })

  test('wants to be told how many', async () => {
    const query = `{ repository(owner: "acme", name: "strikes") { deployments { totalCount } } }`
    await expect(kitOf(github).graphql(query)).rejects.toThrow(/must provide a `first` or `last`/)
  })
})

test('a field that GitHub does not have is an error of the query, and a violation', async () => {
  await expect(kitOf(github).graphql('{ viewer { loginName } }')).rejects.toThrow(/Cannot query field "loginName"/)
  expect(github.violations).toEqual([expect.stringContaining('Cannot query field "loginName" on type "User"')])
  // Nothing else; what was meant to be there is taken away.
  ;(github.violations as string[]).length = 0
})
