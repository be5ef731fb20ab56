import fc from 'fast-check'
import type { Owner } from '../../../shared/registry/releases-lines.js'
import { draftLine, readDraftLine, readVersionLine, versionLine } from '../../../shared/registry/releases-lines.js'
import { standingOf } from '../../../shared/registry/releases-owner.js'
import { LOCAL_DRAFT } from '../../support/draft-line.js'

const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const line = { manifest: digest('a'), content: digest('b') }

describe('hidden lines', () => {
  it('are read back, also with the line ends of the web page', () => {
    expect(readVersionLine(`notes\n\n${versionLine(line)}\n`)).toEqual(line)
    expect(readVersionLine(`notes\r\n\r\n${versionLine(line)}\r\nmore`)).toEqual(line)
    expect(readDraftLine(draftLine(LOCAL_DRAFT))).toEqual(LOCAL_DRAFT)
  })

  it('hold any name of a job or runner without an end of the comment', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (job, runner) => {
        const text = draftLine({ ...LOCAL_DRAFT, job: `${job}--> <script>`, runner })
        expect(text.split('\n')).toHaveLength(1)
        expect(text.indexOf('-->')).toBe(text.length - 3)
        expect(readDraftLine(`a\n${text}`)).toEqual({ ...LOCAL_DRAFT, job: `${job}--> <script>`, runner })
      }),
    )
  })

  it.each([
    ['none', null],
    ['nothing', ''],
    ['a quotation', `> ${versionLine(line)}`],
    ['other text before', `x ${versionLine(line)}`],
    ['broken JSON', versionLine(line).replace('"}', '"')],
    ['a digest that is none', versionLine({ ...line, content: 'sha256:abc' })],
    ['a line of another kind', draftLine(LOCAL_DRAFT)],
  ])('%s is no line', (_, body) => {
    expect(readVersionLine(body)).toBeNull()
  })
})

describe('a draft', () => {
  const { model: _, content: __, ...owner } = LOCAL_DRAFT
  const self: Owner = { ...owner, nonce: 'mine', machine: 'here', runner: 'r', pid: 42 }
  const now = new Date()
  const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString()
  const standing = (over: Partial<Owner>, alive: number[] = [], me = self) =>
    standingOf({ ...self, nonce: 'other', since: hoursAgo(1), ...over }, me, now, ({ pid }) => alive.includes(pid))

  it.each([
    ['of an earlier process of this job', {}, 'ours'],
    ['of another container of this job', { machine: 'container', pid: 1 }, 'ours'],
    ['of an earlier attempt of this run', { attempt: 0, job: 'x', runner: 'y' }, 'ours'],
    ['of a later attempt', { attempt: 2 }, 'alive'],
    ['of another job of this run', { job: 'x' }, 'alive'],
    ['of another runner of this job, as in a matrix', { runner: 'y' }, 'alive'],
    ['of another run', { run: '2' }, 'ask'],
    ['of a laptop', { run: null, machine: 'laptop' }, 'alive'],
    ['that is a day old', { run: '2', since: hoursAgo(25) }, 'over'],
    ['of a laptop a day ago', { run: null, machine: 'laptop', since: hoursAgo(25) }, 'over'],
  ])('%s', (_, over, expected) => {
    expect(standing(over)).toBe(expected)
  })

  it('of a process that is still at work is left alone', () => {
    expect(standing({ pid: 7 }, [7])).toBe('alive')
    expect(standing({ pid: 7, run: '2' }, [7])).toBe('alive')
    expect(standing({ pid: 7, machine: 'container' }, [7])).toBe('ours')
  })

  it('of this laptop is taken up when its process is gone', () => {
    const laptop = { ...self, run: null }
    expect(standing({ run: null }, [], laptop)).toBe('ours')
    expect(standing({ run: null, pid: 7 }, [7], laptop)).toBe('alive')
    expect(standing({ run: '5' }, [], laptop)).toBe('ask')
  })
})
