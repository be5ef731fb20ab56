import { deploy } from '../../../actions/deploy/action.js'
import type { Deployment } from '../../../shared/contracts/deployment.js'
import type { Context } from '../../../shared/core/context.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

export interface Given {
  readonly tag?: string
  readonly rollback?: boolean
  readonly 'dry-run'?: boolean
}

/** A workspace with a registry and a target; time goes on by a minute with each deployment. */
export async function workspace(
  target: Record<string, unknown> = { type: 'directory', path: 'deployed' },
  config: object = {},
) {
  let minute = 0
  const fake = await fakeContext({ config: { deploy: { target, timeout: 5, ...config } } })
  const ctx: Context = { ...fake.ctx, now: () => new Date(Date.UTC(2026, 0, 2, 3, minute)) }
  return {
    ...fake,
    ctx,
    async run(given: Given = {}, context: Context = ctx) {
      minute += 1
      const inputs = { tag: undefined, rollback: false, 'dry-run': false, ...given }
      const outcome = await deploy.run(inputs as never, context)
      const document = JSON.parse(await ctx.files.readText('.plumbline/deployment.json')) as Deployment
      return { ...outcome, document, rules: document.checks.map(({ rule, verdict }) => `${rule} ${verdict}`) }
    },
    history: async () =>
      (await (await ctx.registry()).deployments('production')).map(
        ({ tag, action, state }) => `${action} ${tag} ${state}`,
      ),
  }
}
export type Workspace = Awaited<ReturnType<typeof workspace>> & FakeContext
