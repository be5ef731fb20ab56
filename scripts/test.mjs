/**
 * `npm test [suite | path | jest option]…`: sets up what the asked-for suites need, then runs jest. When nothing is
 * named: everything but `workflows`, which needs act (`.ci/run workflows` installs it), `faults`, which takes minutes, and
 * `spark`, which needs pyspark (`.ci/run spark` installs it).
 */
import { spawnSync } from 'node:child_process'
import { setup } from './setup.mjs'
import { asProgram, at, ROOT } from './tools.mjs'

/** What must be built before a suite runs. */
const SUITES = {
  unit: {},
  repo: { compile: true },
  bundle: { compile: true, bundle: true },
  e2e: { compile: true, bundle: true },
  faults: {},
  spark: {},
  workflows: { path: 'test/e2e/workflows/', compile: true, bundle: true },
}

asProgram(import.meta.url, async (args) => {
  const jestArgs = args.map((arg) => (arg in SUITES ? pathOf(arg) : arg))
  await setup(neededBy(jestArgs))
  const { status, signal } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', at('node_modules/jest/bin/jest.js'), ...jestArgs],
    { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  process.exitCode = signal ? 1 : status
})

function pathOf(suite) {
  return SUITES[suite].path ?? `test/${suite}/`
}

function neededBy(jestArgs) {
  const named = Object.keys(SUITES).filter((suite) =>
    jestArgs.some((arg) => arg.includes(pathOf(suite).replace(/\/$/, ''))),
  )
  const suites = named.length > 0 ? named : Object.keys(SUITES)
  return {
    compile: suites.some((suite) => SUITES[suite].compile === true),
    bundle: suites.some((suite) => SUITES[suite].bundle === true),
  }
}
