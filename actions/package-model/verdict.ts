import type * as z from 'zod'
import type { Check, HeaderField, InputRef } from '../../shared/contracts/common.js'
import type { ModelPackage } from '../../shared/contracts/model-manifest.js'
import { checkOf } from '../../shared/core/check.js'
import type { Context } from '../../shared/core/context.js'
import { troubles, verdictOf } from '../../shared/core/verdict.js'
import { plural } from '../../shared/report/format.js'
import type { Golden } from './ask.js'
import type { Chain } from './lineage.js'
import type { PublishedModel } from './publish.js'

export type PackageBody = Omit<z.output<typeof ModelPackage>, HeaderField>
type Known = Pick<Context, 'config' | 'configRef'>

/** The document of a package that the evidence does not allow, or null when it does. Pure. */
export function refusedBody(ctx: Known, chain: Chain, checks: Check[], registry: string): PackageBody | null {
  const refusals = troubles(checks).filter(({ verdict }) => verdict !== 'warn')
  const [first, ...rest] = refusals
  if (first === undefined) return null
  const more = rest.length === 0 ? '' : ` (and ${plural(rest.length, 'more reason')})`
  return {
    verdict: verdictOf(checks),
    summary: `${first.message}${more}`,
    inputs: inputsOf(ctx, chain),
    checks,
    model: { model: ctx.config.model, version: null, tag: null, digest: null },
    outcome: 'refused',
    registry,
    bump: null,
    files: [],
  }
}

/** What was judged, asked and published. */
export interface Packaged {
  readonly chain: Chain
  readonly evidence: readonly Check[]
  readonly golden: Golden
  readonly published: PublishedModel
  /** Address of the registry. */
  readonly registry: string
}

/** The document of a published or found version. Pure. */
export function packageBody(ctx: Known, { chain, evidence, golden, published, registry }: Packaged): PackageBody {
  const { outcome, version, manifest } = published
  const checks = [...evidence, goldenCheck(golden), ...signatureCheck(chain), outcomeCheck(published)]
  const warnings = troubles(checks)
  const did =
    outcome === 'published'
      ? `${version.tag} is published (${manifest.bump.rule})`
      : `${version.tag} is the same model: it was published before, and nothing was written`
  return {
    verdict: verdictOf(checks),
    summary: warnings[0] === undefined ? did : `${did}; ${warnings.map(({ message }) => message).join('; ')}`,
    inputs: inputsOf(ctx, chain),
    checks,
    model: { model: version.model, version: version.version, tag: version.tag, digest: version.manifestDigest },
    outcome,
    registry,
    bump: manifest.bump,
    files: manifest.files,
    overrides: manifest.overrides,
  }
}

function inputsOf({ configRef }: Known, chain: Chain): InputRef[] {
  const documents = [chain.profile, chain.validation, chain.training, chain.evaluation].map((link) => link?.ref)
  return [configRef, ...documents].filter((ref) => ref != null)
}

function goldenCheck({ rows, reason }: Golden): Check {
  // Nobody wanted any: that is a decision, not a lack.
  const wanted = reason !== 'package.golden is 0'
  if (reason === null || !wanted) {
    return checkOf('pass', {
      rule: 'golden-rows',
      subject: 'golden.jsonl',
      message: wanted
        ? `the packaged model answered ${plural(rows.length, 'golden row')}`
        : 'no golden rows are wanted',
      measured: rows.length,
      n: rows.length,
    })
  }
  return checkOf('warn', {
    rule: 'golden-missing',
    subject: 'golden.jsonl',
    message: `there are no golden rows: ${reason}`,
    measured: 0,
    expected: 'at least 1 row',
    cure: 'write predict and data.test in plumbline.yml and have the test data here, or set package.golden to 0',
  })
}

/** A model that does not answer twice alike: every deployment of it would fail by its golden rows. Pure. */
export function steadyCheck({ unsteady, rows }: Golden, tolerance: number): Check[] {
  const [first] = unsteady
  if (first === undefined) return []
  const differing = new Set(unsteady.map(({ row }) => row)).size
  const shown = (value: string | number | null) => (value === null ? 'nothing' : String(value))
  return [
    checkOf('fail', {
      rule: 'nondeterministic',
      subject: 'golden.jsonl',
      message: `asked twice for the same rows, the packaged model gave other answers for ${differing} of ${plural(rows.length, 'golden row')}: row ${first.row}, ${first.field}, was ${shown(first.expected)} and then ${shown(first.answered)}`,
      measured: differing,
      expected: `every answer within ${tolerance} of the first one`,
      n: rows.length,
      examples: unsteady.slice(0, 5).map(({ row, field, expected, answered }) => ({
        where: `row ${row}, ${field}`,
        value: `${shown(expected)}, then ${shown(answered)}`,
      })),
      cure: 'fix the seed of whatever is random when the model answers; for rounding raise deploy.tolerance; a model that is meant to vary is packaged with package.golden: 0, and its deployments are then not checked by its answers',
    }),
  ]
}

function signatureCheck({ profile }: Chain): Check[] {
  if (profile !== null) return []
  return [
    checkOf('warn', {
      rule: 'signature-unknown',
      subject: 'inputs of the model',
      message: 'there is no data profile, so the manifest does not say what clients have to send',
      expected: 'a data-profile document',
      cure: 'run validate-data before',
    }),
  ]
}

function outcomeCheck({ outcome, version, manifest }: PublishedModel): Check {
  return checkOf('pass', {
    rule: outcome === 'published' ? 'version' : 'unchanged',
    subject: version.tag,
    message:
      outcome === 'published' ? manifest.bump.rule : `${version.tag} has the same content digest: nothing was written`,
    measured: version.version,
    expected: manifest.bump.evidence.join('; '),
  })
}
