import { greatExpectations } from '../../../../actions/validate-data/formats/great-expectations/read.js'
import { odcs } from '../../../../actions/validate-data/formats/odcs/read.js'
import { UserError } from '../../../../shared/core/errors.js'

const problems = (read: () => unknown): string[] => {
  try {
    read()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.problems.map(({ where, message, cure }) => `${where}: ${message} → ${cure}`)
  }
  return []
}

const ODCS = `apiVersion: v3.1.0
kind: DataContract
schema:
  - name: orders
    physicalName: data/orders.csv
    properties:
      - name: customer
        relationships: [{ to: customers.id }]
  - { name: customers, physicalName: shop.customers, properties: [{ name: id }] }
`
const SUITE = `{"expectation_suite_name": "s", "expectations": [
  {"type": "expect_table_row_count_to_equal_other_table",
   "kwargs": {"other_table_name": "customers"}}]}`

describe('tables that lie elsewhere', () => {
  test('a table without a path is a mistake with its line, and says where to name it', () => {
    expect(problems(() => odcs.read(ODCS, 'c.odcs.yaml', { data: 'data/orders.csv' }))).toEqual([
      'c.odcs.yaml:8: where the data of the table "customers" lie is not known → name their path in plumbline.yml: data.contract-references: { "customers": … }, or as `physicalName` of that table',
    ])
    expect(problems(() => greatExpectations.read(SUITE, 'suite.json', {}))).toEqual([
      'suite.json:3: expect_table_row_count_to_equal_other_table: where the data of "customers" lie is not known → name their path in plumbline.yml: data.contract-references: { "customers": … }',
    ])
  })

  test('named there, it is read from its path', () => {
    const references = { customers: 'data/customers.parquet' }
    expect(odcs.read(ODCS, 'c.odcs.yaml', { data: 'data/orders.csv', references }).contract.checks).toMatchObject([
      { check: 'foreign-key', columns: ['customer'], to: { data: 'data/customers.parquet', columns: ['id'] } },
    ])
    expect(greatExpectations.read(SUITE, 'suite.json', { references }).contract.checks).toMatchObject([
      { check: 'row-count', 'equals-rows-of': 'data/customers.parquet' },
    ])
  })
})
