import fc from 'fast-check'
import {
  assetNames,
  compareAssets,
  findAssets,
  PART_BYTES,
  planAssets,
  type WantedAsset,
} from '../../../shared/registry/releases-assets.js'

const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9._-]*[A-Za-z0-9_-]$|^[A-Za-z0-9_]$/
const paths = fc.uniqueArray(
  fc.oneof(
    fc
      .array(fc.constantFrom('a', 'B', 'ü', '.', '-', '_', ' ', '/', '0', '.part-001-of-002', 'manifest.json'), {
        minLength: 1,
        maxLength: 6,
      })
      .map((parts) => parts.join('')),
    fc.string({ minLength: 1, maxLength: 200 }),
  ),
  { maxLength: 12, selector: (path) => path.toLowerCase() },
)
const asset = (name: string, over: object = {}) => ({
  id: 1,
  name,
  size: 1,
  state: 'uploaded',
  digest: 'sha256:x',
  ...over,
})

describe('names of assets', () => {
  it.each([
    ['model.bin', 'model.bin'],
    ['MODEL_CARD.md', 'MODEL_CARD.md'],
    ['model.tar.gz', 'model.tar.gz'],
    ['model/weights.bin', 'model-weights-bc8eaa12.bin'],
    ['a b.txt', expect.stringMatching(/^a-b-[0-9a-f]{8}\.txt$/)],
    ['.env', expect.stringMatching(/^env-[0-9a-f]{8}$/)],
    ['a..b', expect.stringMatching(/^a-[0-9a-f]{8}\.b$/)],
    ['ü', expect.stringMatching(/^file-[0-9a-f]{8}$/)],
    ['fraud@v1+x.bin', expect.stringMatching(/^fraud-v1-x-[0-9a-f]{8}\.bin$/)],
    ['x.bin.part-001-of-002', expect.stringMatching(/^x-bin-part-001-of-002-[0-9a-f]{8}$/)],
  ])('%j becomes %j', (path, name) => {
    expect(assetNames([path]).get(path)).toEqual(name)
  })

  it('that GitHub keeps, each once, never that of the manifest, whatever the order of the paths', () => {
    fc.assert(
      fc.property(paths, (given) => {
        const names = assetNames(given.filter((path) => path.toLowerCase() !== 'manifest.json'))
        const all = [...names.values()]
        for (const name of all) expect(name).toMatch(PLAIN)
        expect(all.every((name) => !name.includes('..') && name.length <= 180)).toBe(true)
        expect(new Set([...all.map((name) => name.toLowerCase()), 'manifest.json']).size).toBe(all.length + 1)
        expect(new Map([...assetNames([...names.keys()].reverse())].sort())).toEqual(new Map([...names].sort()))
      }),
    )
  })

  it('are told apart when a path looks like the name of another', () => {
    const [given] = [...assetNames(['a/b.bin']).values()] as [string]
    const names = assetNames(['a/b.bin', given])
    expect(names.get(given)).toBe(given)
    expect(names.get('a/b.bin')).toMatch(/^a-b-[0-9a-f]{16}\.bin$/)
  })
})

describe('assets of a package', () => {
  const plan = (bytes: number, partBytes?: number) =>
    planAssets([{ path: 'big/model.bin', bytes }], partBytes).map(({ name, label, start, end }) => [
      name,
      label,
      start,
      end,
    ])

  it('a file up to the size of a part is one, a larger one has parts that cover it', () => {
    expect(plan(10, 10)).toEqual(
      [['big-model-f4b4a8f5.bin', 'big/model.bin', 0, 10]].map((row) => [
        expect.stringMatching(/^big-model-[0-9a-f]{8}\.bin$/),
        ...row.slice(1),
      ]),
    )
    expect(plan(25, 10)).toEqual([
      [expect.stringMatching(/^big-model-[0-9a-f]{8}\.bin\.part-001-of-003$/), 'big/model.bin (part 1 of 3)', 0, 10],
      [expect.stringMatching(/\.part-002-of-003$/), 'big/model.bin (part 2 of 3)', 10, 20],
      [expect.stringMatching(/\.part-003-of-003$/), 'big/model.bin (part 3 of 3)', 20, 25],
    ])
    expect(plan(2 ** 31)).toHaveLength(2)
    expect(plan(PART_BYTES)).toHaveLength(1)
    expect(PART_BYTES).toBeLessThan(2_147_483_648)
  })

  it('a file without bytes has none: GitHub refuses such an asset', () => {
    expect(plan(0)).toEqual([])
  })

  it('are found again, whatever the size of parts was when they were made', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ path: fc.string({ minLength: 1 }), bytes: fc.nat(60) }), {
          selector: ({ path }) => path.toLowerCase(),
          maxLength: 6,
        }),
        fc.integer({ min: 1, max: 30 }),
        (files, partBytes) => {
          const usable = files.filter(({ path }) => path.toLowerCase() !== 'manifest.json')
          const planned = planAssets(usable, partBytes)
          const found = findAssets(usable, planned.map(({ name }) => asset(name)).reverse())
          for (const { path } of usable) {
            const names = planned.filter((one) => one.path === path).map(({ name }) => name)
            expect(found.get(path)?.map(({ name }) => name)).toEqual(names)
          }
        },
      ),
    )
  })

  it('a part that is gone, or was never whole, makes the file missing', () => {
    const files = [{ path: 'm.bin', bytes: 25 }]
    const all = planAssets(files, 10).map(({ name }) => asset(name))
    expect(findAssets(files, all.slice(1)).get('m.bin')).toBeNull()
    expect(
      findAssets(
        files,
        all.map((one, i) => (i === 1 ? { ...one, state: 'starter' } : one)),
      ).get('m.bin'),
    ).toBeNull()
    expect(findAssets(files, []).get('m.bin')).toBeNull()
  })
})

describe('what stands between a draft and its package', () => {
  const wanted = (name: string): WantedAsset => ({
    name,
    label: null,
    path: name,
    start: 0,
    end: 1,
    digest: `sha256:${name}`,
  })
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name)

  it.each([
    ['nothing there', [], [], ['a', 'b']],
    ['all there', [asset('a', { digest: 'sha256:a' }), asset('b', { digest: 'sha256:b' })], [], []],
    ['another content', [asset('a', { digest: 'sha256:z' })], ['a'], ['a', 'b']],
    ['another size', [asset('a', { digest: 'sha256:a', size: 2 })], ['a'], ['a', 'b']],
    ['a broken upload', [asset('a', { digest: 'sha256:a', state: 'starter' })], ['a'], ['a', 'b']],
    ['no digest', [asset('a', { digest: null })], ['a'], ['a', 'b']],
    ['a stray file', [asset('c'), asset('a', { digest: 'sha256:a' })], ['c'], ['b']],
  ])('%s', (_, assets, stale, missing) => {
    const difference = compareAssets([wanted('a'), wanted('b')], assets)
    expect([names(difference.stale), names(difference.missing)]).toEqual([stale, missing])
  })

  it('a digest that was taken from the bytes counts where GitHub tells none', () => {
    const assets = [asset('a', { digest: null, id: 7 })]
    expect(compareAssets([wanted('a')], assets, new Map([[7, 'sha256:a']]))).toEqual({ stale: [], missing: [] })
  })
})
