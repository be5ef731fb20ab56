import { type Problem, problemsError } from '../../../shared/core/errors.js'
import { formatInteger, plural, shortList } from '../../../shared/report/format.js'
import { withoutRelevant } from '../../../shared/stats/metrics/ranking/queries.js'
import type { JudgedRows } from '../judged-rows.js'
import { Catalogue } from './catalogue.js'
import type { TruthColumns } from './columns.js'
import { RowFaults } from './faults.js'
import { MultilabelSink, type MultilabelTruth, truthOfColumns, truthOfLists } from './multilabel.js'
import { commonLevels, QuantileSink } from './quantile.js'
import { type RankedLists, RankingSink, sampleOfLists, withCatalogue } from './ranking.js'
import { type RankingTruth, truthOfRanking } from './ranking-truth.js'
import type { AnswerSink, RowFrame } from './sink.js'
import { TextSink, truthOfTexts } from './text.js'
import { trivialOfTask } from './trivial.js'
import type { TaskSample } from './usual.js'

export type TaskSink = MultilabelSink | QuantileSink | RankingSink | TextSink

/** Where the answers of so many rows are put. */
export function sinkOf(task: TaskSample['task'], n: number): TaskSink {
  switch (task) {
    case 'multilabel':
      return new MultilabelSink(n)
    case 'quantile':
      return new QuantileSink(n)
    case 'ranking':
      return new RankingSink(n)
    case 'text':
      return new TextSink(n)
  }
}

/** A model with its answers. */
export interface Answered {
  /** `candidate`, or the tag or file of the baseline. */
  readonly name: string
  readonly answers: TaskSink | RankedLists
  /** Where the answer to each judged row is; by default row i is at place i. */
  readonly places?: Int32Array
}

export interface TaskSettings {
  /** `evaluate.threshold` */
  readonly threshold: number
  /** `evaluate.labels.separator` */
  readonly separator: string
  /** Classes of the training data. */
  readonly knownClasses: readonly string[]
  /** How often each item stands in the training data; null when nobody knows. */
  readonly interactions: ReadonlyMap<string, number> | null
}

export interface TaskSamples {
  /** Of the models, in their order. */
  readonly samples: readonly TaskSample[]
  readonly trivial: TaskSample | null
  /** Of a ranking, whose samples are of queries; else null. */
  readonly ranking: RankingTruth | null
  readonly notes: readonly string[]
}

/**
 * Truth and answers of all models as samples of the same rows (of a ranking, the same queries).
 * Throws one UserError with every kind of truth that cannot be read, or else of answers, each with its rows.
 */
export async function samplesOfTask(
  rows: JudgedRows,
  frame: RowFrame,
  truth: TruthColumns,
  models: readonly Answered[],
  settings: TaskSettings,
): Promise<TaskSamples> {
  const reading = new Reading(rows)
  switch (truth.kind) {
    case 'lists':
    case 'indicators': {
      const sinks = models.map(({ answers }) => answers as MultilabelSink)
      const more = [...settings.knownClasses, ...sinks.flatMap((sink) => sink.scoredClasses)]
      const options = { threshold: settings.threshold, separator: settings.separator, more }
      const known =
        truth.kind === 'lists'
          ? truthOfLists(frame, truth.lists, options, reading.truth)
          : truthOfColumns(frame, truth.indicators, options, reading.truth)
      const samples = await reading.samples(models, known)
      return done(
        samples,
        settings,
        models.flatMap(({ name }, i) => unscoredNotes(name, sinks[i] as MultilabelSink, known)),
      )
    }
    case 'numbers': {
      const sinks = models.map(({ name, answers }) => ({ name, levels: (answers as QuantileSink).levels }))
      const { levels, notes } = commonLevels(sinks)
      if (levels.length === 0) throw noLevels(sinks)
      const samples = await reading.samples(models, { frame, values: truth.numbers, levels })
      return done(samples, settings, notes)
    }
    case 'texts':
      return done(await reading.samples(models, truthOfTexts(frame, truth.texts, reading.truth)), settings, [])
    case 'ranking':
      return rankings(
        reading,
        truthOfRanking(frame, truth.ranking, new Catalogue(settings.interactions), reading.truth),
        models,
        settings,
      )
  }
}

