import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Exec, Log } from '../core/context.js'
import { codeOf, UserError } from '../core/errors.js'
import type { PredictPorts } from '../predict/predictor.js'
import type { Registry } from '../registry/registry.js'
import { createApp } from './app.js'
import { Controller, type ServingStatus } from './controller.js'
import { openRequestLog } from './request-log.js'

const DRAIN_MS = 10_000

export interface ServerOptions {
  /** What to serve at first; null: nothing, until a version is loaded through the management API. */
  readonly serve: { readonly tag: string } | { readonly folder: string; readonly name: string } | null
  /** Where tags come from; null: only folders can be served. */
  readonly registry: Registry | null
  readonly exec: Exec
  readonly log: Log
  /** Default: this machine alone. */
  readonly host?: string
  /** Default 0, any free port. */
  readonly port?: number
  /** Bearer token of the management API. Needed for it when other machines reach the server. */
  readonly token?: string
  /** File that gets a line of JSON for each row answered. */
  readonly requestLog?: string
  /** Default 10 MB. */
  readonly maxBodyBytes?: number
  /** Inference requests answered or waiting at the same time, default 64. */
  readonly maxRequests?: number
  /** Longest silence of the model on a row, its start included; default 60. */
  readonly timeoutSeconds?: number
  /** `onnx` of the context, for models in ONNX files. */
  readonly onnx?: PredictPorts['onnx']
  readonly now?: () => Date
}

export interface RunningServer {
  /** `http://127.0.0.1:8080` */
  readonly url: string
  status(): ServingStatus | null
  /** Takes no more connections, answers what it has begun within ten seconds, ends the model and flushes the log. */
  close(): Promise<void>
}

/**
 * The built-in server. Resolves when it listens and the first version is warm. Throws UserError when the version cannot
 * be loaded or the address not be used; nothing is left running then.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { log, exec, onnx, registry, timeoutSeconds = 60, now = () => new Date(), host = '127.0.0.1' } = options
  const controller = new Controller({ exec, log, onnx, registry, now, timeoutSeconds })
  const requestLog = options.requestLog === undefined ? null : await openRequestLog(options.requestLog, log)
  const exposed = !['127.0.0.1', '::1', 'localhost'].includes(host)
  const app = createApp({
    controller,
    log,
    requestLog,
    now,
    exposed,
    token: options.token ?? null,
    maxBodyBytes: options.maxBodyBytes ?? 10_000_000,
    maxRequests: options.maxRequests ?? 64,
  })
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server
  const close = async () => {
    if (server.listening) await stopListening(server)
    await controller.close()
    await requestLog?.close()
  }
  try {
    if (options.serve !== null) {
      if ('tag' in options.serve) await controller.load(options.serve.tag)
      else await controller.loadFolder(options.serve.folder, options.serve.name)
    }
    await listen(server, host, options.port ?? 0)
  } catch (error) {
    await close()
    throw error
  }
  const { port } = server.address() as AddressInfo
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, status: () => controller.status(), close }
}

/** Waits for SIGINT or SIGTERM and closes the server; a second signal ends the process at once. */
export async function serveUntilSignal(server: RunningServer, log: Pick<Log, 'info'>): Promise<void> {
  const signal = await new Promise<NodeJS.Signals>((got) => {
    const once = (name: NodeJS.Signals) => {
      // Both, so that a second signal of either name is the system's again.
      process.off('SIGINT', once).off('SIGTERM', once)
      got(name)
    }
    process.on('SIGINT', once).on('SIGTERM', once)
  })
  log.info(`${signal}: answering what has begun, then closing.`)
  await server.close()
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((ready, failed) => {
    server.once('error', (error) => failed(listenError(error, host, port))).listen(port, host, ready)
  })
}

async function stopListening(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()))
  // A connection that is kept alive becomes idle only once its last answer is out.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await closed
  clearInterval(idle)
  clearTimeout(timer)
}

function listenError(error: Error, host: string, port: number): unknown {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program uses that port',
    EACCES: 'this user may not use that port',
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'there is no such host name',
  }
  const reason = reasons[codeOf(error) ?? '']
  if (reason === undefined) return error
  return new UserError(`cannot listen on ${host}:${port}: ${reason}`, {
    cure: 'choose another port, or 0 for any free one',
  })
}
