import { parentPort, workerData } from 'node:worker_threads'
import { type Job, work } from './job.js'

// The program of the second thread. In dist/ a stub of this name imports it from the bundle.
for (const found of work(workerData as Job, 'first')) parentPort?.postMessage(found)
