import artifact from '@actions/artifact'
import { type Artifacts, createArtifacts } from '../github/artifacts.js'

/** Artifacts on a runner. Only loaded when one is asked for: the client is heavy. */
export function openRunnerArtifacts(env: NodeJS.ProcessEnv, token: string): Artifacts {
  const artifacts = createArtifacts(artifact, env, token)
  return {
    ...artifacts,
    async download(name, into, from) {
      // Its unpacker makes a buffer in the old way, of which Node would warn the user.
      const before = process.noDeprecation ?? false
      process.noDeprecation = true
      try {
        return await artifacts.download(name, into, from)
      } finally {
        process.noDeprecation = before
      }
    },
  }
}
