import { describeProblems, UserError } from '../../../shared/core/errors.js'
import { type About, refusalOf } from '../../../shared/github/refusal.js'

const MANUAL = ' - https://docs.github.com/rest/issues/comments#create-an-issue-comment'
const about: About = { undone: 'the report is not on pull request #7', needs: 'pull-requests: write' }

/** As octokit throws it. */
const http = (status: number, message: string) =>
  Object.assign(new Error(`${message}${MANUAL}`), { status, response: {} })
const told = (error: unknown, readOnly = false) =>
  describeProblems((refusalOf(error, about, readOnly) as UserError).problems)

test.each([
  [403, 'Resource not accessible by integration', /`pull-requests: write` to the permissions of the job/],
  [403, 'Resource not accessible by personal access token', /a token of your own needs the same right/],
  [404, 'Not Found', /this token does not see it: .*`pull-requests: write`/],
  [410, 'Issues are disabled', /this token does not see it/],
  [401, 'Bad credentials', /input `github-token`.*expired/],
  [403, 'You have exceeded a secondary rate limit', /too many requests/],
  [429, 'Too Many Requests', /too many requests/],
  [422, 'Validation Failed: {"message":"body is too long"}', /bug of Plumbline/],
  [500, 'Server Error', /run the step again/],
  [502, 'Bad Gateway', /run the step again/],
])('%i %s says what to do', (status, message, cure) => {
  const text = told(http(status, message))
  expect(text).toContain(`the report is not on pull request #7: GitHub answered ${status}, "${message}"\n    → `)
  expect(text).toMatch(cure)
  expect(text).not.toContain('docs.github.com')
})

test('a fork is told that there is nothing to mend, not to add a permission that has no effect', () => {
  const text = told(http(403, 'Resource not accessible by integration'), true)
  expect(text).toMatch(/nothing to mend: a pull request from a fork gets a read-only token/)
  expect(text).not.toContain('pull-requests: write')
})

test('a locked conversation is not for lack of a permission', () => {
  const text = told(http(403, 'Unable to create comment because issue is locked.'))
  expect(text).toBe(
    'the report is not on pull request #7: GitHub answered 403, "Unable to create comment because issue is locked."',
  )
})

test('no answer is told from an error of GitHub', () => {
  const text = told(Object.assign(new Error('other side closed'), { status: 500 }))
  expect(text).toMatch(/^the report is not on pull request #7: no answer from GitHub \(other side closed\)\n/)
})

test('errors of GraphQL come with status 200', () => {
  const error = Object.assign(new Error('Request failed:\n - Resource not accessible'), { errors: [{}] })
  expect(told(error)).toMatch(/answered 200, "Request failed: - Resource not accessible"\n.*`pull-requests: write`/)
})

test('long words of whoever answered are cut to one line', () => {
  const text = told(http(503, `<html>\n${'x'.repeat(5000)}`))
  expect(text.split('\n')).toHaveLength(2)
  expect(text.length).toBeLessThan(600)
})

test('a mistake of ours stays what it is', () => {
  const bug = new TypeError('x is not a function')
  expect(refusalOf(bug, about, false)).toBe(bug)
  const named = refusalOf(new UserError('cut short', { cure: 'again' }), about, false) as UserError
  expect(describeProblems(named.problems)).toBe('the report is not on pull request #7: cut short\n    → again')
})
