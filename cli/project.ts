import type { Command } from 'commander'
import type { InferOptions } from './infer.js'
import type { InitOptions } from './init.js'
import type { CommandContext } from './main.js'
import type { ServeOptions } from './serve.js'
import { type ProjectFlags, withProject } from './with-project.js'

/** Commands beside the stages. Each loads its own code when it runs. */
export function addProjectCommands(program: Command, command: CommandContext): void {
  const inProject = (name: string) =>
    program
      .command(name)
      .option('--config <path>', 'configuration file; default: plumbline.yml')
      .option('--working-directory <path>', 'folder that all paths are relative to; default: the current one')
  inProject('init')
    .description(
      'Look at the data of this repository and write plumbline.yml, a workflow and, if there is none, a training and a predict script.',
    )
    .option('--data <path...>', 'data files to use; default: the ones found')
    .option('--target <column>', 'column to predict; default: guessed from names and values')
    .option('--force', 'overwrite files that are there')
    .action(async (options: InitOptions) => {
      const { init } = await import('./init.js')
      command.finish(await init(command, options))
    })
  inProject('infer')
    .description('Write the data contract that the training data suggest: a file to commit and edit.')
    .option('--out <path>', 'file to write; default: data.contract of plumbline.yml')
    .option('--force', 'overwrite the file if it is there')
    .action(async (options: InferOptions) => {
      const { infer } = await import('./infer.js')
      command.finish(await withProject(command, (ctx) => infer(command, ctx, options), options))
    })
  inProject('serve')
    .description('Answer predictions over HTTP (Open Inference Protocol v2) from a package.')
    .argument(
      '[version]',
      'release tag, version, `latest`, or the folder of a package; default: what the environment deployed',
    )
    .option('--port <number>', 'port; 0 takes a free one', '8080')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--log <path>', 'file that each request and answer is appended to as JSON Lines')
    .option('--token <variable>', 'environment variable with the bearer token of the management API')
    .action(async (version: string | undefined, options: ServeOptions & ProjectFlags) => {
      const { serve } = await import('./serve.js')
      command.finish(await withProject(command, (ctx) => serve(command, ctx, version, options), options))
    })
  inProject('list')
    .description('List the published versions of a model and where they are deployed.')
    .argument('[model]', 'name of the model; default: the one of plumbline.yml')
    .action(async (model: string | undefined, options: ProjectFlags) => {
      const { list } = await import('./versions.js')
      command.finish(await withProject(command, (ctx) => list(command, ctx, model), options))
    })
  inProject('show')
    .description('Show one version: files, metrics, lineage, verdicts.')
    .argument('<version>', 'release tag, version or `latest`')
    .action(async (version: string, options: ProjectFlags) => {
      const { show } = await import('./versions.js')
      command.finish(await withProject(command, (ctx) => show(command, ctx, version), options))
    })
  program
    .command('explain')
    .description('Explain a verdict or a rule: what it means and what to do. Without a name: list them all.')
    .argument('[name...]', 'such as inconclusive, label-leak or metric-loss')
    .action(async (names: string[]) => {
      const { explain } = await import('./explain.js')
      command.finish(await explain(command, names))
    })
}
