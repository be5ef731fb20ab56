import * as z from 'zod'
import { read } from './answer.js'
import type { GitHub } from './github.js'
import { type About, Refusal } from './refusal.js'

const ROUTE = 'GET /repos/{owner}/{repo}/contents/{path}'
/** GitHub gives the content of a file up to a megabyte, and of larger ones none. */
const File = z.object({ type: z.literal('file'), encoding: z.string(), content: z.string() })

/** The text of a file at a commit, branch or tag; null where there is none, or none of such a size. Throws Refusal. */
export async function readContent(github: GitHub, path: string, ref: string, about: About): Promise<string | null> {
  try {
    const { data } = await github.ask(ROUTE, { path, ref }, about)
    if (Array.isArray(data)) return null
    const { encoding, content } = read(File, data, about)
    return encoding === 'base64' ? Buffer.from(content, 'base64').toString('utf8') : null
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null
    throw error
  }
}
