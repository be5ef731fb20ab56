import type { GitHub } from '../../../shared/github/github.js'
import { type IssueText, upsertIssue } from '../../../shared/github/issues.js'
import { banner, paragraph } from '../../../shared/report/blocks.js'
import { addIssue, type FaultKind, type Issue, type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { githubOf } from '../../support/github-client.js'

const MARKER = '<!-- plumbline:monitor strikes production -->'
const BOT = 'github-actions[bot]'

let local: LocalGitHub
let github: GitHub
beforeEach(async () => {
  local = await startGitHub()
  github = await githubOf(local.env(), { patience: { answer: 20 } })
})
afterEach(async () => {
  await local.close()
  expect(local.violations).toEqual([])
})

const issues = (): readonly Issue[] => local.state.repository().issues
const first = () => issues()[0] as Issue
const said = () => local.state.repository().comments.map(({ body }) => body)

function text(reason = 'the objective is missed', more: Partial<IssueText> = {}): IssueText {
  const report = { title: 'monitor', verdict: banner('fail', 'look at it', reason), blocks: [paragraph('30 days')] }
  const labels: [string, ...string[]] = ['plumbline', 'incident']
  return {
    marker: 'monitor strikes production',
    title: 'strikes',
    body: report,
    labels,
    open: true,
    said: 'why',
    ...more,
  }
}
const closing = (more: Partial<IssueText> = {}) => text('all is well', { open: false, ...more })

test('made once with its labels, kept up to date, closed with a comment, opened again with one', async () => {
  expect((await upsertIssue(github, closing())).change).toBe('none')
  expect((await upsertIssue(github, text())).change).toBe('created')
  expect(first()).toMatchObject({ title: 'strikes', state: 'open', labels: ['plumbline', 'incident'], author: BOT })
  expect(first().body).toContain(MARKER)
  expect((await upsertIssue(github, text())).change).toBe('unchanged')
  expect((await upsertIssue(github, text('worse'))).change).toBe('updated')
  expect(first().body).toContain('worse')
  expect((await upsertIssue(github, closing())).change).toBe('closed')
  expect(first()).toMatchObject({ state: 'closed', stateReason: 'completed' })
  expect((await upsertIssue(github, closing())).change).toBe('unchanged')
  expect((await upsertIssue(github, text())).change).toBe('reopened')
  expect(issues()).toHaveLength(1)
  expect(said()).toEqual(['Closed: why', 'Opened again: why'])
})

test('what people write around our part stays', async () => {
  await upsertIssue(github, text())
  first().body = `Owner: mona\n\n${first().body}\n\nSee the runbook.`
  first().title = 'renamed'
  await upsertIssue(github, text('worse'))
  expect(first().body).toMatch(/^Owner: mona\n[\s\S]*worse[\s\S]*\n\nSee the runbook\.$/)
  expect(first().title).toBe('renamed')
})

test('one that a person closed as not planned is left', async () => {
  await upsertIssue(github, text())
  Object.assign(first(), { state: 'closed', stateReason: 'not_planned' })
  expect((await upsertIssue(github, text('worse'))).change).toBe('left')
})

test.each([
  ['of a person', 'mona', ['plumbline']],
  ['without our label, from somebody else', 'mona', []],
])('one %s with our marker is not ours', async (_, author, labels) => {
  addIssue(local.state.repository(), { body: MARKER, author, labels })
  expect((await upsertIssue(github, text())).change).toBe('created')
})

test('ours is found without its label, which people take away', async () => {
  await upsertIssue(github, text())
  first().labels = []
  expect((await upsertIssue(github, text('worse'))).change).toBe('updated')
  expect(issues()).toHaveLength(1)
})

test('of two that runs at once have made the younger is closed, and never taken for ours again', async () => {
  await upsertIssue(github, text())
  addIssue(local.state.repository(), { body: first().body, author: BOT, labels: ['plumbline'] })
  expect((await upsertIssue(github, text('worse'))).change).toBe('updated')
  expect(issues().map(({ state }) => state)).toEqual(['open', 'closed'])
  expect(issues()[1]?.body).toMatch(/^The same as \[issue 1\]/)
})

test('who makes the second one of two takes it back and writes into the first', async () => {
  const racing: GitHub = {
    ...github,
    ask: (route, parameters, about) => {
      if (route === 'POST /repos/{owner}/{repo}/issues') {
        addIssue(local.state.repository(), { body: MARKER, author: BOT, labels: ['plumbline'] })
      }
      return github.ask(route, parameters, about)
    },
  }
  expect((await upsertIssue(racing, text())).change).toBe('updated')
  expect(issues().map(({ state }) => state)).toEqual(['open', 'closed'])
  expect(first().body).toContain('the objective is missed')
})

test.each<[FaultKind]>([[{ status: 502 }], ['cut']])(
  '%j after the effect: found again, never doubled',
  async (kind) => {
    local.fault({ on: /^POST .*\/issues$/, times: 1 }, kind, 'after')
    expect((await upsertIssue(github, text())).change).toBe('created')
    expect(issues()).toHaveLength(1)
  },
)

test('a body beyond the limit is shortened and leaves the room that people took', async () => {
  await upsertIssue(github, text())
  first().body = `${'y'.repeat(20_000)}\n\n${first().body}`
  const blocks = Array.from({ length: 100 }, () => paragraph('x'.repeat(2000)))
  await upsertIssue(github, text('worse', { body: { title: 'monitor', blocks } }))
  expect(first().body?.length).toBeLessThanOrEqual(65_536)
  expect(first().body).toContain('y'.repeat(20_000))
})

test('text of data stays text', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub
  const hostile = '@team #1 <img src=x> <!-- plumbline:end --> ${{ secrets.X }}'
  await upsertIssue(github, text(hostile, { title: `a\n${hostile}` }))
  expect(first().body).not.toMatch(/@team|[^&]#1\b|<img/)
  expect(first().body?.match(/<!--/g)).toHaveLength(2)
  expect(first().title).not.toContain('\n')
})

test('a missing permission is named', async () => {
  const reader = await githubOf(local.env({ token: local.token({ permissions: 'read-all' }) }))
  await expect(upsertIssue(reader, text())).rejects.toThrow(/the issue "strikes" is not written: .*403/)
})
