import type { Context } from '../shared/core/context.js'
import { UserError } from '../shared/core/errors.js'
import { lastSuccess, resolveVersion } from '../shared/registry/resolve.js'
import { EXIT } from './exit.js'
import type { CommandContext } from './main.js'
import { colors, plain } from './terminal.js'

/** `plumbline list [model]`. */
export async function list(
  { terminal, json }: CommandContext,
  ctx: Context,
  name: string | undefined,
): Promise<number> {
  const model = name ?? ctx.config.model
  const registry = await ctx.registry()
  const versions = await registry.versions(model)
  const serving = await Promise.all(
    (await registry.environments()).map(async (environment) => ({
      environment,
      tag: lastSuccess(await registry.deployments(environment, model))?.tag,
    })),
  )
  const rows = versions.map((version) => ({
    ...version,
    deployed: serving.filter(({ tag }) => tag === version.tag).map(({ environment }) => environment),
  }))
  if (json()) terminal.out.write(`${JSON.stringify(rows, null, 2)}\n`)
  else if (rows.length === 0)
    terminal.out.write(
      `No version of ${plain(model)} in ${plain(registry.address)}. \`plumbline package-model\` publishes one.\n`,
    )
  else {
    const width = Math.max(...rows.map((row) => row.tag.length))
    for (const row of rows) {
      const mark = row.deployed.length > 0 ? colors(terminal).green(`  ← ${plain(row.deployed.join(', '))}`) : ''
      terminal.out.write(
        `${plain(row.tag).padEnd(width)}  ${row.publishedAt.slice(0, 16).replace('T', ' ')}  ${row.manifestDigest.slice(0, 19)}…${mark}\n`,
      )
    }
  }
  return EXIT.ok
}

/** `plumbline show <tag|version|latest>`. */
export async function show({ terminal, json }: CommandContext, ctx: Context, wanted: string): Promise<number> {
  const registry = await ctx.registry()
  const { tag } = await resolveVersion(registry, ctx.config.model, wanted)
  const found = await registry.manifest(tag)
  if (!found)
    throw new UserError(`${tag} is not in ${registry.address}`, { cure: '`plumbline list` shows what is there' })
  const { manifest, digest } = found
  if (json()) {
    terminal.out.write(`${JSON.stringify({ digest, manifest }, null, 2)}\n`)
    return EXIT.ok
  }
  const { bold, dim } = colors(terminal)
  const line = (text = '') => terminal.out.write(`${plain(text)}\n`)
  line(bold(manifest.tag))
  line(`manifest   ${digest}`)
  line(`version    ${manifest.bump.level}: ${manifest.bump.rule}`)
  for (const fact of manifest.bump.evidence) line(`           ${fact}`)
  line(`inputs     ${manifest.signature.inputs.map((field) => `${field.name}: ${field.type}`).join(', ')}`)
  line(`lineage    commit ${manifest.lineage.commit ?? 'unknown'}, seed ${manifest.lineage.seed ?? 'none'}`)
  for (const input of manifest.lineage.data) line(`           ${input.name} ${input.digest}`)
  for (const metric of manifest.metrics) {
    const interval = metric.interval
      ? ` (${metric.interval.low.toPrecision(4)} … ${metric.interval.high.toPrecision(4)})`
      : ''
    line(
      `metric     ${metric.metric} ${metric.value?.toPrecision(4) ?? 'undefined'}${interval}, n = ${metric.n ?? 'unknown'}`,
    )
  }
  for (const verdict of manifest.verdicts)
    line(`verdict    ${verdict.document}: ${verdict.verdict}: ${verdict.summary}`)
  for (const file of manifest.files) line(`file       ${file.path} ${dim(`${file.bytes} bytes ${file.digest}`)}`)
  return EXIT.ok
}
