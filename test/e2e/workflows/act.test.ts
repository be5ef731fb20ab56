import { openRepository, type TestRepository } from '../../support/act/repository.js'
import { workspace } from '../../support/run-bundle.js'
import { plain } from './support.js'

/** What act and the code around it must give the examples, shown without any of our actions. */
const WORKFLOW = `
name: shown
on: [push, pull_request]
permissions: {}
jobs:
  reads:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    outputs: { word: '\${{ steps.say.outputs.word }}' }
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789
      - run: node label.mjs
        env: { TOKEN: '\${{ github.token }}' }
        continue-on-error: true
      - id: say
        run: echo "word=from the first job" >> "$GITHUB_OUTPUT"
  writes:
    needs: reads
    runs-on: [self-hosted, gpu]
    permissions: { issues: write }
    environment: staging
    concurrency: { group: x, cancel-in-progress: false }
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789
      - run: node label.mjs
        env: { TOKEN: '\${{ github.token }}', WORD: '\${{ needs.reads.outputs.word }}', TARGET: '\${{ vars.DEPLOY_TARGET }}' }
  leaves:
    needs: writes
    if: "!cancelled()"
    runs-on: ubuntu-latest
    strategy: { fail-fast: false, matrix: { host: [192.0.2.1, example.com] } }
    steps:
      - run: node -e 'fetch("http://\${{ matrix.host }}").then(() => process.exit(0))'
  never:
    needs: leaves
    runs-on: ubuntu-latest
    steps: [{ run: exit 1 }]
  told:
    needs: [leaves, never]
    if: failure()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo told of \${{ needs.leaves.result }} and \${{ needs.never.result }}' }]
`

const LABEL = `
const { GITHUB_API_URL, GITHUB_REPOSITORY, TOKEN, WORD, TARGET } = process.env
const answer = await fetch(GITHUB_API_URL + '/repos/' + GITHUB_REPOSITORY + '/labels', {
  method: 'POST',
  headers: { authorization: 'token ' + TOKEN, 'content-type': 'application/json' },
  body: JSON.stringify({ name: 'made', color: 'ededed' }),
})
console.log(answer.status, (await answer.json()).message, WORD, TARGET)
if (!answer.ok) process.exitCode = 1
`

let repository: TestRepository
const files = workspace({ 'label.mjs': LABEL })

beforeAll(async () => {
  repository = await openRepository({ workflows: { 'shown.yml': WORKFLOW } })
  repository.environments.staging = { DEPLOY_TARGET: 'the target of staging' }
  repository.push(files.path)
})
afterAll(async () => {
  await repository.close()
  files.remove()
})

test('each job has a token with its own permissions, and the variables of its environment', async () => {
  const run = await repository.run('shown.yml', { event: 'push' })
  expect(run.step('reads', 'label.mjs').log).toContain('403 Resource not accessible by integration')
  expect(run.step('writes', 'label.mjs').log).toContain('201 undefined from the first job the target of staging')
  expect(run.requests).toMatchObject({ reads: { api: 1 }, writes: { api: 1 } })
})

test('nothing reaches another machine, and what failed, was skipped or came after is known', async () => {
  const run = await repository.run('shown.yml', { event: 'push' })
  for (const host of ['192.0.2.1', 'example.com']) {
    expect(plain(run)).toContain(`this test has no network: ${host}`)
  }
  expect(run.conclusions).toMatchObject({ leaves: 'failure', never: 'skipped', told: 'success' })
  expect(run.step('told', 'echo').log).toContain('told of failure and skipped')
  expect(run.conclusion).toBe('failure')
  const jobs = repository.state.jobs.filter((job) => job.run === run.run.id)
  expect(jobs.map(({ name, conclusion }) => [name, conclusion])).toContainEqual(['never', 'skipped'])
})

test('the change of a stranger is run with a token that reads, and without secrets', async () => {
  const pull = repository.pull(files.path, { fork: true })
  const run = await repository.run('shown.yml', { event: 'pull_request', pull })
  expect(run.step('writes', 'label.mjs').log).toContain('403 Resource not accessible by integration')
  expect(run.step('writes', 'label.mjs').log).not.toContain('staging')
  expect(repository.github.violations).toEqual([])
})
