import type { RequestCount, WorkflowRun } from '../../support/act/repository.js'

/** All requests of a run together. */
export function totalOf({ requests }: WorkflowRun): RequestCount {
  const sum = (key: keyof RequestCount) => Object.values(requests).reduce((total, count) => total + count[key], 0)
  return { api: sum('api'), results: sum('results'), storage: sum('storage') }
}

/** Requests by job into the log of the suite; ARCHITECTURE.md keeps these tables. */
export function printCounts(title: string, run: WorkflowRun): void {
  const rows = Object.entries({ ...run.requests, all: totalOf(run) }).map(
    ([job, { api, results, storage }]) => `| ${job} | ${api} | ${results} | ${storage} |`,
  )
  const head = '| job | REST and GraphQL | artifacts and caches | storage |\n| --- | --: | --: | --: |'
  process.stderr.write(`\n${title}\n\n${head}\n${rows.join('\n')}\n`)
}
