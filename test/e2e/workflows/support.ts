import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openRepository, type TestRepository, type WorkflowRun } from '../../support/act/repository.js'
import type { Issue } from '../../support/github/index.js'
import { type Project, project } from '../../support/project.js'

const EXAMPLES = fileURLToPath(new URL('../../../workflows-examples', import.meta.url))

export interface Strikes {
  readonly repository: TestRepository
  readonly code: Project
  close(): Promise<void>
}

/** A repository with a model that Node trains in a moment, the examples, and a target for each environment. */
export async function strikes(workflows: Readonly<Record<string, string>> = {}): Promise<Strikes> {
  const repository = await openRepository({ workflows: { ...examples(), ...workflows } })
  const code = project()
  code.write('requirements.txt', '')
  code.write('.gitignore', '.plumbline/\n')
  for (const name of ['staging', 'production']) {
    repository.environments[name] = {
      DEPLOY_TARGET: `{ type: directory, path: ${JSON.stringify(join(repository.folder, name))} }`,
    }
  }
  repository.push(code.path)
  return {
    repository,
    code,
    close: async () => {
      await repository.close()
      code.remove()
    },
  }
}

export function examples(): Record<string, string> {
  const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.yml'))
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(EXAMPLES, name), 'utf8')]))
}

/** Throws with all that was written when a run did not end as it should. */
export function succeeded(run: WorkflowRun): WorkflowRun {
  if (run.conclusion !== 'success') throw new Error(`the run failed:\n${plain(run)}`)
  return run
}

/** What the jobs of a run wrote. */
export function plain({ jobs, text }: WorkflowRun): string {
  return jobs.length === 0 ? text : jobs.map(({ id, log }) => `-- ${id}\n${log}`).join('\n')
}

/** The event `workflow_run` of a run that has ended. Of a fork's it names no pull request, as on GitHub. */
export function ended(
  { repository }: Strikes,
  { run, conclusion }: WorkflowRun,
  pull?: Issue,
): Record<string, unknown> {
  const own = `${repository.state.owner}/${repository.state.name}`
  const head = pull?.pull?.head
  const fork = head !== undefined && head.repository !== own
  const from = head?.repository ?? own
  const pulls = pull === undefined || fork ? [] : [{ number: pull.number, head, base: pull.pull?.base }]
  return {
    action: 'completed',
    workflow_run: {
      id: run.id,
      name: run.workflow.name,
      path: run.workflow.path,
      event: run.event,
      status: 'completed',
      conclusion,
      run_attempt: run.attempt,
      run_number: run.number,
      head_branch: head?.ref ?? run.branch,
      head_sha: head?.sha ?? run.sha,
      head_repository: { full_name: from, owner: { login: from.split('/')[0] } },
      html_url: `https://github.com/${own}/actions/runs/${run.id}`,
      pull_requests: pulls,
    },
    workflow: { id: run.workflow.id, name: run.workflow.name, path: run.workflow.path },
  }
}

/** Tag and last state of each deployment to an environment that was about a version, oldest first. */
export function historyOf({ repository }: Strikes, environment: string): [tag: string, state: string | undefined][] {
  return repository.state.deployments
    .filter((deployment) => deployment.environment === environment)
    .flatMap(({ payload, statuses }): [string, string | undefined][] => {
      // That of the job itself says it in a status.
      const said = statuses.map(({ description }) => / (strikes@v\S+)/.exec(description)?.[1])
      const tag = (payload as { tag?: string }).tag ?? said.find((one) => one !== undefined)
      return tag === undefined ? [] : [[tag, statuses.at(-1)?.state]]
    })
}
