import type { Context } from '../shared/core/context.js'
import { UserError } from '../shared/core/errors.js'
import { profileDataset } from '../shared/data/dataset.js'
import { EXIT } from './exit.js'
import type { CommandContext } from './main.js'
import type { ProjectFlags } from './with-project.js'

export interface InferOptions extends ProjectFlags {
  readonly out?: string
  readonly force?: boolean
}

/** `plumbline infer`: the contract that the training data suggest, as a file to commit. Throws UserError. */
export async function infer(command: CommandContext, ctx: Context, options: InferOptions): Promise<number> {
  const { train, target, id, contract } = ctx.config.data
  const path = options.out ?? contract
  if (train === undefined) {
    throw new UserError('`data.train` is missing: there is nothing to infer from', {
      cure: 'add to plumbline.yml:  data: { train: data/train.csv }',
    })
  }
  if (!options.force && (await ctx.files.exists(path))) {
    throw new UserError(`${path} is there already`, {
      cure: 'edit it, name another file with --out, or overwrite it with --force',
    })
  }
  const profile = await profileDataset(ctx, 'train', train)
  const { inferContract } = await command.catalogue.inference()
  await ctx.files.write(
    path,
    inferContract(profile, {
      ...(target === undefined ? {} : { target }),
      ...(id === undefined ? {} : { id }),
      ...(ctx.config.task === undefined ? {} : { task: ctx.config.task }),
    }),
  )
  command.terminal.out.write(
    command.json()
      ? `${JSON.stringify({ contract: path, rows: profile.rows, columns: profile.columns.length }, null, 2)}\n`
      : `wrote  ${path}, from ${profile.rows} rows. Read it, correct it, commit it: validate-data checks it from now on.\n`,
  )
  return EXIT.ok
}
