/**
 * The local GitHub as a program: `node --import ./test/support/typescript-hooks.mjs test/support/github/serve.ts`. It
 * prints the variables of the runner for one run as JSON, and serves until it is ended; then it tells what was asked of it
 * that GitHub does not know.
 */
import { startGitHub } from './index.js'

const github = await startGitHub({ isPrivate: !process.argv.includes('--public') })
process.stdout.write(`${JSON.stringify(github.env())}\n`)
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await github.close()
    for (const violation of github.violations) process.stderr.write(`${violation}\n`)
    process.exitCode = github.violations.length === 0 ? 0 : 1
  })
}
