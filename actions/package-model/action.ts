import { DataProfile } from '../../shared/contracts/data-profile.js'
import { DataValidation } from '../../shared/contracts/data-validation.js'
import { Evaluation } from '../../shared/contracts/evaluation.js'
import { ModelPackage } from '../../shared/contracts/model-manifest.js'
import { TrainingRun } from '../../shared/contracts/training-run.js'
import { defineAction, input, override, text } from '../../shared/core/action.js'
import type { Context } from '../../shared/core/context.js'
import { readDocument, writeDocument } from '../../shared/core/documents.js'
import { VERSION } from '../../shared/core/version.js'
import { collectModelFiles } from '../../shared/registry/model-files.js'
import { askGolden } from './ask.js'
import { judgeEvidence } from './judge.js'
import { answersDigest, type Chain, checkLineage, namedFiles } from './lineage.js'
import { publishModel } from './publish.js'
import { renderPackage } from './render.js'
import { openStaging } from './staging.js'
import { requireTask } from './task.js'
import { packageBody, refusedBody, steadyCheck } from './verdict.js'
import { readWaiver } from './waiver.js'

export const packageModel = defineAction({
  name: 'package-model',
  title: 'Plumbline: package-model',
  description:
    'Publishes an accepted model as a version that is never changed, with its evidence, lineage and model card.',
  icon: 'package',
  color: 'blue',
  permissions: { contents: 'write, to make the release and its tag' },
  inputs: {
    model: override('model', 'Name of the model.'),
    files: override('package.files', 'Files, folders and globs of the model.'),
    version: override('package.version', '`auto`, `major`, `minor`, `patch`, or a version.'),
    golden: override('package.golden', 'Rows kept with their predictions.'),
    'override-reason': input(text().optional(), {
      description:
        'Publishes although the evaluation is missing, failed or inconclusive, and says why; the reason stays in the manifest, in the model card and in every later document.',
    }),
    'override-actor': input(text().optional(), {
      description:
        'Who answers for `override-reason`. Required with it on a laptop; on GitHub it is who started the run (`GITHUB_ACTOR`).',
    }),
  },
  outputs: {
    outcome: '`published`, `unchanged` (the same model was there already) or `refused`.',
    tag: 'Release tag of the version, empty when refused.',
    version: 'Version number, empty when refused.',
    'manifest-digest': 'SHA-256 of manifest.json: the identity of the version; empty when refused.',
    card: 'Path of MODEL_CARD.md, empty when refused.',
    document: 'Path of model-package.json.',
  },
  async run(inputs, ctx) {
    const waiver = readWaiver(inputs, ctx)
    // First, for in another job it brings the model files.
    const chain = await readChain(ctx)
    const modelFiles = await collectModelFiles(ctx.files, ctx.config)
    const onDisk = await digestsOnDisk(ctx, namedFiles(chain))
    const { checks, overrides } = judgeEvidence(chain, modelFiles, waiver)
    const evidence = [...checkLineage(chain, modelFiles, onDisk), ...checks]
    const registry = await ctx.registry()
    const refused = refusedBody(ctx, chain, evidence, registry.address)
    if (refused) return finish(ctx, refused, null)

    const task = requireTask(ctx.config, chain)
    const staging = await openStaging(ctx, modelFiles, answersDigest(chain))
    try {
      const golden = await askGolden(ctx, staging, modelFiles, task, chain.profile?.document.features ?? null)
      const unsteady = refusedBody(
        ctx,
        chain,
        [...evidence, ...steadyCheck(golden, ctx.config.deploy.tolerance)],
        registry.address,
      )
      if (unsteady) return await finish(ctx, unsteady, null)
      const facts = {
        config: ctx.config,
        plumblineVersion: VERSION,
        run: ctx.run,
        task,
        chain,
        overrides,
        answers: golden.answers,
      }
      const published = await publishModel(registry, staging, facts, golden)
      const card = `${ctx.runDirectory}/MODEL_CARD.md`
      await ctx.files.write(card, published.card)
      return await finish(
        ctx,
        packageBody(ctx, { chain, evidence, golden, published, registry: registry.address }),
        card,
      )
    } finally {
      await staging.remove()
    }
  },
})

async function readChain(ctx: Context): Promise<Chain> {
  return {
    profile: await readDocument(ctx, DataProfile),
    validation: await readDocument(ctx, DataValidation),
    training: await readDocument(ctx, TrainingRun),
    evaluation: await readDocument(ctx, Evaluation),
  }
}

async function digestsOnDisk(ctx: Context, names: readonly string[]): Promise<Map<string, string | null>> {
  const digests = new Map<string, string | null>()
  for (const name of names) {
    digests.set(name, (await ctx.files.exists(name)) ? (await ctx.files.digest(name)).digest : null)
  }
  return digests
}

async function finish(ctx: Context, body: ReturnType<typeof packageBody>, card: string | null) {
  const { path } = await writeDocument(ctx, ModelPackage, body, renderPackage(body))
  const { verdict, summary, outcome, model } = body
  return {
    verdict,
    summary,
    outputs: { outcome, tag: model.tag, version: model.version, 'manifest-digest': model.digest, card, document: path },
  }
}
