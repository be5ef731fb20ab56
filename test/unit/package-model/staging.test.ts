import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { answersDigest, type Chain } from '../../../actions/package-model/lineage.js'
import { contentDigestOf, describeModel } from '../../../actions/package-model/manifest.js'
import { openStaging } from '../../../actions/package-model/staging.js'
import { digestOf } from '../../../shared/core/hash.js'
import { collectModelFiles } from '../../../shared/registry/model-files.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { CONFIG, documents, PROJECT } from './support.js'

let fake: FakeContext
afterEach(() => fake.cleanup())

/** Bytes that are no UTF-8: taken for a text they would come out changed. */
const ANSWERS = gzipSync('{"id":"s0","score":0.1}\n{"id":"s1","score":0.2}\n')
const digest = digestOf(ANSWERS)
const entry = { path: 'predictions.jsonl.gz', role: 'document', bytes: ANSWERS.length, digest }

async function stage(wanted: string | null, files: Record<string, string | Uint8Array> = {}) {
  fake = await fakeContext({ files: { ...PROJECT, ...documents(PROJECT), ...files }, config: CONFIG })
  const { ctx } = fake
  const staging = await openStaging(ctx, await collectModelFiles(ctx.files, ctx.config), wanted)
  return { staging, answers: staging.files.filter(({ path }) => path === entry.path) }
}
const stored = { '.plumbline/predictions.jsonl.gz': ANSWERS }
const noticed = () => fake.logged.filter(({ level }) => level === 'notice').map(({ message }) => message)

describe('the stored answers of an evaluation', () => {
  it('lie in the package byte for byte, as a document with its digest', async () => {
    expect(Buffer.from(ANSWERS.toString('utf8'))).not.toEqual(ANSWERS)
    const { staging, answers } = await stage(digest, stored)
    expect(answers).toEqual([entry])
    expect(await readFile(staging.path(entry.path))).toEqual(ANSWERS)
  })

  it.each([
    ['are not there', digest, {}],
    ['are not named by the evaluation, as those of an earlier one', null, stored],
  ])('are left out without a word when they %s', async (_, wanted, files) => {
    const { staging, answers } = await stage(wanted, files)
    expect(answers).toEqual([])
    expect(existsSync(staging.path(entry.path))).toBe(false)
    expect(noticed()).toEqual([])
  })

  it('are left out, which is said, when they have been changed since', async () => {
    const { staging, answers } = await stage(digestOf('other answers'), stored)
    expect(answers).toEqual([])
    expect(existsSync(staging.path(entry.path))).toBe(false)
    expect(noticed()).toEqual([
      '.plumbline/predictions.jsonl.gz is not packaged: it has been changed since the evaluation, so it may be what another model answered. Run evaluate-gate again to have it in the package.',
    ])
  })

  it('change neither the other files of the package nor what makes it the same model', async () => {
    const chain: Chain = { profile: null, validation: null, training: null, evaluation: null }
    const identify = async (wanted: string | null) => {
      const { staging } = await stage(wanted, stored)
      const { ctx } = fake
      const facts = { config: ctx.config, plumblineVersion: '1', run: ctx.run, task: 'binary' as const, chain }
      const files = staging.files.filter(({ path }) => path !== entry.path)
      const made = describeModel({ ...facts, files: staging.files, answers: [], overrides: [] })
      await fake.cleanup()
      return { files, content: contentDigestOf(made, []) }
    }
    const [without, withAnswers] = [await identify(null), await identify(digest)]
    expect(withAnswers).toEqual(without)
    expect(without.files.map(({ path, role }) => `${role} ${path}`)).toEqual([
      'code lib.mjs',
      'model model/model.json',
      'code predict.mjs',
      'code train.mjs',
      'document data-profile.json',
      'document training-run.json',
      'document evaluation.json',
    ])
  })

  it('are those that the evaluation names', () => {
    const named = (document: object | null): Chain =>
      ({ evaluation: document && { document: { rowsDigest: digest, ...document } } }) as unknown as Chain
    expect(answersDigest(named(null))).toBeNull()
    expect(answersDigest(named({}))).toBeNull()
    expect(answersDigest(named({ answers: { path: 'x', bytes: 1, digest } }))).toBe(digest)
  })
})

it('documents and reports are packaged as they are, whatever their bytes', async () => {
  const bytes = Buffer.from([0x3c, 0xff, 0xfe, 0x3e])
  const { staging } = await stage(null, { '.plumbline/evaluation.html': bytes })
  expect(await readFile(staging.path('report.html'))).toEqual(bytes)
  expect(staging.files.at(-1)).toEqual({ path: 'report.html', role: 'report', bytes: 4, digest: digestOf(bytes) })
})
