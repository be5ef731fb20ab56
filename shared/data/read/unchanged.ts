import { statSync } from 'node:fs'
import type { Files } from '../../core/context.js'
import { UserError } from '../../core/errors.js'

const LISTED = 20

/** Size and time of the last change of a file; null where the machine has no such file, or nobody may look. */
function stampOf(absolute: string): string | null {
  try {
    const { size, mtimeMs } = statSync(absolute)
    return `${size} ${mtimeMs}`
  } catch {
    return null
  }
}

/**
 * Remembers how files are, before anything is read of them. What it gives back throws UserError where one of them is another by
 * then: the engine reads a file several times, and rows of two versions, or a digest that is not that of the rows, would be told as
 * data. One look costs some microseconds.
 */
export function watchFiles(files: Pick<Files, 'resolve'>, names: readonly string[]): (cause?: unknown) => void {
  const stamps = names.map((name) => stampOf(files.resolve(name)))
  return (cause) => {
    const changed = names.filter((name, i) => stampOf(files.resolve(name)) !== stamps[i])
    if (changed.length === 0) return
    throw new UserError('the data changed while they were read', {
      cause,
      problems: changed.slice(0, LISTED).map((name) => ({
        where: name,
        message: `${name} was changed while it was read`,
        cure: 'let the step that writes it end first, and have it write to another name that is renamed at the end',
      })),
    })
  }
}
