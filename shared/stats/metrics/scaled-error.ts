import type { RegressionSample } from '../sample.js'
import { meanLoss } from './estimators/mean-loss.js'
import { type Metric, metric } from './metric.js'

/** Mean absolute scaled error, of a sample that knows the scale of its rows. */
export const MASE: Metric = metric(
  {
    name: 'mase',
    title: 'mean absolute scaled error',
    tasks: ['regression'],
    direction: 'lower-is-better',
    range: [0, Number.POSITIVE_INFINITY],
    needs: 'values',
    definition:
      'Mean over rows of |truth − prediction| / scale, the scale being the mean absolute error of the naive forecast, the value of `evaluate.forecast.seasonality` rows before, on the training rows (`data.train`) of the same series (Hyndman and Koehler 2006); undefined when a row has no scale or one of 0.',
  },
  meanLoss<RegressionSample>({
    refuse: ({ scales, weights, n }) => {
      if (scales === undefined)
        return 'there is no scale: it comes from the training data (data.train), by evaluate.forecast'
      for (let row = 0; row < n; row++) {
        if ((weights === null || (weights[row] as number) > 0) && !((scales.of[row] as number) > 0))
          return scales.reason ?? 'a row has no scale'
      }
      return null
    },
    loss: ({ truth, value, scales }, row) =>
      Math.abs((truth[row] as number) - (value[row] as number)) / (scales?.of[row] as number),
  }),
)
