import type { DataProfile } from '../../shared/contracts/data-profile.js'
import type { Context } from '../../shared/core/context.js'
import { UserError } from '../../shared/core/errors.js'
import { frameQuestion, type Question } from './question.js'
import { type Keyed, openKeyed } from './test-data.js'
import { truthFacts } from './truth.js'

/** The test data and what is asked of a model on them. */
export interface TestSet {
  readonly test: Keyed
  readonly question: Question
}

/** Reads `data.test` and settles the question. Throws UserError with every mistake in the columns that it needs. */
export async function openTestSet(ctx: Context, profile: DataProfile | null): Promise<TestSet> {
  const { config } = ctx
  const { test: source, id, target } = config.data
  if (source === undefined) {
    throw new UserError('`data.test` is missing: there are no rows to judge a model on', {
      cure: 'add to plumbline.yml:  data: { test: data/test.csv }, rows that the model has never seen',
    })
  }
  const test = await openKeyed(ctx, 'test', source, 'data.test', id ?? null)
  const question = frameQuestion(config, {
    columns: test.dataset.columns.map(({ name }) => name),
    truth: await truthFacts(test.engine, test.dataset, target),
    knownClasses: classesOfTraining(profile),
  })
  return { test, question }
}

/** Values of the target in the training data, when the profile has all of them. */
function classesOfTraining(profile: DataProfile | null): string[] {
  const column = profile?.datasets
    .find(({ name }) => name === 'train')
    ?.columns.find(({ name }) => name === profile.target)
  return column !== undefined && column.otherCount === 0 ? column.top.map(({ value }) => value) : []
}
