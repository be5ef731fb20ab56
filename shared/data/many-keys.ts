import type { DataEngine } from './engine/engine.js'

/** Keys from which it matters. */
const MANY = 1_000_000
/** With as many threads the engine parts its keys so finely that a part fits the cache of a core, also where there are two. */
const THREADS = 4

interface Threads {
  users: number
  /** As many as there are else. */
  readonly usual: Promise<number>
}

const known = new WeakMap<object, Threads>()

/**
 * Does what groups very many rows by very many keys, for half of the time of two cores. Not where somebody has said how much
 * memory there is: each thread takes some for itself. What is told does not hang on it.
 */
export async function withManyKeys<T>(engine: DataEngine, rows: number, work: () => Promise<T>): Promise<T> {
  const { lines } = engine
  if (rows < MANY || lines === undefined || engine.ample !== true) return work()
  const threads = known.get(lines) ?? { users: 0, usual: threadsOf(engine) }
  known.set(lines, threads)
  threads.users += 1
  try {
    const usual = await threads.usual
    if (usual < THREADS) await engine.run(`SET threads = ${THREADS}`)
    return await work()
  } finally {
    threads.users -= 1
    const usual = await threads.usual
    if (threads.users === 0 && usual < THREADS) await engine.run(`SET threads = ${usual}`)
  }
}

async function threadsOf(engine: DataEngine): Promise<number> {
  const [row] = await engine.all("SELECT current_setting('threads') AS threads")
  return Number(row?.threads)
}
