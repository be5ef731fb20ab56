import type { Check } from '../../../shared/contracts/common.js'
import type { BehaviourConfig, BehaviourResult } from '../../../shared/contracts/evaluate-behaviour.js'
import { UserError } from '../../../shared/core/errors.js'
import { formatInteger, plural } from '../../../shared/report/format.js'
import type { Askable } from '../askable.js'
import type { JudgedRows } from '../judged-rows.js'
import { Open } from './asking.js'
import type { CaseFile } from './case-files.js'
import { casesTest } from './case-tests.js'
import { type Chosen, chooseApart, chooseRows } from './choose.js'
import { ColumnFacts } from './columns.js'
import { judgeBehaviour, untested } from './judge.js'
import { directionTest, invarianceTest, perturbationTest } from './pair-tests.js'
import { batchingTest, churnTest, determinismTest } from './repeat-tests.js'
import type { Asked, BehaviourQuestion, BehaviourTest, Bench, Picked, Tested } from './types.js'

/** What came of the declared tests. */
export interface BehaviourReport {
  readonly results: readonly BehaviourResult[]
  /** Of each test, in the order of declaration. */
  readonly checks: readonly Check[]
  /** The check of each result, in the order of `results`. */
  readonly judged: readonly Check[]
  readonly notes: readonly string[]
}

export interface BehaviourSubjects {
  readonly question: BehaviourQuestion
  readonly rows: JudgedRows
  /** Block of each row by its cluster, where rows of one cluster depend on each other; absent or null where none do. */
  readonly blocks?: Uint16Array | null
  /** Null when it is known by a file of predictions only. */
  readonly candidate: Askable | null
  /** Null when there is none, or it is known by a file only. */
  readonly baseline: Askable | null
  /** Whether there is a baseline at all. */
  readonly compared: boolean
  /** The files of `evaluate.cases`, in their order. */
  readonly cases: readonly CaseFile[]
}

export interface BehaviourSettings {
  /** Of intervals. */
  readonly level: number
  /** Digest of the judged rows: it chooses rows and seeds changes. */
  readonly seed: string
  /** Line of a key of plumbline.yml. */
  readonly placeOf: (at: readonly PropertyKey[]) => Check['where']
  /** Told before each test. */
  readonly progress?: (text: string) => void
}

/**
 * Runs every declared test. A model is opened when a test first asks it, and closed at the end. Throws UserError when the
 * candidate does not answer rows as they are.
 */
export async function runBehaviour(
  config: BehaviourConfig,
  subjects: BehaviourSubjects,
  settings: BehaviourSettings,
): Promise<BehaviourReport> {
  const notes = [
    ...(config.perturbation.length === 0 ? ['No perturbation test is declared.'] : []),
    ...(config.invariance.length === 0 ? ['No invariance test is declared.'] : []),
  ]
  const tests = await planBehaviour(config, subjects, settings.seed)
  const results: BehaviourResult[] = []
  const judged: Check[] = []
  const checks: Check[] = []
  const placed = (test: BehaviourTest, check: Check): Check => ({ ...check, where: settings.placeOf(test.at) })
  const models = openModels(subjects)
  try {
    const chosen = chooser(subjects, tests, settings.seed)
    const bench = benchOf(subjects, models, chosen)
    for (const test of tests) {
      if (test.needsBaseline && !subjects.compared) {
        notes.push(`${test.name}: not measured, for there is no baseline to compare with.`)
        continue
      }
      settings.progress?.(`behaviour: ${test.name}`)
      const came = bench === null ? BY_FILE.candidate : await runOne(test, bench)
      if ('because' in came) {
        checks.push(placed(test, untested(test, came.because, came.cure)))
        continue
      }
      const { result, check } = judgeBehaviour(test, came, settings.level)
      if (result.interval !== null && test.wanted > 0) notes.push(...clusterNotes(test.name, came.rows, await chosen()))
      results.push(result)
      judged.push(placed(test, check))
      checks.push(placed(test, check))
    }
  } catch (error) {
    await models.leave()
    throw error
  }
  await models.close()
  return { results, checks, judged, notes }
}

