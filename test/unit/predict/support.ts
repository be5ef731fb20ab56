import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createExec } from '../../../shared/core/exec.js'
import type { PredictPorts, Row, Task } from '../../../shared/predict/predictor.js'

export interface Bench {
  readonly cwd: string
  readonly ports: PredictPorts
  readonly logged: string[]
  cleanup(): Promise<void>
}

/** A folder with the given scripts and real processes. */
export async function bench(files: Readonly<Record<string, string>> = {}, task: Task = 'binary'): Promise<Bench> {
  const cwd = await mkdtemp(join(tmpdir(), 'plumbline-predict-test-'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(cwd, name), content)
  const logged: string[] = []
  const log = { debug: () => undefined, warning: (message: string) => void logged.push(message) }
  return {
    cwd,
    logged,
    ports: { exec: createExec(cwd, process.env), cwd, task, log },
    cleanup: () => rm(cwd, { recursive: true, force: true }),
  }
}

export const rowsOf = (n: number, from = 0): Row[] =>
  Array.from({ length: n }, (_, i) => ({ x: from + i, s: `text ${i}` }))

/** A predict script that runs `body` for each line, with `row`, `line` (from 1) and `answer(value)` in scope. */
export const script = (body: string, before = ''): string => `
import { createInterface } from 'node:readline'
${before}
let line = 0
const answer = (value) => process.stdout.write(JSON.stringify(value) + '\\n')
createInterface({ input: process.stdin }).on('line', (text) => {
  line += 1
  const row = JSON.parse(text)
  ${body}
})
`
