import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the running program: dist/ of the bundle, this folder in development. */
export const programFolder = (): string => dirname(fileURLToPath(import.meta.url))
