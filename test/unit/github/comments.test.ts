import { type CommentMode, type CommentResult, comment, type Said } from '../../../shared/github/comments.js'
import type { GitHub } from '../../../shared/github/github.js'
import {
  addComment,
  addPull,
  type Comment,
  type FaultKind,
  type FaultMoment,
  type LocalGitHub,
  startGitHub,
} from '../../support/github/index.js'
import { githubOf } from '../../support/github-client.js'

const MARKER = '<!-- plumbline:report strikes .github/workflows/model.yml -->'
const BOT = 'github-actions[bot]'
const [A, B] = ['a'.repeat(40), 'b'.repeat(40)]
const COMMENTS = '/repos/acme/strikes/issues/1/comments'
const [LIST, CREATE, WHO] = [`GET ${COMMENTS}`, `POST ${COMMENTS}`, 'POST /graphql']
const of = (method: string, id = first().id) => `${method} /repos/acme/strikes/issues/comments/${id}`

let local: LocalGitHub
let github: GitHub
beforeEach(async () => {
  local = await startGitHub()
  addPull(local.state.repository())
  github = await githubOf(local.env({ pull: 1 }), { patience: { answer: 20 } })
})
afterEach(async () => {
  await local.close()
  expect(local.violations).toEqual([])
})

const comments = (): readonly Comment[] => local.state.repository().comments
const first = () => comments()[0] as Comment
const bodies = () => comments().map(({ body }) => body)

/** What evaluate-gate says in run 10 on commit A, but for what a test names. */
function said({ words, ...given }: Partial<Said> & { words?: string } = {}): Said {
  const { stage = 'evaluate-gate', verdict = 'pass' } = given
  const text = `### ${verdict} · ${stage}${words === undefined ? '' : `\n\n${words}`}`
  return { stage, verdict, runId: '10', attempt: 1, commit: A, text: () => text, ...given }
}
const runsUrl = 'https://github.com/acme/strikes/actions/runs'
const put = (what: Said = said(), mode: Exclude<CommentMode, 'off'> = 'update', by: GitHub = github) =>
  comment(by, { number: 1, marker: MARKER, runsUrl }, what, mode)
const changes = (results: readonly CommentResult[]) => results.map(({ change }) => change)

