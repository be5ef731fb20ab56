/** Opens the data engine with its folder in the one that is named, fills a table, and is killed in the middle of its work. */
import { openEngine } from '../../shared/data/engine/duckdb.js'

const engine = await openEngine({ temporary: process.argv[2] as string })
await engine.run('CREATE TABLE t AS SELECT i, hash(i) AS h FROM range(200000) r(i)')
process.kill(process.pid, 'SIGKILL')
