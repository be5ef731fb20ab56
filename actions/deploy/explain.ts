/** What `plumbline explain` says about the rules of this stage. */
export const explain: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  'target-usable': {
    title: 'The target can be used',
    meaning:
      'Before anything is changed the target is locked (directory) and asked what it serves. It is not usable when it cannot be reached or written, or when another deployment holds its lock for longer than `deploy.timeout`.',
    cure: 'Mend what the message names. A lock whose owner is gone ends by itself within a minute.',
  },
  'version-verified': {
    title: 'The version is what was published',
    meaning:
      'Every file was copied out of the registry and has the SHA-256 that the manifest lists; the manifest has the digest that is the identity of the version.',
    cure: 'A version that does not verify is never used: restore it in the registry, or package the model again.',
  },
  'already-serving': {
    title: 'The version serves already',
    meaning: 'The target itself reports the wanted digest, and an earlier deployment of it is on record as a success.',
    cure: 'Nothing to do.',
  },
  'newer-run': {
    title: 'No newer run has deployed',
    meaning:
      'The version that serves was deployed by a workflow run that began after this one. A run that waited for an approval or in a queue, or one that is run again, would take the environment back to an older state. A rollback is exempt.',
    cure: 'To deploy this version on purpose start a new run; to go back use `rollback`.',
  },
  'dry-run': {
    title: 'Only the plan was made',
    meaning:
      'The version was verified and the plan shown. Nothing was changed, and nothing shows yet that the version would serve; so the verdict is warn, not pass.',
    cure: 'Run again without `dry-run`.',
  },
  'golden-before': {
    title: 'The golden rows on the copy, before the switch',
    meaning:
      'The golden rows of the package were asked here, before anything was switched, and compared with the predictions recorded when it was packaged: labels equal, numbers within `deploy.tolerance` (relative to the recorded number where that is above 1). When they differ nothing is switched.',
    cure: 'The model does not run here as it did when it was packaged: compare language and library versions.',
  },
  switched: {
    title: 'The target was switched',
    meaning:
      'directory: the link `current` was replaced in one step. server: the version was loaded, verified and warmed up beside the old one, and then took over. A server that refuses goes on serving what it served.',
    cure: 'The message is that of the target: mend what it names.',
  },
  'digest-confirmed': {
    title: 'The target itself reports the wanted version',
    meaning:
      'After the switch the target is asked what it serves. Only the digest of the wanted manifest counts; a status such as "done" does not.',
    cure: 'See whether another deployment runs, and whether the target uses the same registry.',
  },
  'golden-after': {
    title: 'The golden rows through the target, after the switch',
    meaning:
      'The golden rows were asked again, as a client would ask: over HTTP, or by the predict command inside `current`. Each answer has to come from the wanted version.',
    cure: 'The target does not run the model as the copy ran here: compare language and library versions of the two.',
  },
  'rolled-back': {
    title: 'Back to the version before',
    meaning:
      'The new version failed after the switch. The target was switched back to the version before (after a first deployment: off) and asked what it serves. pass means that the target has confirmed that; the deployment itself has failed all the same. error means that what serves now is not known.',
    cure: 'On error look at the target at once; then deploy the version that is to serve.',
  },
  'no-rollback-version': {
    title: 'There is no version to roll back to',
    meaning:
      'A rollback takes the newest version that served with success in this environment, is not the one that serves, has not been rolled back from since, and still verifies in the registry. The report lists each version that was refused, with the reason.',
    cure: 'Deploy a version by its tag.',
  },
}
