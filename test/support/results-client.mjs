// A job as far as it uses the clients of artifacts and caches: steps as JSON in, their results as JSON out.
import { writeFileSync } from 'node:fs'
import artifact from '@actions/artifact'
import * as cache from '@actions/cache'

const STEPS = {
  upload: ([name, files, root, options]) => artifact.uploadArtifact(name, files, root, options),
  list: ([options]) => artifact.listArtifacts(options),
  get: ([name, options]) => artifact.getArtifact(name, options),
  download: ([id, options]) => artifact.downloadArtifact(id, options),
  delete: ([name, options]) => artifact.deleteArtifact(name, options),
  save: ([paths, key]) => cache.saveCache(paths, key),
  restore: ([paths, key, restoreKeys, options]) => cache.restoreCache(paths, key, restoreKeys, options),
}

const [steps, resultFile] = process.argv.slice(2)
const results = []
for (const [step, ...args] of JSON.parse(steps)) {
  try {
    results.push({ value: (await STEPS[step](args)) ?? null })
  } catch (error) {
    results.push({ error: error.message })
  }
}
writeFileSync(resultFile, JSON.stringify(results))
