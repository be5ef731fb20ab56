import { join } from 'node:path'
import artifacts from '@actions/artifact'

const { INPUT_PATTERN: pattern, INPUT_PATH: path, GITHUB_WORKSPACE: workspace } = process.env
const fits = (name) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name)
const { artifacts: all } = await artifacts.listArtifacts({ latest: true })
for (const { id, name } of all.filter(({ name }) => fits(name))) {
  await artifacts.downloadArtifact(id, { path: join(workspace, path, name) })
  console.log(`downloaded ${name}`)
}
