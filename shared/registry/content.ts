import { digestOfJson } from '../core/hash.js'
import { byText } from '../core/order.js'

export interface ContentFile {
  readonly path: string
  readonly digest: string
  /** Files that are neither `model` nor `code` are left out; a file without a role counts. */
  readonly role?: string
}

/**
 * Identity of a model by its model and code files alone, whatever their order: equal for two packages that answer
 * alike, whatever documents lie beside them. Evaluation uses it to see that candidate and baseline are the same model.
 */
export function modelContentDigest(files: readonly ContentFile[]): string {
  return digestOfJson(
    files
      .filter(({ role }) => role === undefined || role === 'model' || role === 'code')
      .map(({ path, digest }) => [path, digest] as const)
      .sort(([a], [b]) => byText(a, b)),
  )
}
