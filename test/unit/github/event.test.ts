import { pullRequestOf } from '../../../shared/github/event.js'

describe('which pull request an event is about', () => {
  const side = (full_name: string, sha: string) => ({ sha, repo: { full_name } })
  const pull = (head: unknown) => ({ pull_request: { number: 7, head, base: side('acme/strikes', 'b'.repeat(40)) } })
  const own = pull(side('acme/strikes', 'a'.repeat(40)))
  const fork = pull(side('mona/strikes', 'a'.repeat(40)))

  test.each([
    ['pull_request', own, { number: 7, commit: 'a'.repeat(40), readOnly: false }],
    ['pull_request', fork, { number: 7, commit: 'a'.repeat(40), readOnly: true }],
    ['pull_request', pull({ sha: 'a', repo: null }), { number: 7, commit: 'a', readOnly: true }],
    ['pull_request_target', fork, { number: 7, commit: 'a'.repeat(40), readOnly: false }],
    [
      'issue_comment',
      { issue: { number: 7, pull_request: { url: 'x' } } },
      { number: 7, commit: null, readOnly: false },
    ],
    ['issue_comment', { issue: { number: 7 } }, null],
    ['issues', { issue: { number: 7 } }, null],
    ['push', { ref: 'refs/heads/main', head_commit: { id: 'a' } }, null],
    ['workflow_dispatch', { inputs: { pull_request: '7' } }, null],
    ['pull_request', { pull_request: { number: '7' } }, null],
    ['pull_request', { pull_request: { number: -1 } }, null],
    ['pull_request', null, null],
    ['pull_request', [], null],
  ])('%s %j', (event, payload, expected) => {
    expect(pullRequestOf(event, payload)).toEqual(expected)
  })
})
