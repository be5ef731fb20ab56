import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { loadDataset } from '../../../shared/data/dataset.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type ProfileSettings, profileOnce } from '../../../shared/data/profile-cache.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { type FolderCache, folderCache } from '../../support/folder-cache.js'

const CSV = 'id,x,kind,when,n\n1,0.1,a,2024-01-01,-0.0\n2,1e300,b,2024-01-02,3\n3,,a,2024-01-03,0.30000000000000004\n'
const SETTINGS: ProfileSettings = { source: 'train.csv', types: new Map(), id: 'id' }

let cache: FolderCache
const jobs: FakeContext[] = []
beforeEach(() => {
  cache = folderCache()
})
afterEach(async () => {
  cache.remove()
  await Promise.all(jobs.splice(0).map((job) => job.cleanup()))
})

/** The profile as a job gets it, and whether it was made there. */
async function profile(
  text = CSV,
  settings = SETTINGS,
  from = 0,
): Promise<{ profile: DatasetProfile; made: boolean; fake: FakeContext }> {
  const fake = await fakeContext({ files: { 'train.csv': text }, cache })
  jobs.push(fake)
  const engine = await fake.ctx.data()
  const dataset = await loadDataset(engine, fake.ctx.files, 'train', 'train.csv', { types: settings.types })
  let made = false
  const result = await profileOnce(
    fake.ctx,
    dataset,
    settings,
    () => {
      made = true
      return profileTable(engine, dataset, settings)
    },
    from,
  )
  return { profile: result, made, fake }
}
const key = () => cache.calls[0]?.replace('restore ', '') as string
const entry = () => join(cache.folder, key(), 'entry.json')

test('a profile is made once for the same data and settings, and is the same to the byte', async () => {
  const first = await profile()
  const second = await profile()
  expect([first.made, second.made]).toEqual([true, false])
  expect(JSON.stringify(second.profile)).toBe(JSON.stringify(first.profile))
  expect(second.profile).toEqual(first.profile)
  cache.remove()
  expect(JSON.stringify(DatasetProfile.parse((await profile(CSV, SETTINGS, 1e9)).profile))).toBe(
    JSON.stringify(first.profile),
  )
  expect(cache.calls).toEqual([`restore ${key()}`, `save ${key()}`, `restore ${key()}`])
  expect(key()).toMatch(/^plumbline-profile-[0-9a-f]{64}$/)
  expect(second.fake.logged).toContainEqual({
    level: 'info',
    message: 'The profile of train is taken from the cache: same files, settings and versions.',
  })
  expect(existsSync(join(second.fake.root, '.plumbline/.cache/profile'))).toBe(false)
})

test.each<[string, string, ProfileSettings]>([
  ['other data', `${CSV}4,1,a,2024-01-04,1\n`, SETTINGS],
  ['another id', CSV, { ...SETTINGS, id: 'x' }],
  ['no id', CSV, { source: SETTINGS.source, types: SETTINGS.types }],
  ['another declared type', CSV, { ...SETTINGS, types: new Map([['x', 'string']]) }],
  ['another target', CSV, { ...SETTINGS, target: 'x' }],
  ['a slice', CSV, { ...SETTINGS, slices: ['kind'] }],
  ['a column whose values stay out', CSV, { ...SETTINGS, sensitive: new Map([['kind', 'omit']]) }],
  ['a key of hashes', CSV, { ...SETTINGS, hashKey: 'secret' }],
  ['another way to read', CSV, { ...SETTINGS, source: { path: 'train.csv', missing: ['a'] } }],
])('%s is profiled anew', async (_title, text, settings) => {
  await profile()
  expect((await profile(text, settings)).made).toBe(true)
})

test('small data are profiled without a call: that is faster', async () => {
  expect((await profile(CSV, SETTINGS, CSV.length + 1)).made).toBe(true)
  expect(cache.calls).toEqual([])
})

test.each([
  ['cut off', () => '{"schema":'],
  ['of another key', (text: string) => text.replace(key(), 'plumbline-profile-0')],
  ['of another kind', () => '{"schema":"plumbline.cached-profile/2"}'],
  ['without a column', (text: string) => JSON.stringify(withoutColumn(text))],
  ['of other files', (text: string) => text.replace(/sha256:[0-9a-f]{4}/, 'sha256:0000')],
])('an entry that is %s is not used', async (_title, change) => {
  const first = await profile()
  writeFileSync(entry(), change(readFileSync(entry(), 'utf8')))
  const second = await profile()
  expect(second.made).toBe(true)
  expect(second.profile).toEqual(first.profile)
})

const withoutColumn = (text: string) => {
  const content = JSON.parse(text)
  return { ...content, profile: { ...content.profile, columns: content.profile.columns.slice(1) } }
}
