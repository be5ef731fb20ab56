import type { Check, InputRef } from '../../shared/contracts/common.js'
import type { DataProfile } from '../../shared/contracts/data-profile.js'
import type { DataValidation } from '../../shared/contracts/data-validation.js'
import type { Evaluation } from '../../shared/contracts/evaluation.js'
import type { FileDigest, TrainingRun } from '../../shared/contracts/training-run.js'
import { checkOf } from '../../shared/core/check.js'
import { modelContentDigest } from '../../shared/registry/content.js'
import type { ModelFile } from '../../shared/registry/model-files.js'
import { shortList } from '../../shared/report/format.js'

interface Link<D> {
  readonly document: D
  readonly ref: InputRef
}

/** The documents of the run directory, null where there is none. */
export interface Chain {
  readonly profile: Link<DataProfile> | null
  readonly validation: Link<DataValidation> | null
  readonly training: Link<TrainingRun> | null
  readonly evaluation: Link<Evaluation> | null
}

/**
 * Digest of the answers that the candidate gave to the judged rows, as the evaluation names it; null when it keeps none.
 * Pure.
 */
export function answersDigest({ evaluation }: Chain): string | null {
  const document: (Pick<Evaluation, 'rowsDigest'> & { readonly answers?: FileDigest | undefined }) | undefined =
    evaluation?.document
  return document?.answers?.digest ?? null
}

/** Digests of files as they are on disk now; null for one that is not there. */
export type OnDisk = ReadonlyMap<string, string | null>

/** Names of all files that the documents were made from or wrote, sorted: what has to be looked at on disk. */
export function namedFiles(chain: Chain): string[] {
  return [...new Set(claims(chain).map(({ name }) => name))].sort()
}

/**
 * Whether the documents speak of one and the same data, code and model, and of what is on disk now. One check for each
 * broken link, or one that says that there is none. Pure.
 */
export function checkLineage(chain: Chain, packaged: readonly ModelFile[], onDisk: OnDisk): Check[] {
  const broken = [...documentLinks(chain), ...fileLinks(chain, packaged, onDisk), ...modelLink(chain, packaged)]
  if (broken.length > 0) return broken
  const unseen = namedFiles(chain).filter((name) => onDisk.get(name) === null)
  const documents = linksOf(chain).map(({ ref }) => ref.name)
  return [
    checkOf('pass', {
      rule: 'lineage',
      subject: 'chain of documents',
      message:
        documents.length === 0
          ? 'there is no document of an earlier stage, so there is no chain to check'
          : `${documents.join(', ')} fit each other and the files on disk`,
      measured: 0,
      expected: 'no broken link',
      n: documents.length,
    }),
    ...(unseen.length === 0 ? [] : [unseenCheck(unseen)]),
  ]
}

const linksOf = (chain: Chain): Link<{ readonly inputs: readonly InputRef[] }>[] =>
  [chain.profile, chain.validation, chain.training, chain.evaluation].filter((link) => link !== null)

function documentLinks(chain: Chain): Check[] {
  const present = new Map(linksOf(chain).map(({ ref }) => [ref.name, ref.digest]))
  const folder = folderOf(linksOf(chain)[0]?.ref.name ?? '')
  return linksOf(chain).flatMap(({ document, ref }) =>
    document.inputs
      // Documents of a release, such as the profile of the deployed model, do not lie in the run directory.
      .filter((input) => input.kind === 'document' && folderOf(input.name) === folder)
      .filter((input) => present.get(input.name) !== input.digest)
      .map((input) =>
        present.has(input.name)
          ? brokenLink(
              ref.name,
              input.name,
              `${ref.name} was made from another ${input.name} than the one that is there`,
              input.digest,
              present.get(input.name) ?? null,
            )
          : brokenLink(
              ref.name,
              input.name,
              `${ref.name} was made from ${input.name}, which is not there`,
              input.digest,
              null,
            ),
      ),
  )
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

interface Claim {
  /** Name of the document that says so. */
  readonly by: string
  readonly name: string
  readonly digest: string
}

/** What every document says about the content of files. */
function claims({ profile, validation, training, evaluation }: Chain): Claim[] {
  const inputs = [profile, validation, training, evaluation].flatMap((link) =>
    (link?.document.inputs ?? [])
      .filter(({ kind }) => kind === 'file')
      .map(({ name, digest }) => ({ by: link?.ref.name ?? '', name, digest })),
  )
  const written = (training?.document.outputs ?? []).concat(training?.document.code ?? [])
  return [...inputs, ...written.map(({ path, digest }) => ({ by: training?.ref.name ?? '', name: path, digest }))]
}

function fileLinks(chain: Chain, packaged: readonly ModelFile[], onDisk: OnDisk): Check[] {
  const actual = new Map<string, string | null>([
    ...onDisk,
    ...packaged.map(({ path, digest }) => [path, digest] as const),
  ])
  const checks: Check[] = []
  const first = new Map<string, Claim>()
  for (const claim of claims(chain)) {
    const now = actual.get(claim.name) ?? null
    const earlier = first.get(claim.name)
    if (now !== null && now !== claim.digest) {
      checks.push(
        brokenLink(
          claim.by,
          claim.name,
          `${claim.name} has been changed since ${claim.by} was made`,
          claim.digest,
          now,
        ),
      )
    } else if (now === null && earlier && earlier.digest !== claim.digest) {
      checks.push(
        brokenLink(
          claim.by,
          claim.name,
          `${earlier.by} and ${claim.by} were made from different contents of ${claim.name}`,
          claim.digest,
          earlier.digest,
        ),
      )
    }
    if (!earlier) first.set(claim.name, claim)
  }
  return checks
}

/**
 * How an evaluation and the packaged model are linked: it names the same model, or at least every model file, with the
 * same content; it names another one; or it does not say which model it judged.
 */
export function judgedModel(evaluation: Evaluation, packaged: readonly ModelFile[]): 'same' | 'other' | 'unnamed' {
  if (evaluation.candidate.digest === modelContentDigest(packaged)) return 'same'
  const named = new Map(evaluation.inputs.map(({ name, digest }) => [name, digest]))
  const models = packaged.filter(({ role }) => role === 'model')
  if (models.length > 0 && models.every(({ path, digest }) => named.get(path) === digest)) return 'same'
  return evaluation.candidate.digest === null ? 'unnamed' : 'other'
}

function modelLink({ evaluation }: Chain, packaged: readonly ModelFile[]): Check[] {
  if (evaluation === null || judgedModel(evaluation.document, packaged) !== 'other') return []
  const { ref, document } = evaluation
  const message = `${ref.name} judged another model than the one that is packaged`
  return [brokenLink(ref.name, 'the model', message, document.candidate.digest ?? '', modelContentDigest(packaged))]
}

function brokenLink(by: string, name: string, message: string, wanted: string, found: string | null): Check {
  return checkOf('fail', {
    rule: 'lineage-broken',
    subject: `${by} ← ${name}`,
    message,
    measured: found,
    expected: wanted,
    cure: 'run the stages again from the one that reads it, so that every document speaks of the same data, code and model',
  })
}

function unseenCheck(names: readonly string[]): Check {
  return checkOf('warn', {
    rule: 'lineage-unseen',
    subject: 'files that are not here',
    message: `${shortList(names)} cannot be looked at here: the documents agree on what they were`,
    measured: names.length,
    expected: 'every file of the lineage on disk',
    cure: 'package in the job that trained, or download the data there too, if you want them compared',
  })
}
