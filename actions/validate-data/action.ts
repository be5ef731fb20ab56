import type { Config } from '../../shared/contracts/config.js'
import { defineAction, override } from '../../shared/core/action.js'
import { UserError } from '../../shared/core/errors.js'
import { REPORT_INPUTS, REPORT_OUTPUTS, REPORT_PERMISSIONS } from '../../shared/github/inputs.js'
import { loadContract } from './contract.js'
import { openReading } from './start-reading.js'

export const validateData = defineAction({
  name: 'validate-data',
  title: 'Plumbline: validate data',
  description: 'Profiles training and test data and judges them by a contract: columns, values, leakage, drift.',
  icon: 'check-square',
  color: 'green',
  permissions: {
    contents: 'read, to check out the repository and to read the profile of the deployed release',
    deployments: 'read, to know which release is deployed',
    actions: 'read, only with `data.baseline: { runs: … }`, to read the profiles of earlier runs',
    ...REPORT_PERMISSIONS,
  },
  inputs: {
    train: override('data.train', 'Files or globs of the training data: CSV, TSV, JSON, JSON Lines or Parquet.'),
    test: override('data.test', 'Files or globs of the test data.'),
    target: override('data.target', 'Column to predict.'),
    contract: override('data.contract', 'Contract made by `plumbline infer`.'),
    baseline: override(
      'data.baseline',
      'What drift is measured against: `deployed`, `none`, or the path of a data-profile.json. Another dataset and earlier runs are named in plumbline.yml.',
    ),
    ...REPORT_INPUTS,
  },
  outputs: {
    profile: 'Path of data-profile.json.',
    validation: 'Path of data-validation.json.',
    rows: 'Rows of all datasets together.',
    failed: 'Number of checks that failed.',
    warned: 'Number of checks that warned.',
    report: 'Path of the page, data-validation.html.',
    junit: 'Path of the findings as JUnit XML.',
    sarif: 'Path of the findings as SARIF, for github/codeql-action/upload-sarif.',
    'bad-rows':
      'Path of the Parquet file with all rows that break the contract; empty when there are none, or with `data.bad-rows: off`.',
    ...REPORT_OUTPUTS,
  },
  async run(inputs, given) {
    // The datasets are looked at by the engine of `data.engine`; all other stages have the one at hand.
    const ctx = { ...given, data: given.configuredData }
    const { config } = ctx
    requireData(config)
    const prepared =
      config.data.prepare === undefined ? null : await (await import('./prepare.js')).prepare(ctx, config.data.prepare)
    // Both take their time and neither needs the other; what is wrong with the engine shows when it is asked.
    ctx.data().catch(() => undefined)
    const loaded = await loadContract(ctx)
    const reading = openReading(ctx, loaded)
    // One that is rows itself is read by the same engine, one after the other.
    const { baseline } = config.data
    if (typeof baseline === 'string' || !('data' in baseline)) {
      reading.read().catch(() => undefined)
      // What is loaded before is waited for by the engine, and what is loaded now is not.
      await reading.begun
    }
    try {
      const { judge } = await import('./judge.js')
      return await judge(ctx, inputs, { prepared, loaded, read: reading.read })
    } finally {
      await reading.settled()
    }
  },
  onError: async (inputs, ctx, error) =>
    (await import('../../shared/github/report.js')).reportError(ctx, inputs, 'validate-data', error),
})

function requireData({ data }: Config): void {
  if (data.train !== undefined || data.test !== undefined) return
  throw new UserError('`data.train` is missing: there is nothing to validate', {
    cure: 'add to plumbline.yml:  data: { train: data/train.csv, test: data/test.csv, target: <column> }',
  })
}
