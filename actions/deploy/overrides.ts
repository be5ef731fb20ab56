import type { Override } from '../../shared/contracts/model-manifest.js'
import { UserError } from '../../shared/core/errors.js'
import type { Registry } from '../../shared/registry/registry.js'
import type { Version } from './targets/target.js'

/**
 * What people set aside on the way to a version that was not copied, by its manifest; null when that cannot be read, or
 * is no more that of the version.
 */
export async function readOverrides(registry: Registry, { tag, digest }: Version): Promise<readonly Override[] | null> {
  try {
    const found = await registry.manifest(tag)
    return found?.digest === digest ? found.manifest.overrides : null
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}
