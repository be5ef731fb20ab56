import { PostMortem } from '../../shared/contracts/post-mortem.js'
import { defineAction, override } from '../../shared/core/action.js'
import { writeDocument } from '../../shared/core/documents.js'
import { analyse } from './analyse.js'
import { collect } from './collect.js'
import { renderPostMortem } from './render.js'

export const postMortemReport = defineAction({
  name: 'post-mortem-report',
  title: 'Plumbline: post-mortem report',
  description: 'Digs out what failed first, what changed since the last good version, and whether going back helps.',
  icon: 'file-text',
  color: 'purple',
  permissions: { contents: 'read, to check out the repository and read releases' },
  inputs: {
    title: override('postmortem.title', 'Title of the report.'),
    environment: override('deploy.environment', 'Environment whose history is read.'),
  },
  outputs: {
    'failed-stage': 'Stage that failed first; empty when nothing failed.',
    class: '`data`, `training`, `quality-gate`, `packaging`, `deployment`, `objective`, `configuration` or `none`.',
    signature: 'Twelve hex digits that are the same for the same kind of failure; empty when nothing failed.',
    'rollback-to': 'Release tag to go back to; empty when a rollback is not proposed.',
    document: 'Path of post-mortem.json.',
  },
  async run(_inputs, ctx) {
    const { refs, ...collected } = await collect(ctx)
    const { title } = ctx.config.postmortem
    const analysis = analyse(collected, { directory: ctx.runDirectory, ...(title === undefined ? {} : { title }) })
    const inputs = [...(ctx.configRef === null ? [] : [ctx.configRef]), ...refs]
    const { path } = await writeDocument(
      ctx,
      PostMortem,
      { ...analysis, inputs, checks: [] },
      renderPostMortem(analysis),
      { html: true },
    )
    return {
      verdict: analysis.verdict,
      summary: analysis.summary,
      outputs: {
        'failed-stage': analysis.failure?.stage ?? null,
        class: analysis.class,
        signature: analysis.signature,
        'rollback-to': analysis.rollback.to,
        document: path,
      },
    }
  },
})
