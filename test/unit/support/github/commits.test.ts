import { addCommit, addPull, type LocalGitHub, startGitHub } from '../../../support/github/index.js'
import { HERE, kitOf, refused } from './support.js'

let github: LocalGitHub
const repository = () => github.state.repository()
const rest = () => kitOf(github).rest
const head = () => repository().refs.get('refs/heads/main') ?? ''

beforeEach(async () => {
  github = await startGitHub()
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

describe('refs', () => {
  const ref = 'refs/tags/a@v1.0.0'

  test('are made once, moved and deleted', async () => {
    const { git } = rest()
    await git.createRef({ ...HERE, ref, sha: head() })
    expect(await refused(git.createRef({ ...HERE, ref, sha: head() }))).toEqual({
      status: 422,
      message: 'Reference already exists',
    })
    expect((await git.getRef({ ...HERE, ref: 'tags/a@v1.0.0' })).data.object.sha).toBe(head())
    const { data } = await git.listMatchingRefs({ ...HERE, ref: 'tags/a@' })
    expect(data.map((one) => one.ref)).toEqual([ref])
    const side = addCommit(repository(), { branch: 'side' }).sha
    await git.updateRef({ ...HERE, ref: 'tags/a@v1.0.0', sha: side })
    expect(await refused(git.updateRef({ ...HERE, ref: 'tags/a@v1.0.0', sha: head() }))).toMatchObject({
      message: 'Update is not a fast forward',
    })
    await git.updateRef({ ...HERE, ref: 'tags/a@v1.0.0', sha: head(), force: true })
    await git.deleteRef({ ...HERE, ref: 'tags/a@v1.0.0' })
    expect(await refused(git.getRef({ ...HERE, ref: 'tags/a@v1.0.0' }))).toMatchObject({ status: 404 })
  })

  test.each([
    ['that a ruleset does not allow', ref, () => head(), /Cannot create ref due to creations being restricted/],
    ['of nothing', 'refs/heads/x', () => 'a'.repeat(40), /Object does not exist/],
    ['that are none', 'tags/x', () => head(), /not a valid ref name/],
  ])('%s are refused', async (_, name, sha, words) => {
    repository().settings.restrictedTags = /./
    const problem = await refused(rest().git.createRef({ ...HERE, ref: name, sha: sha() }))
    expect([problem.status, problem.message]).toEqual([422, expect.stringMatching(words)])
  })

  test('of annotated tags lead to a tag, and that to the commit', async () => {
    const { git } = rest()
    const tag = { tag: 'a@v1.0.0', message: 'one', object: head(), type: 'commit' } as const
    const { data } = await git.createTag({ ...HERE, ...tag })
    await git.createRef({ ...HERE, ref, sha: data.sha })
    const { data: found } = await git.getRef({ ...HERE, ref: 'tags/a@v1.0.0' })
    expect(found.object).toMatchObject({ type: 'tag', sha: data.sha })
    expect((await git.getTag({ ...HERE, tag_sha: data.sha })).data.object.sha).toBe(head())
    expect((await rest().repos.getCommit({ ...HERE, ref: 'a@v1.0.0' })).data.sha).toBe(head())
  })
})

describe('commits', () => {
  test('are compared by what one side has that the other has not', async () => {
    const base = head()
    addCommit(repository(), { branch: 'side', files: { 'a.csv': 'x\n1\n', 'README.md': null } })
    const { data } = await rest().repos.compareCommitsWithBasehead({ ...HERE, basehead: 'main...side' })
    expect(data).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0, merge_base_commit: { sha: base } })
    expect(data.files).toMatchObject([
      { filename: 'README.md', status: 'removed', additions: 0, deletions: 1 },
      { filename: 'a.csv', status: 'added', additions: 2, deletions: 0 },
    ])
    addCommit(repository())
    const diverged = await rest().repos.compareCommitsWithBasehead({ ...HERE, basehead: 'main...side' })
    expect(diverged.data).toMatchObject({ status: 'diverged', ahead_by: 1, behind_by: 1 })
    const wrong = rest().repos.compareCommitsWithBasehead({ ...HERE, basehead: 'main...nowhere' })
    expect(await refused(wrong)).toMatchObject({ status: 404 })
  })

  test('are listed newest first, by file too', async () => {
    const { sha } = addCommit(repository(), { files: { 'data/a.csv': 'x\n' } })
    const last = addCommit(repository())
    const shas = async (query: object) =>
      (await rest().repos.listCommits({ ...HERE, ...query })).data.map((one) => one.sha)
    expect((await shas({})).slice(0, 2)).toEqual([last.sha, sha])
    expect(await shas({ path: 'data' })).toEqual([sha])
  })
})

