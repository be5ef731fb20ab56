import { printCounts } from './counts.js'
import { ended, type Strikes, strikes, succeeded } from './support.js'

/** comment-on-fork.yml: started by the end of the gate. Version 1 serves. */
let it: Strikes

beforeAll(async () => {
  it = await strikes()
  succeeded(await it.repository.run('train-and-release.yml', { event: 'push' }))
})
afterAll(() => it.close())
afterEach(() => expect(it.repository.github.violations).toEqual([]))

const commentsOn = (number: number) => it.repository.state.comments.filter(({ issue }) => issue === number)

test('the report on the change of a stranger is posted when the gate has ended, once', async () => {
  const pull = it.repository.pull(it.code.path, { fork: true })
  const gate = succeeded(await it.repository.run('pull-request-gate.yml', { event: 'pull_request', pull }))
  expect(commentsOn(pull.number)).toEqual([])

  const payload = ended(it, gate, pull)
  const follow = succeeded(await it.repository.run('comment-on-fork.yml', { event: 'workflow_run', payload }))
  expect(commentsOn(pull.number)).toMatchObject([{ author: 'github-actions[bot]' }])
  expect(commentsOn(pull.number)[0]?.body).toContain('strikes@v1.0.0')
  printCounts('comment-on-fork.yml', follow)

  succeeded(await it.repository.run('comment-on-fork.yml', { event: 'workflow_run', payload }))
  expect(commentsOn(pull.number)).toHaveLength(1)
})

test('pull requests of the repository itself are left alone', async () => {
  const pull = it.repository.pull(it.code.path)
  const gate = succeeded(await it.repository.run('pull-request-gate.yml', { event: 'pull_request', pull }))
  const payload = ended(it, gate, pull)
  const follow = await it.repository.run('comment-on-fork.yml', { event: 'workflow_run', payload })
  expect(follow.conclusions).toEqual({ comment: 'skipped' })
  expect(commentsOn(pull.number)).toHaveLength(1)
})
