import { measureThread } from './index.js'

await measureThread()
