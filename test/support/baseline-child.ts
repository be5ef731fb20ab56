import { findBaseline } from '../../actions/validate-data/drift/baseline.js'
import type { RunRef } from '../../shared/contracts/common.js'
import { openRunnerArtifacts } from '../../shared/core/runtime-artifacts.js'
import { fakeContext } from './context.js'
import { githubOf } from './github-client.js'

/** Looks for the baseline `{ runs }` as a step does, with GitHub's own client of artifacts, and prints what it is. */
const [runs = '1', token = ''] = process.argv.slice(2)
const { env } = process
const run: RunRef = {
  kind: 'github',
  repository: env.GITHUB_REPOSITORY ?? '',
  commit: env.GITHUB_SHA ?? '',
  ref: env.GITHUB_REF ?? '',
  event: 'push',
  workflow: 'train',
  job: 'validate',
  runId: env.GITHUB_RUN_ID ?? '',
  attempt: 1,
  url: '',
}
const fake = await fakeContext({
  config: { data: { train: 'train.csv', baseline: { runs: Number(runs) } } },
  run,
  github: await githubOf({ ...env, GITHUB_TOKEN: token }),
  artifacts: openRunnerArtifacts(env, token),
})
try {
  const found = await findBaseline(fake.ctx)
  const rows = found.state === 'found' ? found.profile.datasets.map((one) => one.rows) : []
  const [state, words] = [found.state, found.state === 'found' ? found.source : found.reason]
  console.log(JSON.stringify({ state, words, rows }))
} finally {
  await fake.cleanup()
}
