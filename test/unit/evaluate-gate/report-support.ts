import { type Assessment, assess } from '../../../actions/evaluate-gate/assess.js'
import type { Subjects } from '../../../actions/evaluate-gate/compare.js'
import { countChanges, reliabilityOf } from '../../../actions/evaluate-gate/measure.js'
import { planGate } from '../../../actions/evaluate-gate/plan.js'
import type { Facts } from '../../../actions/evaluate-gate/report/facts.js'
import { summaryOf } from '../../../actions/evaluate-gate/report/words.js'
import { partitionPart } from '../../../actions/evaluate-gate/slices/partition.js'
import { smallSliceNotes } from '../../../actions/evaluate-gate/slices/slices.js'
import { trivialName, trivialOf } from '../../../actions/evaluate-gate/trivial.js'
import { verdictOf } from '../../../shared/core/verdict.js'
import type { Sample } from '../../../shared/stats/sample.js'
import { hashBlocks } from '../../../shared/stats/sampling/bootstrap.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { fakeContext } from '../../support/context.js'
import { memoryRows } from './memory-rows.js'

export type Cells = Readonly<Record<string, string | number | null>>

/** What every sample of named rows has. */
export function judged(rows: readonly Cells[]) {
  const blocks = hashBlocks(rows.map((row) => String(row.id)))
  return { n: rows.length, blocks, weights: null, clustered: false }
}

