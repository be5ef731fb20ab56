import { config } from 'zod'

/** Has schemas walked, also those that are made later: a run checks a few documents, and to compile each schema first takes longer. */
export function walkSchemas(): void {
  config({ jitless: true })
}
