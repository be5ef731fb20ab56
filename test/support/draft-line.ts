import type { DraftLine } from '../../shared/registry/releases-lines.js'

/** What a draft of a run says of itself, on a machine that is not this one. */
export const LOCAL_DRAFT: DraftLine = {
  model: 'fraud',
  content: `sha256:${'c'.repeat(64)}`,
  nonce: '1-aaaaaaaaaaaa',
  since: new Date().toISOString(),
  run: '1',
  attempt: 1,
  job: 'model',
  runner: 'GitHub Actions 9',
  machine: 'another',
  pid: 1,
}
