/**
 * `npm test [suite | path | jest option]…`: sets up what the asked-for suites need, then runs jest. Everything when
 * nothing is named.
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
}

asProgram(import.meta.url, async (args) => {
  const jestArgs = args.map((arg) => (arg in SUITES ? `test/${arg}/` : arg))
  await setup(neededBy(jestArgs))
  const { status, signal } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', at('node_modules/jest/bin/jest.js'), ...jestArgs],
    { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  process.exitCode = signal ? 1 : status
})

function neededBy(jestArgs) {
  const named = Object.keys(SUITES).filter((suite) => jestArgs.some((arg) => arg.includes(`test/${suite}`)))
  const suites = named.length > 0 ? named : Object.keys(SUITES)
  return {
    compile: suites.some((suite) => SUITES[suite].compile === true),
    bundle: suites.some((suite) => SUITES[suite].bundle === true),
  }
}
