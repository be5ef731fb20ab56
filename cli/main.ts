import { Command, CommanderError, Option } from 'commander'
import type { Action } from '../shared/core/action.js'
import { UserError } from '../shared/core/errors.js'
import { tellError } from '../shared/core/execute.js'
import { VERSION } from '../shared/core/version.js'
import type { ContractTools } from './contract.js'
import { EXIT, EXIT_HELP } from './exit.js'
import type { Inference } from './infer.js'
import { addProjectCommands } from './project.js'
import { runStage } from './stage.js'
import { colors, plain, type Terminal } from './terminal.js'

export interface Catalogue {
  readonly actions: Readonly<Record<string, () => Promise<Action>>>
  readonly explanations: Readonly<Record<string, () => Promise<Explanations>>>
  /** How validate-data makes a contract out of data, and brings one up to date. */
  readonly inference: () => Promise<Inference>
  /** How validate-data reads, compares and writes contracts of every format. */
  readonly contracts: () => Promise<ContractTools>
}

export type Explanations = Readonly<Record<string, { title: string; meaning: string; cure: string }>>

/** What every command gets: where to write, where it runs, what there is, and the exit code it leaves. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly folder: string
  readonly catalogue: Catalogue
  json(): boolean
  finish(code: number): void
}

const SUMMARY = `A model from raw data to a deployed, monitored version: the stages of the GitHub Actions on this machine.
A directory stands in for GitHub; documents and reports lie in .plumbline/.`

/** Runs the command line and returns the exit code. */
export async function runCommand(argv: readonly string[], catalogue: Catalogue): Promise<number> {
  const terminal = terminalOf(argv)
  let code: number = EXIT.ok
  const program = new Command('plumbline')
  const context: CommandContext = {
    terminal,
    folder: process.cwd(),
    catalogue,
    json: () => Boolean(program.opts().json),
    finish: (value) => {
      code = value
    },
  }
  program
    .description(SUMMARY)
    .version(VERSION)
    .option('--json', 'print the result as JSON on stdout')
    .option('-q, --quiet', 'print only the result and warnings')
    .option('--no-color', 'no colours (also: NO_COLOR, or output that is not a terminal)')
    .showHelpAfterError('(`plumbline --help` lists the commands, `plumbline <command> --help` their flags)')
    .addHelpText('after', `\n${EXIT_HELP}\n\nStart in a repository with data: plumbline init && plumbline run`)
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out.write(text), writeErr: (text) => terminal.err.write(text) })
  try {
    addProjectCommands(program, context)
    await addStages(program, context, argv)
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok
    // Commander has told its own mistakes already.
    const told = tellError('plumbline', error instanceof CommanderError ? usageError(error) : error)
    if (told.stack) terminal.err.write(`${told.stack}\n`)
    if (!(error instanceof CommanderError)) terminal.err.write(`${colors(terminal).red('✗')} ${plain(told.message)}\n`)
    if (argv.includes('--json')) {
      const { summary, problems } = told
      terminal.out.write(`${JSON.stringify({ verdict: 'error', summary, failed: true, problems }, null, 2)}\n`)
    }
    return told.kind === 'user' ? EXIT.usage : EXIT.bug
  }
}

const usageError = ({ code, message }: CommanderError) =>
  new UserError(code === 'commander.help' ? 'no command is named' : message.replace(/^error: /, ''), {
    cure: '`plumbline --help` lists the commands, `plumbline <command> --help` their flags',
  })

/** Only the stage that is asked for is loaded; the help loads them all. */
async function addStages(program: Command, context: CommandContext, argv: readonly string[]): Promise<void> {
  const wanted = argv.find((word) => !word.startsWith('-'))
  const isHelp = wanted === undefined || wanted === 'help'
  const known = program.commands.map((command) => command.name())
  for (const [name, load] of Object.entries(context.catalogue.actions)) {
    const spoken = name === 'pipeline' ? 'run' : name
    if (!isHelp && wanted !== spoken && known.includes(wanted)) continue
    if (
      isHelp ||
      wanted === spoken ||
      !Object.hasOwn(context.catalogue.actions, wanted === 'run' ? 'pipeline' : wanted)
    )
      addStage(program, context, spoken, await load())
  }
}

function addStage(program: Command, context: CommandContext, name: string, action: Action): void {
  const command = program.command(name).description(action.description)
  for (const [flag, spec] of Object.entries(action.inputs)) {
    if (spec.runnerOnly || spec.default?.startsWith('${{')) continue
    const isSwitch = spec.default === 'true' || spec.default === 'false'
    const option = new Option(
      isSwitch ? `--${flag} [value]` : `--${flag} <value>`,
      spec.default ? `${spec.description} (default: ${spec.default})` : spec.description,
    )
    command.addOption(isSwitch ? option.preset('true') : option)
  }
  command.addHelpText('after', `\n${EXIT_HELP}`)
  command.action(async (_: unknown, self: Command) => {
    const values = self.opts() as Record<string, string | undefined>
    const flags = Object.fromEntries(self.options.map((option) => [option.name(), values[option.attributeName()]]))
    context.finish(
      await runStage({ ...action, name }, flags, {
        terminal: context.terminal,
        folder: context.folder,
        json: context.json(),
      }),
    )
  })
}

function terminalOf(argv: readonly string[]): Terminal {
  const color =
    !argv.includes('--no-color') &&
    !process.env.NO_COLOR &&
    (Boolean(process.stdout.isTTY) || Boolean(process.env.FORCE_COLOR))
  return {
    out: process.stdout,
    err: process.stderr,
    color,
    quiet: argv.includes('-q') || argv.includes('--quiet') || argv.includes('--json'),
  }
}
