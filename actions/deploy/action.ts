import type { InputRef } from '../../shared/contracts/common.js'
import { Deployment } from '../../shared/contracts/deployment.js'
import { ModelPackage } from '../../shared/contracts/model-manifest.js'
import { defineAction, flag, input, override, text } from '../../shared/core/action.js'
import type { Context } from '../../shared/core/context.js'
import { readDocument, writeDocument } from '../../shared/core/documents.js'
import { describeProblems, UserError } from '../../shared/core/errors.js'
import { readTag } from '../../shared/registry/names.js'
import type { DeploymentTicket, Registry } from '../../shared/registry/registry.js'
import { resolveVersion } from '../../shared/registry/resolve.js'
import { type Attempt, attempt, type Request, unusable } from './attempt.js'
import { conclude, recordOf, refOf, servingRef } from './conclude.js'
import { readOverrides } from './overrides.js'
import { renderDeployment } from './render.js'
import type { Job } from './rollout.js'
import { openTarget } from './targets/open.js'
import type { Target, Version } from './targets/target.js'
import { refuseFork } from './trust.js'

export const deploy = defineAction({
  name: 'deploy',
  title: 'Plumbline: deploy',
  description:
    'Lets a published model version serve by its tag, proves it on the target, and rolls back when it does not hold.',
  icon: 'upload-cloud',
  color: 'purple',
  permissions: {
    contents: 'read, to check out the repository and to read the release',
    deployments: 'write, to keep the history of the environment; with `read` the deployment is made and not recorded',
  },
  inputs: {
    tag: input(text().optional(), {
      description: 'Release tag, version or `latest`. Default: what package-model has just made, else `latest`.',
    }),
    rollback: input(flag(), {
      description: '`true`: return to the newest version that served well before. Takes no tag.',
      default: 'false',
    }),
    'dry-run': input(flag(), {
      description: '`true`: verify the version and show the plan, change nothing.',
      default: 'false',
    }),
    environment: override('deploy.environment', 'Name of the environment.'),
    target: override('deploy.target', 'Where to deploy to, as a YAML map.'),
    tolerance: override('deploy.tolerance', 'Largest difference of a golden prediction.'),
    timeout: override('deploy.timeout', 'Seconds until the new version has to answer.'),
  },
  outputs: {
    tag: 'Release tag that was asked for or, with `rollback`, chosen.',
    previous: 'Release tag that served before; empty when there was none.',
    serving: 'Release tag that serves now, by the target itself; empty when none does or it could not tell.',
    environment: 'Name of the environment.',
    address: 'Path or URL of the target.',
    confirmed: '`true` when the target itself reported, at the end, the version that this run was to leave there.',
    'rolled-back': '`true` when the new version failed and the target confirmed the one before.',
    'deployment-id': 'Id of the deployment on GitHub; empty when there is none.',
    'deployment-url': 'Page of the deployments to this environment; empty when there is none.',
    document: 'Path of deployment.json.',
  },
  async run(inputs, ctx) {
    await refuseFork(ctx)
    const registry = await ctx.registry()
    const target = openTarget(ctx)
    const { request, ref } = await readRequest(ctx, registry, inputs)
    let ticket: DeploymentTicket | null = null
    const job = jobOf(ctx, registry, target, async (version) => {
      ticket = await announce(ctx, registry, request, version)
    })
    const publishing = (done: Attempt) => publish(ctx, { registry, target, request, ref, ticket }, done)
    if (request.dryRun) return publishing(await attempt(job, registry, request))

    let entered = false
    try {
      return await target.exclusive(async () => {
        entered = true
        const done = await attempt(job, registry, request)
        const outcome = await publishing(done)
        await prune(job, done)
        return outcome
      })
    } catch (error) {
      if (entered || !(error instanceof UserError)) throw error
      return publishing(unusable(target.address, request.wanted, error))
    }
  },
})

function jobOf(ctx: Context, registry: Registry, target: Target, announce: Job['announce']): Job {
  const { tolerance, timeout } = ctx.config.deploy
  const fetch: Job['fetch'] = (tag, into) => registry.fetch(tag, into)
  const { exec, log, onnx } = ctx
  return { target, fetch, exec, log, onnx, tolerance, timeoutSeconds: timeout, announce }
}

/** Others see that it begins, and a run that is cut leaves a trace; the deployment does not hang on it. */
async function announce(
  ctx: Context,
  registry: Registry,
  { environment, wanted }: Request,
  { tag, digest }: Version,
): Promise<DeploymentTicket | null> {
  const action = wanted === null ? 'rollback' : 'deploy'
  const intent = { environment, tag, manifestDigest: digest, action, ...runOf(ctx), url: urlOf(ctx) } as const
  return orWarned(ctx, registry.announceDeployment(intent), null)
}

