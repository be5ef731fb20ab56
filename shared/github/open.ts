import { upsertComment } from './comments.js'
import { readPullRequest } from './event.js'
import type { Client, GitHub } from './github.js'
import { refusalOf } from './refusal.js'

/** GitHub for the run that the runner's variables describe. The client is made for the first request. */
export async function openGitHub(
  env: Readonly<Record<string, string | undefined>>,
  connect: () => Promise<Client>,
): Promise<GitHub> {
  const [owner = '', repo = ''] = (env.GITHUB_REPOSITORY ?? '').split('/')
  let client: Promise<Client> | undefined
  return {
    pullRequest: await readPullRequest(env),
    upsertComment: async (pullRequest, comment) => {
      client ??= connect()
      try {
        return await upsertComment(await client, { owner, repo, issue_number: pullRequest.number }, comment)
      } catch (error) {
        throw refusalOf(error, pullRequest)
      }
    },
  }
}
