import { around, isMarked, sameText, withSection } from '../../../shared/github/marked.js'

const MARKER = '<!-- plumbline:monitor strikes -->'

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

describe('a part that is ours', () => {
  test('is replaced, and what people wrote around it stays', () => {
    const first = withSection('', MARKER, 'one')
    expect(first).toBe(`${MARKER}\n\none\n\n<!-- plumbline:end -->`)
    const edited = `Owner: mona\r\n\r\n${first}\r\n\r\nSee the runbook.`
    expect(withSection(edited, MARKER, 'two')).toBe(
      `Owner: mona\n\n${MARKER}\n\ntwo\n\n<!-- plumbline:end -->\n\nSee the runbook.`,
    )
  })

  test('goes to the end of the text when its last line was taken away', () => {
    expect(around(`a\n${MARKER}\nold\nb`, MARKER)).toEqual({ before: 'a', after: '' })
  })

  test('is the same after the same content', () => {
    const once = withSection('x', MARKER, 'y')
    expect(withSection(once, MARKER, 'y')).toBe(once)
  })
})
