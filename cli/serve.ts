import { stat } from 'node:fs/promises'
import { basename, isAbsolute, resolve } from 'node:path'
import type { Context } from '../shared/core/context.js'
import { UserError } from '../shared/core/errors.js'
import type { Registry } from '../shared/registry/registry.js'
import { lastSuccess, resolveVersion } from '../shared/registry/resolve.js'
import { type ServerOptions, serveUntilSignal, startServer } from '../shared/serve/server.js'
import { EXIT } from './exit.js'
import type { CommandContext } from './main.js'
import { plain } from './terminal.js'

export interface ServeOptions {
  readonly port: string
  readonly host: string
  readonly log?: string
  /** Name of the environment variable with the token of the management API. */
  readonly token?: string
}

/** `plumbline serve [version]`: answers until it is told to stop. The address is the first line on stdout. */
export async function serve(
  command: CommandContext,
  ctx: Context,
  wanted: string | undefined,
  options: ServeOptions,
): Promise<number> {
  const port = Number(options.port)
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new UserError(`--port is "${options.port}"`, { cure: 'write a number from 0 to 65535' })
  }
  const registry = await ctx.registry()
  const token = options.token === undefined ? undefined : tokenOf(ctx, options.token)
  const server = await startServer({
    serve: await choose(ctx, registry, wanted),
    registry,
    exec: ctx.exec,
    onnx: ctx.onnx,
    log: ctx.log,
    host: options.host,
    port,
    ...(token === undefined ? {} : { token }),
    ...(options.log === undefined ? {} : { requestLog: resolve(ctx.files.root, options.log) }),
  })
  const status = server.status()
  command.terminal.out.write(
    command.json()
      ? `${JSON.stringify({ url: server.url, tag: status?.tag ?? null })}\n`
      : `${server.url} serves ${status === null ? 'nothing yet: deploy a version to it' : plain(status.tag)}\n`,
  )
  await serveUntilSignal(server, ctx.log)
  return EXIT.ok
}

/** A folder, a version of the registry, what the environment deployed, or nothing yet. */
async function choose(ctx: Context, registry: Registry, wanted: string | undefined): Promise<ServerOptions['serve']> {
  if (wanted === undefined) {
    const last = lastSuccess(await registry.deployments(ctx.config.deploy.environment, ctx.config.model))
    return last === null ? null : { tag: last.tag }
  }
  const folder = resolve(ctx.files.root, wanted)
  const isFolder = await stat(folder).then(
    (info) => info.isDirectory(),
    () => false,
  )
  if (isFolder) return { folder, name: basename(folder) }
  if (isAbsolute(wanted) || wanted.startsWith('.')) {
    throw new UserError(`there is no folder ${folder}`, { cure: 'name the folder of a package, a tag or a version' })
  }
  return { tag: (await resolveVersion(registry, ctx.config.model, wanted)).tag }
}

function tokenOf(ctx: Context, name: string): string {
  const token = ctx.env[name]
  if (token) return token
  throw new UserError(`the environment variable ${name} is empty`, {
    where: '--token',
    cure: 'put the token of the management API into it',
  })
}
