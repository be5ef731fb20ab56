import { driftCases } from './cases-drift.js'
import { greatExpectationCases } from './cases-great-expectations.js'
import { inputCases } from './cases-inputs.js'
import { missingCases } from './cases-missing.js'
import { ruleCases } from './cases-rules.js'
import { splitCases } from './cases-split.js'
import { sqlCases } from './cases-sql.js'
import { typeCases } from './cases-types.js'
import { type Both, openBoth } from './support.js'

/** One cluster and one application for all cases: each takes ten seconds to start. */
const both = {} as Both
beforeAll(async () => {
  Object.assign(both, await openBoth())
})
afterAll(() => both.close?.())

describe('checks of the contract', () => ruleCases(both))
describe('types and places', () => typeCases(both))
describe('splits', () => splitCases(both))
describe('Great Expectations', () => greatExpectationCases(both))
describe('statements', () => sqlCases(both))
describe('drift and states', () => driftCases(both))
describe('inputs', () => inputCases(both))
describe('missing values', () => missingCases(both))
