import { fromLike, fromPythonRegex } from '../../../../actions/validate-data/formats/python-regex.js'
import { type Bench, openBench } from '../../data/support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const matches = async (pattern: string, text: string) => {
  const [row] = await bench.engine.all(
    `SELECT regexp_matches('${text.replaceAll("'", "''")}', '${pattern.replaceAll("'", "''")}') AS m`,
  )
  return row?.m
}

// Python 3.11: bool(re.search(pattern, text)).
test.each([
  ['^\\w+$', 'né', true],
  ['^\\w+$', 'a b', false],
  ['^[\\w-]+$', 'ñ-1', true],
  ['^\\W$', 'é', false],
  ['^\\d$', '٣', true],
  ['^\\D$', '٣', false],
  ['(?a)^\\d$', '٣', false],
  ['^\\s$', '\u00a0', true],
  ['^\\s$', '\u000b', true],
  ['^\\S$', '\u2003', false],
  ['b\\Z', 'ab', true],
  ['\\Ab', 'ab', false],
  ['^[[:alpha:]]$', 'b', false],
  ['^[[:alpha:]]$', 'a]', true],
  ['^x{,2}$', 'xx', true],
  ['^x{,2}$', 'xxx', false],
  ['^x{}$', 'x{}', true],
  ['\\u00e9', 'é', true],
  ['\\U0001f600', '😀', true],
  ['[\\u00e0-\\u00ef]', 'é', true],
  ['(?P<year>\\d{4})-(?:01|02)', '2024-02', true],
  ['(?i)ABC', 'xabc', true],
  ['(?i:A)B', 'aB', true],
  ['a(?#a comment)b', 'ab', true],
  ['a.b', 'a\nb', false],
  ['(?s)a.b', 'a\nb', true],
  ['[]a]', ']', true],
  ['[^]a]', 'b', true],
  ['a+?b', 'aab', true],
  ['\\x41', 'A', true],
  ['\\0', 'x', false],
  ['it\'s "x"', 'it\'s "x"', true],
])('%j in %j: %s', async (source, text, found) => {
  const translated = fromPythonRegex(source)
  expect(translated.problem).toBeUndefined()
  expect(await matches((translated as { pattern: string }).pattern, text)).toBe(found)
})

test.each([
  ['(?=x)', 'it has a look-ahead, which RE2 cannot match'],
  ['(?<!x)', 'it has a look-behind, which RE2 cannot match'],
  ['(a)\\1', 'it has a back-reference, which RE2 cannot match'],
  ['(?P<n>a)(?P=n)', 'it has a back-reference, which RE2 cannot match'],
  ['(?>a)', 'it has an atomic group, which RE2 cannot match'],
  ['(a)?(?(1)b|c)', 'it has a condition, which RE2 cannot match'],
  ['a*+', 'it has a possessive quantifier, which RE2 does not know'],
  ['(?x)a b', 'it has the flag x, which RE2 does not know'],
  ['[\\W]', 'it has \\W inside brackets, which has no form in RE2'],
  ['\\N{BULLET}', 'it names a character by \\N, which RE2 does not know'],
  ['a{2000}', 'it repeats more than 1000 times, the most that RE2 can'],
  ['[a', 'a bracket [ is never closed'],
  ['a\\', 'it ends with a lone backslash'],
])('%j is refused', (source, problem) => {
  expect(fromPythonRegex(source)).toEqual({ problem })
})

// Postgres 17: SELECT text LIKE pattern ESCAPE '!'.
test.each([
  ['100!%', '100%', true],
  ['100!%', '100x', false],
  ['a!_b', 'a_b', true],
  ['a!_b', 'axb', false],
  ['%x_', 'a\nxy', true],
  ['!!', '!', true],
  ['a.b', 'axb', false],
])('LIKE %j of %j: %s', async (like, text, found) => {
  expect(await matches(`^(?:${fromLike(like, '!')})$`, text)).toBe(found)
})
