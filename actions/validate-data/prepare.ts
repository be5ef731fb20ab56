import { posix } from 'node:path'
import type { InputRef } from '../../shared/contracts/common.js'
import type { DataConfig } from '../../shared/contracts/config.js'
import type { FileDigest } from '../../shared/contracts/training-run.js'
import { commandLine } from '../../shared/core/command.js'
import type { Context } from '../../shared/core/context.js'
import { type Problem, problemsError, UserError } from '../../shared/core/errors.js'
import { digestOfJson } from '../../shared/core/hash.js'
import { shortList } from '../../shared/report/format.js'

type Prepare = NonNullable<DataConfig['prepare']>

interface FileState {
  readonly path: string
  readonly digest: string
}

/** What the last run of the command read and wrote; kept in the run directory. */
export interface PrepareState {
  readonly key: string
  readonly command: readonly string[]
  readonly inputs: readonly FileState[]
  readonly outputs: readonly FileState[]
}

export interface Prepared {
  readonly ran: boolean
  readonly key: string
  readonly reason: string
  /** Files that the command read, for the lineage. */
  readonly inputs: readonly InputRef[]
  readonly outputs: readonly FileDigest[]
}

const TAIL = 15

/**
 * Why the command has to run, or null when what it would write is there: same command, same inputs, and outputs with the
 * digests that it left. The state only remembers; the files decide.
 */
export function reasonToRun(
  before: PrepareState | null,
  now: {
    readonly key: string
    readonly command: readonly string[]
    readonly inputs: readonly FileState[]
    readonly outputs: readonly FileState[]
  },
): string | null {
  if (before === null) return 'it has not run here before'
  if (before.key !== now.key) {
    if (before.command.join('\0') !== now.command.join('\0')) return 'its command changed'
    return `its inputs changed: ${differences(before.inputs, now.inputs)}`
  }
  const written = differences(before.outputs, now.outputs)
  return written === '' ? null : `its outputs are not as it left them: ${written}`
}

function differences(before: readonly FileState[], now: readonly FileState[]): string {
  const old = new Map(before.map(({ path, digest }) => [path, digest]))
  const current = new Map(now.map(({ path, digest }) => [path, digest]))
  const found = [
    ...now.filter(({ path }) => !old.has(path)).map(({ path }) => `${path} is new`),
    ...before.filter(({ path }) => !current.has(path)).map(({ path }) => `${path} is gone`),
    ...now.filter(({ path, digest }) => old.has(path) && old.get(path) !== digest).map(({ path }) => `${path} changed`),
  ]
  return shortList(found, 3)
}

/**
 * Runs `data.prepare` when it has to. Throws UserError when an input is missing, the command fails, or an output is not
 * written.
 */
export async function prepare(ctx: Context, config: Prepare): Promise<Prepared> {
  const command = commandLine(config.command)
  if (command.length === 0)
    throw new UserError('`data.prepare.command` is empty', { cure: 'write a program and its arguments' })
  const inputs = await digests(ctx, await inputFiles(ctx, config.inputs))
  const key = digestOfJson({
    command,
    inputs: inputs.map(({ path, digest }) => [path, digest]),
    outputs: config.outputs,
  })
  const statePath = posix.join(ctx.runDirectory, 'prepare-state.json')
  const before = await outputFiles(ctx, config.outputs)
  const reason = reasonToRun(await readState(ctx, statePath), { key, command, inputs, outputs: before })
  const refs = inputs.map(({ path, digest, bytes }): InputRef => ({ kind: 'file', name: path, digest, bytes }))
  if (reason === null) {
    ctx.log.info('data.prepare: nothing changed, its outputs are taken as they are.')
    return { ran: false, key, reason: 'command, inputs and outputs are unchanged', inputs: refs, outputs: before }
  }
  await ctx.log.group(`data.prepare, because ${reason}`, () => runCommand(ctx, command, config.timeout))
  await requireOutputs(ctx, config.outputs)
  const outputs = await outputFiles(ctx, config.outputs)
  const state: PrepareState = { key, command, inputs: inputs.map(stateOf), outputs: outputs.map(stateOf) }
  await ctx.files.write(statePath, `${JSON.stringify(state, null, 2)}\n`)
  return { ran: true, key, reason, inputs: refs, outputs }
}

const stateOf = ({ path, digest }: FileDigest): FileState => ({ path, digest })

async function inputFiles(ctx: Context, patterns: readonly string[]): Promise<string[]> {
  const problems: Problem[] = []
  const found = new Set<string>()
  for (const pattern of patterns) {
    const files = await ctx.files.list([pattern])
    if (files.length === 0)
      problems.push({
        where: 'data.prepare.inputs',
        message: `${pattern} matches no file`,
        cure: 'check the path: it is relative to the working directory',
      })
    for (const file of files) found.add(file)
  }
  if (problems.length > 0) throw problemsError('inputs of data.prepare are missing', problems)
  return [...found].sort()
}

/** The outputs that are there. */
const outputFiles = async (ctx: Context, patterns: readonly string[]) => digests(ctx, await ctx.files.list(patterns))

async function digests(ctx: Context, paths: readonly string[]): Promise<FileDigest[]> {
  const found: FileDigest[] = []
  for (const path of paths) found.push({ path, ...(await ctx.files.digest(path)) })
  return found
}

async function requireOutputs(ctx: Context, patterns: readonly string[]): Promise<void> {
  const problems: Problem[] = []
  for (const pattern of patterns) {
    if ((await ctx.files.list([pattern])).length > 0) continue
    problems.push({
      where: 'data.prepare.outputs',
      message: `the command ended without error, and did not write ${pattern}`,
      cure: 'let it write the file, or correct `data.prepare.outputs`',
    })
  }
  if (problems.length > 0) throw problemsError('outputs of data.prepare are missing', problems)
}

async function runCommand(ctx: Context, command: readonly string[], timeoutSeconds: number): Promise<void> {
  const tail: string[] = []
  const result = await ctx.exec.run(command, {
    timeoutSeconds,
    onLine: (line) => {
      ctx.log.info(line)
      tail.push(line)
      if (tail.length > TAIL) tail.shift()
    },
  })
  if (result.code === 0 && !result.timedOut) return
  const how = result.timedOut
    ? `took longer than ${timeoutSeconds} seconds`
    : result.code === null
      ? `was ended by ${result.signal}`
      : `ended with code ${result.code}`
  throw new UserError(`data.prepare ${how}: ${command.join(' ')}\n${tail.join('\n')}`.trim(), {
    cure: result.timedOut
      ? 'raise `data.prepare.timeout`, or prepare less'
      : 'run the command by hand in the working directory and mend it',
  })
}

async function readState(ctx: Context, path: string): Promise<PrepareState | null> {
  if (!(await ctx.files.exists(path))) return null
  try {
    const state = JSON.parse(await ctx.files.readText(path)) as PrepareState
    const isList = (list: unknown): boolean =>
      Array.isArray(list) && list.every((item) => typeof item?.path === 'string')
    return typeof state.key === 'string' &&
      Array.isArray(state.command) &&
      isList(state.inputs) &&
      isList(state.outputs)
      ? state
      : null
  } catch {
    // A state that cannot be read remembers nothing: the command runs.
    return null
  }
}
