import { addCommit, addPull, addRun, type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { githubOf } from '../../support/github-client.js'
import { contract, csv, problemsOf, times, validate } from './support.js'

const DATA = csv(
  'n,c',
  times(40, (i) => [i, i % 2 ? 'a' : 'b']),
)
const NARROW = contract('columns: [{ name: n, type: integer, range: { max: 50 } }, { name: c, values: [a, b] }]')
const WIDE = contract('columns: [{ name: n, type: integer, range: { max: 90 } }, { name: c, values: [a, b] }]')
const data = { train: 'train.csv', 'contract-before': 'old.yml' }

test('a stricter rule under the same version is named, and warns or fails as the contract says', async () => {
  const warned = await validate({ 'train.csv': DATA, 'data-contract.yml': NARROW, 'old.yml': WIDE }, data)
  expect(warned.check('breaking-contract-change')).toMatchObject({
    verdict: 'warn',
    measured: 1,
    cure: 'set `version: 1.0.0`, or take the changes back',
    examples: [{ where: 'columns.n.range' }],
  })
  const failed = await validate(
    { 'train.csv': DATA, 'data-contract.yml': `${NARROW}breaking-changes: fail\n`, 'old.yml': WIDE },
    data,
  )
  expect(failed.check('breaking-contract-change').verdict).toBe('fail')
  const raised = await validate(
    { 'train.csv': DATA, 'data-contract.yml': `${NARROW}version: 1.0.0\nbreaking-changes: fail\n`, 'old.yml': WIDE },
    data,
  )
  expect(raised.check('breaking-contract-change').verdict).toBe('pass')
})

test('the same contract, one that may break, and none are no finding', async () => {
  const same = await validate({ 'train.csv': DATA, 'data-contract.yml': NARROW, 'old.yml': NARROW }, data)
  const free = await validate(
    { 'train.csv': DATA, 'data-contract.yml': `${NARROW}breaking-changes: allow\n`, 'old.yml': WIDE },
    data,
  )
  for (const { validation } of [same, free]) {
    expect(validation.checks.map(({ rule }) => rule)).not.toContain('breaking-contract-change')
  }
  expect(await problemsOf({ 'train.csv': DATA, 'data-contract.yml': NARROW }, data)).toEqual([
    'data.contract-before: old.yml is not there → check the path, or leave it out',
  ])
})

describe('on a pull request', () => {
  let local: LocalGitHub
  beforeEach(async () => {
    local = await startGitHub()
  })
  afterEach(async () => {
    await local.close()
    expect(local.violations).toEqual([])
  })

  async function onPull(files: Record<string, string>) {
    const repository = local.state.repository()
    addCommit(repository, { message: 'Contract', files })
    const pull = addPull(repository, {})
    const env = local.env({ run: addRun(repository, { event: 'pull_request' }), pull: pull.number })
    const github = await githubOf(env)
    return validate({ 'train.csv': DATA, 'data-contract.yml': NARROW }, { train: 'train.csv' }, {}, { env, github })
  }

  test('the contract of the base is what this one is compared with', async () => {
    const { check, fake } = await onPull({ 'data-contract.yml': WIDE })
    expect(check('breaking-contract-change')).toMatchObject({
      verdict: 'warn',
      message: expect.stringMatching(/, against data-contract\.yml at [0-9a-f]{7}$/),
    })
    expect(fake.logged.filter(({ level }) => level === 'notice')).toEqual([])
  })

  test('a new contract, one of before that is none, and a GitHub that does not answer change no verdict', async () => {
    const fresh = await onPull({})
    const broken = await onPull({ 'data-contract.yml': 'columns: 7\n' })
    local.fault({ on: /contents/ }, { status: 403, message: 'Resource not accessible by integration' })
    const refused = await onPull({ 'data-contract.yml': WIDE })
    for (const { outcome, validation } of [fresh, broken, refused]) {
      expect(validation.checks.map(({ rule }) => rule)).not.toContain('breaking-contract-change')
      expect(outcome.verdict).toBe('warn')
    }
    const notices = ({ fake }: typeof fresh) => fake.logged.filter(({ level }) => level === 'notice')
    expect(notices(fresh)).toEqual([])
    expect(notices(broken)[0]?.message).toContain('is no contract that this version reads')
    expect(notices(refused)[0]?.message).toContain('contents: read')
  })
})
