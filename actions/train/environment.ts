import { arch, platform, release } from 'node:os'
import { basename } from 'node:path'
import type { TrainingRun } from '../../shared/contracts/training-run.js'
import type { Context } from '../../shared/core/context.js'
import { UserError } from '../../shared/core/errors.js'

/** Programs that answer `--version` and do nothing else; any other program might start to train. */
const INTERPRETERS =
  /^(?:python[\d.]*|pypy3?|node|deno|bun|rscript|r|julia|ruby|perl|uv|poetry|conda|mamba|pdm|dotnet|go|cargo|bash)(?:\.exe)?$/i

/** System, program and runner image that the command runs on. */
export async function readEnvironment(ctx: Context, program: string): Promise<TrainingRun['environment']> {
  const { ImageOS: image, ImageVersion: version } = ctx.env
  return {
    os: `${platform()} ${release()}`,
    arch: arch(),
    node: process.version,
    program: await versionOf(ctx, program),
    runnerImage: image ? [image, version].filter(Boolean).join(' ') : null,
  }
}

async function versionOf(ctx: Context, program: string): Promise<string | null> {
  if (!INTERPRETERS.test(basename(program))) return null
  const argument = /^go(\.exe)?$/i.test(basename(program)) ? 'version' : '--version'
  const lines: string[] = []
  try {
    await ctx.exec.run([program, argument], { timeoutSeconds: 20, onLine: (line) => lines.push(line.trim()) })
  } catch (error) {
    // A program that is not there is reported when the command itself starts.
    if (error instanceof UserError) return null
    throw error
  }
  return lines.find((line) => line !== '')?.slice(0, 200) ?? null
}