/** What is said of a deployment; a refusal is a warning. */
async function orWarned(
  { log }: Context,
  said: Promise<DeploymentTicket | null>,
  otherwise: DeploymentTicket | null,
): Promise<DeploymentTicket | null> {
  try {
    return await said
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    log.warning(`deploy: ${describeProblems(error.problems)}`)
    return otherwise
  }
}

const runOf = ({ run }: Context): { run?: string } => (run.kind === 'github' ? { run: run.runId } : {})

/** Where people reach what is deployed; a folder has no address. */
const urlOf = ({ config }: Context): string | null =>
  config.deploy.target.type === 'server' ? config.deploy.target.url : null

/** Which version is asked for, and the document that named it. Throws UserError when there is no such version. */
async function readRequest(
  ctx: Context,
  registry: Registry,
  inputs: { readonly tag: string | undefined; readonly rollback: boolean; readonly 'dry-run': boolean },
): Promise<{ request: Request; ref: InputRef | null }> {
  const { model, deploy } = ctx.config
  const named = inputs.tag === undefined ? null : readTag(inputs.tag)
  const base = {
    model: named?.model ?? model,
    environment: deploy.environment,
    dryRun: inputs['dry-run'],
    run: runOf(ctx).run ?? null,
  }
  if (inputs.rollback) {
    if (inputs.tag === undefined) return { request: { ...base, wanted: null }, ref: null }
    throw new UserError(
      `rollback chooses the version itself, and the tag ${JSON.stringify(inputs.tag)} was given too`,
      {
        cure: 'leave out one of the two; to go back to a certain version, deploy its tag',
      },
    )
  }
  const made = inputs.tag === undefined ? await readDocument(ctx, ModelPackage) : null
  if (made?.document.outcome === 'refused') {
    throw new UserError(`package-model has refused the model: ${made.document.summary}`, {
      cure: 'mend what it names, or give the tag of an earlier version',
    })
  }
  const name = inputs.tag ?? made?.document.model.tag ?? 'latest'
  const { tag, manifestDigest } = await resolveVersion(registry, model, name)
  return { request: { ...base, wanted: { tag, digest: manifestDigest } }, ref: made?.ref ?? null }
}

interface Publishing {
  readonly registry: Registry
  readonly target: Target
  readonly request: Request
  /** Document that named the version. */
  readonly ref: InputRef | null
  /** Of the deployment that was announced. */
  readonly ticket: DeploymentTicket | null
}

/** Document, report and outputs first; then the record, which may be refused without changing the verdict. */
async function publish(ctx: Context, { registry, target, request, ref, ticket }: Publishing, done: Attempt) {
  const conclusion = conclude(done, request)
  const { wanted, checks, golden } = done
  const overrides = done.overrides ?? (wanted && (await readOverrides(registry, wanted)))
  const release: InputRef | null = wanted && { kind: 'release', name: wanted.tag, digest: wanted.digest }
  const body = {
    verdict: conclusion.verdict,
    summary: conclusion.summary,
    inputs: [ctx.configRef, ref, release].filter((one) => one !== null),
    checks: [...checks],
    environment: request.environment,
    target: { type: target.type, address: target.address },
    action: conclusion.action,
    wanted: wanted && refOf(wanted),
    before: servingRef(done.before),
    serving: servingRef(done.serving),
    confirmed: done.confirmed,
    rolledBack: done.rolledBack,
    golden: golden && { ...golden, tolerance: ctx.config.deploy.tolerance },
    refused: [...done.refused],
    ...(overrides === null ? {} : { overrides: [...overrides] }),
  }
  const { path } = await writeDocument(ctx, Deployment, body, renderDeployment(body))
  const ended = recordOf(done, request, conclusion, ctx.now())
  const kept =
    ended === null
      ? ticket
      : await orWarned(ctx, registry.recordDeployment({ ...ended, ...runOf(ctx) }, ticket), ticket)
  return {
    verdict: body.verdict,
    summary: body.summary,
    outputs: {
      tag: wanted?.tag ?? null,
      previous: body.before?.tag ?? null,
      serving: body.serving?.tag ?? null,
      environment: request.environment,
      address: target.address,
      confirmed: done.confirmed,
      'rolled-back': done.rolledBack,
      'deployment-id': kept?.id ?? null,
      'deployment-url': kept?.url ?? null,
      document: path,
    },
  }
}

/** Old versions go only after a success. That they stay would be no reason to fail. */
async function prune({ target, log }: Job, done: Attempt): Promise<void> {
  if (!done.switched || done.rolledBack || !done.confirmed) return
  const before = servingRef(done.before)?.tag
  try {
    const removed = await target.prune([before, done.plan?.previous?.tag].filter((tag) => tag != null))
    if (removed.length > 0) log.info(`Removed from ${target.address}: ${removed.join(', ')}`)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    log.warning(`Old releases were not removed: ${error.message}`)
  }
}
