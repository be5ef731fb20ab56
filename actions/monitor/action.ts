import { Monitoring, type SloResult, type SloState } from '../../shared/contracts/monitoring.js'
import { defineAction, override } from '../../shared/core/action.js'
import { writeDocument } from '../../shared/core/documents.js'
import { verdictOf } from '../../shared/core/verdict.js'
import { ISSUE_INPUTS, ISSUE_OUTPUTS, ISSUE_PERMISSION } from '../../shared/github/issue-report.js'
import { requireTag } from '../../shared/registry/names.js'
import { decide } from './decide.js'
import { currentVersion, evidenceOf } from './evidence.js'
import { featureRows, measureFeatures } from './features.js'
import { judge, summarise } from './judge.js'
import { openLog } from './log.js'
import { judgeVersion, observe } from './observe.js'
import { publishMonitoring } from './publish.js'
import { type Production, readProduction } from './release.js'
import { renderMonitoring } from './render.js'
import { plannedRetraining } from './retrain.js'
import { readSettings, type Settings } from './settings.js'
import { tagLookup, versionResults } from './versions.js'

export const monitor = defineAction({
  name: 'monitor',
  title: 'Plumbline: monitor',
  description:
    'Judges objectives on an interaction log, watches features drift, and decides: keep, retrain, roll back or mend the data.',
  icon: 'activity',
  color: 'green',
  permissions: {
    contents: 'read, to check out the repository and read releases',
    deployments: 'read, to know what is deployed',
    ...ISSUE_PERMISSION,
    actions: 'write, only with `monitor.retrain`, to start the training',
  },
  inputs: {
    log: override('monitor.log', 'Interaction log: path, glob or a list of them.'),
    environment: override('deploy.environment', 'Environment whose deployed version is judged.'),
    now: override('monitor.now', '`clock`, or `log` to take the newest row as now.'),
    'retrain-workflow': override(
      'monitor.retrain.workflow',
      'File in .github/workflows that is started when the decision is to retrain.',
    ),
    ...ISSUE_INPUTS,
  },
  outputs: {
    action: '`none`, `observe`, `retrain`, `rollback` or `fix-data`.',
    attainment: 'Share of good rows of the first objective; empty when no row counts.',
    interval: 'Its confidence interval as `low … high`; empty when no row counts.',
    state: 'State of the worst objective.',
    deployed: 'Release tag of the deployed version; empty when nothing is deployed.',
    retrain: '`true` when the decision is to retrain.',
    'rollback-to': 'Release tag to go back to; empty unless the decision is to roll back.',
    'retrain-run': 'Address of the run that trains; empty when none was started or found.',
    ...ISSUE_OUTPUTS,
    document: 'Path of monitoring.json.',
  },
  async run(inputs, ctx) {
    const settings = readSettings(ctx.config)
    const production = await readProduction(await ctx.registry(), settings.model, settings.environment)
    const training = production.deployed?.training ?? null
    const types = new Map(training?.profile.columns.map(({ name, type }) => [name, type]))
    const log = await openLog(ctx, settings, types)

    const engine = await ctx.data()
    const observed = await observe(engine, settings, ctx.now(), production.history)
    const versions = versionResults(observed, tagLookup(production), settings.confidence)
    const current = currentVersion(versions, production.deployed?.record.tag ?? null)
    const own = observed.objectives.map((objective) =>
      current === null ? null : judgeVersion(objective, current, settings),
    )
    const where = featureRows(log, settings, observed, current)
    const { features, reason } = await measureFeatures(engine, where, production.deployed, settings.drift)

    const decision = decide(
      evidenceOf({ observed, own, versions, current, features, production, confidence: settings.confidence }),
    )
    const slos = observed.objectives.map(({ result }) => result)
    const absentVersion = absent(settings, production, versions)
    const checks = judge(
      { slos, current: own, features, driftReason: reason, extent: observed.extent, absentVersion },
      settings.drift,
    )
    const body = {
      verdict: verdictOf(checks),
      summary: summarise(checks, slos),
      inputs: [ctx.configRef, ...log.files, production.deployed?.training?.ref].filter((ref) => ref != null),
      checks,
      environment: settings.environment,
      ...deployedFields(production),
      rows: observed.extent.rows,
      newest: observed.extent.newest === null ? null : new Date(observed.extent.newest).toISOString(),
      slos,
      versions,
      features,
      decision,
      retraining: plannedRetraining(ctx, decision.action),
    }
    const report = renderMonitoring({ ...body, confidence: settings.confidence, history: production.history })
    const { path } = await writeDocument(ctx, Monitoring, body, report, { html: true })
    return {
      verdict: body.verdict,
      summary: body.summary,
      outputs: outputsOf(body, path),
      publish: () => publishMonitoring(ctx, body, report, { issue: inputs.issue === 'update' }),
    }
  },
})

function deployedFields({ deployed }: Production): Pick<Monitoring, 'deployed' | 'deployedAt' | 'overrides'> {
  if (deployed === null) return { deployed: null, deployedAt: null }
  const { tag, manifestDigest, at } = deployed.record
  const { model, version } = requireTag(tag)
  const fields = { deployed: { model, version, tag, digest: manifestDigest }, deployedAt: at }
  return deployed.manifest === null ? fields : { ...fields, overrides: deployed.manifest.overrides }
}

function absent({ version }: Settings, { deployed }: Production, versions: Monitoring['versions']): string | null {
  const tag = deployed?.record.tag ?? null
  return version !== null && tag !== null && !versions.some((seen) => seen.tag === tag) ? tag : null
}

const SEVERITY: readonly SloState[] = ['error', 'stale', 'breach', 'insufficient-data', 'inconclusive', 'ok']

function outputsOf({ slos, decision, deployed }: Pick<Monitoring, 'slos' | 'decision' | 'deployed'>, document: string) {
  const { value, interval } = (slos[0] as SloResult).attainment
  return {
    action: decision.action,
    attainment: value,
    interval: interval === null ? null : `${interval.low} … ${interval.high}`,
    state: SEVERITY.find((state) => slos.some((slo) => slo.state === state)) ?? null,
    deployed: deployed?.tag ?? null,
    retrain: decision.action === 'retrain',
    'rollback-to': decision.to,
    'retrain-run': null,
    'issue-url': null,
    document,
  }
}
