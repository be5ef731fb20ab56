import { type Call, type Detail, forbidden, invalid, notFound } from '../call.js'
import { resolve, touchesWorkflows } from '../state/commits.js'
import { stamp } from '../state/state.js'
import type { Release, Repository } from '../state/types.js'

/** Longest text of a release. */
const LONGEST = 125_000

export interface ReleaseBody {
  tag_name?: string
  target_commitish?: string
  name?: string | null
  body?: string | null
  draft?: boolean
  prerelease?: boolean
  make_latest?: 'true' | 'false' | 'legacy'
}

/** What a release may not be, whether it is a draft or not. Throws Problem. */
export function checkRelease({ repository, body }: Call<ReleaseBody>): void {
  const wrong: Detail[] = []
  const say = (field: string, message: string) => wrong.push({ resource: 'Release', code: 'custom', field, message })
  if ((body.body ?? '').length > LONGEST) say('body', `body is too long (maximum is ${LONGEST} characters)`)
  if (body.tag_name !== undefined && !isTag(body.tag_name)) say('tag_name', 'tag_name is not well-formed')
  if (wrong.length > 0) throw invalid(...wrong)
  refuseWorkflows(repository, body.target_commitish)
}

/** The token of a job may point a release at nothing that changes what workflows do: seen as 403 and as 404. */
function refuseWorkflows(repository: Repository, target: string | undefined): void {
  const commit = target === undefined ? null : resolve(repository, target)
  if (commit === null || !touchesWorkflows(repository, commit)) return
  throw repository.settings.workflowRefusal === 404 ? notFound() : forbidden()
}

/** Makes a release one that everybody sees, with its tag. Throws Problem and leaves the draft as it was. */
export function publish({ repository }: Call<ReleaseBody>, release: Release, latest: ReleaseBody['make_latest']): void {
  const { refs, settings, host } = repository
  const ref = `refs/tags/${release.tag}`
  const commit = resolve(repository, release.target)
  const wrong = obstacles(repository, release)
  const makesTag = !refs.has(ref)
  if (makesTag && settings.restrictedTags?.test(release.tag)) {
    const message = `pre_receive ${RESTRICTED}`
    wrong.unshift({ resource: 'Release', code: 'custom', field: 'pre_receive', message })
    wrong.push({ resource: 'Release', code: 'custom', message: 'Published releases must have a valid tag' })
  }
  if (makesTag && commit === null) wrong.push({ resource: 'Release', code: 'invalid', field: 'target_commitish' })
  if (wrong.length > 0) throw invalid(...wrong)
  if (makesTag && commit) {
    refuseWorkflows(repository, commit.sha)
    refs.set(ref, commit.sha)
  }
  release.draft = false
  release.publishedAt = stamp(host.now())
  release.immutable = settings.immutableReleases
  release.hiddenByTag = settings.lateByTag
  if (release.immutable) repository.burntTags.add(release.tag)
  if (latest !== 'false' && latest !== 'legacy' && !release.prerelease) repository.latest = release.id
}

/** What a ruleset says to a ref that may not be made. */
export const RESTRICTED = 'Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n'

function obstacles({ releases, burntTags }: Repository, { id, tag }: Release): Detail[] {
  const wrong: Detail[] = []
  if (releases.some((other) => other.id !== id && !other.draft && other.tag === tag)) {
    wrong.push({ resource: 'Release', code: 'already_exists', field: 'tag_name' })
  } else if (burntTags.has(tag)) {
    const message = 'tag_name was used by an immutable release'
    wrong.push({ resource: 'Release', code: 'custom', field: 'tag_name', message })
  }
  return wrong
}

/** As git allows a name of a ref, as far as tags meet it. */
export const isTag = (tag: string): boolean =>
  tag !== '' &&
  ![...tag].some((letter) => letter < '!' || '~^:?*[\\\x7f'.includes(letter)) &&
  !/\.\.|@\{|\/\/|^[/.-]|[/.]$|\.lock$/.test(tag)
