import type { Check } from '../shared/contracts/common.js'
import type { Config, Source } from '../shared/contracts/config.js'
import type { DataContract } from '../shared/contracts/data-contract.js'
import type { Context } from '../shared/core/context.js'
import { problemsError, UserError } from '../shared/core/errors.js'
import { isNamedAsData } from '../shared/data/read/source.js'
import { EXIT } from './exit.js'
import type { CommandContext } from './main.js'
import { colors, plain } from './terminal.js'
import type { ProjectFlags } from './with-project.js'

type Target = 'odcs' | 'frictionless' | 'plumbline'
const TARGETS: readonly Target[] = ['odcs', 'frictionless', 'plumbline']

interface ReadOptions {
  readonly table?: string
  readonly data?: string
}

/** Contracts of every format, as validate-data reads, compares and writes them. */
export interface ContractTools {
  readContract(
    text: string,
    path: string,
    options: ReadOptions,
  ): {
    readonly format: string
    readonly contract: DataContract
    readonly notes?: readonly { readonly line: number; readonly message: string }[]
    readonly source?: object
    line(path: readonly PropertyKey[]): number
  }
  convertContract(
    contract: DataContract,
    to: Target,
    options: { name: string },
  ): {
    readonly text: string
    readonly losses: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
  }
  diffContracts(
    old: DataContract,
    next: DataContract,
  ): {
    readonly path: string
    readonly kind: 'breaking' | 'compatible' | 'documentation'
    readonly breaks: 'producer' | 'consumer' | null
    readonly message: string
  }[]
  checkContractVersion(old: DataContract, next: DataContract): Check[]
  /** How the contract of these data is read: which table of a file of several, and what is known of the data. */
  readOptions(data: Config['data']): ReadOptions
  /** The source with what a contract says of reading it. */
  withHints(source: Source, hints: object): Source
}

export interface ConvertOptions extends ProjectFlags {
  readonly to?: string
  readonly out?: string
  readonly table?: string
  readonly lossy?: boolean
  readonly force?: boolean
}

/**
 * `plumbline contract convert`: a contract of any format in the words of another, on stdout or into a file. Throws
 * UserError with the lines that the target has no words for, unless `lossy`.
 */
export async function convert(
  command: CommandContext,
  ctx: Context,
  from: string,
  options: ConvertOptions,
): Promise<number> {
  const { to = 'odcs', out } = options
  const target = TARGETS.find((name) => name === to)
  if (target === undefined) {
    throw new UserError(`--to is ${JSON.stringify(to)}`, { where: '--to', cure: `write one of: ${TARGETS.join(', ')}` })
  }
  if (out !== undefined && !options.force && (await ctx.files.exists(out))) {
    throw new UserError(`${out} is there already`, {
      cure: 'name another file with --out, or overwrite it with --force',
    })
  }
  const tools = await command.catalogue.contracts()
  const read = tools.readContract(await contractText(ctx, from), from, tableOf(ctx, options))
  const { text, losses } = tools.convertContract(read.contract, target, { name: options.table ?? stem(from) })
  const told = losses
    .map(({ path, message }) => ({ line: read.line(path), message }))
    .sort((a, b) => a.line - b.line)
    .map(({ line, message }) => ({ where: `${from}:${line}`, message: `${target} has no words for this: ${message}` }))
  if (told.length > 0 && !options.lossy) {
    const cure =
      told.length === 1
        ? 'take it out, or convert without it: --lossy'
        : 'take these out, or convert without them: --lossy'
    throw problemsError(
      `${from} says what ${target} cannot`,
      told.map((problem, i) => (i < told.length - 1 ? problem : { ...problem, cure })),
    )
  }
  if (read.source !== undefined && Object.keys(read.source).length > 0)
    ctx.log.notice(`how the data are read goes into plumbline.yml: ${JSON.stringify(read.source)}`)
  for (const { line, message } of read.notes ?? []) ctx.log.notice(message, { file: from, line })
  for (const { where, message } of told) ctx.log.warning(`${where}: ${message}`)
  if (out !== undefined) await ctx.files.write(out, text)
  const { out: stdout } = command.terminal
  if (command.json()) {
    const { format } = read
    const result = {
      from: format,
      to: target,
      out: out ?? null,
      lost: told.length,
      ...(out === undefined ? { text } : {}),
    }
    stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  } else stdout.write(out === undefined ? text : `wrote  ${out}, ${target} from ${read.format}\n`)
  return EXIT.ok
}

/** `plumbline contract diff`: the changes from one contract to the next, and whether their version says so. */
export async function diff(
  command: CommandContext,
  ctx: Context,
  paths: { readonly old: string; readonly next: string },
  options: ProjectFlags & { readonly table?: string },
): Promise<number> {
  const tools = await command.catalogue.contracts()
  const read = async (path: string) =>
    tools.readContract(await contractText(ctx, path), path, tableOf(ctx, options)).contract
  const [old, next] = [await read(paths.old), await read(paths.next)]
  const changes = tools.diffContracts(old, next)
  const [check] = tools.checkContractVersion(old, next) as [Check]
  const { terminal } = command
  if (command.json()) terminal.out.write(`${JSON.stringify({ verdict: check.verdict, changes, check }, null, 2)}\n`)
  else {
    const color = colors(terminal)
    const paint = { breaking: color.red, compatible: color.green, documentation: color.dim }
    for (const { kind, breaks, path, message } of changes) {
      const word = kind === 'breaking' ? `breaking (${breaks})` : kind
      terminal.out.write(`${paint[kind](word.padEnd(19))}  ${plain(path)}: ${plain(message)}\n`)
    }
    terminal.out.write(`${check.verdict}: ${plain(check.message)}\n`)
    if (check.cure !== null) terminal.out.write(`    → ${check.cure}\n`)
  }
  return check.verdict === 'fail' ? EXIT.failed : EXIT.ok
}

/** The text of a contract. Throws UserError for a file that is data by its name, however large. */
async function contractText({ files }: Context, path: string): Promise<string> {
  if (!isNamedAsData(path)) return files.readText(path)
  throw new UserError(`${path} is data and no contract`, {
    cure: `name a contract; \`plumbline infer\` writes one for these data`,
  })
}

function tableOf(ctx: Context, { table }: { readonly table?: string }): { table?: string; data?: string } {
  const named = table ?? ctx.config.data['contract-table']
  const { train } = ctx.config.data
  const path = typeof train === 'string' ? train : Array.isArray(train) ? train[0] : undefined
  return { ...(named === undefined ? {} : { table: named }), ...(path === undefined ? {} : { data: path }) }
}

/** `contracts/orders.odcs.yaml` → `orders`. */
const stem = (path: string): string => (path.split(/[\\/]/).at(-1) ?? path).replace(/(\.[A-Za-z0-9]+)+$/, '') || 'data'
