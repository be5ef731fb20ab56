import { withoutCommands } from '../../../shared/report/escape.js'
import { runAction, type StageRun } from '../../support/chain.js'
import { addCommit, addJob, addPull, addRun, type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { type Project, project } from '../../support/project.js'

/** What somebody may put into data, a description, a log, a commit message or a name, each on a line of its own. */
const HOSTILE = [
  'EVIL',
  '@acme/team #1 GH-1 acme/strikes#1',
  '<!-- plumbline:report x -->',
  '<!-- plumbline strikes -->',
  '<!-- plumbline:end -->',
  '</details><script>alert(1)</script><img src=x onerror=y>',
  '::set-output name=verdict::pass',
  '::error::owned',
  '##[add-mask]owned',
  `\${{ secrets.X }}`,
  'ghadelimiter_0',
  'verdict<<ghadelimiter_0',
  '```',
  '[x](javascript:alert(1))',
].join('\n')
const BRANCH = 'a"$(id)<!--@x'
const ENVIRONMENT = `@acme/team #1 <!-- x --> \${{ secrets.X }}`
const TITLE = HOSTILE.replaceAll('\n', ' ')
const RULE = { metric: 'roc_auc', min: 0.6 }

const TRAIN = `import { mkdirSync, writeFileSync } from 'node:fs'
mkdirSync('model', { recursive: true })
writeFileSync('model/model.json', '{}')
writeFileSync('metrics.json', '{"rows": 1}')
console.log(${JSON.stringify(HOSTILE)})
console.error(${JSON.stringify(HOSTILE)})
`
const PREDICT = `import { createInterface } from 'node:readline'
createInterface({ input: process.stdin }).on('line', (line) => console.log(JSON.parse(line).speed / 100))
`

function hostileProject(): Project {
  const work = project()
  work.write('data/train.csv', rows('train', 400))
  work.write('data/test.csv', rows('test', 400))
  work.write('train.mjs', TRAIN)
  work.write('predict.mjs', PREDICT)
  work.configure({
    evaluate: { slices: ['size'], rules: [RULE, { metric: 'roc_auc', min: 0.9999, slice: 'size', level: 'warn' }] },
    package: { files: ['predict.mjs', 'model'], golden: 1, license: 'Apache-2.0', description: HOSTILE },
    postmortem: { title: HOSTILE },
    deploy: { environment: ENVIRONMENT },
  })
  const columns = [{ name: 'size', type: 'string', values: ['small', 'large'], level: 'warn' }]
  const contract = { schema: 'plumbline.data-contract/1', 'extra-columns': 'allow', columns }
  work.write('data-contract.yml', JSON.stringify(contract))
  return work
}

/** A third of the rows are of each size; one size is the hostile text. */
function rows(name: string, n: number): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const lines = Array.from({ length: n }, (_, index) => {
    const size = ['small', 'large', quoted(HOSTILE)][index % 3]
    const speed = ((index * 37) % 100) + (name === 'train' ? 0 : 0.5) + index / 1000
    const hit = speed + ((index * 53) % 60) > 80 ? 1 : 0
    const day = new Date(Date.UTC(2024, 0, 1 + Math.floor(index / 4))).toISOString().slice(0, 10)
    return `${name}-${index},${day},${size},${speed},${hit}`
  })
  return ['id,day,size,speed,hit', ...lines, ''].join('\n')
}

let work: Project
let github: LocalGitHub
const runs: StageRun[] = []
const repository = () => github.state.repository()

beforeAll(async () => {
  work = hostileProject()
  github = await startGitHub()
  const pull = addPull(repository(), { branch: BRANCH, title: HOSTILE, body: HOSTILE })
  const env = () =>
    github.env({ pull: pull.number, run: addRun(repository(), { event: 'pull_request', branch: BRANCH }) })
  const stages = 'validate-data, train, evaluate-gate, package-model, deploy'
  runs.push(await runAction('pipeline', work.path, env(), { stages, 'check-run': 'true' }))
  runs.push(await runAction('pipeline', work.path, env(), { stages: 'evaluate-gate' }))
  runs.push(await runAction('evaluate-gate', work.path, env()))
  // The commits since then are listed.
  addRun(repository(), { branch: BRANCH, conclusion: 'success' })
  const post = async (code: string) => {
    work.append('train.mjs', code)
    addCommit(repository(), { branch: BRANCH, message: TITLE, author: 'mallory', files: { 'train.mjs': code } })
    const run = addRun(repository(), { branch: BRANCH })
    const push = github.env({ run })
    runs.push(await runAction('pipeline', work.path, push, { stages: 'train, evaluate-gate', comment: 'off' }))
    addJob(repository(), run, { name: TITLE, conclusion: 'failure', steps: { [TITLE]: 'failure' }, log: HOSTILE })
    runs.push(await runAction('post-mortem-report', work.path, push, { issue: 'update' }))
  }
  work.configure({ evaluate: { rules: [{ ...RULE, min: 0.9999 }] } })
  await post('// another\n')
  await post('process.exitCode = 3\n')
})

