import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LocalGitHub, type Run, startGitHub } from '../support/github/index.js'
import { type Project, project } from '../support/project.js'
import { type BundleOptions, type BundleRun, nodes, runBundle } from '../support/run-bundle.js'
import { zipOf } from '../support/zip.js'

/** The registry is a folder, so that nothing but the hand-over talks to GitHub. */
const LOCAL = 'registry: .plumbline-registry\n'
const from = process.env.PLUMBLINE_BUNDLE === undefined ? {} : { from: process.env.PLUMBLINE_BUNDLE }

let github: LocalGitHub
const workspaces: Project[] = []
beforeEach(async () => {
  github = await startGitHub()
})
afterEach(async () => {
  for (const { remove } of workspaces.splice(0)) remove()
  await github.close()
  expect(github.violations).toEqual([])
})

/** A job: a fresh checkout, and a step in it. */
interface Job {
  readonly at?: Project
  readonly run?: Run
  readonly attempt?: number
  readonly inputs?: BundleOptions['inputs']
  readonly env?: BundleOptions['env']
  readonly node?: string
  readonly files?: Readonly<Record<string, string>>
}

function checkout(): Project {
  const fresh = project()
  fresh.append('plumbline.yml', LOCAL)
  workspaces.push(fresh)
  return fresh
}

function configure(at: Project, changes: Parameters<Project['configure']>[0]): void {
  at.configure(changes)
  at.append('plumbline.yml', LOCAL)
}

async function job(stage: string, { at = checkout(), ...options }: Job = {}): Promise<BundleRun & { at: Project }> {
  for (const [path, content] of Object.entries(options.files ?? {})) at.write(path, content)
  const identity = options.attempt === undefined ? {} : { attempt: options.attempt }
  const run = await runBundle(stage, {
    cwd: at.path,
    ...from,
    ...(options.node === undefined ? {} : { node: options.node }),
    inputs: options.inputs ?? {},
    env: { ...github.env({ job: stage, identity, ...(options.run ? { run: options.run } : {}) }), ...options.env },
    timeoutSeconds: 120,
  })
  return { ...run, at }
}

const artifacts = () => github.state.repository().artifacts
const named = (name: string) => artifacts().findLast((artifact) => artifact.name === name)
const warnings = (run: BundleRun) =>
  run.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message)
