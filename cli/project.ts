import type { Command } from 'commander'
import type { ConvertOptions } from './contract.js'
import type { InferOptions } from './infer.js'
import type { InitOptions } from './init.js'
import type { CommandContext } from './main.js'
import type { ProfileFlags } from './profile.js'
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
    .option('--update', 'add to the contract that is there what new data need, and show the difference')
    .option('--tighten', 'with --update: narrow bounds, too, that are wider than the data suggest now')
    .option('--dry-run', 'show what would be written, and write nothing')
    .option('--key <columns>', 'columns that together name a row, such as store,day: becomes the key of the contract')
    .action(async (options: InferOptions) => {
      const { infer } = await import('./infer.js')
      command.finish(await withProject(command, (ctx) => infer(command, ctx, options), options))
    })
  addContractCommands(program, command)
  addProfileCommands(program, command)
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

function addContractCommands(program: Command, command: CommandContext): void {
  const contract = program
    .command('contract')
    .description('Convert data contracts between formats, and compare two versions.')
  const inProject = (name: string) =>
    contract
      .command(name)
      .option(
        '--table <name>',
        'table of a contract of several; default: data.contract-table, else the one named like the data',
      )
      .option('--config <path>', 'configuration file; default: plumbline.yml')
      .option('--working-directory <path>', 'folder that all paths are relative to; default: the current one')
  inProject('convert')
    .description(
      'Write a contract of any format (Plumbline, ODCS, Frictionless, Great Expectations, dbt, Pandera, JSON Schema) in another one.',
    )
    .argument('<from>', 'file of the contract')
    .option('--to <format>', 'odcs, frictionless or plumbline', 'odcs')
    .option('--out <path>', 'file to write; default: the text goes to stdout')
    .option('--lossy', 'leave out what the other format has no words for, instead of failing')
    .option('--force', 'overwrite the file if it is there')
    .action(async (from: string, options: ConvertOptions) => {
      const { convert } = await import('./contract.js')
      command.finish(await withProject(command, (ctx) => convert(command, ctx, from, options), options))
    })
  inProject('diff')
    .description(
      'List the changes from one version of a contract to the next, and fail when a breaking one has no new major version.',
    )
    .argument('<old>', 'file of the earlier contract')
    .argument('<new>', 'file of the later contract')
    .action(async (old: string, next: string, options: ProjectFlags & { table?: string }) => {
      const { diff } = await import('./contract.js')
      command.finish(await withProject(command, (ctx) => diff(command, ctx, { old, next }, options), options))
    })
}

function addProfileCommands(program: Command, command: CommandContext): void {
  const project = (target: Command) =>
    target
      .option('--out <path>', 'file to write; default: profile.json in the run directory')
      .option('--config <path>', 'configuration file; default: plumbline.yml')
      .option('--working-directory <path>', 'folder that all paths are relative to; default: the current one')
  const profile = project(program.command('profile'))
    .description('Profile a dataset, or a part of it as a state that `profile merge` puts together with the others.')
    .argument('[files...]', 'data files and globs; default: data.train of plumbline.yml')
    .option('--name <dataset>', 'role of the data, such as train or test; default: train')
    .option('--state <path>', 'write a state of these data that can be merged, as Parquet, instead of the profile')
    .option('--shard <i/n>', 'with --state: only the i-th of n parts, by files where there are enough, else by rows')
    .option('--type <column=type...>', 'declare types, such as zip=string')
    .option(
      '--sensitive <column=how...>',
      'keep values out: omit or hash (with PLUMBLINE_HASH_KEY), or none to list them',
    )
    .action(async (files: string[], options: ProfileFlags) => {
      const { profile: run } = await import('./profile.js')
      command.finish(await withProject(command, (ctx) => run(command, ctx, files, options), options))
    })
  project(profile.command('merge'))
    .description('Put the states of all parts of a dataset together: exactly the profile of the whole.')
    .argument('<states...>', 'files and globs that `plumbline profile --state` wrote')
    .action(async (states: string[], _: ProfileFlags, self: Command) => {
      const options = self.optsWithGlobals() as ProfileFlags
      const { mergeProfile } = await import('./profile.js')
      command.finish(await withProject(command, (ctx) => mergeProfile(command, ctx, states, options), options))
    })
}
