import * as z from 'zod'
import { listed, read } from './answer.js'
import type { GitHub } from './github.js'
import { type About, Refusal } from './refusal.js'

const Asset = z.object({
  id: z.number(),
  name: z.string(),
  size: z.number(),
  /** `uploaded` or `open`; `starter` is what an upload that failed has left. */
  state: z.string(),
  /** Null for assets from before mid-2025, and on older servers. */
  digest: z.string().nullish(),
})
export type Asset = z.output<typeof Asset>

const Release = z.object({
  id: z.number(),
  /** Of a draft it may be a placeholder such as `untagged-0a1b…`. */
  tag_name: z.string(),
  body: z.string().nullish(),
  draft: z.boolean(),
  html_url: z.string(),
  upload_url: z.string(),
  published_at: z.string().nullish(),
  assets: z.array(Asset),
})
export type Release = z.output<typeof Release>

const Reference = z.object({ object: z.object({ type: z.string(), sha: z.string() }) })
const WorkflowRun = z.object({ status: z.string().nullish(), run_attempt: z.number().optional() })

/** What a release says of itself. */
export interface ReleaseText {
  readonly tag: string
  readonly body: string
  /** Commit that the tag is made at when it is published; null: the head of the default branch. */
  readonly commit: string | null
}

/**
 * The releases of a repository, as far as a registry of model versions needs them. Every method throws Refusal; `undone`
 * says in its message what is not done then.
 */
export interface Releases {
  /** All of them, drafts included when the token may write. */
  list(undone: string): Promise<Release[]>
  /** Null when there is none, or the token does not see it. */
  get(id: number, undone: string): Promise<Release | null>
  /** Asked once: it may have been made although the answer was lost. */
  createDraft(text: ReleaseText, undone: string): Promise<Release>
  /** Never makes a draft of a release that is published. */
  changeDraft(id: number, text: ReleaseText, undone: string): Promise<Release>
  publish(id: number, text: ReleaseText & { readonly prerelease: boolean }, undone: string): Promise<void>
  /** A release that is gone already is fine. */
  remove(id: number, undone: string): Promise<void>
  /** Asked once. */
  upload(release: Release, asset: NewAsset, undone: string): Promise<Asset>
  /** An asset that is gone already is fine. */
  removeAsset(id: number, undone: string): Promise<void>
  /** The bytes of an asset from an offset on; null when there is no such asset. */
  download(asset: Pick<Asset, 'id' | 'size'>, from: number, undone: string): Promise<Download | null>
  /** The object that a tag names, null when there is no such tag. */
  tag(name: string, undone: string): Promise<{ readonly type: string; readonly sha: string } | null>
  /** Null when the token may not see workflow runs. */
  run(id: string, undone: string): Promise<{ readonly over: boolean; readonly attempt: number } | null>
}

export interface NewAsset {
  /** Only letters, digits, `.`, `_` and `-`: GitHub renames others. */
  readonly name: string
  readonly label: string | null
  readonly data: Blob
}

export interface Download {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Where the bytes begin: 0 when the server does not know parts. */
  readonly from: number
}

const AT = '/repos/{owner}/{repo}'

/** `grace`: seconds that a transfer may take beyond what its bytes need at 500 kB/s. */
export function openReleases(github: GitHub, { grace = 60 }: { readonly grace?: number } = {}): Releases {
  const transferSeconds = (bytes: number): number => grace + Math.floor(bytes / 500_000)
  const reading = (undone: string): About => ({ undone, needs: 'contents: read' })
  const writing = (undone: string): About => ({ undone, needs: 'contents: write' })
  return {
    async list(undone) {
      const found = new Map<number, Release>()
      // A release made meanwhile moves others to the next page, where they come a second time.
      for await (const release of listed(github, `GET ${AT}/releases`, {}, Release, reading(undone))) {
        found.set(release.id, release)
      }
      return [...found.values()]
    },
    async get(id, undone) {
      const about = reading(undone)
      const answer = await orNull(github.ask(`GET ${AT}/releases/{release_id}`, { release_id: id }, about))
      return answer && read(Release, answer.data, about)
    },
    async createDraft(text, undone) {
      const about = writing(undone)
      const answer = await github.ask(`POST ${AT}/releases`, { ...fieldsOf(text), draft: true }, about)
      return read(Release, answer.data, about)
    },
    async changeDraft(id, text, undone) {
      const about = writing(undone)
      const fields = { release_id: id, ...fieldsOf(text) }
      return read(Release, (await github.ask(`PATCH ${AT}/releases/{release_id}`, fields, about)).data, about)
    },
    async publish(id, text, undone) {
      const fields = { release_id: id, ...fieldsOf(text), draft: false, prerelease: text.prerelease }
      // The "Latest" of a repository is for its own releases: which version serves is told by deployments.
      await github.ask(`PATCH ${AT}/releases/{release_id}`, { ...fields, make_latest: 'false' }, writing(undone))
    },
    async remove(id, undone) {
      await orNull(github.ask(`DELETE ${AT}/releases/{release_id}`, { release_id: id }, writing(undone)))
    },
    async upload(release, { name, label, data }, undone) {
      const about = writing(undone)
      const answer = await github.ask(
        `POST ${release.upload_url}`,
        {
          name,
          ...(label === null ? {} : { label }),
          data,
          headers: { 'content-type': 'application/octet-stream' },
          request: { answer: transferSeconds(data.size) },
        },
        about,
      )
      return read(Asset, answer.data, about)
    },
    async removeAsset(id, undone) {
      await orNull(github.ask(`DELETE ${AT}/releases/assets/{asset_id}`, { asset_id: id }, writing(undone)))
    },
    async download({ id, size }, from, undone) {
      const request = { parseSuccessResponseBody: false, answer: transferSeconds(size - from) }
      const range = from === 0 ? {} : { range: `bytes=${from}-` }
      const headers = { accept: 'application/octet-stream', ...range }
      const route = `GET ${AT}/releases/assets/{asset_id}`
      const answer = await orNull(github.ask(route, { asset_id: id, headers, request }, reading(undone)))
      if (answer === null) return null
      const begin = /^bytes (\d+)-/.exec(String(answer.headers['content-range'] ?? ''))?.[1]
      return { bytes: answer.data as AsyncIterable<Uint8Array>, from: Number(begin ?? 0) }
    },
    async tag(name, undone) {
      const about = reading(undone)
      const answer = await orNull(github.ask(`GET ${AT}/git/ref/{ref}`, { ref: `tags/${name}` }, about))
      return answer && read(Reference, answer.data, about).object
    },
    async run(id, undone) {
      const about = { undone, needs: 'actions: read' }
      const answer = await orNull(github.ask(`GET ${AT}/actions/runs/{run_id}`, { run_id: id }, about), 403)
      if (answer === null) return null
      const { status, run_attempt } = read(WorkflowRun, answer.data, about)
      return { over: status === 'completed', attempt: run_attempt ?? 1 }
    },
  }
}

// A change without the tag would give a draft a placeholder for its tag.
const fieldsOf = ({ tag, body, commit }: ReleaseText) => ({
  tag_name: tag,
  name: tag,
  body,
  ...(commit === null ? {} : { target_commitish: commit }),
})

async function orNull<T>(asked: Promise<T>, ...also: number[]): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Refusal && [404, ...also].includes(error.status ?? 0)) return null
    throw error
  }
}
