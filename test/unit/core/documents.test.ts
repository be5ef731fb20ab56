import fc from 'fast-check'
import { Chain } from '../../../shared/contracts/index.js'
import { documentText, readDocument, writeDocument } from '../../../shared/core/documents.js'
import { digestOf } from '../../../shared/core/hash.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

const body = {
  verdict: 'pass',
  summary: 'all well',
  inputs: [],
  checks: [],
  stages: [{ stage: 'train', verdict: 'pass', summary: 'ok', startedAt: null }],
} as const

describe('documents', () => {
  let fake: FakeContext
  beforeEach(async () => {
    fake = await fakeContext()
  })
  afterEach(() => fake.cleanup())

  test('what is written is read again, with the digest of its bytes as the link', async () => {
    const written = await writeDocument(fake.ctx, Chain, { ...body, inputs: [], checks: [], stages: [...body.stages] })
    const read = await readDocument(fake.ctx, Chain)
    expect(read).toEqual({ document: written.document, ref: written.ref })
    expect(written.ref).toEqual({
      kind: 'document',
      name: '.plumbline/chain.json',
      digest: digestOf(await fake.ctx.files.readText('.plumbline/chain.json')),
    })
  })

  test('a list of numbers stands in one line, and what is read is what was written', () => {
    const text = documentText({
      counts: [1, -2.5, 1e21],
      one: [7],
      none: [],
      texts: ['[\n  1,\n  2\n]', '1'],
      mixed: [1, null],
      nested: [[1, 2], [3]],
    })
    expect(text).toBe(`{
  "counts": [1, -2.5, 1e+21],
  "one": [7],
  "none": [],
  "texts": [
    "[\\n  1,\\n  2\\n]",
    "1"
  ],
  "mixed": [
    1,
    null
  ],
  "nested": [
    [1, 2],
    [3]
  ]
}
`)
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(documentText({ value }))).toEqual(JSON.parse(JSON.stringify({ value })))
      }),
    )
  })

  test('the same inputs give the same bytes, whatever the order of the keys handed in', async () => {
    await writeDocument(fake.ctx, Chain, { ...body, inputs: [], checks: [], stages: [...body.stages] })
    const first = await fake.ctx.files.readText('.plumbline/chain.json')
    await writeDocument(fake.ctx, Chain, {
      stages: [...body.stages],
      checks: [],
      inputs: [],
      summary: body.summary,
      verdict: body.verdict,
    })
    expect(await fake.ctx.files.readText('.plumbline/chain.json')).toBe(first)
    expect(first).not.toContain(fake.root)
  })

  test('a missing document is null', async () => {
    expect(await readDocument(fake.ctx, Chain)).toBeNull()
  })

  test.each([
    ['{', 'is not JSON'],
    ['{"schema":"plumbline.chain/2"}', 'written by a newer version of Plumbline'],
    ['{"schema":"plumbline.evaluation/1"}', 'another kind of file'],
    ['{"schema":"plumbline.chain/1","stages":3}', '`stages` is 3'],
    ['null', 'another kind of file'],
  ])('a damaged document %s is named', async (text, words) => {
    await fake.ctx.files.write('.plumbline/chain.json', text)
    const error = await readDocument(fake.ctx, Chain).catch((thrown: unknown) => thrown)
    expect(JSON.stringify(error, ['message', 'problems', 'cure', 'where'])).toContain(words.replaceAll('"', '\\"'))
  })
})