describe('which comment is ours', () => {
  test('without one it is made', async () => {
    addComment(local.state.repository(), 1, 'hello', BOT)
    expect(await put()).toEqual({ url: expect.stringMatching(/pull\/1#issuecomment-\d+$/), change: 'created' })
    expect(local.log).toEqual([LIST, CREATE, LIST])
    expect(bodies()[1]).toBe(
      `<!-- plumbline:part evaluate-gate run=10.1 commit=${A} verdict=pass -->\n\n### pass · evaluate-gate\n\n${MARKER}\n`,
    )
  })

  test('a different text is put in its place, the same one is not written again', async () => {
    await put()
    const { length } = local.log
    expect((await put(said({ verdict: 'fail' }))).change).toBe('updated')
    expect(local.log.slice(length)).toEqual([LIST, of('PATCH'), of('GET')])
    expect((await put(said({ verdict: 'fail' }))).change).toBe('unchanged')
    expect(bodies()).toEqual([expect.stringContaining('### fail · evaluate-gate')])
  })

  test('the same text is the same whatever GitHub made of its line ends', async () => {
    await put()
    first().body = first().body.trim().replaceAll('\n', '\r\n')
    expect((await put()).change).toBe('unchanged')
  })

  test.each([
    ['a person', 'mona'],
    ['another app', 'plumb[bot]'],
    ['a deleted account', null],
  ])('one of %s with our marker is not ours', async (_, author) => {
    const theirs = addComment(local.state.repository(), 1, `x\n${MARKER}`, author)
    expect((await put()).change).toBe('created')
    expect(local.log).toEqual([LIST, WHO, CREATE, LIST])
    expect(theirs.body).toBe(`x\n${MARKER}`)
  })

  test('with a token of a person it is the one of that person', async () => {
    addComment(local.state.repository(), 1, `bot\n${MARKER}`, BOT)
    const mine = addComment(local.state.repository(), 1, `mine\n${MARKER}`, 'mona')
    const mona = await githubOf(local.env({ pull: 1, token: local.token({ actor: 'mona' }) }))
    expect((await put(said(), 'update', mona)).change).toBe('updated')
    expect(mine.body).toContain('### pass')
    expect(first().body).toBe(`bot\n${MARKER}`)
  })

  test('all pages are read, and who we are is asked once', async () => {
    for (let index = 0; index < 120; index++) addComment(local.state.repository(), 1, `${index}\n> ${MARKER}`, 'mona')
    const ours = addComment(local.state.repository(), 1, `old\n${MARKER}`, BOT)
    expect((await put()).change).toBe('updated')
    expect(local.log).toEqual([LIST, LIST, WHO, of('PATCH', ours.id), of('GET', ours.id)])
  })

  test('younger ones, which a run that was cut off has left, are taken away', async () => {
    const [one] = ['one', 'two', 'three'].map((text) =>
      addComment(local.state.repository(), 1, `${text}\n${MARKER}`, BOT),
    )
    await put()
    expect(comments().map(({ id }) => id)).toEqual([one?.id])
  })
})

describe('the parts of the stages', () => {
  test('stand in one comment, the decision first', async () => {
    await put(said({ stage: 'validate-data', verdict: 'warn' }))
    await put()
    expect(bodies()).toHaveLength(1)
    expect(bodies()[0]).toMatch(/### pass · evaluate-gate\n[\s\S]*### warn · validate-data\n/)
  })

  test('what was said of another commit is not taken for a verdict on this one', async () => {
    await put(said({ verdict: 'pass', words: 'All rules hold.' }))
    await put(said({ stage: 'validate-data', verdict: 'fail', commit: B, runId: '11' }))
    expect(bodies()[0]).toMatch(/### fail · validate-data\n/)
    expect(bodies()[0]).not.toContain('All rules hold.')
    expect(bodies()[0]).toContain(
      `evaluate-gate has not judged commit \`${B.slice(0, 7)}\`. Of commit \`${A.slice(0, 7)}\` it said <strong>✓ pass</strong> in [run 10](${runsUrl}/10).`,
    )
    // It stays so for the next commit, and is gone when the stage has spoken.
    await put(said({ stage: 'validate-data', verdict: 'fail', commit: 'c'.repeat(40), runId: '12' }))
    expect(bodies()[0]).toContain('evaluate-gate has not judged commit `ccccccc`. Of commit `aaaaaaa` it said')
    await put(said({ commit: 'c'.repeat(40), runId: '12' }))
    expect(bodies()[0]).not.toContain('has not judged')
  })

  test('a quiet stage makes no comment, but says that the verdict there is of another commit', async () => {
    const quiet = (commit: string, runId: string) =>
      put(said({ stage: 'validate-data', commit, runId, quiet: true, words: 'fit' }))
    expect(await quiet(A, '10')).toEqual({ url: null, change: 'none' })
    expect(comments()).toEqual([])
    await put()
    expect((await quiet(B, '11')).change).toBe('updated')
    expect(bodies()[0]).toMatch(/### evaluate-gate has not judged commit `bbbbbbb`\n\nOf commit `aaaaaaa` it said/)
    expect(bodies()[0]).not.toContain('validate-data')
  })

  test('a quiet stage takes back what it said before', async () => {
    await put(said({ stage: 'validate-data', verdict: 'fail', words: 'leak' }))
    await put(said({ stage: 'validate-data', quiet: true, words: 'fit' }))
    expect(bodies()[0]).toMatch(/### pass · validate-data\n\nfit/)
    expect(bodies()[0]).not.toContain('leak')
  })

  test('an earlier run that ends later does not overwrite a later one', async () => {
    await put(said({ runId: '11', commit: B }))
    expect((await put(said({ verdict: 'fail' }))).change).toBe('outdated')
    expect(bodies()[0]).toContain('### pass')
  })

  test('another job of the run that writes in between loses nothing', async () => {
    await put()
    let meddle = true
    const racing: GitHub = {
      ...github,
      ask: async (route, parameters, about) => {
        const answer = await github.ask(route, parameters, about)
        if (meddle && route.startsWith('PATCH')) {
          meddle = false
          first().body = first().body.replaceAll(/<!-- plumbline:part validate[\s\S]*?(?=<!-- plumbline:report)/g, '')
        }
        return answer
      },
    }
    await put(said({ stage: 'validate-data', verdict: 'warn' }), 'update', racing)
    expect(bodies()[0]).toMatch(/evaluate-gate[\s\S]*### warn · validate-data/)
  })
})

describe('modes', () => {
  const twice = async (mode: Exclude<CommentMode, 'off'>) => [
    await put(said(), mode),
    await put(said({ stage: 'validate-data', verdict: 'warn' }), mode),
    await put(said({ runId: '11', commit: B, verdict: 'fail' }), mode),
  ]

  test('recreate: each run has a new one at the end, and the old one is gone', async () => {
    expect(changes(await twice('recreate'))).toEqual(['created', 'updated', 'created'])
    expect(bodies()).toHaveLength(1)
    expect(bodies()[0]).toMatch(/### fail · evaluate-gate[\s\S]*validate-data has not judged commit `bbbbbbb`/)
    expect(local.log.slice(-4)).toEqual([LIST, CREATE, LIST, expect.stringMatching(/^DELETE/)])
  })

  test('hide: the old one is folded as outdated and left alone from then on', async () => {
    expect(changes(await twice('hide'))).toEqual(['created', 'updated', 'created'])
    expect(comments().map(({ minimized }) => minimized)).toEqual(['outdated', null])
    expect(first().body).toContain('### pass · evaluate-gate')
    const { length } = local.log
    await put(said({ runId: '12', commit: B, verdict: 'warn' }), 'hide')
    expect(comments().map(({ minimized }) => minimized)).toEqual(['outdated', 'outdated', null])
    expect(local.log.slice(length).filter((name) => name === WHO)).toHaveLength(1)
  })

  test('append: each run has its own', async () => {
    expect(changes(await twice('append'))).toEqual(['created', 'updated', 'created'])
    expect(bodies()).toEqual([
      expect.stringMatching(/### pass · evaluate-gate[\s\S]*### warn · validate-data/),
      expect.not.stringContaining('validate-data'),
    ])
  })

  test('only-update: never the first one', async () => {
    expect(changes(await twice('only-update'))).toEqual(['none', 'none', 'none'])
    await put()
    expect((await put(said({ verdict: 'fail' }), 'only-update')).change).toBe('updated')
  })

  describe('only-on-change', () => {
    const [ONE, OTHER] = ['1'.repeat(16), '2'.repeat(16)]
    const say = (what: Partial<Said> & { words?: string } = {}) => put(said({ says: ONE, ...what }), 'only-on-change')

    test('the first one is made, and the same findings on a later commit leave it as it is', async () => {
      expect((await say()).change).toBe('created')
      const [body] = bodies()
      const { length } = local.log
      const later = await say({ runId: '11', commit: B, words: 'other numbers' })
      expect(later).toEqual({ url: expect.stringMatching(/issuecomment-\d+$/), change: 'unchanged' })
      expect(bodies()).toEqual([body])
      expect(local.log.slice(length)).toEqual([LIST])
    })

    test('other findings, though the verdict is the same, bring it up to date', async () => {
      await say({ verdict: 'fail' })
      expect((await say({ verdict: 'fail', says: OTHER, runId: '11', commit: B })).change).toBe('updated')
      expect(bodies()).toEqual([expect.stringContaining(`run=11.1 commit=${B} verdict=fail says=${OTHER} -->`)])
      expect((await say({ verdict: 'fail', runId: '12', commit: B })).change).toBe('updated')
    })

    test('each stage is asked by itself', async () => {
      await say()
      expect((await say({ stage: 'validate-data', verdict: 'warn' })).change).toBe('updated')
      expect((await say({ stage: 'validate-data', verdict: 'warn', runId: '11', commit: B })).change).toBe('unchanged')
      expect((await say({ runId: '11', commit: B })).change).toBe('unchanged')
    })

    test('what has become one line of an earlier commit is said in full again', async () => {
      await say()
      await say({ stage: 'validate-data', verdict: 'fail', runId: '11', commit: B })
      expect(bodies()[0]).toContain('evaluate-gate has not judged')
      expect((await say({ runId: '11', commit: B })).change).toBe('updated')
      expect(bodies()[0]).toMatch(/### pass · evaluate-gate[\s\S]*### fail · validate-data/)
    })

    test('a stage with nothing to say, that had said nothing, changes nothing; one that had, takes it back', async () => {
      await say()
      const quiet = { stage: 'validate-data', quiet: true, runId: '11', commit: B }
      expect((await say({ ...quiet, says: OTHER })).change).toBe('unchanged')
      await say({ stage: 'validate-data', verdict: 'fail' })
      expect((await say({ ...quiet, says: OTHER })).change).toBe('updated')
      expect(bodies()[0]).toContain('### pass · validate-data')
    })

    test('a comment of another mode that tells no findings is written again', async () => {
      await put(said({ verdict: 'fail' }))
      expect((await say({ verdict: 'fail' })).change).toBe('updated')
    })

    test('an earlier run that ends later changes nothing', async () => {
      await say({ runId: '11', commit: B })
      expect((await say({ says: OTHER })).change).toBe('outdated')
    })
  })

  describe('only-on-failure', () => {
    const say = (fails: boolean, what: Partial<Said> = {}) =>
      put(said({ fails, verdict: fails ? 'fail' : 'pass', ...what }), 'only-on-failure')

    test('no comment is made while all is well', async () => {
      expect(await say(false)).toEqual({ url: null, change: 'none' })
      expect(comments()).toEqual([])
      expect(local.log).toEqual([LIST])
    })

    test('a failure makes one, and when it passes again that one says so', async () => {
      expect((await say(true)).change).toBe('created')
      expect((await say(true, { runId: '11', commit: B, verdict: 'inconclusive' })).change).toBe('updated')
      expect((await say(false, { runId: '12', commit: B })).change).toBe('updated')
      expect(bodies()).toEqual([expect.stringContaining('### pass · evaluate-gate')])
    })

    test('what passes adds nothing to the comment of another stage', async () => {
      await say(true, { stage: 'validate-data' })
      await say(false)
      expect(bodies()).toEqual([expect.not.stringContaining('evaluate-gate')])
    })
  })

  test('delete: what the stage said is taken back, and the comment when nothing is left', async () => {
    await put()
    await put(said({ stage: 'validate-data', verdict: 'warn' }))
    expect(changes([await put(said(), 'delete')])).toEqual(['updated'])
    expect(bodies()[0]).not.toContain('evaluate-gate')
    expect(await put(said({ stage: 'validate-data' }), 'delete')).toEqual({ url: null, change: 'deleted' })
    expect(comments()).toEqual([])
    expect((await put(said(), 'delete')).change).toBe('none')
  })
})

describe('two runs at once', () => {
  /** Both have read before either writes. */
  async function race(mode: Exclude<CommentMode, 'off'>, ...both: readonly [Said, Said]) {
    let waiting: (() => void)[] = []
    const meet = () =>
      new Promise<void>((go) => {
        waiting.push(go)
        if (waiting.length < 2) return
        for (const each of waiting) each()
        waiting = []
      })
    const runs = await Promise.all(
      both.map(async (what) => {
        const own = await githubOf(local.env({ pull: 1 }))
        let read = false
        const racing: GitHub = {
          ...own,
          ask: async (route, parameters, about) => {
            if (route.startsWith('POST') && !read) {
              read = true
              await meet()
            }
            return own.ask(route, parameters, about)
          },
        }
        return put(what, mode, racing)
      }),
    )
    expect(runs).toHaveLength(2)
  }
  const newer = said({ runId: '11', commit: B, verdict: 'fail' })

  test.each(['update', 'only-on-change', 'recreate', 'hide'] as const)('%s: one comment stays', async (mode) => {
    await race(mode, said({ says: '1'.repeat(16) }), newer)
    const shown = comments().filter(({ minimized }) => minimized === null)
    expect(shown).toHaveLength(1)
    expect(shown[0]?.body).toContain(MARKER)
    // Whatever the order, the next run finds the one.
    expect((await put(said({ runId: '12', commit: B, verdict: 'warn' }))).change).toBe('updated')
    expect(shown[0]?.body).toContain('### warn · evaluate-gate')
  })

  test.each(['update', 'recreate', 'hide', 'append'] as const)('%s: two jobs of one run share one', async (mode) => {
    await race(mode, said(), said({ stage: 'validate-data', verdict: 'warn' }))
    expect(bodies()).toEqual([expect.stringMatching(/### pass · evaluate-gate[\s\S]*### warn · validate-data/)])
  })
})

describe('what goes wrong', () => {
  test('a comment that vanishes between reading and writing is made anew', async () => {
    const vanishing: GitHub = {
      ...github,
      ask: (route, parameters, about) => {
        if (route.startsWith('PATCH')) local.state.repository().comments.splice(0)
        return github.ask(route, parameters, about)
      },
    }
    await put()
    expect((await put(said({ verdict: 'fail' }), 'update', vanishing)).change).toBe('created')
    expect(bodies()).toEqual([expect.stringContaining('### fail')])
    expect((await put(said({ verdict: 'warn' }), 'only-update', vanishing)).change).toBe('none')
    expect(comments()).toEqual([])
  })

  const lost: readonly [string, FaultKind, FaultMoment][] = [
    ['an error of the server', { status: 502 }, 'after'],
    ['a cut connection', 'cut', 'after'],
    ['no answer', 'hang', 'after'],
  ]
  test.each(lost)('%s after the effect: the comment is found again, never doubled', async (_, kind, moment) => {
    local.fault({ on: /^POST .*comments/, times: 1 }, kind, moment)
    const impatient = await githubOf(local.env({ pull: 1 }))
    expect((await put(said(), 'update', impatient)).change).toBe('created')
    expect(comments()).toHaveLength(1)
    expect(local.log.filter((name) => name === CREATE)).toHaveLength(1)
  })

  test.each([{ status: 502 }, 'cut', 'hang'] as const)(
    '%j before it: refused, and the next run makes it',
    async (kind) => {
      local.fault({ on: /^POST .*comments/, times: 1 }, kind)
      const impatient = await githubOf(local.env({ pull: 1 }))
      await expect(put(said(), 'update', impatient)).rejects.toThrow(/the report is not on pull request #1: /)
      expect(comments()).toEqual([])
      expect((await put()).change).toBe('created')
    },
  )

  test('a locked conversation is named', async () => {
    Object.assign(local.state.repository().issues[0] ?? {}, { locked: true })
    await expect(put()).rejects.toThrow(/403, "Unable to create comment because issue is locked\."/)
  })

  test('a text that GitHub finds too long is sent in half the length', async () => {
    const long = said({ text: (limit) => 'x'.repeat(limit) })
    const message = 'Validation Failed: body is too long (maximum is 65536 characters)'
    local.fault({ on: /^POST .*comments/, times: 1 }, { status: 422, message })
    expect((await put(long)).change).toBe('created')
    expect(first().body.length).toBeLessThan(30_000)
  })

  test('all parts together fit', async () => {
    const most = (stage: string) => said({ stage, text: (limit) => 'x'.repeat(limit) })
    for (const stage of ['evaluate-gate', 'validate-data', 'pipeline', 'evaluate-gate']) await put(most(stage))
    expect(first().body.length).toBeLessThanOrEqual(65_536)
    expect(first().body.match(/plumbline:part/g)).toHaveLength(3)
  })

  test('an answer that is not a list of comments is named, not taken for an empty one', async () => {
    const cut: GitHub = { ...github, ask: async () => ({ headers: {}, data: '[{"id":1,' }) }
    await expect(put(said(), 'update', cut)).rejects.toThrow(/cut short/)
  })
})
