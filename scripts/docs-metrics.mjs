/** The tables of docs/metrics.md, made from the metrics themselves: pure functions. */
import { table } from './docs-text.mjs'
import { FAMILY_EXAMPLES, REFERENCES } from './metric-references.mjs'

/** Task whose `findMetric` knows the members of a section. */
const TASK_OF = { classes: 'multiclass', calibration: 'multiclass' }

/**
 * A table for each section, by the name of its markers.
 * @param registry `METRICS`, `FAMILIES` and `findMetric` of shared/stats/metrics, `CALIBRATION` of its part calibration
 */
export function metricTables({ METRICS, findMetric, CALIBRATION }) {
  const calibration = new Set(CALIBRATION)
  const sectionOf = (metric) => {
    if (calibration.has(metric)) return 'calibration'
    return metric.tasks.includes('binary') && metric.tasks.includes('multiclass') ? 'classes' : metric.tasks[0]
  }
  return Object.fromEntries(
    Object.keys(REFERENCES).map((section) => {
      const fixed = METRICS.filter((metric) => sectionOf(metric) === section).map((metric) => [metric.name, metric])
      const families = Object.entries(FAMILY_EXAMPLES[section]).map(([form, example]) => [
        form,
        findMetric(example, TASK_OF[section] ?? section),
      ])
      return [`metrics ${section}`, tableOf(section, [...fixed, ...families])]
    }),
  )
}

/** What the reference of a metric is missing for: names that no reader could check. */
export function unreferenced({ METRICS, FAMILIES, ...registry }) {
  const tables = Object.values(metricTables({ METRICS, FAMILIES, ...registry })).join('\n')
  const shown = (name) => tables.includes(`| \`${name.replaceAll('|', '\\|')}\``)
  return [...METRICS.map(({ name }) => name), ...FAMILIES.map(({ form }) => form)].filter((name) => !shown(name))
}

function tableOf(section, rows) {
  return table(
    ['Name', 'Better', 'What it is', 'Interval', 'Equals'],
    rows.map(([name, metric]) => [
      `\`${name}\`${name === metric.name ? '' : `, such as \`${metric.name}\``}`,
      metric.direction === 'higher-is-better' ? 'higher' : 'lower',
      `${metric.definition}${metric.minRows === undefined ? '' : ` At least ${metric.minRows} rows.`}`,
      intervals(metric.methods),
      referenceOf(section, metric.name),
    ]),
  )
}

function intervals({ single, difference }) {
  return single === difference ? single : `${single}; of a difference: ${difference}`
}

function referenceOf(section, name) {
  const found = REFERENCES[section][name]
  if (found === undefined) throw new Error(`metric-references.mjs has no reference of ${name} (${section})`)
  return found
}