function done(samples: TaskSample[], { threshold }: TaskSettings, notes: readonly string[]): TaskSamples {
  return { samples, trivial: trivialOfTask(samples[0] as TaskSample, threshold), ranking: null, notes }
}

async function rankings(
  reading: Reading,
  truth: RankingTruth,
  models: readonly Answered[],
  { threshold }: TaskSettings,
): Promise<TaskSamples> {
  const notes: string[] = []
  const samples: TaskSample[] = []
  await reading.throwTruth()
  for (const model of models) {
    if (model.answers instanceof RankingSink) {
      samples.push(...(await reading.samples([model], truth)))
      continue
    }
    const [ofLists, ofQueries] = [new RowFaults(), new RowFaults()]
    const lists = model.answers as RankedLists
    const { sample, unused } = sampleOfLists(truth, lists, ofLists, ofQueries)
    const n = lists.queries.codes.length
    const numbered = { n, namesOf: async (some: Uint32Array) => Array.from(some, (row) => `row ${row + 1}`) }
    const named = {
      n: truth.queries.length,
      namesOf: async (some: Uint32Array) => Array.from(some, (query) => `query ${truth.queries[query]}`),
    }
    throwAny(model.name, [
      ...(await ofLists.problems(model.name, 'has', numbered)),
      ...(await ofQueries.problems(model.name, 'has', named)),
    ])
    if (unused > 0) notes.push(`${plural(unused, 'row')} of ${model.name} rank items for queries that are not judged.`)
    samples.push(sample)
  }
  const whole = samples.map((sample) => (sample.task === 'ranking' ? withCatalogue(sample, truth) : sample))
  const first = whole[0] as TaskSample
  const empty = first.task === 'ranking' ? withoutRelevant(first) : 0
  if (empty > 0) {
    notes.push(
      `${formatInteger(empty)} of ${plural(first.n, 'query', 'queries')} have no relevant item: measures of where relevant items are leave them out.`,
    )
  }
  const lists = models.some(({ answers }) => !(answers instanceof RankingSink)) ? truth : null
  return { samples: whole, trivial: trivialOfTask(first, threshold, lists), ranking: truth, notes }
}

/** Faults of truth and answers, with the names of their rows. */
class Reading {
  readonly truth = new RowFaults()
  readonly #rows: JudgedRows

  constructor(rows: JudgedRows) {
    this.#rows = rows
  }

  async throwTruth(): Promise<void> {
    const problems = await this.truth.problems('data.test', 'has', this.#rows)
    if (problems.length > 0) throw problemsError('The test rows cannot be judged.', problems)
  }

  async samples<Truth>(models: readonly Answered[], truth: Truth): Promise<TaskSample[]> {
    await this.throwTruth()
    const samples: TaskSample[] = []
    for (const { name, answers, places } of models) {
      const faults = new RowFaults()
      samples.push((answers as AnswerSink<Truth, TaskSample>).sample(truth, faults, places))
      throwAny(name, await faults.problems(name, 'answered with', this.#rows))
    }
    return samples
  }
}

function throwAny(name: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw problemsError(`The answers of the ${name} cannot be judged.`, problems)
}

function noLevels(models: readonly { readonly name: string; readonly levels: readonly number[] }[]): Error {
  const answered = models.map(({ name, levels }) => `${name}: ${levels.join(', ') || 'none'}`)
  return problemsError('The quantiles cannot be compared.', [
    {
      where: models.map(({ name }) => name).join(', '),
      message: `no quantile is answered by every model (${answered.join('; ')})`,
      cure: 'answer with {"quantiles": {"0.1": …, "0.5": …, "0.9": …}}, the same levels from both models',
    },
  ])
}

/** What is known of classes that a model gives no probability of at all. */
function unscoredNotes(name: string, sink: MultilabelSink, { classes }: MultilabelTruth): string[] {
  const scored = sink.scoredClasses
  if (scored.length === 0) return []
  const missing = classes.filter((own) => !scored.includes(own))
  if (missing.length === 0) return []
  return [`The ${name} gives no probability of ${shortList(missing)} on any row: it counts as 0.`]
}
