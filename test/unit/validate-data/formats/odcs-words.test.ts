import * as fc from 'fast-check'
import { lower, upper } from '../../../../actions/validate-data/formats/foreign/bounds.js'
import { isoOf, jdkOfStrftime, strftimeOfJdk } from '../../../../actions/validate-data/formats/foreign/dates.js'
import { escapePattern, insideAnchors, toRe2 } from '../../../../actions/validate-data/formats/foreign/pattern.js'

// Letters of java.time.format.DateTimeFormatter (Java 8) and of strftime (POSIX).
test.each([
  ['yyyy-MM-dd', '%Y-%m-%d'],
  ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", '%Y-%m-%dT%H:%M:%S.%g%z'],
  ['d/M/yy', '%-d/%-m/%y'],
  ['dd MMM yyyy', '%d %b %Y'],
  ["HH 'o''clock' a", "%H o'clock %p"],
  ['dd.MM.yyyy 100%', '%d.%m.%Y 100%%'],
  ['w', null],
  ['QQQ yyyy', null],
  ['[yyyy]', null],
])('the JDK pattern %s is %s', (jdk, strftime) => {
  expect(strftimeOfJdk(jdk)).toBe(strftime)
})

test('a strftime pattern comes back from its JDK form', () => {
  const signs = fc.constantFrom(
    '%Y',
    '%m',
    '%d',
    '%H',
    '%M',
    '%S',
    '%-d',
    '%b',
    '%p',
    '-',
    '.',
    ' ',
    'T',
    '%%',
    "'",
    'um',
  )
  fc.assert(
    fc.property(fc.array(signs, { maxLength: 8 }), (parts) => {
      const strftime = parts.join('')
      const jdk = jdkOfStrftime(strftime)
      if (jdk !== null) expect(strftimeOfJdk(jdk)).toBe(strftime)
    }),
  )
  expect(jdkOfStrftime('%q')).toBeNull()
  expect(jdkOfStrftime('%d%d')).toBeNull()
  expect(jdkOfStrftime('%d.%m.%Y um %H')).toBe("dd.MM.yyyy 'um' HH")
})

test.each([
  ['31/01/2024', '%d/%m/%Y', '2024-01-31'],
  ['30/02/2024', '%d/%m/%Y', null],
  ['1.2.69', '%d.%m.%y', '1969-02-01'],
  ['1.2.68', '%d.%m.%y', '2068-02-01'],
  ['20240131 0930', '%Y%m%d %H%M', '2024-01-31 09:30:00'],
  ['2024-01', '%Y-%m', '2024-01-01'],
  ['Jan 2024', '%b %Y', null],
  ['31/01/2024x', '%d/%m/%Y', null],
])('%s in %s is %s', (text, format, iso) => {
  expect(isoOf(text, format)).toBe(iso)
})

test.each([
  ['^[A-Z]{2}\\d+$', '^[A-Z]{2}\\d+$'],
  ['a\\/b\\u00e9', 'a/b\\x{00e9}'],
  ['(?P<year>\\d{4})-(?<month>\\d\\d)', '(?:\\d{4})-(?:\\d\\d)'],
  ['[(?=]+\\\\1', '[(?=]+\\\\1'],
])('%s for RE2', (pattern, re2) => {
  expect(toRe2(pattern)).toEqual({ pattern: re2 })
})

test.each([
  ['a(?=b)', 'it looks ahead or behind'],
  ['(?<!a)b', 'it looks ahead or behind'],
  ['(a)\\1', 'it refers back to a group'],
  ['(?<q>a)\\k<q>', 'it refers back to a group'],
  ['a++', 'it has an atomic or possessive part'],
  ['[a', 'it is not a regular expression'],
  ['(a', 'it is not a regular expression'],
])('%s has no RE2: %s', (pattern, problem) => {
  expect(toRe2(pattern)).toEqual({ problem })
})

test.each([
  ['^abc$', 'abc'],
  ['^a|b$', null],
  ['^(a|b)$', '(a|b)'],
  ['^[|]$', '[|]'],
  ['^a\\$', null],
  ['^a\\\\$', 'a\\\\'],
  ['abc', null],
])('%s is a whole match of %s', (pattern, inside) => {
  expect(insideAnchors(pattern)).toBe(inside)
})

test('an escaped text matches itself alone', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (text, other) => {
      const pattern = new RegExp(`^(?:${escapePattern(text)})$`)
      expect(pattern.test(text)).toBe(true)
      expect(pattern.test(other)).toBe(other === text)
    }),
  )
})

test('the tighter of two bounds wins, and a strict one at the same place', () => {
  const bounds = {}
  lower(bounds, 1, true)
  lower(bounds, 1, false)
  lower(bounds, 0, true)
  upper(bounds, 9, false)
  upper(bounds, 9, true)
  upper(bounds, 10, false)
  expect(bounds).toEqual({ min: 1, 'strict-min': true, max: 9, 'strict-max': true })
  lower(bounds, 2, false)
  expect(bounds).toEqual({ min: 2, max: 9, 'strict-max': true })
})
