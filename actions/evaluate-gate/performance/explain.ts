/** What `plumbline explain` says about the rules of performance. */
export const explainPerformance: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  'performance-bound': {
    title: 'The model is fast and small enough',
    meaning:
      'A rule of `evaluate.performance` has `max`, or `min` of the throughput. Latency counts from handing over the rows of a request to reading its last answer. A percentile is judged with its interval by order statistics, which holds however latencies are spread: at 95 % a p95 has a bound above from 72 requests on, a p99 from 368. Pass: the whole interval keeps the bound. Fail: the whole interval breaks it, also by Holm’s correction over all rules of performance. Peak memory and size are judged by their value. Numbers are those of this machine in this run.',
    cure: 'Fail: make the model faster or smaller, or move the bound. Inconclusive: raise `requests` and `seconds`.',
  },
  'performance-ratio': {
    title: 'The model is not slower or larger than the baseline allows',
    meaning:
      'A rule of `evaluate.performance` has `max-ratio`, or `min-ratio` of the throughput. Candidate and baseline answer the same rows in the same run, in turns (ABBA), so that what slows the machine slows both; the ratio over the same rounds is far steadier than either number. Its interval resamples blocks of rounds, and is at least as long as the starts of the models differ: two processes of one model are never equally fast. For the cold start the intervals of both medians are set against each other.',
    cure: 'Fail: make the model faster, or allow a higher ratio. Inconclusive: raise `requests` and `seconds`.',
  },
  'performance-untested': {
    title: 'A declared rule of performance could not be measured',
    meaning:
      'The candidate or the baseline is known by a file of predictions only, or the baseline did not answer in this run. Nothing measured is not passed.',
    cure: 'Add `predict` to plumbline.yml; compare with a version whose package can predict.',
  },
}
