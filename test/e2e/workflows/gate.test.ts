import { printCounts } from './counts.js'
import { type Strikes, strikes, succeeded } from './support.js'

/** pull-request-gate.yml, for the repository's own changes and those of strangers. Version 1 serves. */
let it: Strikes

beforeAll(async () => {
  it = await strikes()
  succeeded(await it.repository.run('train-and-release.yml', { event: 'push' }))
})
afterAll(() => it.close())
afterEach(() => expect(it.repository.github.violations).toEqual([]))

const commentsOn = (number: number) => it.repository.state.comments.filter(({ issue }) => issue === number)

test('a change is judged against the version that serves; the comment is made once and kept up to date', async () => {
  const pull = it.repository.pull(it.code.path)
  const first = succeeded(await it.repository.run('pull-request-gate.yml', { event: 'pull_request', pull }))
  expect(commentsOn(pull.number)).toHaveLength(1)
  const [comment] = commentsOn(pull.number)
  expect(comment).toMatchObject({ author: 'github-actions[bot]' })
  expect(comment?.body).toContain('strikes@v1.0.0')
  printCounts('pull-request-gate.yml', first)

  const worse = it.code.copy()
  worse.configure({ train: { params: { features: ['speed'] } } })
  const second = await it.repository.run('pull-request-gate.yml', { event: 'pull_request', pull, files: worse.path })
  expect(second.conclusion).toBe('failure')
  expect(second.step('gate', 'plumbline@v1').outputs).toMatchObject({
    verdict: 'fail',
    'failed-stage': 'evaluate-gate',
  })
  expect(commentsOn(pull.number).map(({ id }) => id)).toEqual([comment?.id])
  expect(commentsOn(pull.number)[0]?.body).toContain('fail')
  worse.remove()
})

test('the change of a stranger gets the same verdict, no comment, and no red for it', async () => {
  const pull = it.repository.pull(it.code.path, { fork: true })
  const gate = succeeded(await it.repository.run('pull-request-gate.yml', { event: 'pull_request', pull }))
  expect(gate.step('gate', 'plumbline@v1').outputs).toMatchObject({ verdict: 'warn', 'comment-url': '' })
  expect(commentsOn(pull.number)).toEqual([])
})
