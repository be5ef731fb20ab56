import { problemsError } from '../../../../shared/core/errors.js'
import { readYaml } from '../../../../shared/core/yaml.js'
import { isRecord, shown } from '../arguments.js'
import { createBuilder } from '../builder.js'
import type { ContractFormat } from '../format.js'
import { readExpectation } from './expectation.js'

const TITLE = 'Great Expectations suite'
/** Of 1.x and 0.18; what is not read says nothing about the data. */
const KEYS = [
  'expectations',
  'suite_parameters',
  'evaluation_parameters',
  'name',
  'expectation_suite_name',
  'id',
  'ge_cloud_id',
  'meta',
  'notes',
  'data_asset_type',
]

/**
 * Expectation suites of Great Expectations, as 1.x and 0.18 store them: JSON, or the same as YAML.
 * A check follows the semantics of GX on pandas: `mostly` of the values that are there, success where there is none.
 */
export const greatExpectations: ContractFormat = {
  name: 'great-expectations',
  title: TITLE,
  detect: (path, text) =>
    /\.(json|ya?ml)$/i.test(path) &&
    /(^|[{,\s])["']?expectations["']?\s*:/.test(text) &&
    (/["']?\b(expectation_suite_name)\b["']?\s*:/.test(text) ||
      /["']?\b(type|expectation_type)["']?\s*:\s*["']?(expect_|unexpected_rows_expectation)/.test(text) ||
      /["']?great_expectations_version\b/.test(text)),
  read(text, path, { references = {} }) {
    const source = readYaml(text, path)
    if (source.problems) throw problemsError(`${path} (${TITLE}) has mistakes`, source.problems)
    const builder = createBuilder(path, TITLE)
    const { value, line } = source.value
    const suite = isRecord(value) ? value : {}
    for (const key of Object.keys(suite)) {
      if (!KEYS.includes(key)) builder.problem(line([key]), `\`${key}\` is not known in a suite`, 'remove it')
    }
    const parameters = suite.suite_parameters ?? suite.evaluation_parameters ?? {}
    if (!isRecord(parameters))
      builder.problem(line(['suite_parameters']), 'the parameters are no mapping', 'correct them')
    const { expectations } = suite
    if (!Array.isArray(expectations)) {
      builder.problem(
        line(['expectations']),
        `\`expectations\` is ${shown(expectations)}`,
        'write a list of expectations',
      )
    } else if (expectations.length === 0) {
      builder.problem(line(['expectations']), 'the suite expects nothing', 'add an expectation')
    } else {
      expectations.forEach((item, i) => {
        const at = ['expectations', i]
        readExpectation(
          item,
          { parameters: isRecord(parameters) ? parameters : {}, references, line: (key) => line([...at, ...key]) },
          builder,
        )
      })
    }
    return builder.finish()
  },
}
