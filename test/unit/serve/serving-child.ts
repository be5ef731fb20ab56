/** `plumbline serve` without its command line: serves a package folder until a signal comes. */

import type { Log } from '../../../shared/core/context.js'
import { createExec } from '../../../shared/core/exec.js'
import { serveUntilSignal, startServer } from '../../../shared/serve/server.js'

const folder = process.argv[2] as string
const silent = () => undefined
const log: Log = {
  debug: silent,
  info: console.error,
  notice: silent,
  warning: console.error,
  error: console.error,
  group: (_, body) => body(),
  progress: silent,
}
const server = await startServer({
  serve: { folder, name: 'package' },
  registry: null,
  exec: createExec(folder, process.env),
  log,
  requestLog: `${folder}/requests.jsonl`,
})
console.log(server.url)
await serveUntilSignal(server, log)
