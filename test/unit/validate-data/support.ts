import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { validateData } from '../../../actions/validate-data/action.js'
import type { Check } from '../../../shared/contracts/common.js'
import { DataProfile } from '../../../shared/contracts/data-profile.js'
import { DataValidation } from '../../../shared/contracts/data-validation.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

export interface Validated {
  readonly fake: FakeContext
  readonly outcome: Awaited<ReturnType<typeof validateData.run>>
  readonly validation: DataValidation
  readonly profile: DataProfile
  readonly markdown: string
  readonly html: string
  /** `verdict rule subject` of each check that did not pass. */
  readonly findings: string[]
  check(rule: string, subject?: string): Check
}

const open: FakeContext[] = []
afterEach(async () => {
  for (const fake of open.splice(0)) await fake.cleanup()
})

/** Runs validate-data in a workspace of these files. */
export async function validate(
  files: Readonly<Record<string, string | Uint8Array>>,
  data: Record<string, unknown> = { train: 'train.csv' },
  config: Record<string, unknown> = {},
  more: Pick<NonNullable<Parameters<typeof fakeContext>[0]>, 'env' | 'github' | 'run'> = {},
): Promise<Validated> {
  const fake = await fakeContext({ files, config: { data, ...config }, ...more })
  open.push(fake)
  return again(fake)
}

/** Runs it once more in the same workspace. */
export async function again(fake: FakeContext): Promise<Validated> {
  const outcome = await validateData.run({} as never, fake.ctx)
  const text = (name: string) => readFile(join(fake.root, '.plumbline', name), 'utf8')
  const validation = DataValidation.parse(JSON.parse(await text('data-validation.json')))
  return {
    fake,
    outcome,
    validation,
    profile: DataProfile.parse(JSON.parse(await text('data-profile.json'))),
    markdown: await text('data-validation.md'),
    html: await text('data-validation.html'),
    findings: validation.checks
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ verdict, rule, subject }) => `${verdict} ${rule} ${subject}`),
    check(rule, subject) {
      const found = validation.checks.find(
        (check) => check.rule === rule && (subject === undefined || check.subject === subject),
      )
      if (found === undefined) throw new Error(`no check ${rule} ${subject ?? ''}`)
      return found
    },
  }
}

/** A workspace, for what does not end in a document. */
export async function workspace(
  files: Readonly<Record<string, string>>,
  data: Record<string, unknown>,
): Promise<FakeContext> {
  const fake = await fakeContext({ files, config: { data } })
  open.push(fake)
  return fake
}

/** Problems of a run that cannot be judged, as `where: message → cure`. */
export async function problemsOf(
  files: Readonly<Record<string, string>>,
  data: Record<string, unknown>,
): Promise<string[]> {
  const fake = await workspace(files, data)
  try {
    await validateData.run({} as never, fake.ctx)
  } catch (error) {
    const { problems } = error as { problems?: { where?: string; message: string; cure?: string }[] }
    if (problems === undefined) throw error
    return problems.map(({ where, message, cure }) => `${where ?? ''}: ${message} → ${cure}`)
  }
  throw new Error('it was judged')
}

/** Rows as CSV. */
export const csv = (header: string, rows: readonly (readonly (string | number | null)[])[]): string =>
  `${header}\n${rows.map((row) => row.map((value) => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`)).join(',')).join('\n')}\n`

export const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))

export const contract = (text: string): string => `schema: plumbline.data-contract/1\n${text}\n`