/** The declared tests, in the order of their keys. */
async function planBehaviour(
  config: BehaviourConfig,
  { rows, question, cases }: Pick<BehaviourSubjects, 'rows' | 'question' | 'cases'>,
  seed: string,
): Promise<BehaviourTest[]> {
  const ground = { question, facts: new ColumnFacts(rows), seed }
  const at = (...keys: PropertyKey[]) => ['evaluate', ...keys]
  const tests: BehaviourTest[] = []
  const { perturbation, invariance, directional, determinism, batching, churn } = config
  for (const [i, part] of perturbation.entries()) {
    tests.push(await perturbationTest(part, at('perturbation', i), ground))
  }
  for (const [i, part] of invariance.entries()) {
    tests.push(await invarianceTest(part, at('invariance', i), ground))
  }
  for (const [i, part] of directional.entries()) tests.push(directionTest(part, at('directional', i), ground))
  for (const [i, file] of cases.entries()) tests.push(casesTest(file, at('cases', i), question))
  if (determinism != null) tests.push(determinismTest(determinism, at('determinism'), question))
  if (batching != null) tests.push(batchingTest(batching, at('batching'), question))
  if (churn !== undefined) tests.push(churnTest(churn, at('churn'), question))
  return tests
}

interface Untested {
  readonly because: string
  readonly cure: string
}

const BY_FILE: Readonly<Record<'candidate' | 'baseline', Untested>> = {
  candidate: {
    because: 'the candidate is known by a file of predictions only',
    cure: 'add `predict` to plumbline.yml',
  },
  baseline: {
    because: 'the baseline is known by a file of predictions only',
    cure: 'compare with a version whose package can predict',
  },
}

/** The baseline did not answer, which says nothing about the candidate. */
class BaselineSilent extends Error {}

async function runOne(test: BehaviourTest, bench: Bench): Promise<Tested | Untested> {
  if (test.needsBaseline && bench.baseline === null) return BY_FILE.baseline
  try {
    return await test.run(bench)
  } catch (error) {
    if (!(error instanceof BaselineSilent)) throw error
    return { because: `the baseline did not answer: ${error.message}`, cure: 'make the baseline answer here' }
  }
}

interface Models {
  readonly candidate: Open | null
  readonly baseline: Open | null
  /** Throws UserError as the candidate's own end does. */
  close(): Promise<void>
  /** After an error, which says more than what the models say at their end. */
  leave(): Promise<void>
}

function openModels({ candidate, baseline }: BehaviourSubjects): Models {
  const models = { candidate: candidate && new Open(candidate), baseline: baseline && new Open(baseline) }
  return {
    ...models,
    async close() {
      await models.baseline?.renew()
      await models.candidate?.close()
    },
    async leave() {
      await models.baseline?.renew()
      await models.candidate?.renew()
    },
  }
}

/** The chosen rows; `apart` of them, which are the first, are of different clusters, and null says that all are. */
type Choice = () => Promise<Chosen & { readonly apart: number | null }>

/** Chooses the rows of all tests when the first of them asks. */
function chooser(
  { rows, question, blocks = null }: BehaviourSubjects,
  tests: readonly BehaviourTest[],
  seed: string,
): Choice {
  const wanted = tests.reduce((most, test) => Math.max(most, test.wanted), 0)
  let chosen: ReturnType<Choice> | null = null
  const choose = async () =>
    blocks === null
      ? { ...(await chooseRows(rows, wanted, seed, question.id)), apart: null }
      : chooseApart(rows, wanted, seed, question.id, blocks)
  return () => {
    chosen ??= choose()
    return chosen
  }
}

function clusterNotes(name: string, rows: number, { apart }: Awaited<ReturnType<Choice>>): string[] {
  if (apart === null || rows <= apart) return []
  return [
    `${name}: of ${plural(rows, 'row')} ${formatInteger(apart)} are surely of different clusters (data.group); the interval takes all as independent, and is wider in truth.`,
  ]
}

function benchOf({ rows, candidate, baseline }: BehaviourSubjects, models: Models, chosen: Choice): Bench | null {
  if (candidate === null || models.candidate === null) return null
  const pick = async (most: number, columns: readonly string[]): Promise<Picked[]> => {
    const { rows: places, names } = await chosen()
    const picked = await rows.pick(places.subarray(0, most), columns)
    return picked.map((row, i) => ({ name: names[i] as string, row }))
  }
  return {
    candidate: models.candidate,
    baseline: models.baseline && silently(models.baseline),
    pick: (most) => pick(most, candidate.columns),
    pickForBaseline: (most) => pick(most, baseline?.columns ?? []),
  }
}

function silently(model: Asked): Asked {
  return {
    ask: (rows) =>
      model.ask(rows).catch((error: unknown) => {
        throw error instanceof UserError ? new BaselineSilent(error.message, { cause: error }) : error
      }),
    renew: () => model.renew(),
  }
}
