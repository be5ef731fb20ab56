/** What `act --json` tells of a run, read back as jobs and steps. */

export type Conclusion = 'success' | 'failure' | 'skipped'

export interface StepRun {
  /** `id` of the step, else its place, from 0. */
  readonly id: string
  readonly name: string
  readonly conclusion: Conclusion
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly log: string
}

export interface JobRun {
  /** Key of the job in its workflow. */
  readonly id: string
  readonly matrix: Readonly<Record<string, unknown>>
  readonly conclusion: Conclusion
  readonly steps: readonly StepRun[]
  readonly log: string
}

interface Line {
  readonly job?: string
  readonly jobID?: string
  readonly jobResult?: Conclusion
  readonly matrix?: Readonly<Record<string, unknown>> | null
  readonly step?: string
  readonly stepID?: readonly string[]
  readonly stage?: string
  readonly stepResult?: Conclusion
  readonly raw_output?: boolean
  /** A workflow command as it was written. */
  readonly raw?: string
  readonly command?: string
  readonly name?: string
  readonly arg?: string
  readonly content?: string
  readonly level?: string
  readonly msg?: string
}

/** Commands that people read in the log. */
const ANNOTATIONS = new Set(['error', 'warning', 'notice'])

interface Open<T> {
  readonly value: T
  readonly lines: string[]
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type OpenJob = Mutable<JobRun> & { steps: StepRun[] }
type OpenStep = Mutable<StepRun> & { outputs: Record<string, string> }

/** The jobs that ran, in the order in which they began. One that was skipped leaves no line. */
export function readLog(text: string): JobRun[] {
  const jobs = new Map<string, Open<OpenJob>>()
  const steps = new Map<string, Open<OpenStep>>()
  for (const line of text.split('\n').flatMap(parsed)) {
    if (line.job === undefined || line.jobID === undefined) continue
    const key = line.job.trim()
    const job = found(
      jobs,
      key,
      (): OpenJob => ({
        id: line.jobID as string,
        matrix: line.matrix ?? {},
        // Until it says otherwise: a run that is killed says nothing more.
        conclusion: 'failure',
        steps: [],
        log: '',
      }),
    )
    if (line.jobResult !== undefined) job.value.conclusion = line.jobResult
    const written = line.raw_output ? line.msg : ANNOTATIONS.has(line.command ?? '') ? line.raw : undefined
    if (written !== undefined) job.lines.push(written)
    if (line.stage !== 'Main' || line.stepID?.[0] === undefined) continue
    const id = line.stepID[0]
    const step = found(steps, `${key}\n${id}`, () => {
      const fresh: OpenStep = { id, name: line.step ?? id, conclusion: 'failure', outputs: {}, summary: '', log: '' }
      job.value.steps.push(fresh)
      return fresh
    })
    if (line.stepResult !== undefined) step.value.conclusion = line.stepResult
    if (written !== undefined) step.lines.push(written)
    if (line.command === 'set-output') step.value.outputs[line.name as string] = line.arg ?? ''
    if (line.command === 'summary') step.value.summary += line.content ?? ''
  }
  for (const { value, lines } of [...jobs.values(), ...steps.values()]) value.log = lines.join('').replaceAll('\r', '')
  return [...jobs.values()].map(({ value }) => value)
}

function parsed(line: string): Line[] {
  try {
    return [JSON.parse(line) as Line]
  } catch {
    return []
  }
}

function found<T>(all: Map<string, Open<T>>, key: string, make: () => T): Open<T> {
  const open = all.get(key) ?? { value: make(), lines: [] }
  all.set(key, open)
  return open
}
