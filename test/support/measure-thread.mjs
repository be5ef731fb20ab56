// The second thread of evaluate-gate from the TypeScript sources, as a program of a worker.
import { register } from 'node:module'

register('./typescript-hooks.mjs', import.meta.url)
await import('../../actions/evaluate-gate/threads/measure-thread.ts')