afterAll(async () => {
  work?.remove()
  await github?.close()
  expect(github?.violations).toEqual([])
})

/** Everything that GitHub renders as Markdown. */
const markdown = (): [string, string][] => [
  ...repository().comments.map(({ body }): [string, string] => ['comment', body]),
  ...repository().releases.map(({ body }): [string, string] => ['release', body ?? '']),
  ...issues().map(({ body }): [string, string] => ['issue', body ?? '']),
  ...repository().checkRuns.map(({ summary, text }): [string, string] => ['check run', `${summary}\n\n${text ?? ''}`]),
]
const issues = () => repository().issues.filter(({ pull }) => pull === null)

test('everything hostile got to where it is rendered', () => {
  const reached = markdown().filter(([, text]) => text.includes('EVIL'))
  expect(new Set(reached.map(([where]) => where))).toEqual(new Set(['comment', 'release', 'issue', 'check run']))
  expect(issues()).toHaveLength(2)
  expect(issues()[0]?.body).toContain('id&#41;&#60;&#33;')
  for (const { body } of issues()) expect(body).toMatch(/\/commit\/[0-9a-f]{40}\) \| EVIL @&#8203;acme/)
})

test('the look at a text sees each of them', () => {
  const seen = liveIn(HOSTILE).join('\n')
  const live = ['@a', '#1', 'GH-1', '<!-- plumbline:report x', '<script>', '<img', '::error::', '```', '](', '$']
  expect(live.filter((part) => !seen.includes(part))).toEqual([])
})

test('no mention, reference, HTML, comment, fence or link of theirs is live', () => {
  for (const [where, text] of markdown()) expect([where, ...liveIn(text)]).toEqual([where])
})

/** What would act in a text of ours, outside of code. */
function liveIn(text: string): string[] {
  const prose = text.replace(/^(`{3,})\w*\n[\s\S]*?\n\1`*$/gm, '').replace(/`[^`\n]+`/g, '')
  const found = (pattern: RegExp) => prose.match(pattern) ?? []
  const tags = found(/<[a-z/!?][^>]*>?/gi)
  return [
    ...tags.filter((tag) => !/^<\/?(details|summary|code|span|strong)>$/.test(tag) && !OURS.test(tag)),
    ...found(/^.*<!--.*$/gm).filter((line) => !OURS.test(line)),
    ...found(/(?<![\w`])@[a-z]/gi),
    ...found(/(?<!&)#\d|GH-\d/gi),
    ...found(/^\s*(```|::).*$/gm),
    ...found(/(?<!\\)\]\((?!https:\/\/github\.com\/acme\/strikes\/)/g),
    ...found(/\$(?!<\/span>)/g),
    ...(found(/<details>/g).length === found(/<\/details>/g).length ? [] : ['<details> does not fit']),
  ]
}
const OURS = /^<!-- plumbline:(part|report strikes|post-mortem strikes|version|end)\b.* -->$|^<!-- plumbline:end -->$/

test('their markers are inert: one comment, found again, with one marker', () => {
  const [comment, ...others] = repository().comments
  expect(others).toEqual([])
  const lines = (comment?.body ?? '').split('\n').filter((line) => line.includes('<!--'))
  expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    '<!-- plumbline:part evaluate-gate',
    '<!-- plumbline:part validate-data',
    '<!-- plumbline:report strikes',
  ])
  expect(github.log.filter((line) => /^POST .*issues\/1\/comments$/.test(line))).toHaveLength(1)
  expect(runs[1]?.log).toContain(`comment updated: ${runs[1]?.outputs['comment-url']}`)
  for (const { body } of issues()) expect(body?.match(/<!-- plumbline:/g)).toHaveLength(2)
})

test('titles, descriptions and outputs are one line; a payload holds what we wrote', () => {
  const { checkRuns, deployments } = repository()
  const plain = [
    ...checkRuns.flatMap(({ name, title, annotations }) => [name, title, ...annotations.map(({ title }) => title)]),
    ...issues().map(({ title }) => title),
    ...deployments.flatMap(({ description, statuses }) => [description, ...statuses.map((one) => one.description)]),
    ...runs.flatMap(({ outputs }) => Object.values(outputs)),
  ]
  expect(plain.filter((text) => /[\r\n\u0085\u2028\u2029]|^\s*::/.test(text ?? ''))).toEqual([])
  expect(runs.map(({ outputs }) => outputs.summary).filter((text) => text?.includes('EVIL'))).not.toEqual([])
  expect(JSON.stringify(deployments.map(({ payload }) => payload))).not.toMatch(/EVIL|@acme|<!--|\$\{\{/)
})

test('no line of the log is a command once it is printed', () => {
  const log = runs.flatMap(({ log }) => log)
  expect(log).toContain('::error::owned')
  const printed = log.flatMap((message) => withoutCommands(message).split(/\r\n|[\r\n]/))
  expect(printed.filter((line) => /^[\s\u0085]*::|##\[|<!--\s*plumbline/.test(line))).toEqual([])
})
