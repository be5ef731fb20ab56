import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const hooks = new URL('./typescript-hooks.mjs', import.meta.url).href

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a TypeScript file of test/support in a process of its own. */
export function runTypeScript(
  file: string,
  args: readonly string[],
  options: { uid?: number; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const script = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, ['--import', hooks, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk) => stdout.push(chunk))
  child.stderr.on('data', (chunk) => stderr.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout: text(stdout), stderr: text(stderr) }))
  })
}

const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8')
