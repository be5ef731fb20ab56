import type { InputRef } from '../../../shared/contracts/common.js'
import type { Context } from '../../../shared/core/context.js'
import { problemsError } from '../../../shared/core/errors.js'
import { loadDataset } from '../../../shared/data/dataset.js'
import { plural, shortList } from '../../../shared/report/format.js'
import type { Sample, Scales, Task } from '../../../shared/stats/sample.js'
import type { Answers } from '../answers/columns.js'
import { classesOfAnswers, type Frame, sampleOf } from '../answers/sample.js'
import { strangeClasses, withClasses } from '../question.js'
import type { TruthColumns } from '../tasks/columns.js'
import { queryRows } from '../tasks/query-rows.js'
import type { RankedLists } from '../tasks/ranking.js'
import { samplesOfTask, sinkOf } from '../tasks/samples.js'
import type { TaskSample } from '../tasks/usual.js'
import { asAnswered, type Trivial, trivialOf } from '../trivial.js'
import { scalesOf } from './scales.js'

/** A model with what it answered. */
export interface Told {
  readonly name: string
  readonly answers: Answers
  /** Given in place of answers to the rows. */
  readonly lists: RankedLists | null
}

export interface Samples {
  /** With the classes that the models know of, and the units that are measured. */
  readonly frame: Frame
  /** Of the models, in their order. */
  readonly samples: readonly Sample[]
  readonly trivial: Trivial | null
  /** Files of the training data that they needed. */
  readonly refs: readonly InputRef[]
  readonly notes: readonly string[]
}

/** Truth and answers of the models as samples. Throws one UserError with every kind of answer that cannot be read. */
export async function samplesOf(ctx: Context, asked: Frame, models: readonly Told[]): Promise<Samples> {
  const { task } = asked.question
  if (task !== 'binary' && task !== 'multiclass' && task !== 'regression') {
    return samplesOfOther(ctx, asked, task, models)
  }
  requireKnownClasses(asked, models[0] as Told)
  const more = models.flatMap(({ answers }) => classesOfAnswers(answers))
  const frame: Frame = { ...asked, question: withClasses(asked.question, more) }
  const scaled = await scalesOf(ctx, frame)
  const samples: Sample[] = []
  for (const { name, answers } of models) samples.push(withScales(await sampleOf(frame, answers, name), scaled?.scales))
  const trivial = trivialOf(samples[0] as Sample, frame.question.threshold)
  return { frame, samples, trivial, refs: scaled?.refs ?? [], notes: [] }
}

function withScales(sample: Sample, scales: Scales | undefined): Sample {
  return sample.task === 'regression' && scales !== undefined ? { ...sample, scales } : sample
}

/** A baseline may know a class that is no more; the candidate was trained on these data. */
function requireKnownClasses({ question }: Frame, { name, answers }: Told): void {
  const strange = strangeClasses(question, classesOfAnswers(answers))
  if (strange.length === 0) return
  throw problemsError(`The answers of the ${name} cannot be judged.`, [
    {
      where: name,
      message: `gives probabilities of ${plural(strange.length, 'class', 'classes')} that neither the training data nor the test rows have: ${shortList(strange)}`,
      cure: `classes are: ${shortList(question.classes, 20)}`,
    },
  ])
}

async function samplesOfOther(
  ctx: Context,
  asked: Frame,
  task: TaskSample['task'],
  models: readonly Told[],
): Promise<Samples> {
  const { rows, blocks, weights, clustered } = asked
  const known = await interactionsOf(ctx, task)
  const { samples, trivial, ranking, notes } = await samplesOfTask(
    rows,
    { n: rows.n, blocks, weights, clustered },
    asked.truth.of as TruthColumns,
    models.map(({ name, answers, lists }) => ({ name, answers: lists ?? intoSink(task, answers) })),
    {
      threshold: ctx.config.evaluate.threshold,
      separator: ctx.config.evaluate.labels.separator,
      knownClasses: [],
      interactions: known?.interactions ?? null,
    },
  )
  const first = samples[0] as TaskSample
  const classes = first.task === 'multilabel' ? first.classes : []
  return {
    frame: {
      ...asked,
      question: { ...asked.question, classes },
      units: ranking === null ? rows : queryRows(rows, ranking),
    },
    samples,
    trivial: trivial && asAnswered(trivial),
    refs: known?.refs ?? [],
    notes,
  }
}

function intoSink(task: TaskSample['task'], { n, score, whole }: Answers) {
  const sink = sinkOf(task, n)
  for (const [place, own] of (score ?? []).entries()) {
    if (!Number.isNaN(own)) sink.put(place, { label: null, score: own, probabilities: null, value: null })
  }
  for (const [place, prediction] of (whole ?? []).entries()) sink.put(place, prediction)
  return sink
}

/** How often each item stands in the training data; null when nobody knows. */
async function interactionsOf(
  ctx: Context,
  task: Task,
): Promise<{ interactions: ReadonlyMap<string, number>; refs: readonly InputRef[] } | null> {
  const { train, item } = ctx.config.data
  if (task !== 'ranking' || train === undefined || item === undefined) return null
  const engine = await ctx.data()
  const dataset = await loadDataset(engine, ctx.files, 'train', train, { key: 'data.train' })
  const column = dataset.columns.find(({ name }) => name === item)
  if (column === undefined) return null
  const { v = [], n = [] } = await engine.columns(
    `SELECT ${column.sql} AS v, count(*) AS n FROM ${dataset.table} WHERE ${column.sql} IS NOT NULL GROUP BY 1`,
  )
  return { interactions: new Map(v.map((name, i) => [String(name), Number(n[i])])), refs: dataset.files }
}
