/** What `plumbline explain` says about the rules of this stage. */
export const explain: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  lineage: {
    title: 'The documents fit each other and the files',
    meaning:
      'Data profile, validation, training run and evaluation name the same contents of data, code and model files, and those are what lies on disk.',
    cure: 'Nothing to do.',
  },
  'lineage-broken': {
    title: 'A link between data, training, evaluation and model is broken',
    meaning:
      'A document was made from a file or document that has another content now, or that another document names with another content. The evidence is then about another model than the one to be published. It cannot be set aside.',
    cure: 'Run the stages again from the one that reads what has changed; then every document speaks of the same model.',
  },
  'lineage-unseen': {
    title: 'Files of the lineage are not here to be looked at',
    meaning:
      'The documents name files, mostly data, that this job does not have. What the documents say about them agrees, but nobody has compared it with the files.',
    cure: 'Nothing, if the data live elsewhere on purpose; else package in the job that trained.',
  },
  'training-not-succeeded': {
    title: 'The training did not succeed',
    meaning:
      'The training run says that its command failed, was killed or took too long. Model files may be old or half written.',
    cure: 'Mend the training and run it again.',
  },
  'evaluation-missing': {
    title: 'There is no evaluation',
    meaning: 'Nothing is known about the answers of this model. Lack of evidence is no reason to publish.',
    cure: 'Run evaluate-gate. In an emergency say why in `override-reason`: the reason stays in the manifest and the model card.',
  },
  'evaluation-unlinked': {
    title: 'The evaluation does not say which model it judged',
    meaning:
      'It was made from a file of predictions where the model files were not there, so nobody can tell whether they are those of this model.',
    cure: 'Have the model files in the job that runs evaluate-gate. In an emergency say why in `override-reason`.',
  },
  'evaluation-refuses': {
    title: 'The evaluation does not allow publication',
    meaning: 'The verdict of evaluate-gate is fail, inconclusive or error.',
    cure: 'Read its report and mend what it found. In an emergency say why in `override-reason`.',
  },
  'evaluation-accepts': {
    title: 'The evaluation allows publication',
    meaning: 'The verdict of evaluate-gate is pass or warn.',
    cure: 'Nothing to do; warnings are part of the model card.',
  },
  'refusal-overridden': {
    title: 'A refusal was set aside by a person',
    meaning:
      'The input `override-reason` of package-model or `evaluate.override` in plumbline.yml was given, so the version was published although a rule refused it. Who did so and why is printed in every later document. This is never a pass.',
    cure: 'Read the reason in the manifest (`overrides`) and in the model card. Take the override away when it has served: it would let the next model through too.',
  },
  'golden-rows': {
    title: 'The package has golden rows',
    meaning: 'The model answered some test rows inside the package; deploy asks them again and compares.',
    cure: 'Nothing to do.',
  },
  'golden-missing': {
    title: 'The package has no golden rows',
    meaning:
      'The packaged model was never asked, so neither can its completeness be shown here nor its answers after deployment.',
    cure: 'Write `predict:` and `data.test` in plumbline.yml, and have the test data in this job.',
  },
  nondeterministic: {
    title: 'The model does not answer twice alike',
    meaning:
      'The golden rows were asked twice inside the package, the model started anew each time, and some answers differ by more than `deploy.tolerance`. Every deployment of such a version would fail, because its answers are compared with the recorded ones; so nothing is published.',
    cure: 'Fix the seed of whatever is random when the model answers. For rounding raise `deploy.tolerance`. A model that is meant to vary is packaged with `package.golden: 0`.',
  },
  'signature-unknown': {
    title: 'The inputs of the model are not described',
    meaning:
      'There is no data profile, so the manifest does not say what clients have to send, and a change of it cannot be seen.',
    cure: 'Run validate-data before.',
  },
  version: {
    title: 'The version number and its rule',
    meaning:
      'major: what clients send or get has changed. minor: features, algorithm or params have changed. patch: trained again on other data, or with another seed. The first version is 1.0.0. package.version overrides the rule.',
    cure: 'Nothing to do.',
  },
  unchanged: {
    title: 'The same model is published already',
    meaning:
      'A published version has the same model and code files, predict contract, signature, params, seed and training data. Nothing is written a second time.',
    cure: 'Nothing to do.',
  },
}
