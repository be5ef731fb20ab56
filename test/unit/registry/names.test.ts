import fc from 'fast-check'
import { modelContentDigest } from '../../../shared/registry/content.js'
import { packagePathProblem, readTag, tagOf } from '../../../shared/registry/names.js'

describe('a tag', () => {
  it.each([
    ['fraud@v1.0.0', { model: 'fraud', version: '1.0.0' }],
    ['risk/fraud@v10.20.30', { model: 'risk/fraud', version: '10.20.30' }],
    ['fraud@v1.0.0-rc.1', { model: 'fraud', version: '1.0.0-rc.1' }],
  ])('%j is read', (tag, parts) => {
    expect(readTag(tag)).toEqual(parts)
    expect(tagOf(parts.model, parts.version)).toBe(tag)
  })

  it.each([
    '',
    'fraud',
    'fraud@1.0.0',
    'fraud@v1',
    'fraud@v01.0.0',
    'fraud@v1.0.0+build',
    'fraud@v1.0.0!',
    ' fraud@v1.0.0',
    'a@b@v1.0.0',
    'a//b@v1.0.0',
    '/a@v1.0.0',
    'a/@v1.0.0',
    'fraud@v1.0.0\n',
  ])('%j is none', (tag) => expect(readTag(tag)).toBeNull())
})

describe('the path of a packaged file', () => {
  it.each(['model.bin', 'model/a.bin', 'a b/ü.txt', '.hidden', 'a..b', 'files/manifest.json'])('may be %j', (path) =>
    expect(packagePathProblem(path)).toBeNull(),
  )

  it.each([
    ['', 'is empty'],
    ['/a', 'is absolute'],
    ['c:/a', 'is absolute'],
    ['a/../b', 'has a step ".." in it'],
    ['a//b', 'has a step "" in it'],
    ['./a', 'has a step "." in it'],
    ['a\\b', 'has a character that not every system takes in a file name'],
    ['a\nb', 'has a character that not every system takes in a file name'],
    ['a ', 'has a part that ends in a dot or a space'],
    ['MANIFEST.json', 'is a name that the package uses itself'],
  ])('may not be %j', (path, problem) => expect(packagePathProblem(path)).toBe(problem))
})

describe('modelContentDigest', () => {
  const file = fc.record({
    path: fc.string({ minLength: 1 }),
    digest: fc.constantFrom('sha256:a', 'sha256:b'),
    role: fc.constantFrom('model', 'code'),
  })

  it('does not depend on the order of the files', () => {
    fc.assert(
      fc.property(fc.uniqueArray(file, { selector: ({ path }) => path }), (files) => {
        expect(modelContentDigest([...files].reverse())).toBe(modelContentDigest(files))
      }),
    )
  })

  it('does not depend on documents, and depends on every model and code file', () => {
    const files = [
      { path: 'm', digest: 'sha256:1', role: 'model' },
      { path: 'c', digest: 'sha256:2', role: 'code' },
    ]
    const digest = modelContentDigest(files)
    expect(modelContentDigest([...files, { path: 'evaluation.json', digest: 'sha256:3', role: 'document' }])).toBe(
      digest,
    )
    expect(modelContentDigest(files.map(({ path, digest }) => ({ path, digest })))).toBe(digest)
    expect(modelContentDigest(files.slice(1))).not.toBe(digest)
    expect(modelContentDigest(files.map((each) => ({ ...each, path: `x/${each.path}` })))).not.toBe(digest)
  })
})
