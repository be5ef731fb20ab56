import fc from 'fast-check'
import { noted, renewed } from '../../../actions/validate-data/infer/comments.js'

describe('a comment that inference wrote', () => {
  test.each<[string, string, string, string | undefined, string]>([
    [
      'range',
      ' seen: 1 to 9',
      'is renewed',
      'seen: 1 to 12; slack: 10 % of the width',
      ' seen: 1 to 12; slack: 10 % of the width',
    ],
    [
      'range',
      ' seen: 5 to 9; slack below: 10 % of the width, above: a year',
      'keeps what was seen',
      'seen: 1 to 7',
      ' seen: 1 to 9',
    ],
    [
      'range',
      ' seen: 2024-02-01 to 2024-03-01; slack above: a year',
      'knows dates',
      'seen: 2023-01-01 to 2024-02-02',
      ' seen: 2023-01-01 to 2024-03-01',
    ],
    ['range', ' seen: -1e+21 to 2.5e-7', 'knows exponents', 'seen: -3 to 4', ' seen: -1e+21 to 4'],
    [
      'range',
      ' agreed; seen: 1 to 9; was max 8',
      'leaves what stands beside it',
      'seen: 1 to 12',
      ' agreed; seen: 1 to 12; was max 8',
    ],
    ['range', ' seen: 1 to 9 (Anna)', 'is not what a person changed', 'seen: 1 to 12', ' seen: 1 to 9 (Anna)'],
    ['length', ' seen: 1 to 9', 'is that of its key', 'seen: 1 to 12 characters', ' seen: 1 to 9'],
    ['order', ' so in every row, in the order of the files', 'goes where it is not true any more', undefined, ''],
    ['unique', ' all 1,200 values differ; checked', 'goes alone', undefined, ' checked'],
    ['none such', ' seen: 1 to 9', 'is of a known key', 'x', ' seen: 1 to 9'],
  ])('%s:%s %s', (key, comment, _, why, expected) => {
    expect(renewed(comment, { key, why, keepsSeen: true })).toBe(expected)
  })

  test('is renewed among words of people, none of which is lost', () => {
    const word = fc.string({ minLength: 1, maxLength: 12 }).map((text) => text.replace(/[;\s]+/g, '_'))
    const words = fc.array(word, { maxLength: 4 })
    fc.assert(
      fc.property(words, words, (before, after) => {
        const comment = ` ${[...before, 'seen: 1 to 9', ...after].join('; ')}`
        const now = renewed(comment, { key: 'range', why: 'seen: 1 to 12' })
        expect(now).toBe(` ${[...before, 'seen: 1 to 12', ...after].join('; ')}`)
        expect(renewed(now, { key: 'range', why: 'seen: 1 to 12' })).toBe(now)
      }),
    )
  })
})

test.each<[string, string]>([
  ['', ' was max 9'],
  [' years', ' years; was max 9'],
  [' was max 7', ' was max 9'],
  [' years; was max 7; was min 0', ' years; was min 0; was max 9'],
  [' it was max 7 once', ' it was max 7 once; was max 9'],
])('a note stands behind a comment in place of an earlier one: %j', (comment, expected) => {
  expect(noted(comment, [{ key: 'max', text: 'was max 9' }])).toBe(expected)
})
