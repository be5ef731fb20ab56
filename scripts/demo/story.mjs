/**
 * The story of examples/birdstrikes, step by step. Each step does what its title says, looks at what the stage wrote, and
 * tells it in a line or two. What is returned is what happened; test/e2e/demo.test.ts compares it with the README.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createProject } from './project.mjs'
import { tellStep } from './tell.mjs'
import { playTraffic, strikesOf } from './traffic.mjs'

const MODEL = 'birdstrikes'
const LOG = 'production-log.csv'
const TIME_OF_DAY = [{ column: 'time_of_day', tolerance: 0.1, 'max-failures': 0.1 }]

/** Plays the story in a folder that is made anew. Returns one record per step. */
export async function play(root) {
  const project = createProject(root)
  const steps = []
  const step = async (name, title, body) => {
    const told = await tellStep(steps.length + 1, title, body)
    steps.push({ name, ...told })
  }
  const reports = (name, files) => project.keepReports(name, files).map((path) => pathToFileURL(path).href)
  const server = await project.serve('requests.jsonl')
  const traffic = async (year, spoil) =>
    playTraffic({
      url: server.url,
      model: MODEL,
      rows: await strikesOf(project.folder, [year]),
      log: join(project.folder, LOG),
      spoil,
    })
  try {
    project.configure([[['deploy', 'target'], { type: 'server', url: server.url }]])

    await step('first-attempt', 'A first attempt with every column: validate-data stops it', async () => {
      useScenario(project, '1-first-attempt')
      const run = await project.plumbline('run')
      const { checks } = project.document('data-validation')
      const leaks = checks.filter((check) => check.rule.endsWith('label-leak') && check.verdict === 'fail')
      return {
        result: run,
        facts: { failedStage: run.outputs['failed-stage'], leaks: leaks.map((check) => check.subject) },
        lines: leaks.map((check) => `✗ ${check.message}`),
        links: reports('1-first-attempt', ['data-validation.html', 'post-mortem.html']),
      }
    })

    await step('version-1', 'Without them: trained, gated, released, deployed as version 1', async () => {
      useScenario(project, '2-version-1')
      const run = await project.plumbline('run')
      const strikes = await traffic('2000')
      return {
        result: run,
        facts: { tag: run.outputs.tag, deployment: deploymentFacts(project), strikes },
        lines: [
          `✓ ${run.outputs.tag}: ${metricLine(project, 'roc_auc')}`,
          `✓ ${project.document('deployment').summary}`,
          `  It answers the ${strikes} strikes of the year 2000 over HTTP.`,
        ],
        links: reports('2-version-1', ['evaluation.html', 'deployment.md']),
      }
    })

    await step('change', 'A change that is better on average and breaks one slice: the gate stops it', async () => {
      useScenario(project, '3-change')
      const run = await project.plumbline('run')
      const evaluation = project.document('evaluation')
      const broken = evaluation.checks.filter((check) => check.verdict === 'fail')
      return {
        result: run,
        facts: {
          failedStage: run.outputs['failed-stage'],
          broken: broken.map((check) => check.subject),
          aucGain: differenceOf(evaluation, 'roc_auc'),
        },
        lines: [`  ${metricLine(project, 'roc_auc')}`, ...broken.map((check) => `✗ ${check.message}`)],
        links: reports('3-change', ['evaluation.html', 'evaluation.md', 'post-mortem.html']),
      }
    })

    await step('version-2', 'The repaired change keeps the gain and holds the slice: version 2', async () => {
      useScenario(project, '4-repaired')
      const run = await project.plumbline('run')
      return {
        result: run,
        facts: {
          tag: run.outputs.tag,
          deployment: deploymentFacts(project),
          aucGain: differenceOf(project.document('evaluation'), 'roc_auc'),
        },
        lines: [
          `✓ ${run.outputs.tag}: ${metricLine(project, 'roc_auc')}`,
          `✓ ${project.document('deployment').summary}`,
        ],
        links: reports('4-version-2', ['evaluation.html', 'deployment.md']),
      }
    })

    await step('production', 'The year 2001 is its production traffic: objective, drift, decision', async () => {
      const strikes = await traffic('2001')
      return {
        ...(await monitored(project, strikes)),
        links: reports('5-production', ['monitoring.html', 'monitoring.md']),
      }
    })

    await step('fault', 'A planted fault: in 2002 the feed sends `phase` empty', async () => {
      const strikes = await traffic('2002', (row) => ({ ...row, phase: '' }))
      return { ...(await monitored(project, strikes)), links: reports('6-fault', ['monitoring.html', 'monitoring.md']) }
    })

    await step('rollback', 'Rollback, confirmed by the server itself, and the post-mortem', async () => {
      const postMortem = await project.plumbline('post-mortem-report')
      const report = project.document('post-mortem')
      const rollback = await project.plumbline('deploy', '--rollback', 'true')
      return {
        result: rollback,
        facts: {
          deployment: deploymentFacts(project),
          class: report.class,
          proposal: report.rollback,
          postMortem: postMortem.verdict,
        },
        lines: [`✓ ${project.document('deployment').summary}`, `  ${report.title}`, `  ${report.rollback.reason}`],
        links: reports('7-rollback', ['post-mortem.html', 'post-mortem.md']),
      }
    })
  } finally {
    await server.close()
  }
  return steps
}