const calls = () =>
  github.log.filter((line) => line.includes('ArtifactService')).map((line) => line.replace(/.*\//, ''))

describe.each(nodes())('on $name', ({ node }) => {
  test('stages in jobs of their own make the same version as in one job', async () => {
    const validated = await job('validate-data', { node })
    expect(validated.outputs.verdict).toBe('warn')
    const trained = await job('train', { node })
    expect(trained.stdout).toContain(
      '.plumbline/data-profile.json is taken from the artifact plumbline-validate-data of this run.',
    )
    const run = github.state.repository().runs[0] as Run
    expect(trained.outputs['artifact-url']).toBe(
      `https://github.com/acme/strikes/actions/runs/${run.id}/artifacts/${named('plumbline-train')?.id}`,
    )

    const gated = await job('evaluate-gate', { node })
    expect(gated.stdout).toContain(
      '.plumbline/training-run.json is taken from the artifact plumbline-train of this run, and with it model/model.json.',
    )
    expect(gated.outputs.verdict).toBe('pass')

    const packaged = await job('package-model', { node })
    expect(packaged.code).toBe(0)
    expect(packaged.outputs.outcome).toBe('published')
    expect(packaged.at.readJson('.plumbline/model-package.json').checks).toContainEqual(
      expect.objectContaining({ rule: 'lineage', verdict: 'pass' }),
    )
    for (const { stderr } of [validated, trained, gated, packaged]) expect(stderr).toBe('')
    expect(readdirSync(join(packaged.at.path, '.plumbline')).filter((name) => name.startsWith('.'))).toEqual([])
    expect(artifacts().map(({ name }) => name)).toEqual([
      'plumbline-validate-data',
      'plumbline-train',
      'plumbline-evaluate-gate',
      'plumbline-package-model',
    ])
  })
})

test('a job that has its documents on disk asks for none', async () => {
  const at = checkout()
  for (const stage of ['validate-data', 'train', 'evaluate-gate']) await job(stage, { at })
  expect(calls()).toEqual([
    'CreateArtifact',
    'FinalizeArtifact',
    'CreateArtifact',
    'FinalizeArtifact',
    'CreateArtifact',
    'FinalizeArtifact',
  ])
})

test('the chain hands over all its documents as one, and another job goes on from it', async () => {
  const chain = await job('pipeline', { inputs: { stages: 'validate-data, train, evaluate-gate' } })
  expect(artifacts().map(({ name }) => name)).toEqual(['plumbline-pipeline'])
  expect(chain.outputs['artifact-url']).toMatch(/\/artifacts\/\d+$/)
  const packaged = await job('package-model')
  expect(packaged.outputs.outcome).toBe('published')
  expect(packaged.stdout).toContain(
    '.plumbline/evaluation.json is taken from the artifact plumbline-pipeline of this run, and with it .plumbline/predictions.jsonl.gz.',
  )
})

test('a stage that fails hands over too, and one that cannot keeps its verdict', async () => {
  await job('validate-data')
  await job('train')
  const failing = checkout()
  configure(failing, { evaluate: { rules: [{ metric: 'roc_auc', min: 0.99 }] } })
  const gated = await job('evaluate-gate', { at: failing })
  expect([gated.code, gated.outputs.verdict]).toEqual([1, 'fail'])
  expect(gated.outputs['artifact-url']).toMatch(/\/artifacts\/\d+$/)
  expect(named('plumbline-evaluate-gate')).toBeDefined()

  github.fault({ on: /CreateArtifact/ }, { status: 403, message: 'not now' })
  const refused = await job('validate-data', { inputs: { 'artifact-suffix': 'b' } })
  expect([refused.code, refused.outputs.verdict, refused.outputs['artifact-url']]).toEqual([0, 'warn', ''])
  expect(warnings(refused)).toContainEqual(
    expect.stringMatching(
      /^validate-data: the artifact plumbline-validate-data-b is not uploaded: .*\(403\) Forbidden: not now\n {4}→ the access that the runner gave to this job has ended: run the job again\nThe verdict stands\./,
    ),
  )
})

test('two steps of one stage: the second is told to take a suffix, and with it finds its own', async () => {
  await job('train')
  const second = await job('train', { files: { 'data/train.csv': 'id,day,size,speed,hit\n1,2024-01-01,large,5,1\n' } })
  expect(second.code).toBe(0)
  expect(warnings(second).join('\n')).toMatch(
    /\(409\) Conflict: an artifact with this name already exists on the workflow run\n {4}→ another step of this run uploaded one of this name: give each its own input `artifact-suffix`/,
  )
  const at = checkout()
  configure(at, { train: { params: { features: ['speed'] } } })
  await job('train', { at, inputs: { 'artifact-suffix': 'speed' } })
  const gated = await job('evaluate-gate', { inputs: { 'artifact-suffix': 'speed' } })
  expect(gated.at.readJson('.plumbline/training-run.json').params).toEqual({ features: ['speed'] })
  expect(named('plumbline-evaluate-gate-speed')).toBeDefined()
})

test('a job that runs again in a second attempt hands over anew, and the next takes the newest', async () => {
  await job('train')
  const at = checkout()
  configure(at, { train: { seed: 7 } })
  const again = await job('train', { at, attempt: 2 })
  expect(warnings(again)).toEqual([])
  expect(artifacts().map(({ name }) => name)).toEqual(['plumbline-train', 'plumbline-train'])
  const gated = await job('evaluate-gate', { attempt: 2 })
  expect(gated.at.readJson('.plumbline/training-run.json').seed).toBe(7)
})

test('a job that alone runs again finds what the first attempt handed over', async () => {
  await job('train')
  const gated = await job('evaluate-gate', { attempt: 2 })
  expect(gated.stdout).toContain('training-run.json is taken from the artifact plumbline-train of this run')
})

test('`artifacts: false` makes no call', async () => {
  const trained = await job('train', { inputs: { artifacts: 'false' } })
  expect([trained.code, trained.outputs['artifact-url']]).toEqual([0, ''])
  expect(github.log).toEqual([])
})

test('without the access that the runner gives to actions the step goes on, and says why nothing is handed over', async () => {
  const trained = await job('train', { env: { ACTIONS_RUNTIME_TOKEN: undefined } })
  expect([trained.code, trained.outputs['artifact-url']]).toEqual([0, ''])
  expect(trained.stdout).toContain(
    'The runner gave no access to artifacts (ACTIONS_RUNTIME_TOKEN, ACTIONS_RESULTS_URL)',
  )
  expect(warnings(trained)).toEqual(warnings(await job('train')))
})

test('a GitHub Enterprise Server has no such artifacts: the step goes on and says so once', async () => {
  const server = await startGitHub({ prefix: '/api/v3' })
  try {
    const trained = await job('train', { env: server.env() })
    expect(trained.code).toBe(0)
    expect(trained.stdout.match(/GitHub Enterprise Server has no artifacts of version 4/g)).toHaveLength(1)
    expect(server.log).toEqual([])
  } finally {
    await server.close()
  }
})

test('the programs of a model get no access to the services of the runner', async () => {
  const at = checkout()
  at.write(
    'train.mjs',
    `import { writeFileSync } from 'node:fs'\nwriteFileSync('env.json', JSON.stringify(process.env))\n`,
  )
  await job('train', { at })
  expect(Object.keys(at.readJson('env.json')).filter((name) => name.startsWith('ACTIONS_'))).toEqual([])
})

describe('an archive that somebody made', () => {
  const replace = (name: string, content: Buffer) => {
    const artifact = named(name)
    if (artifact === undefined) throw new Error(`no artifact ${name}`)
    artifact.stored = github.state.keep(content)
    artifact.digest = artifact.stored.digest
  }

  test('with names that lead out of its folder: they lead nowhere', async () => {
    const trained = await job('train')
    const document = readFileSync(join(trained.at.path, '.plumbline/training-run.json'), 'utf8')
    const model = readFileSync(join(trained.at.path, 'model/model.json'), 'utf8')
    const cell = readFileSync(join(trained.at.path, 'model/cell.mjs'), 'utf8')
    replace(
      'plumbline-train',
      zipOf({
        '../../../../evil.txt': 'x',
        '/tmp/plumbline-evil.txt': 'x',
        '.git/hooks/post-checkout': 'x',
        'predict.mjs': 'throw 1',
        '.plumbline/training-run.json': document,
        'model/model.json': model,
        'model/cell.mjs': cell,
      }),
    )
    const gated = await job('evaluate-gate')
    expect(gated.at.has('model/model.json')).toBe(true)
    expect(gated.at.read('predict.mjs')).not.toBe('throw 1')
    for (const path of ['.git', 'evil.txt', '../evil.txt']) expect(gated.at.has(path)).toBe(false)
    expect(existsSync('/tmp/plumbline-evil.txt')).toBe(false)
  })

  test('that is no archive: an error that names it, and nothing is taken', async () => {
    await job('train')
    replace('plumbline-train', Buffer.from('not a zip'))
    const gated = await job('evaluate-gate')
    expect([gated.code, gated.outputs.verdict]).toEqual([1, 'error'])
    expect(gated.outputs.summary).toMatch(
      /^the artifact plumbline-train of this run is not downloaded: Unable to download/,
    )
    expect(gated.at.has('.plumbline/training-run.json')).toBe(false)
  })

  test('that changed on its way: an error that names it', async () => {
    await job('train')
    const artifact = named('plumbline-train')
    if (artifact) artifact.stored = github.state.keep(zipOf({ '.plumbline/training-run.json': '{}' }))
    const gated = await job('evaluate-gate')
    expect(gated.outputs.summary).toMatch(/it did not arrive with the digest that it was uploaded with$/)
  })
})

test('a service that does not list: the stage goes on as if it were alone, with a warning', async () => {
  await job('train')
  github.fault({ on: /ListArtifacts/ }, { status: 401, message: 'expired' })
  const at = checkout()
  at.write('model/model.json', '{"features":["size"],"cells":{}}')
  const gated = await job('evaluate-gate', { at })
  expect(warnings(gated).join('\n')).toMatch(
    /^Documents of other jobs are not looked for: .*\(401\) Unauthorized: expired/m,
  )
  expect(gated.outputs.verdict).not.toBe('error')
})

test('a service that stumbles once is asked again', async () => {
  github.fault({ on: /CreateArtifact/, times: 1 }, { status: 503 })
  const trained = await job('train')
  expect(trained.outputs['artifact-url']).toMatch(/\/artifacts\/\d+$/)
})