/** Rows with columns that slices are cut by. */
export function someRows(n: number, seed = 'rows'): Cells[] {
  const random = seededRandom(seed)
  const phases = ['Approach', 'Climb', 'Landing', 'Take-off', 'En route', 'Taxi']
  const sizes = ['Small', 'Medium', 'Large']
  return Array.from({ length: n }, (_, i) => ({
    id: `r${i}`,
    x: random.normal(),
    phase: phases[Math.floor(random.uniform() ** 2 * phases.length)] as string,
    size: random.uniform() < 0.02 ? null : (sizes[Math.floor(random.uniform() * 3)] as string),
  }))
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** A candidate that is better on average and worse on `Approach`. */
export function binarySubjects(rows: readonly Cells[], seed = 'binary'): Subjects {
  const random = seededRandom(seed)
  const x = rows.map((row) => row.x as number)
  const truth = Uint16Array.from(x, (value) => Number(random.uniform() < sigmoid(2 * value - 0.5)))
  const of = (score: (i: number) => number): Sample => {
    const scores = Float64Array.from(x, (_, i) => score(i))
    const label = Uint16Array.from(scores, (p) => Number(p > 0.5))
    return { task: 'binary', ...judged(rows), classes: ['No', 'Yes'], truth, label, score: scores }
  }
  const noise = x.map(() => random.normal())
  const candidate = of((i) => sigmoid(2 * (x[i] as number) - 0.5 - (rows[i]?.phase === 'Approach' ? 1.4 : 0)))
  const baseline = of((i) => sigmoid(1.7 * (x[i] as number) - 0.4 + 0.9 * (noise[i] as number)))
  return { candidate, baseline, trivial: trivialOf(candidate, 0.5) }
}

export function multiclassSubjects(rows: readonly Cells[], classes: readonly string[], seed = 'multi'): Subjects {
  const random = seededRandom(seed)
  const width = classes.length
  const truth = Uint16Array.from(rows, () => Math.floor(random.uniform() * width))
  const of = (skill: number): Sample => {
    const probabilities = new Float64Array(rows.length * width)
    const label = new Uint16Array(rows.length)
    for (let i = 0; i < rows.length; i++) {
      let sum = 0
      for (let k = 0; k < width; k++) {
        const raw = Math.exp(
          random.normal() + (k === truth[i] ? skill : 0) + (Math.abs(k - (truth[i] as number)) === 1 ? 0.6 : 0),
        )
        probabilities[i * width + k] = raw
        sum += raw
      }
      for (let k = 0; k < width; k++) {
        probabilities[i * width + k] = (probabilities[i * width + k] as number) / sum
        if ((probabilities[i * width + k] as number) > (probabilities[i * width + (label[i] as number)] as number))
          label[i] = k
      }
    }
    return { task: 'multiclass', ...judged(rows), classes, truth, label, probabilities }
  }
  const candidate = of(2.2)
  return { candidate, baseline: of(1.7), trivial: trivialOf(candidate, null) }
}

export function regressionSubjects(rows: readonly Cells[], seed = 'regression'): Subjects {
  const random = seededRandom(seed)
  const x = rows.map((row) => row.x as number)
  const truth = Float64Array.from(
    x,
    (value) => 50 + 12 * value + 3 * random.normal() + (random.uniform() < 0.01 ? 80 : 0),
  )
  const of = (value: (i: number) => number): Sample => ({
    task: 'regression',
    ...judged(rows),
    truth,
    value: Float64Array.from(x, (_, i) => value(i)),
  })
  const candidate = of((i) => 50 + 11.5 * (x[i] as number) + random.normal() - (rows[i]?.phase === 'Approach' ? 4 : 0))
  return {
    candidate,
    baseline: of((i) => 51 + 10 * (x[i] as number) + 2 * random.normal()),
    trivial: trivialOf(candidate, null),
  }
}

export interface Asked {
  readonly rows: readonly Cells[]
  readonly subjects: Subjects
  readonly evaluate?: Record<string, unknown>
}

/** What a gate finds on these answers, with the words of its document. */
export async function factsOf({ rows, subjects, evaluate = {} }: Asked): Promise<Facts> {
  const { candidate, baseline } = subjects
  const fake = await fakeContext({
    config: { evaluate },
    configPlace: (keys) => ({ file: 'plumbline.yml', line: 10 + Number(keys[2] ?? 0) }),
  })
  try {
    const classes = 'classes' in candidate ? candidate.classes : []
    const question = {
      task: candidate.task,
      target: 'y',
      id: 'id',
      classes,
      positive: candidate.task === 'binary' ? (classes[1] ?? null) : null,
      threshold: 0.5,
      trained: null,
      features: Object.keys(rows[0] ?? {}).filter((name) => name !== 'id'),
    }
    const frame = {
      question,
      rows: memoryRows(rows),
      units: memoryRows(rows),
      ...judged(rows),
      truth: { kind: 'numbers' as const, of: new Float64Array() },
      digest: `sha256:${'9a'.repeat(32)}`,
    }
    const plan = await planGate(fake.ctx, frame)
    const model = { ref: REF, name: 'candidate', refs: [], notes: [], file: null, askable: null }
    const answers = { n: rows.length, score: null, value: null, label: null, probabilities: null, whole: null }
    const answered = {
      frame,
      candidate: { model, answers, sample: candidate },
      baseline: baseline && { model: { ...model, name: 'strikes@v1.0.0' }, answers, sample: baseline },
      trivial: subjects.trivial,
      none: null,
      notes: [],
    }
    const settings = { level: 0.95, seed: 'seed', replicates: 200 }
    const ports = { now: () => 0, memory: { of: async () => null } }
    const came = await assess(fake.ctx, { plan, answered: answered as never, subjects, settings }, ports as never)
    return {
      ...headOf(came, rows.length, subjects),
      slices: plan.slices.partitions.map(partitionPart),
      notMeasured: smallSliceNotes(plan.slices),
    }
  } finally {
    await fake.cleanup()
  }
}

const REF = { model: 'strikes', version: null, tag: null, digest: `sha256:${'3f'.repeat(32)}` }

/** The document's part of the facts. */
export function headOf(came: Assessment, rows: number, subjects: Subjects): Facts {
  const { candidate, baseline } = subjects
  const reliability = reliabilityOf(candidate)
  return {
    verdict: verdictOf(came.checks),
    summary: summaryOf(came.checks, came.judged, came.main, undefined),
    checks: [...came.checks],
    rows,
    rowsDigest: `sha256:${'9a'.repeat(32)}`,
    changes: countChanges(subjects),
    notMeasured: [],
    baselineStatus: baseline === null ? 'none' : 'compared',
    confidence: 0.95,
    threshold: 0.5,
    positive: candidate.task === 'binary' ? (candidate.classes[1] ?? null) : null,
    task: candidate.task,
    candidate: REF,
    reliability: reliability && { candidate: reliability, baseline: baseline && reliabilityOf(baseline) },
    model: 'strikes',
    baselineName: baseline === null ? 'none' : 'strikes@v1.0.0',
    environment: baseline === null ? null : 'production',
    testFiles: ['data/test.csv'],
    trivialName: trivialName(candidate),
    htmlPath: '.plumbline/evaluation.html',
    came,
  }
}

/** Forecasts of three quantiles; those of the baseline are too narrow. */
export function quantileSubjects(rows: readonly Cells[], seed = 'quantile'): Subjects {
  const random = seededRandom(seed)
  const levels = [0.1, 0.5, 0.9]
  const x = rows.map((row) => row.x as number)
  const truth = Float64Array.from(x, (value) => 10 * value + 4 * random.normal())
  const of = (spread: number): Sample => ({
    task: 'quantile',
    ...judged(rows),
    truth,
    levels,
    values: Float64Array.from(x.flatMap((value) => [-1.28, 0, 1.28].map((z) => 10 * value + spread * z))),
  })
  return { candidate: of(4), baseline: of(2), trivial: trivialOf(of(4), null) }
}
