import { readFile } from 'node:fs/promises'
import type { ModelManifest } from '../../shared/contracts/model-manifest.js'
import type { PublishedVersion, Registry } from '../../shared/registry/registry.js'
import type { Golden } from './ask.js'
import { renderCard } from './card.js'
import { buildManifest, contentDigestOf, describeModel, type Facts, trainingData, withFile } from './manifest.js'
import type { Staging } from './staging.js'
import { decideVersion, type Made } from './version.js'

export interface PublishedModel {
  readonly outcome: 'published' | 'unchanged'
  readonly version: PublishedVersion
  readonly manifest: ModelManifest
  readonly card: string
}

/**
 * Publishes the staged package as the next version, or finds the version that is the same model. When another run
 * publishes in between, number and card are made anew. Throws UserError as the registry does.
 */
export async function publishModel(
  registry: Registry,
  staging: Staging,
  known: Omit<Facts, 'files'>,
  golden: Golden,
): Promise<PublishedModel> {
  const facts: Facts = { ...known, files: [...staging.files] }
  const made = describeModel(facts)
  const contentDigest = contentDigestOf(made, trainingData(facts.chain))
  const { config } = facts
  const { outcome, version } = await registry.publish({
    model: config.model,
    source: staging.path,
    async propose(published, taken) {
      const existing = sameModel(published, contentDigest, config.package.version)
      if (existing) return { existing }
      const top = published[0] ?? null
      const decision = decideVersion(made, top && (await previousOf(registry, top)), config.package.version, taken)
      const manifest = buildManifest(facts, made, decision, top)
      const card = renderCard({
        manifest,
        chain: facts.chain,
        limits: config.package.limits,
        golden: golden.rows[0] ?? null,
      })
      return withFile(manifest, await staging.write('MODEL_CARD.md', 'card', card))
    },
  })
  // What counts is what was published, also when it is an earlier run's.
  const manifest = await registry.fetch(version.tag, staging.path('published'), ['MODEL_CARD.md'])
  return { outcome, version, manifest, card: await readFile(staging.path('published/MODEL_CARD.md'), 'utf8') }
}

/** A version with the same content; when a number is asked for, only the version with that number. */
function sameModel(
  published: readonly PublishedVersion[],
  contentDigest: string,
  wanted: string,
): PublishedVersion | undefined {
  const isNumber = /^\d/.test(wanted)
  return published.find((one) => one.contentDigest === contentDigest && (!isNumber || one.version === wanted))
}

async function previousOf(
  registry: Registry,
  top: PublishedVersion,
): Promise<{ version: string; tag: string; made: Made } | null> {
  const found = await registry.manifest(top.tag)
  return found && { version: top.version, tag: top.tag, made: found.manifest }
}