test('contents are a file, or a folder', async () => {
  addCommit(repository(), { files: { 'data/a b.csv': 'x,y\n1,2\n', 'data/raw/c.csv': 'x\n' } })
  const get = (path: string, ref?: string) => rest().repos.getContent({ ...HERE, path, ...(ref ? { ref } : {}) })
  const { data } = await get('data/a b.csv')
  expect(data).toMatchObject({
    type: 'file',
    size: 8,
    content: 'eCx5CjEsMgo=\n',
    // printf 'x,y\n1,2\n' | git hash-object --stdin
    sha: '9e468eceb91b08afdae1100099eeada25f81f680',
  })
  expect(((await get('data')).data as object[]).map((one) => (one as { type: string }).type)).toEqual(['file', 'dir'])
  expect(await refused(get('nowhere'))).toMatchObject({ status: 404 })
  expect(await refused(get('data', 'nowhere'))).toMatchObject({ status: 404 })
})

test('a pull request tells its commits and files, and is found by a commit of it', async () => {
  const { number, pull } = addPull(repository(), { branch: 'features', files: { 'a.csv': 'x\n' } })
  const one = { ...HERE, pull_number: number }
  const { data } = await rest().pulls.get(one)
  expect(data).toMatchObject({
    commits: 1,
    changed_files: 1,
    additions: 1,
    head: { ref: 'features' },
    base: { ref: 'main' },
  })
  expect((await rest().pulls.listFiles(one)).data.map(({ filename }) => filename)).toEqual(['a.csv'])
  expect((await rest().pulls.list({ ...HERE, head: 'acme:features' })).data).toHaveLength(1)
  const of = async (commit_sha: string) =>
    (await rest().repos.listPullRequestsAssociatedWithCommit({ ...HERE, commit_sha })).data.map((found) => found.number)
  expect(await of(pull?.head.sha ?? '')).toEqual([number])
  expect(await of(head())).toEqual([])
})

describe('check runs', () => {
  const make = (more: object = {}) => rest().checks.create({ ...HERE, name: 'gate', head_sha: head(), ...more })
  const annotation = { path: 'a.csv', start_line: 1, end_line: 1, annotation_level: 'warning', message: 'm' } as const

  test('end with a conclusion; annotations add up', async () => {
    const { data } = await make({ status: 'in_progress' })
    const output = { title: 't', summary: 's', annotations: [annotation] }
    for (let count = 0; count < 2; count++)
      await rest().checks.update({ ...HERE, check_run_id: data.id, conclusion: 'failure', output })
    expect(repository().checkRuns).toMatchObject([{ status: 'completed', conclusion: 'failure', summary: 's' }])
    expect((await rest().checks.listAnnotations({ ...HERE, check_run_id: data.id })).data).toHaveLength(2)
    expect((await rest().checks.listForRef({ ...HERE, ref: 'main' })).data.total_count).toBe(1)
  })

  test.each([
    ['a summary of more bytes', { output: { title: 't', summary: 'é'.repeat(32_768) } }, /maximum bytesize of 65535/],
    ['completed without a conclusion', { status: 'completed' }, /"conclusion" wasn't supplied/],
    ['a commit that is not there', { head_sha: 'a'.repeat(40) }, /No commit found for SHA/],
    [
      'columns over lines',
      { output: { title: 't', summary: 's', annotations: [{ ...annotation, end_line: 2, start_column: 1 }] } },
      /single line/,
    ],
  ])('are refused with %s', async (_, more, words) => {
    expect(JSON.stringify(await refused(make(more)))).toMatch(new RegExp(words.source.replaceAll('"', '\\\\"')))
  })
})

test('statuses of a commit make one state', async () => {
  const { repos } = rest()
  const set = (context: string, state: 'success' | 'failure') =>
    repos.createCommitStatus({ ...HERE, sha: head(), context, state })
  await set('a', 'failure')
  await set('b', 'success')
  expect((await repos.getCombinedStatusForRef({ ...HERE, ref: 'main' })).data.state).toBe('failure')
  await set('a', 'success')
  expect((await repos.getCombinedStatusForRef({ ...HERE, ref: 'main' })).data).toMatchObject({
    state: 'success',
    total_count: 2,
  })
})

test('attestations are kept by the digest of their subjects, where there are any', async () => {
  const { repos } = rest()
  const payload = Buffer.from(JSON.stringify({ subject: [{ digest: { sha256: 'ab' } }] })).toString('base64')
  const bundle = { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', dsseEnvelope: { payload } }
  await repos.createAttestation({ ...HERE, bundle })
  expect((await repos.listAttestations({ ...HERE, subject_digest: 'sha256:ab' })).data.attestations).toHaveLength(1)
  expect(await refused(repos.listAttestations({ ...HERE, subject_digest: 'sha256:cd' }))).toMatchObject({ status: 404 })
  repository().settings.attestations = false
  expect(await refused(repos.createAttestation({ ...HERE, bundle }))).toMatchObject({
    message: expect.stringContaining('Feature not available'),
  })
})
