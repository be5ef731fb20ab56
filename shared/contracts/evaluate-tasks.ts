import * as z from 'zod'

/** Keys of `data` in plumbline.yml for the tasks multilabel and ranking. */
export const DATA_TASK_KEYS = {
  targets: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Multilabel: columns of 0 and 1, one for each class and named like it, in place of `target`.'),
  query: z
    .string()
    .min(1)
    .optional()
    .describe('Ranking: column with what items are ranked for, such as a user or a search.'),
  item: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Ranking: column with the item. A row is a query and an item; `target` is its relevance, 0 or more, and without one every row is relevant.',
    ),
}

/** `evaluate.forecast` in plumbline.yml. */
export const ForecastConfig = z.strictObject({
  seasonality: z
    .int()
    .min(1)
    .default(1)
    .describe('Rows of a series from one season to the next: 7 for days with a weekly season, 12 for months.'),
  series: z
    .array(z.string().min(1))
    .default([])
    .describe('Columns whose values tell series apart, such as a shop. Default: all rows are one series.'),
})

/** Keys of `evaluate` in plumbline.yml for the tasks multilabel and ranking. */
export const EVALUATE_TASK_KEYS = {
  labels: z
    .strictObject({
      separator: z.string().min(1).default('|').describe('Between the classes of a text that is no JSON array.'),
    })
    .prefault({})
    .describe('Multilabel: how a cell lists classes. A JSON array such as `["a", "b"]` is always understood.'),
  ranking: z
    .strictObject({
      predictions: z
        .enum(['rows', 'lists'])
        .default('rows')
        .describe(
          '`rows`: the model scores the test rows, and ranks those of a query. `lists`: a file of predictions has the query, the item and its score or rank, items besides the test rows among them; these count as not relevant.',
        ),
    })
    .prefault({}),
  forecast: ForecastConfig.optional().describe(
    'Regression over time: `mase` scales errors by those of a naive forecast on `data.train`, in the order of `data.time`.',
  ),
}

/** Keys of a prediction for the tasks multilabel, quantile and text; a ranking has the `score` of its row. */
export const PREDICTION_TASK_KEYS = {
  /** Classes that the row has; each once, in the order of the answer. */
  labels: z.array(z.string()).optional(),
  /** Quantiles by level, such as `0.1`. */
  quantiles: z.record(z.string(), z.number()).optional(),
  text: z.string().optional(),
}
