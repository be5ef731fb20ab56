import { type Strikes, strikes, succeeded } from './support.js'

/** gpu-runner.yml; its own machine is this one, and python3 makes a real virtual environment there. */
let it: Strikes

beforeAll(async () => {
  it = await strikes()
})
afterAll(() => it.close())

test('what a machine of its own has trained is judged and released on another', async () => {
  const run = succeeded(await it.repository.run('gpu-runner.yml', { event: 'push' }))
  expect(run.conclusions).toEqual({ validate: 'success', train: 'success', release: 'success' })
  expect(it.repository.state.releases.map(({ tag, draft }) => [tag, draft])).toEqual([['strikes@v1.0.0', false]])
  expect(it.repository.github.violations).toEqual([])
})
