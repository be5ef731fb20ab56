import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface StepResult {
  // biome-ignore lint/suspicious/noExplicitAny: what a client returned, looked at by a test
  readonly value?: any
  readonly error?: string
}

export interface ClientRun {
  readonly results: readonly StepResult[]
  /** What was written to the log of the job. */
  readonly log: string
}

type Step = readonly ['upload' | 'list' | 'get' | 'download' | 'delete' | 'save' | 'restore', ...unknown[]]

const SCRIPT = fileURLToPath(new URL('./results-client.mjs', import.meta.url))

/** Runs steps with the real clients of artifacts and caches in a process of its own, with nothing but this environment. */
export async function runResultsClient(
  workspace: string,
  env: Readonly<Record<string, string>>,
  steps: readonly Step[],
): Promise<ClientRun> {
  const runner = mkdtempSync(join(tmpdir(), 'plumbline-runner-'))
  const file = join(runner, 'results.json')
  try {
    const child = spawn(process.execPath, ['--no-deprecation', SCRIPT, JSON.stringify(steps), file], {
      cwd: workspace,
      env: { PATH: process.env.PATH ?? '', RUNNER_TEMP: runner, GITHUB_WORKSPACE: workspace, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 100_000,
    })
    let log = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        log += text
      })
    }
    await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
    return { results: JSON.parse(readFileSync(file, 'utf8')), log }
  } finally {
    rmSync(runner, { recursive: true, force: true })
  }
}
