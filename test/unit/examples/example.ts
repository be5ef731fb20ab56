import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const EXAMPLES = join(import.meta.dirname, '../../../examples')

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A copy of an example in a temporary folder, without what earlier runs have left in it. */
export class Example {
  readonly folder: string

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `example-${name.replaceAll('/', '-')}-`))
    const generated =
      /\/(model|log|\.plumbline[^/]*|deployed)$|\/(train|test|production|metrics|events)\.(csv|json|jsonl)$/
    cpSync(join(EXAMPLES, name), this.folder, { recursive: true, filter: (source) => !generated.test(source) })
  }

  text(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8')
  }

  json(file: string): Record<string, unknown> {
    return JSON.parse(this.text(file))
  }

  digest(file: string): string {
    return createHash('sha256')
      .update(readFileSync(join(this.folder, file)))
      .digest('hex')
  }

  /** Rows of a CSV file without quoted cells. */
  rows(file: string): Record<string, string>[] {
    const [header = '', ...lines] = this.text(file).trimEnd().split('\n')
    const names = header.split(',')
    return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell])))
  }

  start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    const { PLUMBLINE_PARAMS: _, PLUMBLINE_SEED: __, ...rest } = process.env
    return spawn(process.execPath, args, { cwd: this.folder, env: { ...rest, ...env }, stdio: 'pipe' })
  }

  /** Runs node with the arguments to its end. */
  async run(
    args: readonly string[],
    options: { env?: Record<string, string>; input?: string } = {},
  ): Promise<Finished> {
    const child = this.start(args, options.env)
    const out = { stdout: '', stderr: '' }
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out.stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      out.stderr += text
    })
    child.stdin?.on('error', () => undefined).end(options.input ?? '')
    const code = await new Promise<number | null>((done, failed) => child.once('close', done).once('error', failed))
    return { code, ...out }
  }

  /** Trains with the parameters; fails the test when training does not end well. */
  async train(params: unknown, seed = 42): Promise<void> {
    const env = { PLUMBLINE_PARAMS: JSON.stringify(params), PLUMBLINE_SEED: String(seed) }
    const { code, stderr } = await this.run(['train.mjs'], { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  }

  /** Scores of the rows, asked as Plumbline asks: one JSON object a line. */
  async predict(rows: readonly unknown[]): Promise<number[]> {
    const input = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    const { code, stdout, stderr } = await this.run(['predict.mjs'], { input })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return stdout.split('\n').slice(0, -1).map(Number)
  }

  /** Sends each row only after the answer to the one before, and then ends the input. */
  async converse(rows: readonly unknown[]): Promise<{ answers: string[]; code: number | null }> {
    const child = this.start(['predict.mjs'])
    const ended = new Promise<number | null>((done) => child.once('close', done))
    const answers: string[] = []
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
    for (const row of rows) {
      child.stdin?.write(`${JSON.stringify(row)}\n`)
      answers.push((await lines.next()).value)
    }
    child.stdin?.end()
    return { answers, code: await ended }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Share of pairs of a positive and a negative row in which the positive one scores higher; ties count half. */
export function rocAuc(labels: readonly number[], scores: readonly number[]): number {
  const of = (label: number) => scores.filter((_, row) => labels[row] === label)
  const [positives, negatives] = [of(1), of(0)]
  let wins = 0
  for (const p of positives) for (const n of negatives) wins += p > n ? 1 : p === n ? 0.5 : 0
  return wins / (positives.length * negatives.length)
}
