import type { Config } from '../../shared/contracts/config.js'
import { UserError } from '../../shared/core/errors.js'
import type { Chain } from './lineage.js'

/** The task of the model: as configured, else as the evaluation found it. Throws UserError when neither says. */
export function requireTask(config: Config, { evaluation }: Chain): NonNullable<Config['task']> {
  const task = config.task ?? evaluation?.document.task
  if (task !== undefined) return task
  throw new UserError('`task` is missing, and there is no evaluation that says what the model predicts', {
    where: 'task',
    cure: 'add to plumbline.yml:  task: binary   (or multiclass, regression, multilabel, quantile, ranking, text)',
  })
}
