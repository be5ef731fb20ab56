import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMap, parse, parseDocument } from 'yaml'
import { explain } from '../../../actions/validate-data/explain.js'
import { readContract } from '../../../actions/validate-data/formats/read-contract.js'
import { Config } from '../../../shared/contracts/config.js'
import { DataCheck, FormatName, StatisticName } from '../../../shared/contracts/data-checks.js'
import { ColumnRule, DataContract } from '../../../shared/contracts/data-contract.js'
import { type Answers, openAnswers } from './rules-support.js'

const FOLDER = join(import.meta.dirname, '../../../actions/validate-data')
const pages = ['README.md', ...readdirSync(join(FOLDER, 'docs')).map((name) => `docs/${name}`)].map((path) => ({
  path,
  text: readFileSync(join(FOLDER, path), 'utf8'),
}))
const textOf = (name: string) => pages.find(({ path }) => path === name)?.text ?? ''

/** The YAML examples of all pages. */
const examples = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map((found, i) => ({ name: `${path} ${i + 1}`, text: found[1] ?? '' })),
)
const keysOf = (text: string): string[] => Object.keys(parse(text) as object)
const CONTRACT_KEYS = Object.keys(DataContract.shape)
const isContract = (text: string) => keysOf(text).every((key) => CONTRACT_KEYS.includes(key))
const whole = (text: string) => (text.includes('schema:') ? text : `schema: plumbline.data-contract/1\n${text}`)

const contracts = examples.filter(({ text }) => isContract(text))
const configs = examples.filter(({ text }) => keysOf(text).join() === 'data')
const workflows = examples.filter(({ text }) => keysOf(text).includes('jobs'))

test('every example is a contract, a configuration or a workflow', () => {
  expect([...contracts, ...configs, ...workflows].map(({ name }) => name).sort()).toEqual(
    examples.map(({ name }) => name).sort(),
  )
  expect(Math.min(contracts.length, configs.length, workflows.length)).toBeGreaterThan(1)
})

test.each(contracts)('the contract of $name is read without a mistake', ({ text }) => {
  expect(() => readContract(whole(text), 'data-contract.yml')).not.toThrow()
})

test.each(configs)('the configuration of $name is read without a mistake', ({ text }) => {
  expect(() => Config.parse({ model: 'm', ...(parse(text) as object) })).not.toThrow()
})

test.each(workflows)('each job of $name says what it may', ({ text }) => {
  const { permissions, jobs } = parse(text) as { permissions?: object; jobs: Record<string, { permissions?: object }> }
  for (const job of Object.values(jobs)) expect(job.permissions ?? permissions).toBeDefined()
})

describe('the contract page', () => {
  const [every = '', list = ''] = contracts
    .filter(({ name }) => name.startsWith('docs/contract'))
    .map(({ text }) => text)

  test('shows every key of the contract and of a column', () => {
    expect(keysOf(every).sort()).toEqual([...CONTRACT_KEYS].sort())
    const columns = parseDocument(every).get('columns') as { items: unknown[] }
    const shown = columns.items.flatMap((item) => (isMap(item) ? item.items.map(({ key }) => String(key)) : []))
    expect([...new Set(shown)].sort()).toEqual(Object.keys(ColumnRule.shape).sort())
  })

  test('shows every check, each with all of its own keys in one example or another', () => {
    const shown = new Map<string, Set<string>>()
    for (const { check, ...keys } of (parse(list) as { checks: { check: string }[] }).checks)
      shown.set(check, new Set([...(shown.get(check) ?? []), ...Object.keys(keys)]))
    const common = ['check', 'name', 'on', 'where', 'group-by', 'on-empty', 'on-absent', 'level', 'mostly', 'max-bad']
    // Bounds are named once, and these few in a comment or by what they are bounds of.
    const spared = [
      'strict-min',
      'strict-max',
      'max',
      'min',
      'equals-rows-of',
      'tail-holdout',
      'inner-holdout',
      'pass-over',
    ]
    for (const { shape } of DataCheck.options) {
      const name = shape.check.value
      const keys = Object.keys(shape).filter((key) => !common.includes(key) && !spared.includes(key))
      expect([name, keys.filter((key) => !shown.get(name)?.has(key))]).toEqual([name, []])
    }
    for (const key of common) expect(textOf('docs/contract.md')).toContain(key)
  })

  test('names every statistic and every format', () => {
    const page = textOf('docs/contract.md')
    for (const name of [...StatisticName.options, ...FormatName.options]) expect(page).toContain(`\`${name}\``)
  })

  describe('asked of data', () => {
    let answers: Answers
    beforeAll(async () => {
      answers = await openAnswers()
    })
    afterAll(() => answers.close())

    const names =
      'customer_id,plan,tier,age,spend,net,tax,mail,code,tags,signed_on,last_seen,paid_on,closed_on,referred_by'
    const rows = [
      '1,basic,1,33,20,16,4,a@x.org,A1,[],2024-01-01,2024-02-01,01/31/2024,,',
      '2,basic,1,41,25,20,5,b@x.org,B2,[1],2024-01-02,2024-02-01,02/01/2024,,1',
      '3,plus,2,52,60,48,12,c@x.org,C3,[],2024-01-03,2024-03-01,02/02/2024,,1',
    ]

    test('every check of the list is decided, and those that the data break are found', async () => {
      // The file of the other dataset is not there.
      const contract = readContract(list, 'data-contract.yml').contract
      const here = { ...contract, checks: contract.checks.filter(({ check }) => check !== 'foreign-key') }
      const asked = await answers.ask(here, `${names}\n${rows.join('\n')}\n`, 'data.csv')
      expect(asked.problems).toEqual([])
      expect(asked.checks.filter(({ verdict }) => verdict === 'error')).toEqual([])
      expect(
        asked.checks.filter(({ verdict }) => verdict !== 'pass').map(({ rule, verdict }) => `${verdict} ${rule}`),
      ).toEqual([
        // No row has "pro"; 2/3·ln(2/3 / 0.6) + 1/3·ln(1/3 / 0.3) = ln(10/9) = 0.105 is above 0.1.
        'fail value-set',
        'fail value-divergence',
      ])
    })
  })
})

test('the table of rules has every rule that `plumbline explain` knows, and no other', () => {
  const table = textOf('README.md').split('## What it checks')[1]?.split('`plumbline explain <rule>`')[0] ?? ''
  const first = table.split('\n').map((line) => line.split('|')[1] ?? '')
  const named = first.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map((found) => found[1] ?? ''))
  expect([...new Set(named)].sort()).toEqual(Object.keys(explain).sort())
})

test.each(pages)('the links of $path lead to a file', ({ path, text }) => {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map((found) => found[1] ?? '')
  for (const link of links) expect(() => readFileSync(join(FOLDER, path, '..', link))).not.toThrow()
})
