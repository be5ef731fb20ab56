import { addComment, addIssue, addPull, type LocalGitHub, startGitHub } from '../../../support/github/index.js'
import { ask, HERE, kitOf, refused } from './support.js'

let github: LocalGitHub
const repository = () => github.state.repository()
const issues = () => kitOf(github).rest.issues

beforeEach(async () => {
  github = await startGitHub()
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

describe('issues', () => {
  test('are found by labels, state and author; pull requests are among them', async () => {
    addIssue(repository(), { labels: ['drift', 'model'], author: 'github-actions[bot]', title: 'one' })
    addIssue(repository(), { labels: ['drift'], state: 'closed', title: 'two' })
    addPull(repository(), { title: 'three' })
    const titles = async (query: object) =>
      (await issues().listForRepo({ ...HERE, ...query })).data.map(({ title }) => title)
    expect(await titles({})).toEqual(['three', 'one'])
    expect(await titles({ labels: 'drift,model', state: 'all' })).toEqual(['one'])
    expect(await titles({ labels: 'DRIFT', state: 'all', direction: 'asc' })).toEqual(['one', 'two'])
    expect(await titles({ creator: 'github-actions[bot]' })).toEqual(['one'])
    const { data } = await issues().listForRepo(HERE)
    expect(data.map(({ pull_request }) => pull_request !== undefined)).toEqual([true, false])
  })

  test('are made with labels that are not there yet, closed with a reason, and opened again', async () => {
    const { data } = await issues().create({ ...HERE, title: 'Drift', labels: ['drift'] })
    expect(data).toMatchObject({ user: { login: 'github-actions[bot]', type: 'Bot' }, labels: [{ name: 'drift' }] })
    const update = { ...HERE, issue_number: data.number }
    const { data: closed } = await issues().update({ ...update, state: 'closed', state_reason: 'completed' })
    expect(closed).toMatchObject({ state: 'closed', state_reason: 'completed' })
    expect((await issues().update({ ...update, state: 'open' })).data).toMatchObject({ state_reason: 'reopened' })
    await issues().addLabels({ ...update, labels: ['model'] })
    await issues().removeLabel({ ...update, name: 'drift' })
    expect(repository().issues[0]?.labels).toEqual(['model'])
  })

  test('have a longest title and a longest text', async () => {
    expect((await refused(issues().create({ ...HERE, title: 'x'.repeat(257) }))).errors).toMatchObject([
      { field: 'title' },
    ])
    const body = 'x'.repeat(65_537)
    expect((await refused(issues().create({ ...HERE, title: 'x', body }))).errors).toEqual([
      { resource: 'Issue', code: 'custom', field: 'body', message: 'body is too long (maximum is 65536 characters)' },
    ])
  })
})

test('a label is made once', async () => {
  await issues().createLabel({ ...HERE, name: 'drift', color: 'ff0000' })
  const again = await refused(issues().createLabel({ ...HERE, name: 'Drift' }))
  expect(again).toMatchObject({ status: 422, errors: [{ resource: 'Label', code: 'already_exists', field: 'name' }] })
})

describe('comments', () => {
  beforeEach(() => void addPull(repository(), { number: 7 }))
  const write = (body: string, options = {}) =>
    kitOf(github, options).rest.issues.createComment({ ...HERE, issue_number: 7, body })

  test('are written as the account of the token, changed and deleted', async () => {
    const { data } = await write('hello')
    expect(data).toMatchObject({ user: { login: 'github-actions[bot]' }, body: 'hello' })
    expect(data.html_url).toBe(`https://github.com/acme/strikes/pull/7#issuecomment-${data.id}`)
    await issues().updateComment({ ...HERE, comment_id: data.id, body: 'bye' })
    expect((await issues().listComments({ ...HERE, issue_number: 7 })).data).toMatchObject([{ body: 'bye' }])
    await issues().deleteComment({ ...HERE, comment_id: data.id })
    expect(repository().comments).toEqual([])
  })

  test('have at most 65,536 characters, and not none', async () => {
    await write('x'.repeat(65_536))
    expect(await refused(write('x'.repeat(65_537)))).toEqual({
      status: 422,
      message: 'Validation Failed',
      errors: [
        {
          resource: 'IssueComment',
          code: 'custom',
          field: 'body',
          message: 'body is too long (maximum is 65536 characters)',
        },
      ],
    })
    expect(await refused(write(' '))).toMatchObject({ status: 422 })
  })

  test('are not written where the conversation is locked, nor where there is none', async () => {
    Object.assign(repository().issues[0] ?? {}, { locked: true })
    expect(await refused(write('x'))).toEqual({
      status: 403,
      message: 'Unable to create comment because issue is locked.',
    })
    const nowhere = issues().createComment({ ...HERE, issue_number: 99, body: 'x' })
    expect(await refused(nowhere)).toMatchObject({ status: 404 })
  })

  test('are hidden by GraphQL', async () => {
    const comment = addComment(repository(), 7, 'old', 'github-actions[bot]')
    const { data } = await issues().getComment({ ...HERE, comment_id: comment.id })
    const mutation = `mutation ($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) {
      minimizedComment { isMinimized minimizedReason } } }`
    const hidden = { minimizeComment: { minimizedComment: { isMinimized: true, minimizedReason: 'outdated' } } }
    expect(await kitOf(github).graphql(mutation, { id: data.node_id })).toEqual(hidden)
    expect(comment.minimized).toBe('outdated')
    const reading = kitOf(github, { permissions: 'read-all' })
    await expect(reading.graphql(mutation, { id: data.node_id })).rejects.toThrow(/Resource not accessible/)
    await expect(kitOf(github).graphql(mutation, { id: 'IC_1' })).rejects.toThrow(/Could not resolve to a node/)
  })
})

test('who a token writes as is told by GraphQL alone', async () => {
  expect(await kitOf(github).graphql('{ viewer { login } }')).toEqual({ viewer: { login: 'github-actions[bot]' } })
  expect(await refused(kitOf(github).rest.users.getAuthenticated())).toMatchObject({ status: 403 })
  const person = await ask(github, '/user', { token: github.token({ actor: 'mona' }) })
  expect(await person.json()).toMatchObject({ login: 'mona' })
})
