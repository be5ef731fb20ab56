import type { Client } from './client.js'
import { readPullRequest } from './event.js'
import type { GitHub } from './github.js'
import { refusalOf } from './refusal.js'
import { serverKind } from './server.js'

/** GitHub for the run that the runner's variables describe. The client is made for the first request. */
export async function openGitHub(
  env: Readonly<Record<string, string | undefined>>,
  connect: () => Promise<Client>,
): Promise<GitHub> {
  const [owner = '', repo = ''] = (env.GITHUB_REPOSITORY ?? '').split('/')
  const pullRequest = await readPullRequest(env)
  let client: Promise<Client> | undefined
  const asking: <T>(about: Parameters<GitHub['ask']>[2], use: (client: Client) => Promise<T>) => Promise<T> = async (
    about,
    use,
  ) => {
    client ??= connect()
    try {
      return await use(await client)
    } catch (error) {
      throw refusalOf(error, about, pullRequest?.readOnly ?? false)
    }
  }
  return {
    owner,
    repo,
    server: serverKind(env.GITHUB_SERVER_URL),
    pullRequest,
    ask: (route, parameters, about) => asking(about, (client) => client.request(route, { owner, repo, ...parameters })),
    graphql: (query, variables, about) => asking(about, (client) => client.graphql(query, { ...variables })),
  }
}
