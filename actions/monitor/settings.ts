import type { Config, Source } from '../../shared/contracts/config.js'
import type { MonitorConfig, SloConfig } from '../../shared/contracts/monitor-config.js'
import { type Problem, problemsError } from '../../shared/core/errors.js'

/** The configuration of monitor with everything that it cannot do without. */
export interface Settings {
  readonly log: Source
  readonly time: string
  /** Column of the model version, or null: then rows belong to the version that was deployed at their time. */
  readonly version: string | null
  readonly slos: readonly SloConfig[]
  readonly maxAge: string
  readonly confidence: number
  readonly now: MonitorConfig['now']
  readonly drift: MonitorConfig['drift']
  readonly environment: string
  readonly model: string
}

/** Throws one UserError that names every missing key with the line to write. */
export function readSettings(config: Config): Settings {
  const { monitor, data, deploy, model } = config
  const time = monitor.time ?? data.time
  const problems: Problem[] = []
  const missing = (key: string, why: string, cure: string) =>
    problems.push({ where: key, message: `is missing: ${why}`, cure })
  if (monitor.log === undefined)
    missing('monitor.log', 'there is nothing to look at', 'write under monitor:  log: logs/*.jsonl')
  if (time === undefined) missing('monitor.time', 'rows have no time', 'write under monitor:  time: timestamp')
  if (monitor.slos.length === 0) {
    missing(
      'monitor.slos',
      'there is no objective',
      'write under monitor:  slos: [{ name: clicks, good: clicked = 1, objective: 0.15 }]',
    )
  }
  const names = monitor.slos.map(({ name }) => name)
  for (const name of new Set(names.filter((item, i) => names.indexOf(item) !== i))) {
    problems.push({
      where: 'monitor.slos',
      message: `two objectives are called ${JSON.stringify(name)}`,
      cure: 'give each a name of its own',
    })
  }
  if (monitor.log === undefined || time === undefined || problems.length > 0) {
    throw problemsError('monitor needs more in plumbline.yml', problems)
  }
  return {
    log: monitor.log,
    time,
    version: monitor.version ?? null,
    slos: monitor.slos,
    maxAge: monitor['max-age'],
    confidence: monitor.confidence,
    now: monitor.now,
    drift: monitor.drift,
    environment: deploy.environment,
    model,
  }
}
