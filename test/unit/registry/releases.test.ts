import { type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { registryBehaviour } from '../../support/registry-suite.js'
import { openTestRegistry } from '../../support/release-registry.js'

const opened: LocalGitHub[] = []
afterEach(async () => {
  for (const github of opened.splice(0)) {
    await github.close()
    expect(github.violations).toEqual([])
  }
})

registryBehaviour('releases', async () => {
  const github = await startGitHub()
  opened.push(github)
  return openTestRegistry(github.env())
})