/** The parameters of a scenario; its features are what validation looks at, too. */
function useScenario(project, name) {
  const { params } = project.scenario(name)
  const excluded = ['cost_other', 'cost_repair', 'cost_total'].filter((column) => !params.features.includes(column))
  project.configure([
    [['data', 'features'], params.features],
    [['data', 'exclude'], excluded],
    [['train', 'params'], params],
    // Swapping a column that the model does not read would test nothing.
    [['evaluate', 'invariance'], params.features.includes('time_of_day') ? TIME_OF_DAY : undefined],
  ])
}

async function monitored(project, strikes) {
  const run = await project.plumbline('monitor')
  const document = project.document('monitoring')
  const slos = document.slos.map((slo) => ({ name: slo.name, state: slo.state, value: slo.attainment.value }))
  const named = (isMeant) => document.features.filter(isMeant).map((feature) => feature.name)
  const drifted = named((feature) => feature.level === 'drifted')
  const broken = named((feature) => feature.broken)
  return {
    result: run,
    facts: { slos, drifted, broken, decision: document.decision },
    lines: [
      `  ${strikes} strikes answered over HTTP.`,
      ...document.slos.map(
        (slo) =>
          `  objective ${slo.name}: ${slo.state}, ${percent(slo.attainment.value)} of ${slo.total} (at least ${percent(slo.objective)})`,
      ),
      `  decision: ${document.decision.action}`,
      ...document.decision.reasons.map((reason) => `    because ${reason}`),
    ],
  }
}

function deploymentFacts(project) {
  const { action, confirmed, rolledBack, serving, before } = project.document('deployment')
  return { action, confirmed, rolledBack, serving: serving?.tag ?? null, before: before?.tag ?? null }
}

const whole = (evaluation, metric) =>
  evaluation.metrics.find((result) => result.metric === metric && result.slice === null)
const differenceOf = (evaluation, metric) => whole(evaluation, metric)?.difference ?? null

function metricLine(project, metric) {
  const { candidate, difference } = whole(project.document('evaluation'), metric)
  const gain =
    difference?.value == null
      ? ''
      : `, ${signed(difference.value)} (${signed(difference.interval.low)} … ${signed(difference.interval.high)}) against the deployed version`
  return `${metric} ${candidate.value.toFixed(3)} (${candidate.interval.low.toFixed(3)} … ${candidate.interval.high.toFixed(3)})${gain}`
}

const signed = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
const percent = (value) => (value === null ? 'undefined' : `${(100 * value).toFixed(1)} %`)
