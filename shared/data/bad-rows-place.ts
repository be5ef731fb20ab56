/** Where the Parquet of bad rows goes: `data.bad-rows` of plumbline.yml. */
export const BAD_ROWS = ['auto', 'off', 'file', 'artifact'] as const
export type BadRows = (typeof BAD_ROWS)[number]

/**
 * `off`: none is written. `file`: it stays on this machine. `artifact`: it travels with the documents of the stage.
 * `auto` is `artifact`, but `file` in a public repository, whose artifacts everybody can download: bad rows hold data, and
 * data do not become public because a check failed. A repository of which nothing is known is treated as prepared data are
 * (hand-over.ts): as private.
 */
export function placeOfBadRows(
  setting: BadRows,
  repository: { readonly private?: unknown } | undefined,
): Exclude<BadRows, 'auto'> {
  if (setting !== 'auto') return setting
  return repository?.private === false ? 'file' : 'artifact'
}
