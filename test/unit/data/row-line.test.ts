import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lineOfRow } from '../../../shared/data/row-line.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-line-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function lines(text: string, format: 'csv' | 'jsonl', rows: readonly number[]) {
  const file = join(folder, 'data')
  await writeFile(file, text)
  const found = []
  for (const row of rows) found.push(await lineOfRow(file, format, row))
  return found
}

test.each<[string, string, 'csv' | 'jsonl', number[], (number | null)[]]>([
  ['the first row stands behind the header', 'a,b\n1,2\n3,4\n', 'csv', [0, 1, 2], [2, 3, null]],
  ['the last line needs no end', 'a\n1\n2', 'csv', [1], [3]],
  ['CRLF', 'a\r\n1\r\n2\r\n', 'csv', [0, 1], [2, 3]],
  ['line ends in quotes belong to their row', 'a,b\n1,"x\ny"\n2,"""\n"\n3,z\n', 'csv', [0, 1, 2], [2, 4, 6]],
  ['behind an empty line nothing is certain', 'a,b\n1,2\n\n3,4\n', 'csv', [0, 1], [2, null]],
  ['a quotation mark that is not closed', 'a\n1\n"2\n3\n', 'csv', [0, 1], [2, null]],
  [
    'JSON Lines have no header, and empty lines are no rows',
    '{"a":1}\n\n{"a":"\\""}\n',
    'jsonl',
    [0, 1, 2],
    [1, 3, null],
  ],
  ['an empty file', '', 'csv', [0], [null]],
])('%s', async (_, text, format, rows, expected) => {
  expect(await lines(text, format, rows)).toEqual(expected)
})
