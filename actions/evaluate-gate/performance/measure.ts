import type { PerformanceConfig } from '../../../shared/contracts/evaluate-performance.js'
import { UserError } from '../../../shared/core/errors.js'
import type { MemoryProbe } from '../../../shared/predict/memory.js'
import type { Predictor } from '../../../shared/predict/predictor.js'
import type { Askable } from '../askable.js'
import type { Row } from '../judged-rows.js'

/** Rounds between two looks at the memory. */
const LOOK = 50

export interface PerformancePorts {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  readonly memory: MemoryProbe
}

/** A model with the rows that it is asked. */
export interface Runner {
  readonly askable: Askable
  /** The same judged rows for every model, each with its own columns. */
  readonly rows: readonly Row[]
}

/** Bytes, or why nobody knows them. */
export type Bytes =
  | { readonly bytes: number; readonly reason: null }
  | { readonly bytes: null; readonly reason: string }

/** Latencies in milliseconds, in the order of the rounds, and in which start of the model each was. */
export interface Times {
  readonly values: Float64Array
  /** Ascending. */
  readonly starts: Uint16Array
}

/** What was measured of one model. */
export interface Raw {
  readonly name: string
  /** Milliseconds of each start. */
  readonly coldStarts: Float64Array
  readonly memory: Bytes
  readonly size: Bytes
  /** Of the counted requests, by batch size. */
  readonly latencies: ReadonlyMap<number, Times>
}

/** How a run is made. */
export interface Plan extends Pick<PerformanceConfig, 'batch-sizes' | 'requests' | 'seconds' | 'warm-up'> {
  readonly starts: number
}

/** An error of one of the models, by its place. */
export class ModelFailed extends Error {
  readonly model: number

  constructor(model: number, cause: UserError) {
    super(cause.message, { cause })
    this.model = model
  }
}

/**
 * Measures models in one run on the same rows. Two processes of one model differ, so all are started several times, and
 * each start has its share of the requests. In each round every model answers the same batch; who begins alternates, so
 * that two take turns as ABBA and what slows the machine for a while slows both. Throws ModelFailed.
 */
export async function measureModels(runners: readonly Runner[], plan: Plan, ports: PerformancePorts): Promise<Raw[]> {
  const models = runners.map((runner) => new Subject(runner, ports))
  try {
    for (let start = 0; start < plan.starts; start++) {
      await each(models, start, (model) => model.open())
      for (const size of plan['batch-sizes']) {
        for (let round = 0; round < plan['warm-up']; round++)
          await each(models, round, (model) => model.ask(size, round))
        await countedRounds(models, size, start, plan)
        for (const model of models) await model.look()
      }
      await each(models, start, (model) => model.close())
    }
  } catch (error) {
    for (const model of models) await model.close().catch(() => undefined)
    throw error
  }
  return models.map((model) => model.raw())
}

/** All models one after the other, in odd rounds from the last to the first. */
async function each(
  models: readonly Subject[],
  round: number,
  body: (model: Subject) => Promise<unknown>,
): Promise<void> {
  for (let k = 0; k < models.length; k++) {
    const at = round % 2 === 0 ? k : models.length - 1 - k
    await body(models[at] as Subject).catch((error: unknown) => {
      throw error instanceof UserError ? new ModelFailed(at, error) : error
    })
  }
}

/** The share of a start in the requests of a batch size, at least one, until its share of the time is over. */
async function countedRounds(models: readonly Subject[], size: number, start: number, plan: Plan): Promise<void> {
  const budget = (1000 * plan.seconds * models.length) / (plan.starts * plan['batch-sizes'].length)
  const first = Math.floor((start * plan.requests) / plan.starts)
  const end = Math.max(first + 1, Math.floor(((start + 1) * plan.requests) / plan.starts))
  let spent = 0
  for (let round = first; round < end && (round === first || spent < budget); round++) {
    await each(models, round, async (model) => {
      spent += await model.count(size, round, start)
    })
    if (round % LOOK === LOOK - 1) for (const model of models) await model.look()
  }
}

/** One model while it is measured. */
class Subject {
  readonly #runner: Runner
  readonly #ports: PerformancePorts
  readonly #coldStarts: number[] = []
  readonly #counted = new Map<number, { values: number[]; starts: number[] }>()
  #predictor: Predictor | null = null
  #most: number | null = null
  #unseen = 'its processes could not be looked at on this system'

  constructor(runner: Runner, ports: PerformancePorts) {
    this.#runner = runner
    this.#ports = ports
  }

  /** From opening to the first answer. */
  async open(): Promise<void> {
    const { askable, rows } = this.#runner
    const { now } = this.#ports
    const from = now()
    this.#predictor = await askable.open()
    await this.#predictor.predict(rows.slice(0, 1))
    this.#coldStarts.push(now() - from)
  }

  /** The milliseconds of a request. */
  async ask(size: number, round: number): Promise<number> {
    const batch = batchOf(this.#runner, size, round)
    const from = this.#ports.now()
    await (this.#predictor as Predictor).predict(batch)
    return this.#ports.now() - from
  }

  async count(size: number, round: number, start: number): Promise<number> {
    const took = await this.ask(size, round)
    const counted = this.#counted.get(size) ?? { values: [], starts: [] }
    this.#counted.set(size, counted)
    counted.values.push(took)
    counted.starts.push(start)
    return took
  }

  /** The sum of the tree now; that of one process alone is not lower than its own high-water mark. */
  async look(): Promise<void> {
    const process = this.#predictor?.process?.() ?? null
    if (process === null) return
    if ('none' in process) {
      this.#unseen = process.none
      return
    }
    const seen = await this.#ports.memory(process.pid)
    if (seen !== null) this.#most = Math.max(this.#most ?? 0, seen.resident, seen.highest ?? 0)
  }

  async close(): Promise<void> {
    const predictor = this.#predictor
    this.#predictor = null
    await predictor?.close()
  }

  raw(): Raw {
    const { name, bytes } = this.#runner.askable
    return {
      name,
      coldStarts: Float64Array.from(this.#coldStarts),
      memory: this.#most === null ? { bytes: null, reason: this.#unseen } : { bytes: this.#most, reason: null },
      size: bytes === null ? { bytes, reason: 'nobody knows its files' } : { bytes, reason: null },
      latencies: new Map(
        [...this.#counted].map(([size, { values, starts }]): [number, Times] => [
          size,
          { values: Float64Array.from(values), starts: Uint16Array.from(starts) },
        ]),
      ),
    }
  }
}

/** The rows of a round: the next ones, from the first again after the last. */
function batchOf({ rows }: Runner, size: number, round: number): Row[] {
  return Array.from({ length: size }, (_, i) => rows[(round * size + i) % rows.length] as Row)
}
