import { UserError } from '../../../../shared/core/errors.js'
import { readYaml } from '../../../../shared/core/yaml.js'
import type { CheckInput, ColumnInput, ContractBuilder } from '../builder.js'
import { type Cursor, show } from '../cursor.js'
import { greatExpectations } from '../great-expectations/read.js'

/** A rule in the words of another engine. One of Great Expectations is translated as a suite of one; others are problems. */
export function readCustom(rule: Cursor, builder: ContractBuilder): void {
  const engine = rule.text('engine') ?? ''
  const implementation = rule.raw('implementation')
  rule.skip('name', 'severity', 'unit')
  if (!/^great[-_ ]?expectations$/i.test(engine)) {
    builder.problem(
      rule.has('engine') ? rule.lineOf('engine') : rule.line,
      `a rule of the engine ${show(engine)} cannot be run here`,
      'write it as a metric, or as `type: sql` with a query',
    )
    return
  }
  const line = rule.lineOf('implementation')
  const parsed = typeof implementation === 'string' ? readYaml(implementation, 'implementation') : null
  const value = parsed === null ? implementation : parsed.value?.value
  if (typeof value !== 'object' || value === null) {
    builder.problem(line, 'the implementation is no expectation', 'write `type:` and `kwargs:`')
    return
  }
  try {
    const { contract } = greatExpectations.read(
      JSON.stringify({ name: 'custom', expectations: [value].flat() }),
      'implementation',
      {},
    )
    for (const column of contract.columns) builder.column(column as ColumnInput, line)
    for (const check of contract.checks) builder.check(check as CheckInput, line)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    for (const { message, cure } of error.problems) builder.problem(line, message, cure ?? 'correct the expectation')
  }
}
