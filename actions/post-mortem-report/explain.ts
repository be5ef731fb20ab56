/** What `plumbline explain` says about the verdicts and classes of this stage. */
export const explain: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  'nothing-failed': {
    title: 'Nothing failed',
    meaning: 'Every stage whose document lies in the run directory passed or warned. No incident is invented.',
    cure: 'Nothing to do.',
  },
  'no-documents': {
    title: 'There is nothing to look at',
    meaning:
      'The run directory holds no document of any stage, so it is not known whether anything failed. The verdict is inconclusive.',
    cure: 'Run the report in the job of the chain, or download the artifacts of its stages into the run directory first.',
  },
  'first-failure': {
    title: 'Something failed, and the report says what came first',
    meaning:
      'The first stage of the chain whose verdict is fail, error or inconclusive. Documents that are older than one of an earlier stage belong to an earlier run and are set aside. The verdict of the report itself is warn: it reports, it does not judge again.',
    cure: 'Start with "What failed first"; what stands after it follows from it, or is said to be on its own.',
  },
  'workflow-step': {
    title: 'A step that is no stage failed first',
    meaning:
      'A step of the workflow failed before any stage did, or no stage failed. Its command, exit code and first error are from the log of its job, as far as GitHub has it; the commits are those between the last good and the first bad run.',
    cure: 'Look at "Where it broke". Undo the change that the hypotheses name first, or run the same commit again to see whether the failure comes and goes.',
  },
  signature: {
    title: 'Signature of a failure',
    meaning:
      'Twelve hex digits of SHA-256 over class, stage, rule and subject; for a step of the workflow over its file, job, step and first error without what changes from run to run. The same kind of failure of the same thing has the same signature in every run, and one issue.',
    cure: 'The issue with this signature has its history.',
  },
  hypothesis: {
    title: 'A hypothesis, not a finding',
    meaning:
      'Points are added for each piece of evidence: 5 for what the failing rule names or what began with the fault, 4 for a change in what the failing stage reads, 3 for a change elsewhere, 2 for what only fits. Under 3 points no suspect stands out; equal points are said to tie. Changes are suspected, never people.',
    cure: 'Test the first one: undo that change alone and run the chain again.',
  },
  'rollback-refused': {
    title: 'Why a version is not proposed for a rollback',
    meaning:
      'A version is proposed only if it was in production with success, is still published, and did better where that was measured. Each other version is listed with its reason. When data are the cause, no rollback is proposed.',
    cure: 'Follow the decision of monitor; mend the data where they are the cause.',
  },
}
