/** What `plumbline explain` says about the rules of this stage. */
export const explain: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  'training-ended': {
    title: 'The training command ended without error',
    meaning: 'Its exit code was 0. Whether the model is any good is for evaluate-gate to say.',
    cure: 'Nothing to do.',
  },
  'training-restored': {
    title: 'The outputs were restored and the command did not run',
    meaning:
      'With `train.cache: true` a training with the same command, code, data, params, seed and environment had been kept. Each file was verified against the digests kept with it; metrics are those of that training.',
    cure: 'Nothing to do. To train anew, set `train.cache: false`, or delete the entry under Actions, Caches.',
  },
  'training-failed': {
    title: 'The training command reported an error',
    meaning:
      'It ended with an exit code other than 0. The report shows the first line of its output that looks like an error, and the last 40 lines.',
    cure: 'Start with the first error, not with the last line: later errors mostly follow from it.',
  },
  'training-killed': {
    title: 'The training command was ended by a signal',
    meaning:
      '137 or SIGKILL is most often the system that ran out of memory; 143 or SIGTERM a cancelled job or a machine that was taken away; 139 or SIGSEGV a crash in native code. Exit codes above 128 are 128 plus the number of the signal.',
    cure: 'For memory: a larger machine, fewer rows, smaller batches. For a cancelled job: run it again.',
  },
  'training-timed-out': {
    title: 'The training took longer than its limit',
    meaning:
      'After `train.timeout` seconds the command and everything it started got SIGTERM, and SIGKILL five seconds later. Exit code 124 is the same from a `timeout` inside the command.',
    cure: 'Raise `train.timeout`, or train less. A job on a hosted runner ends after six hours whatever is written there.',
  },
  'training-not-started': {
    title: 'The training command could not be started',
    meaning:
      'There is no such program, or it may not be executed. No shell is used, so `cd`, `&&`, pipes and variables are not understood.',
    cure: 'Install the program in an earlier step, correct `train.command`, or put the steps into a script and name the interpreter: `bash train.sh`.',
  },
  'output-missing': {
    title: 'A declared output is not there',
    meaning:
      'The command ended without error but wrote nothing under this path of `train.outputs`, so there is no model to judge.',
    cure: 'Let the command write it, or correct `train.outputs`.',
  },
  'output-not-written': {
    title: 'A declared output is older than this run',
    meaning:
      'The files under this path are the ones that lay there before the command began: their time, size and identity did not change. They may be an older model.',
    cure: 'Correct `train.outputs`, or delete old outputs before the training.',
  },
  'metrics-unreadable': {
    title: 'The metrics file could not be read',
    meaning:
      'It is missing, older than this run, larger than 10 MB, or no JSON object. The training itself counts; its metrics are not recorded.',
    cure: 'Let the command write a JSON object of names and numbers, nested as you like, or remove `train.metrics`.',
  },
  'metric-not-finite': {
    title: 'A training metric is NaN or infinite',
    meaning: 'The command wrote NaN or Infinity, the usual sign of a training that diverged.',
    cure: 'Look at the learning rate, at missing values in the features, and at divisions by zero.',
  },
  'data-failed-validation': {
    title: 'validate-data did not pass these data',
    meaning:
      'The document of validate-data in the run directory has the verdict fail, error or inconclusive. In the chain the pipeline stops there; alone, train goes on and says so.',
    cure: 'Mend the data or the contract and run validate-data again.',
  },
  'data-changed-since-validation': {
    title: 'The training data are not those that were validated',
    meaning: 'A file was added, removed, or has another digest than in data-profile.json.',
    cure: 'Run validate-data again, directly before train.',
  },
  'data-not-recorded': {
    title: 'The lineage of the model has no data',
    meaning: '`data.train` is not set, or no file matches it. The model cannot be traced to what it was trained on.',
    cure: 'Name the training data under `data.train`.',
  },
}
