import { isMarked, sameText, upsertComment } from '../../../shared/github/comments.js'
import { pullRequestOf } from '../../../shared/github/event.js'
import type { Client, GitHub } from '../../../shared/github/github.js'
import { openGitHub } from '../../../shared/github/open.js'

const MARKER = '<!-- plumbline:evaluate-gate strikes .github/workflows/model.yml -->'
const BODY = `### ✓ pass\n\nall hold\n\n${MARKER}\n`

interface Stored {
  login: string | null
  body: string | null
}

/** GitHub over pages of comments; ids are the positions, from 1. */
async function githubOf(pages: readonly (readonly Stored[])[], viewer = 'github-actions[bot]') {
  const asked: string[] = []
  const written: Record<string, unknown>[] = []
  const shown = ({ login, body }: Stored, id: number) => ({
    id,
    html_url: `https://github.com/acme/strikes/pull/7#issuecomment-${id}`,
    body,
    user: login === null ? null : { login },
  })
  const client: Client = {
    request: async (route, parameters) => {
      const [method = '', path = ''] = route.split(' ')
      asked.push(`${method} ${path.replace(/\{(\w+)\}/g, (_, name) => String(parameters[name]))}`)
      if (method !== 'GET') {
        written.push(parameters)
        return { headers: {}, data: shown({ login: viewer, body: '' }, Number(parameters.comment_id ?? 99)) }
      }
      const page = Number(parameters.page)
      const before = pages.slice(0, page - 1).flat().length
      const data = (pages[page - 1] ?? []).map((comment, index) => shown(comment, before + index + 1))
      const next = page < pages.length ? { link: `<https://api.github.com/x?page=${page + 1}>; rel="next"` } : {}
      return { headers: next, data }
    },
    graphql: async () => {
      asked.push('viewer')
      return { viewer: { login: viewer } }
    },
  }
  return { github: await connected(client), asked, written }
}

const connected = (client: Client): Promise<GitHub> =>
  openGitHub({ GITHUB_REPOSITORY: 'acme/strikes' }, async () => client)

const LIST = 'GET /repos/acme/strikes/issues/7/comments'
const bot = (body: string | null): Stored => ({ login: 'github-actions[bot]', body })

describe('which comment is ours', () => {
  test('without one it is made, and nobody is asked who we are', async () => {
    const { github, asked, written } = await githubOf([[bot('hello'), { login: 'mona', body: 'nice' }, bot(null)]])
    const result = await upsertComment(github, 7, { marker: MARKER, body: BODY })
    expect(result).toEqual({ url: 'https://github.com/acme/strikes/pull/7#issuecomment-99', change: 'created' })
    expect(asked).toEqual([LIST, 'POST /repos/acme/strikes/issues/7/comments'])
    expect(written[0]).toEqual({ owner: 'acme', repo: 'strikes', issue_number: 7, body: BODY })
  })

  test('a different text is put in its place', async () => {
    const { github, asked, written } = await githubOf([[bot('hello'), bot(BODY.replace('pass', 'fail'))]])
    const result = await upsertComment(github, 7, { marker: MARKER, body: BODY })
    expect(result).toEqual({ url: 'https://github.com/acme/strikes/pull/7#issuecomment-2', change: 'updated' })
    expect(asked).toEqual([LIST, 'viewer', 'PATCH /repos/acme/strikes/issues/comments/2'])
    expect(written[0]).toEqual({ owner: 'acme', repo: 'strikes', comment_id: 2, body: BODY })
  })

  test('the same text is not written again, whatever became of its line ends', async () => {
    const { github, asked } = await githubOf([[bot(BODY.trim().replaceAll('\n', '\r\n'))]])
    const result = await upsertComment(github, 7, { marker: MARKER, body: BODY })
    expect(result.change).toBe('unchanged')
    expect(asked).toEqual([LIST, 'viewer'])
  })

  test.each([
    ['a person', 'mona'],
    ['another app', 'plumb[bot]'],
    ['a deleted account', null],
  ])('one of %s with our marker is not ours', async (_, login) => {
    const { github, asked } = await githubOf([[{ login, body: BODY }]])
    expect((await upsertComment(github, 7, { marker: MARKER, body: BODY })).change).toBe('created')
    expect(asked.at(-1)).toBe('POST /repos/acme/strikes/issues/7/comments')
  })

  test('with a token of a person it is the one of that person', async () => {
    const { github } = await githubOf(
      [[bot(BODY), { login: 'mona', body: 'x' }, { login: 'mona', body: BODY }]],
      'mona',
    )
    const result = await upsertComment(github, 7, { marker: MARKER, body: BODY })
    expect(result).toEqual({ url: 'https://github.com/acme/strikes/pull/7#issuecomment-3', change: 'unchanged' })
  })

  test('all pages are read, and who we are is asked once', async () => {
    const pages = [[{ login: 'mona', body: BODY }], [{ login: 'lisa', body: BODY }], [bot(`old\n${MARKER}`)]]
    const { github, asked } = await githubOf(pages)
    expect((await upsertComment(github, 7, { marker: MARKER, body: BODY })).change).toBe('updated')
    expect(asked).toEqual([LIST, 'viewer', LIST, LIST, 'PATCH /repos/acme/strikes/issues/comments/3'])
  })

  test('of two the older one is kept up to date', async () => {
    const { github, written } = await githubOf([[bot(`one\n${MARKER}`), bot(`two\n${MARKER}`)]])
    await upsertComment(github, 7, { marker: MARKER, body: BODY })
    expect(written.map(({ comment_id }) => comment_id)).toEqual([1])
  })

  test('an answer that is not a list of comments is named, not taken for an empty one', async () => {
    const cut = await connected({
      request: async () => ({ headers: {}, data: '[{"id":1,' }),
      graphql: async () => ({}),
    })
    await expect(upsertComment(cut, 7, { marker: MARKER, body: BODY })).rejects.toThrow(/cut short/)
  })
})

test.each([
  [true, `text\n\n${MARKER}\n`],
  [true, `text\r\n${MARKER}\r\nadded by hand`],
  [false, `> ${MARKER}`],
  [false, `see ${MARKER}`],
  [false, MARKER.replace('strikes', 'strikes2')],
  [false, ''],
  [false, null],
])('marked: %s for %j', (expected, text) => {
  expect(isMarked(text, MARKER)).toBe(expected)
})

test('a text is the same after GitHub has trimmed it', () => {
  expect(sameText('a\r\n\r\nb', 'a\n\nb\n')).toBe(true)
  expect(sameText('a\nb', 'a\n\nb')).toBe(false)
  expect(sameText(null, '')).toBe(true)
})

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
