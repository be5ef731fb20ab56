import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { type Job, work } from './job.js'

// The program of the second thread. In dist/ a stub of this name imports it from the bundle.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
for (const found of work(workerData as Job, 'first')) {
  parentPort?.postMessage(found)
  // Columns that have served one metric would lie beside those of the next: this thread waits for nothing meanwhile.
  collect()
}
